"""Dates, times and durations: read from text, written as text, their parts."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.values import Months, Value

MICROSECOND = timedelta(microseconds=1)

D = TypeVar("D", bound=date)
T = TypeVar("T")

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,30}))?)?(?:(Z|[+-]\d\d:\d\d(?::\d\d)?)|@([A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*))?", re.ASCII
)
_ZEROS = re.compile(r"(\.\d*[1-9])0+(?!\d)")
_MONTHS = re.compile(r"(-)?P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_DAYS = re.compile(r"(-)?P(?:(\d{1,12})D)?(?:T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})(?:\.(\d{1,30}))?S)?)?", re.ASCII)


def parse_date(text: str) -> date | None:
    """The date `YYYY-MM-DD`, or None; years are 1 to 9999."""
    match = _DATE.fullmatch(text)
    return _or_none(lambda: date(*map(int, match.groups()))) if match else None


def parse_time(text: str) -> time | None:
    """The time `hh:mm:ss` with fraction, offset or `@zone`, or None; seconds may be left out."""
    match = _TIME.fullmatch(text)
    return _or_none(lambda: _time(match)) if match else None


def parse_date_time(text: str) -> datetime | None:
    """The date and time `YYYY-MM-DDThh:mm:ss…`, or None; a date alone is its midnight."""
    days, separator, clock = text.partition("T")
    end_of_day = clock.startswith("24:00:00")
    day, moment = parse_date(days), parse_time(clock.replace("24", "00", 1) if end_of_day else clock) if separator else time()
    if day is None or moment is None:
        return None
    return _or_none(lambda: datetime.combine(day + timedelta(days=int(end_of_day)), moment))


def parse_duration(text: str) -> timedelta | Months | None:
    """The duration `P1Y2M` or `P1DT2H3M4.5S`, or None."""
    if text.endswith(("P", "T")):
        return None
    if match := _MONTHS.fullmatch(text):
        sign, years, months = match.groups()
        count = int(years or 0) * 12 + int(months or 0)
        return Months(-count if sign else count)
    if match := _DAYS.fullmatch(text):
        return _or_none(lambda: _days(match))
    return None


def parse_temporal(text: str) -> Value:
    """What `@"…"` means, or None."""
    for parse in (parse_date, parse_time, parse_duration, parse_date_time):
        value = parse(text)
        if value is not None:
            return value
    return None


@lru_cache(maxsize=1024)
def zone(name: str) -> tzinfo | None:
    """The time zone of an IANA name, or None."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def iso(value: Value) -> str:
    """A date, time or duration as ISO 8601 text; zones become offsets."""
    if isinstance(value, timedelta):
        return _days_text(value)
    if isinstance(value, Months):
        return _months_text(value)
    if isinstance(value, time) and value.tzinfo is not None and value.utcoffset() is None:
        value = value.replace(tzinfo=timezone(offset(value) or timedelta()))
    text = _isoformat(value)
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _isoformat(value: date | time | datetime) -> str:
    """ISO 8601 text, without zeros behind a fraction."""
    return _ZEROS.sub(r"\1", value.isoformat())


def text_of(value: Value) -> str:
    """The same as FEEL's `string` gives it: zones keep their names."""
    tz = getattr(value, "tzinfo", None)
    if isinstance(tz, ZoneInfo):
        return f"{_isoformat(value.replace(tzinfo=None))}@{tz.key}"
    return iso(value)


def offset(value: time | datetime) -> timedelta | None:
    """The distance to UTC; a time in a zone has no day, so its zone's standard offset stands for it."""
    if isinstance(value, time) and isinstance(value.tzinfo, ZoneInfo):
        return value.tzinfo.utcoffset(datetime.combine(date(1970, 1, 1), value, tzinfo=None))
    return value.utcoffset()


def microseconds(duration: timedelta) -> int:
    """The length of a duration."""
    return duration // MICROSECOND


def since_midnight(moment: time) -> timedelta:
    """The duration from midnight to a time."""
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)


def time_at(duration: timedelta, tz: tzinfo | None) -> time:
    """The time that long after midnight, counted round the clock."""
    return (datetime(2000, 1, 1, tzinfo=UTC) + duration % timedelta(days=1)).time().replace(tzinfo=tz)


def plus_months(day: D, months: int) -> D:
    """A day (or moment) that many months later; the last day of the month where that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def months_between(start: date, end: date) -> int:
    """Whole months from one day (or moment) to another, towards zero."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    rest_start, rest_end = start.replace(year=2000, month=1), end.replace(year=2000, month=1)
    return months - (rest_end < rest_start)


def _or_none(make: Callable[[], T]) -> T | None:
    """What is made, or None where there is no such day, time or length."""
    try:
        return make()
    except (ValueError, OverflowError):
        return None


def _time(match: re.Match[str]) -> time | None:
    hours, minutes, seconds, fraction, shift, name = match.groups()
    tz = _fixed(shift) if shift else zone(name) if name else None
    if name and tz is None:
        return None
    return time(int(hours), int(minutes), int(seconds or 0), int((fraction or "0").ljust(6, "0")[:6]), tz)


def _fixed(shift: str) -> tzinfo:
    if shift == "Z":
        return UTC
    hours, minutes, *seconds = map(int, shift[1:].split(":"))
    if hours > 18 or minutes > 59:
        raise ValueError("No such offset.")
    distance = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return timezone(-distance if shift[0] == "-" else distance)


def _days(match: re.Match[str]) -> timedelta:
    sign, days, hours, minutes, seconds, fraction = match.groups()
    length = timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "0").ljust(6, "0")[:6]),
    )
    return -length if sign else length


def _days_text(value: timedelta) -> str:
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or value.microseconds:
        fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
        clock += f"{seconds}{fraction}S"
    days = f"{value.days}D" if value.days else ""
    return f"{sign}P{days}{'T' if clock else ''}{clock}" if days or clock else "PT0S"


def _months_text(value: Months) -> str:
    years, months = divmod(abs(value.months), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"{'-' if value.months < 0 else ''}P{text or '0M'}"
