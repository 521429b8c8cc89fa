"""What FEEL computes with.

| FEEL | Python |
|---|---|
| null, boolean, string | None, bool, str |
| number | Decimal, 34 digits |
| date, time, date and time | date, time, datetime (with an offset, a zone or neither) |
| days and time duration | timedelta |
| years and months duration | Months |
| list, context, range, function | list, dict, Range, Function |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

#: Any of the right column above. A union of fourteen types would help neither mypy nor the reader.
Value = Any

#: IEEE 754 decimal128, which the standard demands. Used by its methods, so that no thread's own context matters.
DECIMAL = Context(prec=34, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow])


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; a side that is None and excluded is unbounded."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function: its parameters' names, and what it does with their values in an evaluation (a `runtime.Run`)."""

    name: str
    parameters: tuple[str, ...]
    call: Callable[[Any, list[Value]], Value]


KINDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}

#: Kinds of values that are the same in JSON and in FEEL, or only in FEEL: nothing to convert, nothing inside to convert.
PLAIN = frozenset(KINDS) - {list, dict}


def kind_of(value: Value) -> str:
    """The FEEL name of the kind of a value."""
    return KINDS.get(type(value), "function" if callable(value) else type(value).__name__)
