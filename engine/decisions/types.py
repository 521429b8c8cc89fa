"""Item definitions: the types of a DMN file, and the fitting of values to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.feel.expressions import UnaryTests
from engine.feel.runtime import Frame
from engine.feel.syntax import TypeOf
from engine.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from engine.feel.types import TYPES, conforms
from engine.feel.values import Function, Value, kind_of

_OTHER_SPELLINGS = {
    "integer": "number",
    "long": "number",
    "double": "number",
    "days and time duration": "dayTimeDuration",
    "years and months duration": "yearMonthDuration",
    "any": "Any",
}
#: JSON has no dates: a text that says one is read where the type asks for it.
_READ: Mapping[str, Callable[[str], Any]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "dateTime": parse_date_time,
    "dayTimeDuration": parse_duration,
    "yearMonthDuration": parse_duration,
}


@dataclass(frozen=True, slots=True)
class ItemType:
    """A type: of the language, of components, a list or a function; `allowed` tests each value, `constraint` the whole list."""

    name: str
    base: str = "Any"
    components: tuple[tuple[str, ItemType], ...] = ()
    of: ItemType | None = None
    is_list: bool = False
    is_function: bool = False
    allowed: UnaryTests | None = None
    constraint: UnaryTests | None = None
    #: What a function of this type gives.
    result: ItemType | None = None
    #: The Python type of values that need no closer look.
    plain: type | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Sees whether the Python type says all."""
        simple = not (self.components or self.of or self.is_list or self.is_function or self.allowed or self.constraint)
        object.__setattr__(self, "plain", TYPES.get(self.base) if simple else None)

    @property
    def feel(self) -> str:
        """The FEEL type that values have."""
        if self.is_list:
            return "list"
        if self.components:
            return "context"
        return self.of.feel if self.of is not None else self.base


ANY = ItemType("Any")


def builtin_type(name: str) -> ItemType | None:
    """The type of that name in the language itself, or None."""
    base = _OTHER_SPELLINGS.get(name, name)
    return ItemType(name, base) if base in TYPES or base == "Any" else None


def fitted(value: Value, wanted: ItemType, frame: Frame, what: str) -> Value:
    """The value as one of a type; null with a note where it does not fit.

    A list of one stands for its item, an item for its list, and ISO 8601 text for a date, time or duration.
    """
    if value is None or wanted is ANY or type(value) is wanted.plain:
        return value
    value = _converted(value, wanted)
    if not fits(value, wanted, frame):
        return frame.run.note(f"“{what}” is not of the type {wanted.name}, but a {kind_of(value)}.")
    return value


def fits(value: Value, wanted: ItemType, frame: Frame) -> bool:
    """Whether a value is of a type; null fits every type."""
    if value is None:
        return True
    if not _items_fit(value, wanted, frame):
        return False
    return wanted.constraint is None or wanted.constraint.holds_in(value, frame) is True


def _items_fit(value: Value, wanted: ItemType, frame: Frame) -> bool:
    if not wanted.is_list:
        return _item_fits(value, wanted, frame)
    frame.run.spend(len(value) if type(value) is list else 1)
    return type(value) is list and all(_item_fits(item, wanted, frame) for item in value)


def _item_fits(value: Value, wanted: ItemType, frame: Frame) -> bool:
    if value is None:
        return True
    if wanted.is_function:
        return type(value) is Function
    if wanted.components:
        if type(value) is not dict or not all(
            name in value and fits(value[name], inner, frame) for name, inner in wanted.components
        ):
            return False
    elif wanted.of is not None:
        if not fits(value, wanted.of, frame):
            return False
    elif wanted.base != "Any" and not conforms(value, TypeOf(wanted.base), frame.run):
        return False
    return wanted.allowed is None or wanted.allowed.holds_in(value, frame) is True


def _converted(value: Value, wanted: ItemType) -> Value:
    if wanted.is_list:
        return [_converted_item(item, wanted) for item in (value if type(value) is list else [value])]
    if type(value) is list and len(value) == 1 and wanted.feel not in {"list", "Any"}:
        value = value[0]
    return _converted_item(value, wanted)


def _converted_item(value: Value, wanted: ItemType) -> Value:
    if type(value) is dict and wanted.components:
        return {
            **value,
            **{name: _converted(value[name], inner) for name, inner in wanted.components if value.get(name) is not None},
        }
    if wanted.of is not None:
        return _converted(value, wanted.of)
    read = _READ.get(wanted.base)
    if read is not None and type(value) is str:
        found = read(value)
        return value if found is None else found
    return value
