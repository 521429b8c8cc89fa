"""FEEL text cut into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import ExpressionInvalid

KEYWORDS = frozenset(
    [
        *("and", "or", "in", "between", "instance", "if", "then", "else", "for", "return", "some", "every", "satisfies"),
        *("function", "true", "false", "null"),
    ]
)

_SPACE = r"[\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]"
#: The ranges of the standard without `?` (always the input of a test here) and without the punctuation of East Asian text,
#: which nobody means as a part of a name.
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3004-\u3007\u3021-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"

_PLAIN_NAME = re.compile(f"[{_START}][{_PART}]*(?: [{_START}][{_PART}]*)*")
_TOKEN = re.compile(
    rf"""(?P<space>(?:{_SPACE}|//[^\n]*|/\*[\s\S]*?\*/)+)
    |(?P<unclosed>/\*)
    |(?P<number>(?>\d+(?:\.\d+)?|\.\d+)(?>[eE][+-]?\d+)?(?![{_START}]))
    |(?P<name>[{_START}][{_PART}]*)
    |(?P<temporal>@\s*"(?:[^"\\]|\\[\s\S])*")
    |(?P<text>"(?:[^"\\]|\\[\s\S])*")
    |(?P<juel>'(?:[^'\\]|\\[\s\S])*'|==|&&|\|\||!(?!=))
    |(?P<operator>\.\.|\*\*|<=|>=|!=|->|[-+*/=<>()\[\]{{}},.:?])""",
    re.VERBOSE | re.ASCII,
)
_JUEL = {"==": ("operator", "="), "&&": ("name", "and"), "||": ("name", "or"), "!": ("operator", "!")}
_INSTEAD = {
    "==": "FEEL compares with “=”.",
    "&&": "FEEL writes “and”.",
    "||": "FEEL writes “or”.",
    "!": "FEEL writes “not(…)”.",
    "'": "Texts stand in double quotes.",
    '"': "The closing quote is missing.",
    "@": 'A date or time is written @"2026-01-31".',
    "/": "The end of the comment is missing.",
    "%": "The remainder is modulo(a, b).",
    "^": "Powers are written “**”.",
    ";": "Use “,”.",
}
_WIDE = dict(zip("，：；（）［］｛｝＂“”＝＜＞＋－＊／．。、？", ',:;()[]{}"""=<>+-*/..,?', strict=True))
_ESCAPE = re.compile(r"""\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(["'\\nrt]))""")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression: `text` is a text's content, else what is written; `at` its offset."""

    kind: str
    text: str
    at: int
    ends: int


def scan(text: str, *, juel: bool = False) -> list[Token]:
    """The tokens of an expression, the last of kind "end"; with `juel`, the spellings of `${…}` are accepted.

    Raises:
        ExpressionInvalid: a character that belongs to nothing.
    """
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup == "unclosed" or (match.lastgroup == "juel" and not juel):
            written = match.group() if match and match.group() in _JUEL else text[at]
            raise invalid(text, at, f"“{written}” does not belong here.", _suggestion(text, at))
        if match.lastgroup != "space":
            tokens.append(_token(text, match))
        at = match.end()
    tokens.append(Token("end", "", at, at))
    return tokens


def is_plain(name: str) -> bool:
    """Whether a name is made of words only, so that it needs no quotes in a context."""
    return _PLAIN_NAME.fullmatch(name) is not None


def invalid(text: str, at: int, reason: str, suggestion: str = "") -> ExpressionInvalid:
    """The error with line and column of an offset in the text."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return ExpressionInvalid(text, reason, line=line, column=column, suggestion=suggestion)


def _token(text: str, match: re.Match[str]) -> Token:
    kind, written = str(match.lastgroup), match.group()
    if kind == "juel" and written in _JUEL:
        kind, written = _JUEL[written]
    elif kind in {"text", "juel"}:
        kind, written = "text", _unescaped(text, match.start(), written[1:-1])
    elif kind == "temporal":
        written = _unescaped(text, match.start(), written[written.index('"') + 1 : -1])
    return Token(kind, written, match.start(), match.end())


def _unescaped(text: str, at: int, written: str) -> str:
    """The content of a quoted text. A backslash before any other character stays: patterns are full of them."""
    if "\\" not in written:
        return written
    content = _ESCAPE.sub(_character, written)
    try:
        return content.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise invalid(text, at, "The text has half of a surrogate pair.") from None


def _character(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    if letter:
        return _ESCAPED[letter]
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _suggestion(text: str, at: int) -> str:
    if text[at] in _WIDE:
        return f"Use “{_WIDE[text[at]]}”."
    return next((hint for wrong, hint in _INSTEAD.items() if text.startswith(wrong, at)), "")
