"""Functions that convert values, and the text of a value."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

from engine.feel.functions.book import Book
from engine.feel.runtime import MOST_TEXT, Exceeded, Refused, Run
from engine.feel.temporal import (
    months_between,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
    text_of,
    zone,
)
from engine.feel.tokens import is_plain
from engine.feel.values import DECIMAL, Months, Range, Value

CONVERSION = Book()

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)


@CONVERSION.define("date", "from: string|date|moment")
def _date(run: Run, given: Any) -> Value:
    if isinstance(given, str):
        return _made(parse_date(given), "date", given)
    return given.date() if isinstance(given, datetime) else given


@CONVERSION.define("date", "year: number", "month: number", "day: number")
def _date_of_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Value:
    return date(_whole(year), _whole(month), _whole(day))


@CONVERSION.define("time", "from: string|time|moment|date")
def _time(run: Run, given: Any) -> Value:
    if isinstance(given, str):
        return _made(parse_time(given), "time", given)
    if isinstance(given, datetime):
        return given.timetz()
    return time(tzinfo=UTC) if isinstance(given, date) else given


@CONVERSION.define("time", "hour: number", "minute: number", "second: number", "offset: days?")
def _time_of_parts(run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> Value:
    return _clock(hour, minute, second, timezone(offset) if offset is not None else None)


@CONVERSION.define("date and time", "from: string|moment|date")
def _moment(run: Run, given: Any) -> Value:
    if isinstance(given, str):
        return _made(parse_date_time(given), "date and time", given)
    return given if isinstance(given, datetime) else datetime.combine(given, time(tzinfo=UTC))


@CONVERSION.define("date and time", "date: date|moment", "time: time")
def _moment_of_both(run: Run, day: date, moment: time) -> Value:
    return datetime.combine(day, moment)


@CONVERSION.define("date and time", "date: moment", "timezone: string")
def _moment_in_zone(run: Run, moment: datetime, name: str) -> Value:
    tz = _made(zone(name), "time zone", name)
    return moment.replace(tzinfo=tz) if moment.tzinfo is None else moment.astimezone(tz)


@CONVERSION.define(
    "date and time", "year: number", "month: number", "day: number", "hour: number", "minute: number", "second: number",
    "offset: days|string?",
)  # fmt: skip
def _moment_of_parts(run: Run, *parts: Any) -> Value:
    year, month, day, hour, minute, second, *offset = parts
    shift = offset[0] if offset else None
    tz = timezone(shift) if isinstance(shift, timedelta) else _made(zone(shift), "time zone", shift) if shift else None
    return datetime.combine(date(_whole(year), _whole(month), _whole(day)), _clock(hour, minute, second, tz))


@CONVERSION.define("duration", "from: string|days|months")
def _duration(run: Run, given: Any) -> Value:
    return _made(parse_duration(given), "duration", given) if isinstance(given, str) else given


@CONVERSION.define("years and months duration", "from: date|moment", "to: date|moment")
def _months(run: Run, start: date, end: date) -> Value:
    """Whole months between two days: of moments, only the days count."""
    return Months(months_between(date(start.year, start.month, start.day), date(end.year, end.month, end.day)))


@CONVERSION.define("number", "from: string|number")
def _number(run: Run, given: Any) -> Value:
    return _parsed(given) if isinstance(given, str) else given


@CONVERSION.define("number", "from: string", "grouping separator: string?", "decimal separator: string?")
def _number_as_written(run: Run, text: str, grouping: str | None = None, point: str | None = None) -> Value:
    if grouping not in {None, " ", ",", "."} or point not in {None, ".", ","} or (grouping is not None and grouping == point):
        raise Refused("the separators are not those of a number")
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        if "." in text:
            raise Refused(f"“{text}” is no number")
        text = text.replace(",", ".")
    return _parsed(text)


@CONVERSION.define("string", "from: any")
def _string(run: Run, given: Value) -> Value:
    return None if given is None else text_of_value(given)


def text_of_value(value: Value) -> str:
    """A value as FEEL writes it; a text is itself.

    Raises:
        Exceeded: the text is too long.
    """
    if isinstance(value, str):
        return value
    pieces: list[str] = []
    _write(value, pieces, [MOST_TEXT])
    return "".join(pieces)


def _write(value: Value, pieces: list[str], left: list[int]) -> None:
    match value:
        case list():
            _write_all("[", [("", item) for item in value], "]", pieces, left)
        case dict():
            _write_all("{", [(f"{_key(name)}: ", item) for name, item in value.items()], "}", pieces, left)
        case str():
            _add(_quoted(value), pieces, left)
        case _:
            _add(_simple(value), pieces, left)


def _write_all(opening: str, items: list[tuple[str, Value]], closing: str, pieces: list[str], left: list[int]) -> None:
    _add(opening, pieces, left)
    for index, (label, item) in enumerate(items):
        _add(f"{', ' if index else ''}{label}", pieces, left)
        _write(item, pieces, left)
    _add(closing, pieces, left)


def _add(piece: str, pieces: list[str], left: list[int]) -> None:
    left[0] -= len(piece) + 1
    if left[0] < 0:
        raise Exceeded(f"A text has more than {MOST_TEXT} characters.")
    pieces.append(piece)


def _simple(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return number_text(value)
        case date() | time() | timedelta() | Months():
            return text_of(value)
        case Range():
            start, end = _bound(value.start), _bound(value.end)
            return f"{'[' if value.start_included else '('}{start}..{end}{']' if value.end_included else ')'}"
    return "function"


def number_text(number: Decimal) -> str:
    """A number without exponent and without needless zeros."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _bound(value: Value) -> str:
    return "" if value is None else _quoted(value) if isinstance(value, str) else _simple(value)


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _key(name: str) -> str:
    return name if is_plain(name) else _quoted(name)


def _made(value: Any, kind: str, text: str) -> Any:
    if value is None:
        raise Refused(f"“{text[:100]}” is no {kind}")
    return value


def _parsed(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise Refused(f"“{text[:100]}” is no number")
    return DECIMAL.create_decimal(text)


def _whole(number: Decimal) -> int:
    if abs(number) > 10**9 or number != int(number):
        raise Refused(f"{number_text(number)[:40]} is no whole number that fits")
    return int(number)


def _clock(hour: Decimal, minute: Decimal, second: Decimal, tz: tzinfo | None) -> time:
    whole = int(second) if abs(second) < 100 else 100
    return time(_whole(hour), _whole(minute), whole, int((second - whole) * 1_000_000), tz)
