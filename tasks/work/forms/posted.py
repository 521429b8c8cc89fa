"""From what a browser posts to answers: only fields that the form has and lets people fill are ever read.

A text that is not of the right sort stays a text, so that it can be shown again; checking says what is wrong with it.

| field | names |
|---|---|
| all but the following | `key`; several answers under the same name |
| check item | `key-answer`, `key-remark` |
| files | `key` for new ones, `key-kept` for the hashes of those attached before |
| table | `key-rows` once for every row, holding its number; `key-<number>-<column>` |
| buttons of a table | `key-add`; `key-remove` holding the number of the row |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import IO, Any, Protocol
from zoneinfo import ZoneInfo

from tasks.work.forms.model import LISTS, MOST_ROWS, NUMBERS, Answers, Field, Form, Kind

_ROW_NUMBER = re.compile(r"\d{1,4}")
_LOCAL_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")
_LONGEST_NUMBER = 40


class Upload(Protocol):
    """A file as the browser sent it."""

    filename: str | None
    mimetype: str
    stream: IO[bytes]


Keep = Callable[[Upload], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Post:
    """One posted form: its texts and files by name, the answers it was shown with, and where to keep new files.

    Only files among the answers it was shown with can be kept on; so nobody attaches a file by guessing a hash.
    """

    texts: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[Upload]]
    shown: Answers
    zone: ZoneInfo
    keep: Keep

    def one(self, name: str) -> str | None:
        """The text under a name, None when there is none or it is blank."""
        text = (self.texts.get(name) or [""])[0].replace("\r\n", "\n").strip()
        return text or None

    def all(self, name: str) -> list[str]:
        """The texts under a name, without blanks and doubles, in order."""
        return list(dict.fromkeys(text.strip() for text in self.texts.get(name, ()) if text.strip()))


def parse(form: Form, post: Post) -> dict[str, Any]:
    """The answers that were posted, rows added and removed as the buttons say."""
    return {one.key: _answer(post, one, one.key, post.shown.get(one.key)) for one in form.fields if one.editable}


def asks_for_rows(form: Form, texts: Mapping[str, Sequence[str]]) -> bool:
    """Whether the post came from a button that adds or removes a row, and so is no attempt to finish."""
    tables = (one.key for one in form.fields if one.kind is Kind.TABLE and one.editable)
    return any(f"{key}-add" in texts or f"{key}-remove" in texts for key in tables)


def _answer(post: Post, one: Field, name: str, shown: Any) -> Any:
    match one.kind:
        case Kind.TABLE:
            return _rows(post, one, shown)
        case Kind.FILES:
            return _files(post, name, shown)
        case Kind.CHECK_ITEM:
            answer, remark = post.one(f"{name}-answer"), post.one(f"{name}-remark")
            return {"answer": answer, "remark": remark or ""} if answer or remark else None
        case Kind.BOOLEAN:
            return post.one(name) is not None
        case Kind.DATETIME:
            return _moment(post.one(name), post.zone)
    if one.kind in LISTS:
        return post.all(name)
    return _number(post.one(name)) if one.kind in NUMBERS else post.one(name)


def _number(text: str | None) -> int | float | str | None:
    """The number that was written; a text that is none stays as it is.

    >>> _number("1,250.50"), _number("12 000"), _number("a dozen")
    (1250.5, 12000, 'a dozen')
    """
    if text is None or len(text) > _LONGEST_NUMBER:
        return text
    try:
        number = Decimal(text.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER:
        return text
    return int(number) if number == number.to_integral_value() else float(number)


def _moment(text: str | None, zone: ZoneInfo) -> str | None:
    if text is None or not _LOCAL_DATETIME.fullmatch(text):
        return text
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).isoformat()
    except ValueError:
        return text


def _files(post: Post, name: str, shown: Any) -> list[Mapping[str, Any]]:
    attached = {entry["hash"]: entry for entry in shown if isinstance(entry, Mapping)} if isinstance(shown, list) else {}
    kept = [attached[key] for key in post.all(f"{name}-kept") if key in attached]
    return kept + [post.keep(upload) for upload in post.files.get(name, ()) if upload.filename]


def _rows(post: Post, table: Field, shown: Any) -> list[dict[str, Any]]:
    shown_rows = shown if isinstance(shown, list) else []
    numbers = [int(number) for number in post.all(f"{table.key}-rows") if _ROW_NUMBER.fullmatch(number)][: MOST_ROWS + 1]
    removed = post.all(f"{table.key}-remove")
    rows = [_row(post, table, number, shown_rows) for number in numbers if table.fixed_rows or str(number) not in removed]
    if f"{table.key}-add" in post.texts and not table.fixed_rows:
        rows.append({column.key: column.empty for column in table.columns if column.editable})
    return rows


def _row(post: Post, table: Field, number: int, shown_rows: Sequence[Any]) -> dict[str, Any]:
    shown = shown_rows[number] if number < len(shown_rows) and isinstance(shown_rows[number], Mapping) else {}
    return {
        column.key: _answer(post, column, f"{table.key}-{number}-{column.key}", shown.get(column.key))
        if column.editable
        else shown.get(column.key)
        for column in table.columns
    }
