"""All functions of the standard, by name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.functions.book import Builtin
from engine.feel.functions.contexts import CONTEXTS
from engine.feel.functions.conversion import CONVERSION
from engine.feel.functions.lists import LISTS
from engine.feel.functions.numbers import NUMBERS
from engine.feel.functions.ranges import RANGES
from engine.feel.functions.strings import STRINGS
from engine.feel.functions.times import TIMES

BUILTINS: Mapping[str, Builtin] = {
    name: builtin
    for book in (CONVERSION, STRINGS, LISTS, NUMBERS, TIMES, RANGES, CONTEXTS)
    for name, builtin in book.functions.items()
}
