"""Attributes: literal text, expressions in `${…}` with the spellings of JUEL, mixes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.errors import ExpressionInvalid
from engine.feel import compile_attribute

SCOPE = {"a": 1, "yes": True, "no": False, "s": "x", "none": None, "empty list": [], "list": [1]}

ROWS = [
    ("R2/PT1H", "R2/PT1H"),
    ("", ""),
    ("costs $5 {net}", "costs $5 {net}"),
    ("${a + 1}", Decimal(2)),
    ("  ${a + 1}\n", Decimal(2)),
    ("${a + 1}\n", Decimal(2)),
    ("= a + 1", Decimal(2)),
    ("${a == 1}", True),
    ("${a != 1 || yes}", True),
    ("${a == 1 && !no}", True),
    ("${!yes}", False),
    ("${!(a == 2)}", True),
    ("${!none}", None),
    ("${not yes}", False),
    ("${not(yes)}", False),
    ("${empty none}", True),
    ("${empty s}", False),
    ("${empty ''}", True),
    ("${!empty list}", True),
    ("${empty list or s == 'x'}", True),
    ("${s == 'it\\'s'}", False),
    ("${'}' + \"{\"}", "}{"),
    ("${{b: 2}.b}", Decimal(2)),
    ("case ${a} of ${s}${none}", "case 1 of x"),
    ("${yes}/${no}", "true/false"),
]


@pytest.mark.parametrize(("text", "value"), [pytest.param(*row, id=row[0] or "nothing") for row in ROWS])
def test_an_attribute_has_a_value(text, value):
    assert compile_attribute(text).evaluate(SCOPE).value == value


@pytest.mark.parametrize(("text", "literal"), [("PT1H", True), ("${a}", False), ("x ${a}", False), ("=a", False)])
def test_an_attribute_knows_whether_it_is_literal(text, literal):
    assert compile_attribute(text).is_literal is literal


def test_an_attribute_knows_what_it_reads():
    attribute = compile_attribute("${order.id}-${due('PRM-ORD')} ${lines[open]}")

    assert (attribute.names, attribute.calls, attribute.perhaps) == ({"order", "lines"}, {"due"}, {"open"})


def test_the_diagnostics_of_all_parts_are_told():
    result = compile_attribute("${x} ${y}").evaluate({})

    assert result == (" ", ("There is no variable “x”.", "There is no variable “y”."))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("first ${a +}", 1, 12), ("first\nand ${a =}", 2, 10), ("open ${a", 1, 8), ("=a ==b", 1, 4), ("${a} ${'x}", 1, 8)],
)
def test_an_error_is_placed_in_the_whole_attribute(text, line, column):
    with pytest.raises(ExpressionInvalid) as caught:
        compile_attribute(text)

    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_text_that_grows_too_long_is_null():
    result = compile_attribute("x ${s}${s}").evaluate({"s": "a" * 600_000})

    assert result == (None, ("A text has more than 1000000 characters.",))


def test_an_attribute_of_very_many_expressions_is_refused():
    with pytest.raises(ExpressionInvalid, match="at most 20000 characters"):
        compile_attribute("${a}" * 5001)


def test_juel_is_not_spoken_outside_of_its_braces():
    with pytest.raises(ExpressionInvalid, match="FEEL writes “and”"):
        compile_attribute("= a && b")
