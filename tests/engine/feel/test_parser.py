"""What does not parse, and where names begin and end."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.errors import ExpressionInvalid
from engine.feel import compile_expression, compile_unary_tests

INVALID = [
    ("", 1, 1, "A value was expected, not the end."),
    ("1 +", 1, 4, "A value was expected, not the end."),
    ("(1", 1, 3, "“)” was expected, not the end."),
    ("1 2", 1, 3, "An operator or the end was expected, not “2”."),
    ("if a then 1", 1, 12, "“else” was expected, not the end."),
    ("a > 3 adn b", 1, 7, "An operator or the end was expected, not “adn”. Did you mean “and”?"),
    ("if a thn 1", 1, 11, "“then” was expected, not the end."),
    ("a ==\n b", 1, 3, "“==” does not belong here. FEEL compares with “=”."),
    ("a &&b", 1, 3, "“&&” does not belong here. FEEL writes “and”."),
    ("a || b", 1, 3, "“||” does not belong here. FEEL writes “or”."),
    ("!a", 1, 1, "“!” does not belong here. FEEL writes “not(…)”."),
    ("a = 'x'", 1, 5, "“'” does not belong here. Texts stand in double quotes."),
    ('"abc', 1, 1, '“"” does not belong here. The closing quote is missing.'),
    ("a\n  > 3 # 4", 2, 7, "“#” does not belong here."),
    ("金额， 5", 1, 3, "“，” does not belong here. Use “,”."),
    ("f（1）", 1, 2, "“（” does not belong here. Use “(”."),
    ("1 < 2 < 3", 1, 7, "Comparisons cannot be chained. Use “and”, or “between … and …”."),
    ("a between 1 or 2", 1, 13, "“and” was expected, not “or”."),
    ('@"2026-13-01"', 1, 1, '“2026-13-01” is no date, time or duration. Write @"2026-01-31" or @"P2D".'),
    ("{a: 1, a: 2}", 1, 8, "The entry “a” is there twice."),
    ("{a 1}", 1, 2, "The name of an entry was expected, not “a”."),
    ("[1..2", 1, 6, "“)” or “]” was expected, not the end."),
    ("f(a: 1, 2)", 1, 10, "A name for every argument, or for none, was expected, not “)”."),
    ("for x return 1", 1, 7, "“in” was expected, not “return”."),
    ("for 1 in x return 1", 1, 5, "A name was expected, not “1”."),
    ("some x in y return 1", 1, 13, "“satisfies” was expected, not “return”."),
    ("function(x) external {java: {}}", 1, 13, "External functions are not supported. Write the function in FEEL."),
    ("function(1+) x", 1, 10, "The name of a parameter was expected, not “1”."),
    ("a.", 1, 3, "A name was expected, not the end."),
    ("5abc", 1, 1, "“5” does not belong here."),
    ("x + 12.5abc", 1, 5, "“1” does not belong here."),
    ('"\\ud83d"', 1, 1, "The text has half of a surrogate pair."),
    ("1e7000", 1, 1, "The number is too large."),
    ("1 /* open", 1, 3, "“/” does not belong here. The end of the comment is missing."),
    ("and", 1, 1, "A value was expected, not “and”."),
    ("x instance of context<1>", 1, 23, "The name of an entry was expected, not “1”."),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), [pytest.param(*row, id=row[0] or "nothing") for row in INVALID])
def test_an_error_says_where_and_what(text, line, column, message):
    with pytest.raises(ExpressionInvalid) as caught:
        compile_expression(text)

    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert f"{error.reason} {error.suggestion}".strip().startswith(message)


@pytest.mark.parametrize("cell", ["1,", ",", "not(1", "[1..", "< ", "- 1 -"])
def test_a_broken_cell_is_refused(cell):
    with pytest.raises(ExpressionInvalid):
        compile_unary_tests(cell)


NAMES = [
    ("Applicant Age > 18", {"Applicant Age": 20}, ()),
    ("monthly income * 12 = 1200", {"monthly income": 100}, ()),
    ('客户.信用 等级 = "A"', {"客户": {"信用 等级": "A"}}, ()),
    ("größe + λόγος + ёж = 3", {"größe": 1, "λόγος": 1, "ёж": 1}, ()),
    ("review_wd = 3", {"review_wd": 3}, ()),
    ("Pre-bureau risk = 1", {"Pre-bureau risk": 1}, ("Pre-bureau risk",)),
    ("profit + loss - 1 = 4", {"profit + loss": 5}, ("profit + loss",)),
    ("a-b = 2", {"a": 3, "b": 1}, ()),
    ("a-b = 2", {"a-b": 2, "a": 9, "b": 9}, ("a-b",)),
    ("some value = 1", {"some value": 1}, ("some value",)),
    ("x.if = 1", {"x": {"if": 1}}, ()),
    ("x.in stock.end date = 1", {"x": {"in stock": {"end date": 1}}}, ()),
    ('{full name: "a b", greeting: "hi " + full name}.greeting = "hi a b"', {}, ()),
    ("{a-b: 1, c: a-b + 1}.c = 2", {}, ()),
    ("for line item in [1] return line item = 1", {}, ()),
    ("(for line-item in [1] return line-item) = [1]", {}, ()),
    ("(function(first-name) first-name)(1) = 1", {}, ()),
    ("date = 5 and count = 1", {"date": 5, "count": 1}, ()),
    ("external", {"external": True}, ()),
    ("item 2 = 1", {"item 2": 1}, ()),
]


@pytest.mark.parametrize(("text", "scope", "names"), [pytest.param(*row, id=row[0]) for row in NAMES])
def test_a_name_is_recognised(text, scope, names):
    value = compile_expression(text, names).evaluate(scope).value

    assert value is True or value == [True]


READS = [
    ("a.b + c[1].d", {"a", "c"}, set(), set()),
    ("for x in xs, y in x return x + y + z + partial", {"xs", "z"}, set(), set()),
    ("some x in xs satisfies x > y", {"xs", "y"}, set(), set()),
    ("{a: b, c: a}.c", {"b"}, set(), set()),
    ("(function(x) x + y)(z)", {"y", "z"}, set(), set()),
    ('due("PRM-ORD") + sum(xs)', {"xs"}, {"due"}, set()),
    ("lines[qty > least and item.open].price", {"lines"}, set(), {"qty", "least"}),
    ('mode = "FULL"', {"mode"}, set(), set()),
]


@pytest.mark.parametrize(("text", "names", "calls", "perhaps"), [pytest.param(*row, id=row[0]) for row in READS])
def test_what_an_expression_reads_is_known(text, names, calls, perhaps):
    expression = compile_expression(text)

    assert (expression.names, expression.calls, expression.perhaps) == (names, calls, perhaps)


def test_an_expression_is_compiled_once():
    assert compile_expression("a + 1") is compile_expression("a + 1")


def test_what_is_read_late_is_not_converted_early():
    class Watched(dict):
        def get(self, key, default=None):
            read.append(key)
            return super().get(key, default)

    read = []
    value = compile_expression("a > 1").evaluate(Watched(a=2, b=object())).value

    assert (value, set(read)) == (True, {"a"})


def test_json_numbers_become_decimals():
    assert compile_expression("a * 3").evaluate({"a": 0.1}).value == Decimal("0.3")
