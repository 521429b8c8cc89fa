"""Functions on texts. Positions count characters from 1, from the end when negative."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.feel.functions.book import Book
from engine.feel.functions.conversion import number_text
from engine.feel.functions.patterns import Match, pattern
from engine.feel.runtime import MOST_ITEMS, MOST_TEXT, Exceeded, Refused, Run, text_within_limit
from engine.feel.values import Value

STRINGS = Book()

_REFERENCE = re.compile(r"\\([\\$])|\$(\d)|(\$|\\)", re.ASCII)


@STRINGS.define("substring", "string: string", "start position: number", "length: number?")
def _substring(run: Run, text: str, position: Decimal, length: Decimal | None = None) -> Value:
    start = index_from(position, len(text))
    if length is None:
        return text[start:]
    if length < 1:
        raise Refused("“length” must be at least 1")
    return text[start : start + int(min(length, Decimal(len(text))))]


@STRINGS.define("string length", "string: string")
def _string_length(run: Run, text: str) -> Value:
    return Decimal(len(text))


@STRINGS.define("upper case", "string: string")
def _upper_case(run: Run, text: str) -> Value:
    return text.upper()


@STRINGS.define("lower case", "string: string")
def _lower_case(run: Run, text: str) -> Value:
    return text.lower()


@STRINGS.define("substring before", "string: string", "match: string")
def _substring_before(run: Run, text: str, match: str) -> Value:
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@STRINGS.define("substring after", "string: string", "match: string")
def _substring_after(run: Run, text: str, match: str) -> Value:
    return text.partition(match)[2] if match else text


@STRINGS.define("contains", "string: string", "match: string")
def _contains(run: Run, text: str, match: str) -> Value:
    return match in text


@STRINGS.define("starts with", "string: string", "match: string")
def _starts_with(run: Run, text: str, match: str) -> Value:
    return text.startswith(match)


@STRINGS.define("ends with", "string: string", "match: string")
def _ends_with(run: Run, text: str, match: str) -> Value:
    return text.endswith(match)


@STRINGS.define("matches", "input: string", "pattern: string", "flags: string?")
def _matches(run: Run, text: str, written: str, flags: str | None = None) -> Value:
    _spend_on_text(run, text)
    return pattern(written, flags or "").search(text) is not None


@STRINGS.define("replace", "input: string", "pattern: string", "replacement: string", "flags: string?")
def _replace(run: Run, text: str, written: str, replacement: str, flags: str | None = None) -> Value:
    _spend_on_text(run, text)
    pieces, end, size = [], 0, 0
    found = pattern(written, flags or "")
    for match in found.finditer(text):
        start, stop = match.span()
        pieces += [text[end:start], _expanded(replacement, match, found.groups)]
        size += len(pieces[-1])
        if size > MOST_TEXT:
            raise Exceeded(f"A text has more than {MOST_TEXT} characters.")
        end = stop
    return text_within_limit("".join([*pieces, text[end:]]))


@STRINGS.define("split", "string: string", "delimiter: string")
def _split(run: Run, text: str, delimiter: str) -> Value:
    _spend_on_text(run, text)
    pieces, end = [], 0
    for match in pattern(delimiter, "").finditer(text):
        start, stop = match.span()
        if stop == start:
            raise Refused("the delimiter may not be empty")
        pieces.append(text[end:start])
        end = stop
        if len(pieces) > MOST_ITEMS:
            raise Exceeded(f"A list has more than {MOST_ITEMS} items.")
    return [*pieces, text[end:]]


@STRINGS.define("string join", "list: list", "delimiter: string?")
def _string_join(run: Run, items: list[Value], delimiter: str | None = None) -> Value:
    return _joined(items, delimiter or "")


@STRINGS.define("string join", "list: list", "delimiter: string?", "prefix: string?", "suffix: string?")
def _string_join_between(
    run: Run, items: list[Value], delimiter: str | None = None, prefix: str | None = None, suffix: str | None = None
) -> Value:
    return text_within_limit(f"{prefix or ''}{_joined(items, delimiter or '')}{suffix or ''}")


def _joined(items: list[Value], delimiter: str) -> str:
    texts = [item for item in items if item is not None]
    if not all(isinstance(text, str) for text in texts):
        raise Refused("all items must be strings")
    if sum(map(len, texts)) + len(delimiter) * len(texts) > MOST_TEXT:
        raise Exceeded(f"A text has more than {MOST_TEXT} characters.")
    return delimiter.join(texts)


def index_from(position: Decimal, length: int) -> int:
    """The offset of a position that counts from 1, or from the end when negative.

    Raises:
        Refused: it is no position in something of this length.
    """
    if position == 0 or abs(position) > length or position != int(position):
        raise Refused(f"there is no position {number_text(position)[:40]}")
    return int(position) - 1 if position > 0 else length + int(position)


def _expanded(replacement: str, match: Match, groups: int) -> str:
    def part(reference: re.Match[str]) -> str:
        escaped, number, stray = reference.groups()
        if stray:
            raise Refused("a “$” in the replacement needs a number, a “\\” needs “$” or “\\”")
        if number is None:
            return escaped
        return (match.group(int(number)) or "") if int(number) <= groups else ""

    return _REFERENCE.sub(part, replacement)


def _spend_on_text(run: Run, text: str) -> None:
    run.spend(len(text) // 20 + 1)
