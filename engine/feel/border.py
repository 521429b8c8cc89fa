"""The border between FEEL and JSON, and the size of what crosses it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.temporal import iso
from engine.feel.values import DECIMAL, PLAIN, Months, Value, kind_of

MOST_NODES = 100_000
DEEPEST = 100

_LARGEST_INTEGER = Decimal(2**63 - 1)
#: Integers below it need no rounding to 34 digits.
_EXACT = 10**34


#: Containers already converted, by the id of what they were; the pair keeps that alive, so that its id stays its own.
Taken = dict[int, tuple[Any, Value]]


def to_feel(value: Any) -> Value:
    """The FEEL value of a JSON value; FEEL values stay as they are.

    Raises:
        TypeError: neither a JSON nor a FEEL value.
        ValueError: not a finite number, or nested too deep.
    """
    return take(value, {})


def take(value: Any, taken: Taken, depth: int = 0) -> Value:
    """The same, sharing what was converted before: a container costs its size once, however often it is read or held.

    Raises:
        TypeError: neither a JSON nor a FEEL value.
        ValueError: not a finite number, or nested too deep.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is int:
        return Decimal(value) if -_EXACT < value < _EXACT else DECIMAL.create_decimal(value)
    if kind is float:
        return _finite(DECIMAL.create_decimal(repr(value)))
    known = taken.get(id(value))
    if known is not None:
        return known[1]
    if depth > DEEPEST:
        raise ValueError("The value is nested too deep.")
    made = _container(value, taken, depth + 1)
    taken[id(value)] = value, made
    taken[id(made)] = made, made
    return made


def _container(value: Any, taken: Taken, depth: int) -> Value:
    if isinstance(value, list | tuple):
        return [item if type(item) in PLAIN else take(item, taken, depth) for item in value]
    if isinstance(value, Mapping):
        return {_key(key): item if type(item) in PLAIN else take(item, taken, depth) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} is not a JSON value.")


def to_json(value: Value, depth: int = 0) -> Any:
    """The JSON value of a FEEL value: numbers become int or float, days, times and durations ISO 8601 text.

    Raises:
        TypeError: a range or a function, or no FEEL value at all.
        ValueError: a number that JSON cannot hold, or nested too deep.
    """
    kind = type(value)
    if kind is str or value is None or kind in {bool, int, float}:
        return value
    if kind is Decimal:
        return _json_number(value)
    if depth > DEEPEST:
        raise ValueError("The value is nested too deep.")
    if kind is list:
        return [to_json(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {_key(key): to_json(item, depth + 1) for key, item in value.items()}
    if kind in {date, time, datetime, timedelta, Months}:
        return iso(value)
    raise TypeError(f"A {kind_of(value)} is not a JSON value.")


def size_of(value: Value) -> int:
    """How many values a value holds, itself included; counting stops above MOST_NODES.

    Lists may share their parts, so a short expression can name an astronomically large value: it is counted before it is walked.
    """
    count, waiting = 0, [(value, 0)]
    while waiting and count <= MOST_NODES:
        node, depth = waiting.pop()
        count += 1
        if type(node) not in {list, dict}:
            continue
        if depth >= DEEPEST:
            return MOST_NODES + 1
        if len(node) > MOST_NODES:
            return len(node)
        waiting.extend((part, depth + 1) for part in (node if type(node) is list else node.values()))
    return count


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    raise TypeError("The keys of a context are texts.")


def _finite(number: Decimal) -> Decimal:
    if number.is_finite():
        return number
    raise ValueError(f"{number} is not a number.")


def _json_number(number: Decimal) -> int | float:
    if abs(number) <= _LARGEST_INTEGER and number == number.to_integral_value():
        return int(number)
    result = float(number)
    if result in {float("inf"), float("-inf")}:
        raise ValueError(f"{number} is too large for JSON.")
    return result
