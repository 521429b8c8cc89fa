"""Attributes of drawings and forms: literal text, unless wrapped in `${…}` or after `=`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.errors import ExpressionInvalid
from engine.feel.expressions import NO_FUNCTIONS, Expression, Functions, Result, built, compile_expression
from engine.feel.functions.conversion import text_of_value
from engine.feel.parser import parse_expression
from engine.feel.runtime import MOST_TEXT


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
        texts: list[str] = []
        notes: list[str] = []
        for part in self._parts:
            if isinstance(part, str):
                texts.append(part)
                continue
            result = part.evaluate(scope, functions, now=now)
            texts.append("" if result.value is None else text_of_value(result.value))
            notes.extend(result.diagnostics)
        text = "".join(texts)
        return Result(text, tuple(notes)) if len(text) <= MOST_TEXT else Result(None, (*notes, "The text is too long."))


@lru_cache(maxsize=4096)
def compile_attribute(text: str) -> Attribute:
    """The compiled attribute; inside `${…}` the spellings of JUEL are accepted too.

    Raises:
        ExpressionInvalid: an expression does not parse; line and column count in the whole attribute.
    """
    if text.lstrip().startswith("="):
        start = text.index("=") + 1
        return Attribute(text, (_placed(text, start, len(text), juel=False),))
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
    if len(parts) == 3 and isinstance(parts[1], Expression) and not f"{parts[0]}{parts[2]}".strip():
        parts = [parts[1]]
    return Attribute(text, tuple(parts))


def _placed(text: str, start: int, end: int, *, juel: bool) -> Expression:
    """The expression between two offsets; what stands before it becomes space, so that errors name the right place."""
    before = "".join("\n" if character == "\n" else " " for character in text[:start])
    if not juel:
        return compile_expression(before + text[start:end])
    return built(text, lambda: Expression(text[start:end], parse_expression(before + text[start:end], (), juel=True)))


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
    raise ExpressionInvalid(
        text, "The “}” of “${” is missing.", line=text.count("\n", 0, start) + 1, column=start - text.rfind("\n", 0, start)
    )
