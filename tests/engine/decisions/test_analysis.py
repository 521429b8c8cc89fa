"""The analysis of decision tables."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions.analysis import analyse
from engine.errors import DecisionFailed
from tests.engine.decisions.drawn import decision, read, table


def findings(policy, inputs, rules, outputs=("o",)):
    found = read(decision("d", table(policy, inputs, outputs, *(rule.replace("'", '"') for rule in rules))))
    return [(problem.rule, problem.element, problem.reason, problem.severity) for problem in analyse(found.decisions["d"])]


SOUND = {
    "numbers in ranges": ("UNIQUE", ["x: number"], ["< 0.5 => 1", "[0.5..0.8) => 2", ">= 0.8 => 3"]),
    "allowed texts": ("UNIQUE", ['x: string ["A", "B", "C"]'], ["'A', 'B' => 1", "'C' => 2"]),
    "a negated text": ("UNIQUE", ["x: string"], ["'A' => 1", "not('A') => 2"]),
    "truth": ("UNIQUE", ["x: boolean", "y: boolean"], ["true | - => 1", "false | true => 2", "false | false => 3"]),
    "whole numbers": ("UNIQUE", ["x: integer"], ["<= 5 => 1", ">= 6 => 2"]),
    "allowed numbers": ("UNIQUE", ["x: number [>= 0]"], ["[0..5] => 1", "> 5 => 2"]),
    "dates": ("UNIQUE", ["x: date"], ["< @'2026-01-01' => 1", ">= @'2026-01-01' => 2"]),
    "moments": ("UNIQUE", ["x: dateTime"], ["< @'2026-01-01T00:00:00Z' => 1", ">= @'2026-01-01T00:00:00Z' => 2"]),
    "times": ("UNIQUE", ["x: time"], ["< @'12:00:00' => 1", "[@'12:00:00'..@'13:00:00'] => 2", "> @'13:00:00' => 3"]),
    "days and months": ("UNIQUE", ["x: dayTimeDuration"], ["< @'P2D' => 1", "[@'P2D'..@'P5D'] => 2", "> @'P5D' => 3"]),
    "years": ("UNIQUE", ["x: yearMonthDuration"], ["< @'P1Y' => 1", "[@'P1Y'..@'P3Y'] => 2", "> @'P3Y' => 3"]),
    "lists": ("UNIQUE", ["x: list"], ["list contains(?, 'A') => 1", "not(list contains(?, 'A')) => 2"]),
    "values of a kind that nobody knows": ("UNIQUE", ["x"], ["count(?) > 1 => 1", "not(count(?) > 1) => 2"]),
    "between and in": ("UNIQUE", ["x: number"], ["? between 1 and 3 => 1", "not(? in [1..3]) => 2"]),
    "the same input in two columns": ("UNIQUE", ["x: number", "x: number"], ["< 5 | - => 1", "- | >= 5 => 2"]),
    "expressions with ?": ("UNIQUE", ["x: number"], ["? * 2 > 10 and ? < 7 => 1", "? >= 7 or ? * 2 <= 10 => 2"]),
    "cells that read other variables": ("UNIQUE", ["x: number"], ["> y => 1", "<= y => 2"]),
    "first with an else": ("FIRST", ["x: number"], ["> 5 => 1", "- => 2"]),
    "any that agrees": ("ANY", ["x: number"], ["> 5 => 1", "> 7 => 1", "<= 5 => 2"]),
    "collected": ("COLLECT", ["x: number"], ["> 5 => 1", "> 7 => 2"]),
}


@pytest.mark.parametrize(("policy", "inputs", "rules"), SOUND.values(), ids=SOUND)
def test_nothing_is_found_in_a_sound_table(policy, inputs, rules):
    assert findings(policy, inputs, rules) == []


UNSOUND = {
    "a gap at a point": (
        ("UNIQUE", ["x: number"], ["< 5 => 1", "> 5 => 2"]),
        [("gap", "table", "No rule matches x = 5.", "warning")],
    ),
    "a gap between whole numbers": (
        ("UNIQUE", ["x: number"], ["<= 5 => 1", ">= 6 => 2"]),
        [("gap", "table", "No rule matches x = 5.5.", "warning")],
    ),
    "a gap of another text": (
        ("UNIQUE", ["x: string"], ["'A', 'B' => 1"]),
        [("gap", "table", 'No rule matches x = "other".', "warning")],
    ),
    "a gap in one corner": (
        ("UNIQUE", ["x: boolean", "y: number"], ["true | - => 1", "false | < 3 => 2"]),
        [("gap", "table", "No rule matches x = false, y = 3.", "warning")],
    ),
    "an overlap at a bound": (
        ("UNIQUE", ["x: number"], ["<= 5 => 1", ">= 5 => 2"]),
        [("overlap", "r2", "The rules 1 and 2 both match x = 5.", "error")],
    ),
    "an overlap of any inputs": (
        ("UNIQUE", ["x: boolean"], ["- => 1", "- => 2"]),
        [("overlap", "r2", "The rules 1 and 2 both match any input.", "error")],
    ),
    "an overlap of texts": (
        ("UNIQUE", ["x: string", "y: boolean"], ["'A', 'B' | - => 1", "not('A', 'B') | - => 3", "'B' | true => 2"]),
        [("overlap", "r3", 'The rules 1 and 3 both match x = "B", y = true.', "error")],
    ),
    "a gap between days": (
        ("UNIQUE", ["x: date"], ["< @'2026-01-01' => 1", "> @'2026-01-05' => 2"]),
        [("gap", "table", "No rule matches x = 2026-01-01.", "warning")],
    ),
    "a contradiction": (
        ("ANY", ["x: number"], ["< 5 => 1", "> 3 => 2"]),
        [("conflict", "r2", "The rules 1 and 2 both match x = 4, but give different results.", "error")],
    ),
    "a rule that nothing passes": (
        ("UNIQUE", ["x: number"], ["? > 5 and ? < 3 => 1", "- => 2"]),
        [("unreachable", "r1", "Rule 1 can never match: no “x” passes.", "warning")],
    ),
    "a rule for what is not allowed": (
        ("FIRST", ['x: string ["A", "B"]'], ["'C' => 1", "- => 2"]),
        [("unreachable", "r1", "Rule 1 can never match: no “x” passes.", "warning")],
    ),
    "a rule behind others": (
        ("FIRST", ["x: number"], ["> 5 => 1", "<= 5 => 2", "7 => 3"]),
        [("unreachable", "r3", "Rule 3 can never be the first to match: the rules before it take all its inputs.", "warning")],
    ),
    "a number in quotes": (
        ("COLLECT", ["x: number"], ["'5' => 1"]),
        [
            ("type", "r1", "Rule 1 compares “x”, a number, with a string.", "error"),
            ("unreachable", "r1", "Rule 1 can never match: no “x” passes.", "warning"),
        ],
    ),
    "a misfit inside a range and a test": (
        ("COLLECT", ["x: date"], ["[1..2], < 'a' => 1"]),
        [
            ("type", "r1", "Rule 1 compares “x”, a date, with a number.", "error"),
            ("type", "r1", "Rule 1 compares “x”, a date, with a string.", "error"),
            ("unreachable", "r1", "Rule 1 can never match: no “x” passes.", "warning"),
        ],
    ),
}


@pytest.mark.parametrize(("drawn", "expected"), UNSOUND.values(), ids=UNSOUND)
def test_what_is_wrong_is_found_with_an_example(drawn, expected):
    assert findings(*drawn) == expected


def test_an_output_of_another_type_is_found():
    found = findings("COLLECT", ["x: number"], ["> 5 => '5'"], outputs=["o: number"])

    assert found == [("type", "r1", "Rule 1 gives a string for “o”, a number.", "error")]


def test_a_default_output_leaves_no_gap():
    assert findings("UNIQUE", ["x: number"], ["> 5 => 1"], outputs=["o = 2"]) == []


def test_a_huge_table_is_not_compared():
    assert findings("UNIQUE", ["x: number"], [f"{number} => 1" for number in range(401)]) == [
        ("size", "table", "The table has more than 400 rules: they are not compared.", "warning")
    ]


def test_a_hostile_cell_is_left_out():
    forever = "some i in 1..1000000000 satisfies i + ? < 0"

    assert findings("UNIQUE", ["x: number"], [f"{forever} => 1", "> 5 => 2"]) == []
    assert findings("UNIQUE", [f"x: number [{forever}]"], ["> 5 => 2"]) == []


def test_findings_are_limited():
    assert len(findings("UNIQUE", ["x: number"], ["- => 1"] * 20)) == 50


def test_null_is_asked_only_where_a_cell_speaks_of_it():
    assert findings("UNIQUE", ["x: boolean"], ["null => 1", "true => 2"]) == [
        ("gap", "table", "No rule matches x = false.", "warning")
    ]


CELLS = st.sampled_from(["-", "1", "2", "< 1", "<= 1", "> 1", "> 2", "[1..2]", "(1..2)", "not(1)", "1, 2"])
GRID = [0, 1, 1.5, 2, 3]


@settings(max_examples=100)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_gaps_and_overlaps_are_found_exactly_when_there_are_some(cells):
    found = read(decision("d", table("UNIQUE", ["x: number", "y: number"], ["o"], *(f"{a} | {b} => 1" for a, b in cells))))
    gap = overlap = False
    for x, y in product(GRID, GRID):
        try:
            gap |= found.evaluate("d", {"x": x, "y": y}).matched == ()
        except DecisionFailed:
            overlap = True

    rules = {problem.rule for problem in analyse(found.decisions["d"])}

    assert ("gap" in rules, "overlap" in rules) == (gap, overlap)
