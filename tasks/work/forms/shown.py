"""How answers read: codes by their labels, numbers, money and times as the reader's language writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from tasks.texts import Texts, text_in
from tasks.work.forms.model import Field, Kind, Option

CURRENCY = "CNY"
#: Such a number is no answer that could be kept; it is shown as it came.
TOO_LARGE_TO_WRITE = 10**15
YES: Texts = {"en": "Yes", "zh-Hans": "是", "zh-Hant": "是"}
NO: Texts = {"en": "No", "zh-Hans": "否", "zh-Hant": "否"}


@dataclass(frozen=True, slots=True)
class Said:
    """One line of an answer as it is read; `file` when it stands for an attached file."""

    text: str
    file: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their language, and the plant's zone."""

    language: str
    zone: ZoneInfo

    def text(self, texts: Texts) -> str:
        """A text in the reader's language."""
        return text_in(texts, self.language)

    def said(self, one: Field, value: Any, options: Sequence[Option]) -> tuple[Said, ...]:
        """An answer, line by line; nothing for an empty one."""
        if value is None or value == []:
            return ()
        if isinstance(value, list) and one.kind is Kind.FILES:
            return tuple(Said(str(entry.get("name")), entry) for entry in value if isinstance(entry, Mapping))
        if isinstance(value, list):
            return tuple(Said(self._labelled(code, options)) for code in value)
        return tuple(Said(line) for line in self._lines(one, value, options))

    def _lines(self, one: Field, value: Any, options: Sequence[Option]) -> tuple[str, ...]:
        if isinstance(value, Mapping):
            return self._composed(one, value, options)
        if isinstance(value, bool):
            return (self.text(YES if value else NO),)
        if isinstance(value, int | float) and abs(value) < TOO_LARGE_TO_WRITE:
            return (self._number(one, value),)
        return (self._labelled(value, options),) if options else (self._temporal(str(value), one.kind),)

    def _composed(self, one: Field, value: Mapping[str, Any], options: Sequence[Option]) -> tuple[str, ...]:
        if one.kind is Kind.SIGNATURE:
            names = value.get("names") or {}
            parts = (self.text(names), value.get("role"), self._temporal(str(value.get("at", "")), Kind.DATETIME))
            return tuple(str(part) for part in (" · ".join(filter(None, parts)), value.get("comment")) if part)
        if one.kind is Kind.CHECK_ITEM:
            return tuple(filter(None, (self._labelled(value.get("answer"), options), value.get("remark"))))
        return (", ".join(f"{key}: {part}" for key, part in value.items()),)

    def _labelled(self, code: Any, options: Sequence[Option]) -> str:
        return next((self.text(option.labels) for option in options if option.value == code), "" if code is None else str(code))

    def _number(self, one: Field, value: float) -> str:
        locale = self._locale()
        match one.kind:
            case Kind.MONEY:
                return format_currency(value, CURRENCY, locale=locale)
            case Kind.PERCENT:
                return f"{format_decimal(value, locale=locale)} %"
        return format_decimal(value, locale=locale, decimal_quantization=False)

    def _temporal(self, text: str, kind: Kind) -> str:
        try:
            if kind is Kind.DATE:
                return format_date(date.fromisoformat(text), "medium", locale=self._locale())
            if kind is Kind.DATETIME:
                moment = datetime.fromisoformat(text)
                return format_datetime(moment, "short", tzinfo=self.zone, locale=self._locale())
        except ValueError:
            return text
        return text

    def _locale(self) -> Locale:
        return _locale(self.language)


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")
