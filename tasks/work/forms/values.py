"""Whether a single answer is of the sort that its field takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import PurePath
from typing import Any

from engine.errors import Message
from tasks.work.forms.model import LONGEST_LONG_TEXT, LONGEST_TEXT, Field, Kind

#: More digits than this do not survive being kept as a JSON number.
MOST_DIGITS = 15

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?")
_FILE_PARTS: Mapping[str, type] = {"name": str, "hash": str, "size": int, "media_type": str}


@dataclass(frozen=True, slots=True)
class Fault:
    """Words for what is wrong with an answer."""

    template: str

    def __call__(self, **parameters: Any) -> Message:
        """The words with their places filled."""
        return Message(self.template, parameters)


NO_TEXT = Fault("Please write a text.")
NO_NUMBER = Fault("Please write a number.")
NO_DATE = Fault("Please write a date.")
NO_TIME = Fault("Please write a time of day.")
NO_DATETIME = Fault("Please write a date and a time.")
NO_CHOICE = Fault("Please choose one of the answers offered.")
NO_LIST = Fault("Please choose among the answers offered.")
NO_BOOLEAN = Fault("Please answer yes or no.")
NO_FILE = Fault("Please attach a file.")
NO_ROWS = Fault("Please fill in rows.")
UNPRINTABLE = Fault("The text holds characters that cannot be kept.")
TOO_LONG = Fault("Please write at most %(most)s characters; these are %(count)s.")
TOO_SHORT = Fault("Please write at least %(least)s characters.")
TOO_SMALL = Fault("The number must be at least %(least)s.")
TOO_LARGE = Fault("The number must be at most %(most)s.")
TOO_FINE = Fault("The number may have at most %(digits)s decimal places.")
NOT_WHOLE = Fault("The number must be whole.")
TOO_MANY_DIGITS = Fault("The number has too many digits.")
WRONG_SHAPE = Fault("This does not have the form that is expected.")
ONE_FILE = Fault("Please attach one file only.")
WRONG_FILE = Fault("The file “%(name)s” is not of a kind that is accepted here: %(accepted)s.")
REMARK_NEEDED = Fault("This answer needs a remark.")


def misfit(one: Field, value: Any) -> Message | None:
    """What is wrong with the sort of an answer that is not empty; None when it fits."""
    return _SORTS[one.kind](value)


def faults(one: Field, value: Any) -> Iterable[Message]:
    """What an answer of the right sort does to the limits of its field."""
    limits = _LIMITS.get(one.kind)
    return limits(one, value) if limits else ()


def _text(value: Any) -> Message | None:
    if not isinstance(value, str):
        return NO_TEXT()
    return UNPRINTABLE() if _UNPRINTABLE.search(value) else None


def _number(value: Any) -> Message | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return NO_NUMBER()
    return TOO_MANY_DIGITS() if len(Decimal(str(value)).normalize().as_tuple().digits) > MOST_DIGITS else None


def _boolean(value: Any) -> Message | None:
    return None if isinstance(value, bool) else NO_BOOLEAN()


def _code(value: Any) -> Message | None:
    return None if isinstance(value, str) and _text(value) is None else NO_CHOICE()


def _codes(value: Any) -> Message | None:
    return None if isinstance(value, list) and all(_code(code) is None for code in value) else NO_LIST()


def _date(value: Any) -> Message | None:
    return None if _parses(value, date.fromisoformat, _ISO_DATE) else NO_DATE()


def _time(value: Any) -> Message | None:
    return None if _parses(value, time.fromisoformat, _ISO_TIME) else NO_TIME()


def _datetime(value: Any) -> Message | None:
    aware = _parses(value, datetime.fromisoformat) and datetime.fromisoformat(value).tzinfo is not None
    return None if aware else NO_DATETIME()


def _files(value: Any) -> Message | None:
    fits = isinstance(value, list) and all(_is_file(entry) for entry in value)
    return None if fits else NO_FILE()


def _is_file(entry: Any) -> bool:
    return isinstance(entry, Mapping) and all(isinstance(entry.get(part), sort) for part, sort in _FILE_PARTS.items())


def _rows(value: Any) -> Message | None:
    return None if isinstance(value, list) and all(isinstance(row, Mapping) for row in value) else NO_ROWS()


def _check_item(value: Any) -> Message | None:
    if not isinstance(value, Mapping) or _code(value.get("answer")) is not None:
        return NO_CHOICE()
    return _text(value.get("remark") or "")


def _anything(_value: Any) -> Message | None:
    return None


def _parses(value: Any, parse: Callable[[str], Any], pattern: re.Pattern[str] | None = None) -> bool:
    if not isinstance(value, str) or (pattern and not pattern.fullmatch(value)):
        return False
    try:
        parse(value)
    except ValueError:
        return False
    return True


def _text_limits(one: Field, value: str) -> Iterable[Message]:
    limits = one.limits
    if len(value) > limits.max_length:
        yield TOO_LONG(most=limits.max_length, count=len(value))
    if len(value) < limits.min_length:
        yield TOO_SHORT(least=limits.min_length)
    if limits.pattern and not re.search(limits.pattern, value):
        yield Message(limits.pattern_message, {}) if limits.pattern_message else WRONG_SHAPE()


def _number_limits(one: Field, value: float) -> Iterable[Message]:
    limits, number = one.limits, Decimal(str(value))
    if limits.minimum is not None and number < limits.minimum:
        yield TOO_SMALL(least=limits.minimum)
    if limits.maximum is not None and number > limits.maximum:
        yield TOO_LARGE(most=limits.maximum)
    if limits.digits is not None and number != round(number, limits.digits):
        yield TOO_FINE(digits=limits.digits) if limits.digits else NOT_WHOLE()


def _file_limits(one: Field, value: list[Mapping[str, Any]]) -> Iterable[Message]:
    if len(value) > 1 and not one.multiple:
        yield ONE_FILE()
    for entry in value:
        if one.accept and not _accepted(one.accept, entry):
            yield WRONG_FILE(name=entry["name"], accepted=", ".join(one.accept))


def _accepted(accept: tuple[str, ...], entry: Mapping[str, Any]) -> bool:
    suffix, media_type = PurePath(entry["name"]).suffix.lower(), str(entry["media_type"]).lower()
    family = media_type.split("/")[0] + "/*"
    return bool({suffix, media_type, family} & set(accept))


def _check_item_limits(_one: Field, value: Mapping[str, Any]) -> Iterable[Message]:
    remark = value.get("remark") or ""
    if value["answer"] in {"NO", "CONDITION"} and not remark.strip():
        yield REMARK_NEEDED()
    if len(remark) > LONGEST_LONG_TEXT:
        yield TOO_LONG(most=LONGEST_LONG_TEXT, count=len(remark))


def _reference_limits(_one: Field, value: str) -> Iterable[Message]:
    if len(value) > LONGEST_TEXT:
        yield TOO_LONG(most=LONGEST_TEXT, count=len(value))


_SORTS: Mapping[Kind, Callable[[Any], Message | None]] = {
    **dict.fromkeys((Kind.TEXT, Kind.LONG_TEXT, Kind.REFERENCE), _text),
    **dict.fromkeys((Kind.NUMBER, Kind.MONEY, Kind.PERCENT), _number),
    **dict.fromkeys((Kind.CHOICE, Kind.PERSON, Kind.DEPARTMENT), _code),
    **dict.fromkeys((Kind.CHOICES, Kind.PERSONS, Kind.DEPARTMENTS, Kind.REFERENCES), _codes),
    **dict.fromkeys((Kind.SIGNATURE, Kind.SERIAL), _anything),
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.DATETIME: _datetime,
    Kind.FILES: _files,
    Kind.TABLE: _rows,
    Kind.CHECK_ITEM: _check_item,
}
_LIMITS: Mapping[Kind, Callable[[Field, Any], Iterable[Message]]] = {
    **dict.fromkeys((Kind.TEXT, Kind.LONG_TEXT), _text_limits),
    **dict.fromkeys((Kind.NUMBER, Kind.MONEY, Kind.PERCENT), _number_limits),
    Kind.FILES: _file_limits,
    Kind.CHECK_ITEM: _check_item_limits,
    Kind.REFERENCE: _reference_limits,
}
