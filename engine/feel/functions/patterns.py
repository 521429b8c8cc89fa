"""Regular expressions whose cost is bounded: RE2 takes linear time and a fixed amount of memory for every pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol, cast

import re2

from engine.feel.runtime import Refused

LONGEST_PATTERN = 1_000
_MOST_MEMORY = 4_000_000
_INVISIBLE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\s+", re.DOTALL)


class Match(Protocol):
    """Where a pattern was found."""

    def span(self) -> tuple[int, int]:
        """Its start and end."""

    def group(self, number: int) -> str | None:
        """A group's text; 0 is the whole."""


class Pattern(Protocol):
    """A compiled pattern."""

    groups: int

    def search(self, text: str) -> Match | None:
        """The first place."""

    def finditer(self, text: str) -> Iterator[Match]:
        """All places."""


@lru_cache(maxsize=512)
def pattern(text: str, flags: str) -> Pattern:
    """The compiled pattern; flags are of `s m i x`.

    Raises:
        Refused: it is malformed, too long, or needs more than RE2 offers (back references, looking around).
    """
    if set(flags) - set("smix"):
        raise Refused(f"the flags “{flags[:20]}” are not of s, m, i, x")
    if len(text) > LONGEST_PATTERN:
        raise Refused(f"a pattern has at most {LONGEST_PATTERN} characters")
    if "x" in flags:
        text = _INVISIBLE.sub(lambda match: "" if match.group().isspace() else match.group(), text)
    inline = "".join(flag for flag in "smi" if flag in flags)
    options = re2.Options()
    options.max_mem = _MOST_MEMORY
    options.log_errors = False
    try:
        return cast("Pattern", re2.compile(f"(?{inline}){text}" if inline else text, options))
    except (re2.error, UnicodeEncodeError) as error:
        raise Refused(f"the pattern cannot be used: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
