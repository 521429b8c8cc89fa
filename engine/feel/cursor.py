"""A place in the tokens of an expression, and the reading of names, which may hold spaces and operators."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import pairwise

from engine.errors import ExpressionInvalid
from engine.feel.tokens import KEYWORDS, Token, invalid, scan

DEEPEST = 60

_IN_NAMES = frozenset("+-*/.")

#: Names of the standard that hold a keyword.
_WITH_KEYWORDS: dict[str, list[tuple[str, ...]]] = {
    "date": [("date", "and", "time")],
    "days": [("days", "and", "time", "duration")],
    "years": [("years", "and", "months", "duration")],
}


class Cursor:
    """Reads tokens one by one; knows the names that hold spaces or operators."""

    def __init__(self, text: str, names: Iterable[str], *, juel: bool) -> None:
        self.text = text
        self.juel = juel
        self.tokens = scan(text, juel=juel)
        self.index = 0
        self.depth = 0
        self._long_names = {first: known.copy() for first, known in _WITH_KEYWORDS.items()}
        for name in names:
            self.learn(name)

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.index]

    def advance(self) -> Token:
        """The next token, and goes past it."""
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def sees(self, *written: str) -> bool:
        """Whether the next token is one of these operators or keywords."""
        token = self.tokens[self.index]
        return token.text in written and token.kind in {"operator", "name"}

    def skip(self, *written: str) -> bool:
        """Goes past the next token if it is one of these operators or keywords."""
        if self.sees(*written):
            self.index += 1
            return True
        return False

    def expect(self, written: str) -> None:
        """Goes past this operator or keyword.

        Raises:
            ExpressionInvalid: something else is there.
        """
        if not self.skip(written):
            raise self.error(f"“{written}”", near=(written,))

    def expect_comma(self, closing: str) -> None:
        """Goes past the comma before a further part.

        Raises:
            ExpressionInvalid: neither a comma nor what closes the parts is there.
        """
        if not self.skip(","):
            raise self.error(f"“,” or “{closing}”")

    def error(self, expected: str, near: Iterable[str] = ()) -> ExpressionInvalid:
        """The error that something else was expected here."""
        token = self.token
        found = f"“{self.text[token.at : token.ends]}”" if token.kind != "end" else "the end"
        return invalid(self.text, token.at, f"{expected} was expected, not {found}.", self._suggestion(near))

    def nest(self) -> None:
        """Counts one level of nesting; `depth` is set back by who called.

        Raises:
            ExpressionInvalid: too deep.
        """
        self.depth += 1
        if self.depth > DEEPEST:
            raise invalid(self.text, self.token.at, "The expression is nested too deep.")

    def learn(self, name: str) -> None:
        """Makes known a name, so that it is recognised although it holds spaces or operators."""
        try:
            parts = tuple(token.text for token in scan(name)[:-1])
        except ExpressionInvalid:
            return
        if len(parts) > 1:
            known = self._long_names.setdefault(parts[0], [])
            known.append(parts)
            known.sort(key=len, reverse=True)

    def name(self) -> str:
        """A name: the longest known one, else all words up to the next keyword or operator.

        Raises:
            ExpressionInvalid: no name is here.
        """
        token = self.token
        if token.kind != "name":
            raise self.error("A name")
        for parts in self._long_names.get(token.text, ()):
            if self._follows(parts):
                return self._joined(len(parts))
        return self._words()

    def label(self, *stops: str) -> str | None:
        """A name that is being defined: everything up to one of the stops, if only words and the operators of names stand there."""
        index = self.index
        while self.tokens[index].text not in stops:
            token = self.tokens[index]
            if token.kind not in {"name", "number"} and (token.text not in _IN_NAMES or index == self.index):
                return None
            index += 1
        return self._joined(index - self.index) if index > self.index and self.token.kind == "name" else None

    def starts_long_name(self) -> bool:
        """Whether a known name with spaces or operators stands here."""
        return any(map(self._follows, self._long_names.get(self.token.text, ())))

    def _follows(self, parts: tuple[str, ...]) -> bool:
        tokens = self.tokens[self.index : self.index + len(parts)]
        return tuple(token.text for token in tokens) == parts and tokens[-1].kind != "text"

    def _words(self) -> str:
        count = 1
        while True:
            token = self.tokens[self.index + count]
            is_word = token.kind == "name" and token.text not in KEYWORDS
            is_digits = token.kind == "number" and token.text.isdigit()
            if not (is_word or is_digits):
                return self._joined(count)
            count += 1

    def _joined(self, count: int) -> str:
        """The next tokens as one name: one space where there was space, none where there was none."""
        tokens = self.tokens[self.index : self.index + count]
        self.index += count
        name = tokens[0].text
        for before, token in pairwise(tokens):
            name += (" " if token.at > before.ends else "") + token.text
        return name

    def _suggestion(self, near: Iterable[str]) -> str:
        word = self.token.text
        candidates = [candidate for candidate in (*near, *KEYWORDS) if candidate.isalpha()]
        close = get_close_matches(word.lower(), candidates, n=1, cutoff=0.6) if self.token.kind == "name" else []
        return f"Did you mean “{close[0]}”?" if close and close[0] != word else ""
