"""Attributes of drawings and forms: literal text, unless wrapped in `${…}` or after `=`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.errors import ExpressionInvalid
from engine.feel.expressions import NO_FUNCTIONS, Expression, Functions, Result, built, compile_expression
from engine.feel.functions.conversion import text_of_value
from engine.feel.parser import LONGEST, parse_expression
from engine.feel.runtime import Exceeded, text_within_limit


class Attribute:
    """An attribute: `is_literal` says that its value is its text."""

    __slots__ = ("_parts", "calls", "is_literal", "names", "perhaps", "text")

    def __init__(self, text: str, parts: tuple[str | Expression, ...]) -> None:
        expressions = [part for part in parts if isinstance(part, Expression)]
        self.text, self._parts = text, parts
        self.is_literal = not expressions
        self.names = frozenset[str]().union(*(part.names for part in expressions))
        self.calls = frozenset[str]().union(*(part.calls for part in expressions))
        self.perhaps = frozenset[str]().union(*(part.perhaps for part in expressions))

    def evaluate(self, scope: Mapping[str, Any], functions: Functions = NO_FUNCTIONS, *, now: datetime | None = None) -> Result:
        """The value: of its only expression, else a text in which null leaves nothing."""
        if self.is_literal:
            return Result(self.text)
        if len(self._parts) == 1 and isinstance(self._parts[0], Expression):
            return self._parts[0].evaluate(scope, functions, now=now)
        results = [part if isinstance(part, str) else part.evaluate(scope, functions, now=now) for part in self._parts]
        notes = [note for result in results if isinstance(result, Result) for note in result.diagnostics]
        try:
            text = text_within_limit("".join(map(_text, results)))
        except Exceeded as limit:
            return Result(None, (*notes, str(limit)))
        return Result(text, tuple(notes))


def _text(part: str | Result) -> str:
    if isinstance(part, str):
        return part
    return "" if part.value is None else text_of_value(part.value)


@lru_cache(maxsize=4096)
def compile_attribute(text: str) -> Attribute:
    """The compiled attribute; inside `${…}` the spellings of JUEL are accepted too.

    Raises:
        ExpressionInvalid: an expression does not parse; line and column count in the whole attribute.
    """
    if text.lstrip().startswith("="):
        start = text.index("=") + 1
        return Attribute(text, (_placed(text, start, len(text), juel=False),))
    if "${" in text and len(text) > LONGEST:
        raise ExpressionInvalid(text[:100], f"An attribute with expressions has at most {LONGEST} characters.")
    parts: list[str | Expression] = []
    at = 0
    while (start := text.find("${", at)) >= 0:
        if start > at:
            parts.append(text[at:start])
        end = _closing(text, start + 2)
        parts.append(_placed(text, start + 2, end, juel=True))
        at = end + 1
    if at < len(text):
        parts.append(text[at:])
    marked = [part for part in parts if isinstance(part, Expression) or part.strip()]
    return Attribute(text, tuple(marked if len(marked) == 1 and isinstance(marked[0], Expression) else parts))


def _placed(text: str, start: int, end: int, *, juel: bool) -> Expression:
    """The expression between two offsets; errors name the place in the whole text."""
    try:
        return _juel(text[start:end]) if juel else compile_expression(text[start:end])
    except ExpressionInvalid as error:
        line, column = _place(text, start)
        column = error.column + (column - 1 if error.line == 1 else 0)
        raise ExpressionInvalid(
            text, error.reason, line=error.line + line - 1, column=column, suggestion=error.suggestion
        ) from None


@lru_cache(maxsize=4096)
def _juel(text: str) -> Expression:
    return built(text, lambda: Expression(text, parse_expression(text, (), juel=True)))


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _closing(text: str, start: int) -> int:
    """The offset of the `}` that closes what was opened before `start`, not counting those in texts."""
    depth, quote, at = 1, "", start
    while at < len(text):
        character = text[at]
        if quote:
            if character == "\\":
                at += 1
            elif character == quote:
                quote = ""
        elif character in "\"'":
            quote = character
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return at
        at += 1
    line, column = _place(text, start)
    raise ExpressionInvalid(text, "The “}” of “${” is missing.", line=line, column=column)
