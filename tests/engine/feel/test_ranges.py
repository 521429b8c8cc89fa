"""The functions that compare points and ranges."""

from __future__ import annotations

import pytest

from tests.engine.feel.tables import rows, value_of

TABLE = r"""
before(1, 10) => true
before(10, 1) => false
before(1, [1..10]) => false
before(1, (1..10]) => true
before([1..10], 10) => false
before([1..10), 10) => true
before([1..10], [10..20]) => false
before([1..10), [10..20]) => true
after(12, [1..10]) => true
after([5..10], 4) => true
after([11..20], [1..10]) => true
meets([1..5],[5..10]) => true
meets([1..5),[5..10]) => false
met by([5..10],[1..5]) => true
overlaps([1..5],[3..8]) => true
overlaps([1..5],[6..8]) => false
overlaps([1..5],[5..8]) => true
overlaps([1..5],(5..8]) => false
overlaps before([1..5],[3..8]) => true
overlaps before([1..5],[5..8]) => true
overlaps before([1..5),(1..5]) => true
overlaps before([1..5],(1..5]) => true
overlaps after([3..8],[1..5]) => true
overlaps after([5..8],[1..5]) => true
overlaps after((1..5],[1..5)) => true
finishes(10,[1..10]) => true
finishes(10,[1..10)) => false
finishes([5..10],[1..10]) => true
finished by([1..10],10) => true
finished by([1..10],[5..10]) => true
includes([1..10],5) => true
includes([1..10],1) => true
includes((1..10],1) => false
includes([1..10],[4..6]) => true
includes((1..5],[1..5]) => false
during(5,[1..10]) => true
during([4..6],[1..10]) => true
starts(1,[1..10]) => true
starts([1..5],[1..10]) => true
starts([1..5],(1..10]) => false
started by([1..10],1) => true
started by([1..10],[1..5]) => true
coincides(5,5) => true
coincides([1..5],[1..5]) => true
coincides([1..5),[1..5]) => false
range("[1..3]") => [1..3]
5 in range("[1..10]") => true
before([1..5], [6..10]) => true
before((< 5), [5..10]) => true
before((<= 5), [5..10]) => false
after([6..10], [1..5]) => true
after((> 5), 5) => true
before(1, "a") => null
before(null, 1) => null
met by((5..10], [1..5]) => false
overlaps([1..5), [5..8]) => false
overlaps before([1..5], [6..8]) => false
overlaps before([1..5], (5..8]) => false
overlaps before([1..5), [5..8]) => false
overlaps before([1..5), [1..5]) => false
overlaps before([1..5], [1..5]) => false
overlaps after([4..5], [1..3]) => false
overlaps after((5..8], [1..5]) => false
finishes([5..10), [1..10]) => false
finishes((1..10], [1..10]) => true
includes([1..10], [1..10)) => true
includes([1..10), [1..10]) => false
includes((> 0), [1..10]) => true
during((1..10), [1..10]) => true
starts((1..5], [1..10]) => false
starts([1..10], [1..10)) => false
coincides([1..5], [1..6]) => false
coincides(@"2026-01-01", @"2026-01-01") => true
range("(1..3]") => (1..3]
range("[\"a\"..\"c\"]") => ["a".."c"]
range("[@\"2026-01-01\"..@\"2026-02-01\"]") => [2026-01-01..2026-02-01]
range("[3..1]") => null
range("[date(\"2026-01-01\")..@\"2026-02-01\"]") => [2026-01-01..2026-02-01]
range("[2..)") = (>= 2) => true
range("(..2)") = (< 2) => true
range("[..2)") => null
range("(..)") => null
range("1") => null
range("[a..b]") => null
range("[1..") => null
"""


@pytest.mark.parametrize(("expression", "value"), rows(TABLE))
def test_an_expression_gives_what_the_standard_says(expression, value):
    assert value_of(expression) == value
