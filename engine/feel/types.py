"""Types, and whether a value is of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.runtime import Run
from engine.feel.syntax import TypeOf
from engine.feel.values import Function, Months, Range, Value

#: The types that have a name of their own; `time duration` spellings are those of older standards.
TYPES: Mapping[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": date,
    "time": time,
    "date and time": datetime,
    "dateTime": datetime,
    "days and time duration": timedelta,
    "dayTimeDuration": timedelta,
    "years and months duration": Months,
    "yearMonthDuration": Months,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Function,
    "Null": type(None),
}


def conforms(value: Value, wanted: TypeOf, run: Run) -> bool:
    """Whether a value is of a type; null is of the types Any and Null only."""
    if wanted.name == "Any":
        return value is not None
    if wanted.name in run.types:
        return value is not None and run.types[wanted.name](value)
    if wanted.name not in TYPES:
        run.note(f"There is no type “{wanted.name}”.")
    return type(value) is TYPES.get(wanted.name) and _parts_conform(value, wanted, run)


def _parts_conform(value: Value, wanted: TypeOf, run: Run) -> bool:
    match wanted.name:
        case "list":
            return _all_conform(value, wanted, run)
        case "context":
            return all(name in value and _or_null(value[name], inside, run) for name, inside in wanted.inside)
        case "range":
            return all(_or_null(end, inside, run) for _, inside in wanted.inside for end in (value.start, value.end))
        case "function":
            return not wanted.inside or len(wanted.inside) == len(value.parameters)
    return True


def _all_conform(items: list[Value], wanted: TypeOf, run: Run) -> bool:
    run.spend(len(items))
    return all(_or_null(item, inside, run) for _, inside in wanted.inside for item in items)


def _or_null(value: Value, wanted: TypeOf, run: Run) -> bool:
    return value is None or conforms(value, wanted, run)
