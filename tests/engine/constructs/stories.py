"""The table of constructs, and the language in which their stories are told.

Each line is a verb and its words; values are JSON without blanks. What happens: `start n=1`, `do task n=1` (`do task#2`: the second
of those open), `work task n=1` (an outside worker), `message name n=1`, `signal name n=1`, `unanswered message name`, `wait P1D`,
`retry task`, `case 2` (speak of the second case from now on). What must hold: `open a b`, `variables n=1` (all of them),
`failed a` (all open incidents), `running`, `ended end` (`ended` alone: without an end event).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from engine.timing import parse_duration

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Construct:
    """One row of the table. `at` is the element that is refused, `instead` what to draw."""

    id: str
    group: str
    element: str
    what: str
    status: str
    story: str = ""
    at: str = ""
    instead: str = ""

    @property
    def drawing(self) -> str:
        """Its drawing."""
        return (FOLDER / f"{self.id}.bpmn").read_text(encoding="utf-8")


TABLE = tuple(Construct(**row) for row in tomllib.loads((FOLDER / "table.toml").read_text(encoding="utf-8"))["construct"])


class Stage(Protocol):
    """Where a story is played: cases are known by their number, from 1 on in the order in which they began."""

    def begin(self, variables: Mapping[str, Any]) -> int: ...

    def open(self, key: int) -> list[str]: ...

    def complete(self, key: int, element: str, *, number: int = 0, **variables: Any) -> None: ...

    def complete_step(self, key: int, step: str, **variables: Any) -> None: ...

    def wake(self, **step: float) -> int: ...

    def give(self, key: int, kind: str, name: str, payload: Mapping[str, Any]) -> bool: ...

    def retry_element(self, element: str) -> None: ...

    def failed(self) -> list[str]: ...

    def status(self, key: int) -> tuple[str, str | None]: ...

    def variables(self, key: int) -> dict[str, Any]: ...


class Teller:
    """Tells stories on a stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.case = 0

    def tell(self, story: str) -> None:
        """Plays a story, line by line."""
        for line in story.strip().splitlines():
            verb, *words = line.split()
            values = {name: json.loads(value) for name, _, value in (word.partition("=") for word in words if "=" in word)}
            try:
                getattr(self, f"_{verb}")(*(word for word in words if "=" not in word), **values)
            except AssertionError as error:
                error.add_note(f"at the line “{line}”")
                raise

    def _start(self, **values: Any) -> None:
        self.case = self.stage.begin(values)

    def _case(self, number: str) -> None:
        self.case = int(number)

    def _do(self, element: str, **values: Any) -> None:
        name, _, number = element.partition("#")
        self.stage.complete(self.case, name, number=int(number or 1) - 1, **values)

    def _work(self, element: str, **values: Any) -> None:
        self.stage.complete_step(self.case, f"{element}.1", **values)

    def _message(self, name: str, **values: Any) -> None:
        assert self.stage.give(self.case, "message", name, values)

    def _signal(self, name: str, **values: Any) -> None:
        assert self.stage.give(self.case, "signal", name, values)

    def _unanswered(self, kind: str, name: str) -> None:
        assert not self.stage.give(self.case, kind, name, {})

    def _wait(self, duration: str) -> None:
        parsed = parse_duration(duration)
        self.stage.wake(seconds=(timedelta(days=parsed.days) + parsed.rest).total_seconds())

    def _retry(self, element: str) -> None:
        self.stage.retry_element(element)

    def _open(self, *elements: str) -> None:
        assert self.stage.open(self.case) == sorted(elements)

    def _variables(self, **values: Any) -> None:
        assert self.stage.variables(self.case) == values

    def _failed(self, *elements: str) -> None:
        assert self.stage.failed() == sorted(elements)

    def _running(self) -> None:
        assert self.stage.status(self.case) == ("running", None)

    def _ended(self, element: str | None = None) -> None:
        assert self.stage.status(self.case) == ("ended", element)
