"""One evaluation: its variables, its diagnostics and its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from engine.feel.border import Taken, take
from engine.feel.values import PLAIN, Value

MOST_STEPS = 200_000
MOST_CALLS_DEEP = 60
MOST_TEXT = 1_000_000
MOST_ITEMS = 100_000
MOST_NOTES = 20

MISSING: Final = object()
NO_TYPES: Final[Mapping[str, Callable[[Value], bool]]] = {}


class Exceeded(Exception):
    """The evaluation asked for more than it may have; ends the whole expression with null."""


class Refused(Exception):
    """A function cannot be applied to these values; the call gives null with this reason."""


class Run:
    """What all parts of one evaluation share."""

    __slots__ = ("calls_deep", "functions", "notes", "now", "steps", "taken", "types")

    def __init__(self, functions: Mapping[str, Callable[..., Any]], now: datetime | None) -> None:
        self.functions = functions
        self.now = now
        self.notes: list[str] = []
        self.steps = 0
        self.calls_deep = 0
        self.taken: Taken = {}
        #: Types beside those of the language, by name: whether a value is of one.
        self.types: Mapping[str, Callable[[Value], bool]] = NO_TYPES

    def note(self, reason: str) -> None:
        """Keeps why something gave null; always returns None, which is that null."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(reason)

    def spend(self, steps: int) -> None:
        """Counts work that the length of the expression does not bound.

        Raises:
            Exceeded: more than MOST_STEPS.
        """
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise Exceeded(f"The expression takes more than {MOST_STEPS} steps.")


class Frame:
    """Variables of one level; what is not found here is looked for in `outer`."""

    __slots__ = ("outer", "run", "values")

    def __init__(self, values: Mapping[str, Any], outer: Frame | None, run: Run) -> None:
        self.values = values
        self.outer = outer
        self.run = run

    def find(self, name: str) -> Any:
        """The variable as it is kept, be it JSON or FEEL; MISSING when there is none."""
        frame: Frame | None = self
        while frame is not None:
            found = frame.values.get(name, MISSING)
            if found is not MISSING:
                return found
            frame = frame.outer
        return MISSING

    def take(self, found: Any) -> Value:
        """The FEEL value of what `find` gave, null for what is no value."""
        if type(found) in PLAIN:
            return found
        try:
            return take(found, self.run.taken)
        except (TypeError, ValueError) as error:
            return self.run.note(str(error))


def text_within_limit(text: str) -> str:
    """The text, if it is not too long.

    Raises:
        Exceeded: longer than MOST_TEXT.
    """
    if len(text) > MOST_TEXT:
        raise Exceeded(f"A text has more than {MOST_TEXT} characters.")
    return text


def items_within_limit(items: list[Value]) -> list[Value]:
    """The list, if it is not too long.

    Raises:
        Exceeded: longer than MOST_ITEMS.
    """
    if len(items) > MOST_ITEMS:
        raise Exceeded(f"A list has more than {MOST_ITEMS} items.")
    return items
