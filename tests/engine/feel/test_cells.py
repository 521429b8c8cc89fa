"""Unary tests: the cells of decision tables."""

from __future__ import annotations

import pytest

from engine.feel import compile_unary_tests

SCOPE = {"limit": 2, "codes": ["A", "B"], "open": True}

ROWS = [
    ("-", None, True),
    ("", 1, True),
    ('"A"', "A", True),
    ('"A"', "B", False),
    ('"A"', None, False),
    ('"A"', 1, None),
    ('"A", "B"', "B", True),
    ('"A", "B"', "C", False),
    ('"A", "B"', None, False),
    ('not("A", "B")', "C", True),
    ('not("A", "B")', "A", False),
    ('not("A")', None, True),
    ("not(> 5)", 6, False),
    ("not(> 5)", None, None),
    ("not(open)", True, False),
    ("not([5..8))", 10, True),
    ("not([5..8))", 5, False),
    ("not(]1..10[, < 0)", 1, True),
    ("not(> 2, [5..8))", 1, True),
    ("not([1..2)) and ? > 3", 4, None),
    ("not(open) or ? = 3", 3, True),
    ("1, 2, 3", 2, True),
    ("1", 1.0, True),
    ("-1", -1, True),
    ("< 5", 4, True),
    ("<= 5", 5, True),
    ("> 5", 5, False),
    (">= 5", 5, True),
    ("= 5", 5, True),
    ("!= 5", 5, False),
    ("< 5", None, None),
    ("< 5", "4", None),
    ("> limit", 3, True),
    ("< 1, > 5", 3, False),
    ("[1..5]", 5, True),
    ("(1..5)", 5, False),
    ("]1..5]", 1, False),
    ("[1..5[", 5, False),
    ("[-5..-1]", -3, True),
    ("[limit..limit + 1]", 3, True),
    ('["a".."c"]', "b", True),
    ("[1..5]", "3", None),
    ("null", None, True),
    ("null", 1, False),
    ("not(null)", None, False),
    ("true", True, True),
    ("true", False, False),
    ("false", None, False),
    ("open", 7, True),
    ("codes", "B", True),
    ("codes", "C", False),
    ("? > 3 and ? < 5", 4, True),
    ("?", False, True),
    ("? in codes", "A", True),
    ("? * 2", 4, False),
    ("count(?) > 1", [1, 2], True),
    ('list contains(?, "A")', ["A"], True),
    ("[1, 2]", 2, True),
    ("[1, 2]", [1, 2], True),
    ('@"2026-05-01"', "2026-05-01", None),
    ('> @"2026-05-01"', None, None),
    ("missing", 1, False),
]


@pytest.mark.parametrize(("cell", "value", "passes"), [pytest.param(*row, id=f"{row[0]} for {row[1]!r}") for row in ROWS])
def test_a_cell_lets_a_value_pass(cell, value, passes):
    assert compile_unary_tests(cell).evaluate(value, SCOPE).value is passes


def test_why_a_cell_is_null_is_told():
    result = compile_unary_tests("< 5").evaluate("4", {})

    assert result == (None, ("A string cannot be compared with a number.",))


def test_what_a_cell_reads_is_known():
    tests = compile_unary_tests("> limit, due(?), codes[code > floor]")

    assert (tests.names, tests.calls, tests.perhaps) == ({"limit", "codes"}, {"due"}, {"code", "floor"})
