"""Names fitted into shapes: how wide they are, and where their lines break."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Where wide scripts begin: one character is as wide as the letters are high.
_WIDE = "\u2e80"
_NARROW = frozenset("iljtfr.,:;'|!()[] ")
_BROAD = frozenset("mwMWGOQ@%")
#: Never at the head of a line.
_CLOSING = frozenset("，。、；：！？）》」』”’%)]}.,;:!?")
_LINE = 1.25
_SIZES = (12.0, 11.0, 10.0, 9.0)
_PIECES = re.compile(r"[^\s\u2e80-\uffff]+|[\u2e80-\uffff]|\s+")


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text broken into lines, at a size in points."""

    lines: tuple[str, ...]
    size: float

    @property
    def height(self) -> float:
        """How high all lines are together."""
        return len(self.lines) * self.size * _LINE

    @property
    def step(self) -> float:
        """From one line to the next."""
        return self.size * _LINE


def fitted(text: str, width: float, height: float) -> Lettering:
    """A text at the largest size at which it fits; what still does not fit at the smallest ends in an ellipsis.

    >>> fitted("Register the order", 90, 60).lines
    ('Register the', 'order')
    >>> fitted("登记订单信息并指派评审人", 60, 60).lines
    ('登记订单信', '息并指派评', '审人')
    """
    for size in _SIZES:
        found = Lettering(tuple(wrapped(text, width, size)), size)
        if found.height <= height and all(wide(line, size) <= width for line in found.lines):
            return found
    most = max(1, int(height / (_SIZES[-1] * _LINE)))
    lines = wrapped(text, width, _SIZES[-1])
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = kept[-1][: max(1, len(kept[-1]) - 1)] + "…"
    return Lettering(tuple(kept), _SIZES[-1])


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The lines of a text, none wider than the width if a break can help it."""
    lines = [""]
    for piece in _pieces(text, width, size):
        if piece.isspace():
            lines[-1] += " " if lines[-1] else ""
        elif wide(lines[-1] + piece, size) <= width or not lines[-1] or piece in _CLOSING:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.rstrip() for line in lines if line.strip()]


def wide(text: str, size: float) -> float:
    """About how wide a text is."""
    return size * sum(map(_share, text.rstrip()))


def _share(character: str) -> float:
    if character >= _WIDE:
        return 1.0
    if character in _NARROW:
        return 0.31
    if character in _BROAD:
        return 0.86
    return 0.68 if character.isupper() else 0.56


def _pieces(text: str, width: float, size: float) -> list[str]:
    """Words and wide characters; a word that is wider than a line is cut."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        while wide(piece, size) > width and len(piece) > 1:
            cut = max(1, next((n for n in range(len(piece), 1, -1) if wide(piece[:n], size) <= width), 1))
            pieces.append(piece[:cut])
            piece = piece[cut:]  # noqa: PLW2901 - what is left of the word
        pieces.append(piece)
    return pieces
