"""Parts of values that are read like entries: `date("2026-01-31").year`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.runtime import Run
from engine.feel.temporal import offset
from engine.feel.values import Months, Range, Value, kind_of


def property_of(value: Value, name: str, run: Run) -> Value:
    """The part of that name, or null with a note."""
    part = _PARTS.get(type(value), {}).get(name)
    if part is not None:
        return part(value)
    return run.note(f"null has no “{name}”." if value is None else f"A {kind_of(value)} has no “{name}”.")


def _zone_name(value: time | datetime) -> str | None:
    if isinstance(value.tzinfo, ZoneInfo):
        return value.tzinfo.key
    return "Z" if value.tzinfo is not None and value.tzinfo is UTC else None


def _seconds(value: time | datetime) -> Decimal:
    return Decimal(value.second) + Decimal(value.microsecond).scaleb(-6) if value.microsecond else Decimal(value.second)


def _of_length(unit: int, wrap: int) -> Callable[[timedelta], Decimal]:
    """A part of a duration, with the sign of the whole."""

    def part(value: timedelta) -> Decimal:
        sign = -1 if value < timedelta() else 1
        count = abs(value) // timedelta(seconds=1) // unit
        return Decimal(sign * (count % wrap if wrap else count))

    return part


def _length_seconds(value: timedelta) -> Decimal:
    sign = -1 if value < timedelta() else 1
    rest = abs(value) % timedelta(minutes=1)
    return sign * (Decimal(rest.seconds) + Decimal(rest.microseconds).scaleb(-6))


def _years(value: Months) -> Decimal:
    return Decimal(abs(value.months) // 12 * (-1 if value.months < 0 else 1))


def _rest_months(value: Months) -> Decimal:
    return Decimal(abs(value.months) % 12 * (-1 if value.months < 0 else 1))


Parts = Mapping[str, Callable[..., Value]]

_DAY: Parts = {
    "year": lambda v: Decimal(v.year),
    "month": lambda v: Decimal(v.month),
    "day": lambda v: Decimal(v.day),
    "weekday": lambda v: Decimal(v.isoweekday()),
}
_CLOCK: Parts = {
    "hour": lambda v: Decimal(v.hour),
    "minute": lambda v: Decimal(v.minute),
    "second": _seconds,
    "time offset": offset,
    "timezone": _zone_name,
}
_LENGTH: Parts = {
    "days": _of_length(86400, 0),
    "hours": _of_length(3600, 24),
    "minutes": _of_length(60, 60),
    "seconds": _length_seconds,
}
_SPAN: Parts = {
    "start": lambda v: v.start,
    "end": lambda v: v.end,
    "start included": lambda v: v.start_included,
    "end included": lambda v: v.end_included,
}
_PARTS: Mapping[type, Parts] = {
    date: _DAY,
    time: _CLOCK,
    datetime: {**_DAY, **_CLOCK},
    timedelta: _LENGTH,
    Months: {"years": _years, "months": _rest_months},
    Range: _SPAN,
}
