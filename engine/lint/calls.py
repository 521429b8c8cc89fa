"""What an expression calls: functions and parameters that must exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from engine.feel.functions import BUILTINS
from engine.ports import Catalogue

_PARAMETER = re.compile(r'\b(?:parameter|due)\(\s*["\']([^"\']+)["\']\s*\)')


def unknown_calls(text: str, calls: Iterable[str], catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """The functions and parameters that nobody knows, each as rule, reason and remedy."""
    for name in sorted(calls):
        if not catalogue.exists("function", name):
            near = get_close_matches(name, BUILTINS, 1)
            remedy = f"Did you mean “{near[0]}”?" if near else "Call a function of FEEL or of the house."
            yield "function", f"There is no function “{name}” for “{text}”.", remedy
    for name in _PARAMETER.findall(text):
        if not catalogue.exists("parameter", name):
            yield "parameter", f"There is no parameter “{name}”.", "Add it to parameters.toml, or name one that is there."
