"""Our FEEL beside feelin, an implementation in JavaScript: hundreds of expressions, and every difference decided by the standard.

Differences inside longer expressions are known by the construct that they contain; each is shown by an example of its own.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.feel import compile_expression, compile_unary_tests, to_json
from tests.engine.feel.generated import SCOPE, Generator

ROOT = Path(__file__).parents[3]
SEED, EXPRESSIONS, CELLS = 2026, 900, 300


@dataclass(frozen=True)
class Difference:
    """A known difference: an example, what either makes of it, where it may occur, and what the standard says (DMN 1.5)."""

    example: str
    ours: Any
    theirs: Any
    touches: str
    standard: str


DIFFERENCES = (
    Difference(
        'string(duration("P1M") * 2)',
        "P2M",
        None,
        r'duration\("[^"]*"\) \*',
        "10.3.2.3.4, table 55: durations times numbers are durations.",
    ),
    Difference(
        'string(date("2024-02-29") + duration("PT36H"))',
        "2024-03-01",
        "2024-03-01T12:00:00Z",
        r'date\("[^"]*"\) [+-] duration\("-?PT',
        "10.3.2.3.4, table 55: a date and a days and time duration make a date.",
    ),
    Difference(
        'string(years and months duration(date("2024-02-29"), date("2025-12-31")))',
        "P1Y10M",
        "P1Y10M2D",
        r"years and months duration\(",
        "10.3.4.1, table 72: the result is a years and months duration, which has no days.",
    ),
    Difference(
        'substring("lane", 9)', None, "", r"substring\(", "10.3.4.3, table 74: a start position must be one of the text; else null."
    ),
    Difference(
        "sublist([1], 2)", None, [], r"sublist\(", "10.3.4.4, table 75: a start position must be one of the list; else null."
    ),
    Difference(
        "remove([0, null, 2], -1)", [0, None], [0, 2], r"remove\(", "10.3.4.4, table 75: positions below zero count from the end."
    ),
    Difference(
        "insert before([], 1, 0)",
        None,
        [0],
        r"insert before\(",
        "10.3.4.4, table 75: a position must be one of the list; else null.",
    ),
    Difference("starts([1..3], [1..5])", True, None, r"(starts|finishes|during)\(", "10.3.4.9, table 80: defined for ranges."),
    Difference("after(null, 5)", None, False, r"(before|after)\(", "10.3.4: an argument outside its domain makes null."),
    Difference(
        "some x in [null] satisfies x > 1", None, False, r"(some|every) ", "10.3.2.14: some is the disjunction, with its null."
    ),
)


def theirs(expressions: Sequence[str], cells: Sequence[tuple[str, str]]) -> tuple[list[Any], list[Any]]:
    """What feelin makes of expressions, and of cells with their inputs."""
    script = Path(__file__).parent / "other" / "feelin.mjs"
    asked = json.dumps({"expressions": expressions, "cells": cells, "scope": SCOPE})
    done = subprocess.run(
        [ROOT / ".venv/bin/node", script, ROOT / "web/package.json"],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    found = json.loads(done.stdout)
    return found["expressions"], found["cells"]


def ours(expression: str) -> Any:
    """What we make of an expression."""
    return to_json(compile_expression(expression).evaluate(SCOPE).value)


def ours_of_cell(cell: str, value: str) -> bool:
    """Whether a cell lets an input pass."""
    return compile_unary_tests(cell).evaluate(compile_expression(value).evaluate({}).value, SCOPE).value is True


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same, numbers as far as doubles tell them apart."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-9 * max(1, abs(one))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def unexplained(asked: Sequence[str], mine: Sequence[Any], others: Sequence[Any]) -> list[tuple[str, Any, Any]]:
    """The expressions with two results that no known difference explains."""
    return [
        (expression, one, other)
        for expression, one, other in zip(asked, mine, others, strict=True)
        if not same(one, other) and not any(re.search(known.touches, expression) for known in DIFFERENCES)
    ]


def test_hundreds_of_expressions_give_the_same_but_for_the_listed_differences() -> None:
    asked = list(Generator(SEED).draw(EXPRESSIONS))
    others, _ = theirs(asked, [])

    mine = [ours(expression) for expression in asked]

    assert unexplained(asked, mine, others) == []
    assert sum(map(same, mine, others)) > 0.85 * EXPRESSIONS
    assert sum(value is not None for value in mine) > 0.6 * EXPRESSIONS


def test_hundreds_of_cells_let_the_same_inputs_pass() -> None:
    generator = Generator(SEED)
    cells = sorted({generator.cell() for _ in range(CELLS)})
    _, others = theirs([], cells)

    differing = [
        (cell, value, mine, other)
        for (cell, value), other in zip(cells, others, strict=True)
        if (mine := ours_of_cell(cell, value)) is not (other is True)
    ]

    assert differing == []


@pytest.mark.parametrize(("cell", "value"), [("[1..3]", '"lane"'), ("not(1)", '"lane"'), ("<= 2", "true"), ("not(<= 2)", "null")])
def test_a_test_on_a_value_of_another_kind_is_null_and_so_is_its_negation(cell: str, value: str) -> None:
    """DMN 1.5, 10.3.2.13: a comparison of values of different kinds is null, and null is no match."""
    _, (other,) = theirs([], [(cell, value)])

    assert (ours_of_cell(cell, value), other) == (False, True)


@pytest.mark.parametrize("known", DIFFERENCES, ids=[known.example for known in DIFFERENCES])
def test_a_listed_difference_is_one(known: Difference) -> None:
    ((other,), _) = theirs([known.example], [])

    assert (ours(known.example), other) == (known.ours, known.theirs)


def test_a_wrong_result_of_ours_would_be_seen() -> None:
    asked = ["1 + 1", 'upper case("a")', "xs[1]"]
    others, _ = theirs(asked, [])

    assert unexplained(asked, [2, "a", 2], others) == [('upper case("a")', "a", "A"), ("xs[1]", 2, 1)]
