"""What the operators of FEEL do with two values. Each gives null, with a note, for values that do not go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.runtime import Run, text_within_limit
from engine.feel.temporal import microseconds, offset, plus_months, since_midnight, time_at
from engine.feel.values import DECIMAL, Months, Range, Value, kind_of

_ORDERED = frozenset({Decimal, str, date, datetime, time, timedelta, Months})


def equal(left: Value, right: Value, run: Run) -> bool | None:
    """`left = right`: null when they are of different kinds."""
    kind = type(left)
    if kind is not type(right):
        if left is None or right is None:
            return False
        run.note(f"A {kind_of(left)} cannot be compared with a {kind_of(right)}.")
        return None
    if kind is list:
        run.spend(len(left) + 1)
        return len(left) == len(right) and all(equal(a, b, run) for a, b in zip(left, right, strict=True))
    if kind is dict:
        run.spend(len(left) + 1)
        return left.keys() == right.keys() and all(equal(value, right[key], run) for key, value in left.items())
    if kind is Range:
        sides = ((left.start, right.start), (left.end, right.end))
        includes = (left.start_included, left.end_included) == (right.start_included, right.end_included)
        return includes and all(equal(a, b, run) for a, b in sides)
    if kind is time:
        return _clock(left) == _clock(right)
    return bool(left == right)


def compare(left: Value, right: Value, run: Run) -> int | None:
    """-1, 0 or 1 as `left` is before, at or after `right`; None when they have no order."""
    kind = type(left)
    if kind is not type(right):
        if left is None or right is None:
            run.note("null has no order.")
            return None
        run.note(f"A {kind_of(left)} cannot be compared with a {kind_of(right)}.")
        return None
    if kind not in _ORDERED:
        run.note(f"A {kind_of(left)} has no order.")
        return None
    if kind is time:
        left, right = _clock(left), _clock(right)
    try:
        return int(left > right) - int(left < right)
    except TypeError:
        run.note("A time with an offset cannot be compared with one without.")
        return None


def contains(span: Range, value: Value, run: Run) -> bool | None:
    """Whether a value is in a range."""
    if span.start is not None:
        order = compare(value, span.start, run)
        if order is None:
            return None
        if order < 0 or (order == 0 and not span.start_included):
            return False
    if span.end is not None:
        order = compare(value, span.end, run)
        if order is None:
            return None
        if order > 0 or (order == 0 and not span.end_included):
            return False
    return True


def matches(value: Value, test: Value, run: Run) -> bool | None:
    """Whether a value is what a unary test names: equal to it, in the range, or one of the list."""
    if type(test) is Range:
        return value == test if type(value) is Range else contains(test, value, run)
    if type(test) is list:
        run.spend(len(test) + 1)
        if type(value) is list and equal(value, test, run):
            return True
        return any(_fits(value, item, run) for item in test)
    return equal(value, test, run)


def _fits(value: Value, item: Value, run: Run) -> bool:
    """One of a list may be of another kind: then it just is not this one, and nothing is worth a note."""
    if type(item) is Range:
        return contains(item, value, run) is True
    return type(value) is type(item) and equal(value, item, run) is True


def add(left: Value, right: Value, run: Run) -> Value:
    """`left + right`."""
    return _calculated(_ADD, "+", left, right, run)


def subtract(left: Value, right: Value, run: Run) -> Value:
    """`left - right`."""
    return _calculated(_SUBTRACT, "-", left, right, run)


def multiply(left: Value, right: Value, run: Run) -> Value:
    """`left * right`."""
    return _calculated(_MULTIPLY, "*", left, right, run)


def divide(left: Value, right: Value, run: Run) -> Value:
    """`left / right`."""
    return _calculated(_DIVIDE, "/", left, right, run)


def power(left: Value, right: Value, run: Run) -> Value:
    """`left ** right`."""
    return _calculated({(Decimal, Decimal): _power}, "**", left, right, run)


def negate(value: Value, run: Run) -> Value:
    """`-value`."""
    kind = type(value)
    if kind is Decimal:
        return DECIMAL.minus(value)
    if kind is timedelta:
        return -value
    if kind is Months:
        return Months(-value.months)
    return run.note(f"A {kind_of(value)} has no negative.")


Operation = Callable[[Value, Value], Value]


def _calculated(table: Mapping[tuple[type, type], Operation], sign: str, left: Value, right: Value, run: Run) -> Value:
    operation = table.get((type(left), type(right)))
    if operation is None:
        return run.note(f"“{sign}” does not go with a {kind_of(left)} and a {kind_of(right)}.")
    try:
        return operation(left, right)
    except (ArithmeticError, ValueError) as error:
        return run.note(f"“{sign}” has no result: {_reason(error)}.")
    except TypeError:
        return run.note("A time with an offset does not go with one without.")


def _reason(error: Exception) -> str:
    return "division by zero" if isinstance(error, ZeroDivisionError) else "the number or date is out of range"


def _clock(moment: time) -> tuple[bool, timedelta]:
    """A time as its distance from midnight in UTC; times without an offset are of another kind."""
    shift = offset(moment)
    if shift is None:
        return False, since_midnight(moment)
    return True, since_midnight(moment) - shift


def _midnight_utc(day: date) -> datetime:
    """What a date means beside moments: a moment without a zone has no distance to it."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _shift(value: datetime, length: timedelta) -> datetime:
    """The moment that long after: real time passes, also over a change of the clocks."""
    if value.tzinfo is None:
        return value + length
    return (value.astimezone(UTC) + length).astimezone(value.tzinfo)


def _elapsed(end: datetime, start: datetime) -> timedelta:
    """Real time between two moments; of the same zone, Python would compare the faces of the clocks."""
    if end.tzinfo is None or start.tzinfo is None:
        return end - start
    return end.astimezone(UTC) - start.astimezone(UTC)


def _distance(left: time, right: time) -> timedelta:
    (aware, start), (also_aware, end) = _clock(left), _clock(right)
    if aware != also_aware:
        raise TypeError
    return start - end


def _share(length: timedelta, number: Decimal, operation: Operation) -> timedelta:
    count = operation(Decimal(microseconds(length)), number)
    return timedelta(microseconds=int(count.to_integral_value()))


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if exponent != exponent.to_integral_value():
        raise TypeError  # the exponent must be whole
    return DECIMAL.power(base, exponent)


def _months(count: Decimal) -> Months:
    if abs(count) > 10**12:
        raise OverflowError
    return Months(int(count))


_ADD: Mapping[tuple[type, type], Operation] = {
    (Decimal, Decimal): DECIMAL.add,
    (str, str): lambda a, b: text_within_limit(a + b),
    (timedelta, timedelta): lambda a, b: a + b,
    (Months, Months): lambda a, b: Months(a.months + b.months),
    (date, timedelta): lambda a, b: a + b,
    (timedelta, date): lambda a, b: b + a,
    (date, Months): lambda a, b: plus_months(a, b.months),
    (Months, date): lambda a, b: plus_months(b, a.months),
    (datetime, timedelta): _shift,
    (timedelta, datetime): lambda a, b: _shift(b, a),
    (datetime, Months): lambda a, b: plus_months(a, b.months),
    (Months, datetime): lambda a, b: plus_months(b, a.months),
    (time, timedelta): lambda a, b: time_at(since_midnight(a) + b, a.tzinfo),
    (timedelta, time): lambda a, b: time_at(since_midnight(b) + a, b.tzinfo),
}

_SUBTRACT: Mapping[tuple[type, type], Operation] = {
    (Decimal, Decimal): DECIMAL.subtract,
    (timedelta, timedelta): lambda a, b: a - b,
    (Months, Months): lambda a, b: Months(a.months - b.months),
    (date, timedelta): lambda a, b: a + -b,  # a date heeds only the days of a duration, which are counted down
    (date, Months): lambda a, b: plus_months(a, -b.months),
    (date, date): lambda a, b: a - b,
    (datetime, timedelta): lambda a, b: _shift(a, -b),
    (datetime, Months): lambda a, b: plus_months(a, -b.months),
    (datetime, datetime): _elapsed,
    (datetime, date): lambda a, b: _elapsed(a, _midnight_utc(b)),
    (date, datetime): lambda a, b: _elapsed(_midnight_utc(a), b),
    (time, timedelta): lambda a, b: time_at(since_midnight(a) - b, a.tzinfo),
    (time, time): _distance,
}

_MULTIPLY: Mapping[tuple[type, type], Operation] = {
    (Decimal, Decimal): DECIMAL.multiply,
    (timedelta, Decimal): lambda a, b: _share(a, b, DECIMAL.multiply),
    (Decimal, timedelta): lambda a, b: _share(b, a, DECIMAL.multiply),
    (Months, Decimal): lambda a, b: _months(DECIMAL.multiply(Decimal(a.months), b)),
    (Decimal, Months): lambda a, b: _months(DECIMAL.multiply(Decimal(b.months), a)),
}

_DIVIDE: Mapping[tuple[type, type], Operation] = {
    (Decimal, Decimal): DECIMAL.divide,
    (timedelta, Decimal): lambda a, b: _share(a, b, DECIMAL.divide),
    (Months, Decimal): lambda a, b: _months(DECIMAL.divide(Decimal(a.months), b)),
    (timedelta, timedelta): lambda a, b: DECIMAL.divide(Decimal(microseconds(a)), Decimal(microseconds(b))),
    (Months, Months): lambda a, b: DECIMAL.divide(Decimal(a.months), Decimal(b.months)),
}
