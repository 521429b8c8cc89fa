"""Tables of expressions and what they give, written as FEEL writes values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.feel import compile_expression
from engine.feel.functions.conversion import text_of_value

FACTS = {
    "a": 1,
    "b": 2.5,
    "s": "foo",
    "n": None,
    "xs": [1, 2, 3],
    "people": [{"name": "x", "age": 20}, {"name": "y", "age": 30}],
    "c": {"x": 1, "y": {"z": "deep"}},
}


def rows(table: str) -> list[Any]:
    """One parameter per line `expression => value`."""
    lines = [line.split(" => ") for line in table.strip().splitlines() if line.strip()]
    return [pytest.param(expression, value, id=expression) for expression, value in lines]


def written(value: object) -> str:
    """A FEEL value as FEEL writes it, texts in quotes."""
    return text_of_value([value])[1:-1]


def value_of(expression: str, scope: Mapping[str, Any] = FACTS) -> str:
    """What an expression gives, as FEEL writes it."""
    return written(compile_expression(expression).evaluate(scope).value)
