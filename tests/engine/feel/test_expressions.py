"""Evaluation: host functions, the clock, diagnostics, limits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.errors import DecisionFailed, ExpressionInvalid, NotFound
from engine.feel import compile_expression, to_json

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)


def failing(key):
    raise NotFound("parameter", key)


HOST = {
    "workdays": lambda count: NOW + timedelta(days=int(count)),
    "double": lambda n: n * 2,
    "late": lambda start, by: [start, by],
    "due": failing,
    "facts": lambda: {"a": 1, "b": [1.5]},
    "upper case": lambda text: "own",
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("double(2)", Decimal(4)),
        ("double(n: 2)", Decimal(4)),
        ("workdays(3) > now()", True),
        ("late(start: today(), by: 1)", [date(2026, 5, 4), Decimal(1)]),
        ("facts().b[1]", Decimal("1.5")),
        ('upper case("x")', "own"),
        ("for f in [double] return f(3)", [Decimal(6)]),
        ("now()", NOW),
    ],
)
def test_functions_of_the_host_are_called_with_feel_values(text, value):
    assert compile_expression(text).evaluate({}, HOST, now=NOW).value == value


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ('due("PRM-X")', ("due: There is no parameter “PRM-X”.",)),
        ("double()", ("double: <lambda>() missing 1 required positional argument: 'n'",)),
        ("nothing(1)", ("There is no function “nothing”.",)),
        ("a(1)", ("“a” is no function.",)),
        ("a.b", ("A number has no “b”.",)),
        ("x + 1", ("There is no variable “x”.", "“+” does not go with a null and a number.")),
        ("a / 0", ("“/” has no result: division by zero.",)),
        ('a = "1"', ("A number cannot be compared with a string.",)),
        ("c.d", ("There is no “d” in the context.",)),
        ("substring(1, 2)", ("substring: “string” must be a string, not a number.",)),
        ('substring("a")', ("substring: it takes 2 to 3 values.",)),
        ('substring(text: "a", start position: 1)', ("substring: it has no parameter “text”.",)),
        ("now()", ("now: there is no clock here.",)),
        ('date("x")', ("date: “x” is no date.",)),
        ("[1, 2][5]", ("A list of 2 has no item 5.",)),
        ("a and true", ("“and” does not go with a number.",)),
        ("bad", ("set is not a JSON value.",)),
    ],
)
def test_null_comes_with_its_reason(text, notes):
    result = compile_expression(text).evaluate({"a": 1, "c": {}, "bad": {1}}, HOST)

    assert result == (None, notes)


def test_a_failed_step_inside_of_a_host_function_stays_failed():
    def decided():
        raise DecisionFailed("table", "the rules 1, 2 match at once")

    with pytest.raises(DecisionFailed):
        compile_expression("decided()").evaluate({}, {"decided": decided})


def test_a_defect_of_a_host_function_is_not_hidden():
    def broken():
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        compile_expression("broken()").evaluate({}, {"broken": broken})


DOUBLING = ", ".join(["a0: [0, 0]", *(f"a{i}: [a{i - 1}, a{i - 1}]" for i in range(1, 50))])
GROWING = ", ".join(['a0: "0123456789"', *(f"a{i}: a{i - 1} + a{i - 1}" for i in range(1, 50))])

HOSTILE = {
    "a million rounds": ("for i in 1..1000000 return i", "100000 items"),
    "nested rounds": ("for i in 1..1000 return for j in 1..1000 return i", "steps"),
    "an endless search": ("some i in 1..1000000000 satisfies i < 0", "steps"),
    "endless recursion": ("{f: function(n) f(n), r: f(1)}.r", "too deep"),
    "a self-calling function": ("(function(f) f(f))(function(f) f(f))", "too deep"),
    "a doubling list": (f"{{{DOUBLING}}}.a49", "100000 values"),
    "a doubling list, flattened": (f"flatten({{{DOUBLING}}}.a49)", "steps"),
    "a doubling list, compared": (f"{{{DOUBLING}, r: a49 = a49}}.r", "steps"),
    "a doubling list, written": (f"string({{{DOUBLING}}}.a49)", "1000000 characters"),
    "a doubling text": (f"{{{GROWING}}}.a49", "1000000 characters"),
    "a bomb of replacement": (f'replace("{"a" * 2000}", "a", "{"b" * 5000}")', "1000000 characters"),
    "a long list": ("append([1], for i in 1..99999 return i)", "100000 values"),
    "numbers too large to count": ("for i in 1E40..2E40 return i", "too large"),
}


@pytest.mark.parametrize(("text", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_expression_gives_null_and_says_which_limit(text, reason):
    result = compile_expression(text).evaluate({})

    assert result.value is None
    assert reason in result.diagnostics[-1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('matches("' + "a" * 30 + 'b", "^(a+)+$")', False),
        ("9 ** 9 ** 9 > 0", True),
        ("10 ** 99999", None),
        ("1.0000001 ** 99999999999 > 1", True),
        ("exp(1000000)", None),
        ("+".join(["1"] * 5000), 5000),
        (" and ".join(["true"] * 2000), True),
    ],
    ids=["regex bomb", "tower", "huge power", "slow power", "huge exp", "long sum", "long and"],
)
def test_what_looks_hostile_may_just_be_cheap(text, value):
    assert to_json(compile_expression(text).evaluate({}).value) == value


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "-" * 5000 + "1",
        "not(" * 4000 + "true" + ")" * 4000,
        "a" + ".b" * 5000,
        "a" + "[1]" * 5000,
        "2" + " ** 2" * 3000,
        "x in (" * 3000 + "1" + ")" * 3000,
        "if a then " * 1000 + "1",
        "x instance of " + "list<" * 1000 + "number" + ">" * 1000,
        "1 " * 10_001,
    ],
    ids=lambda text: text[:12],
)
def test_what_is_nested_too_deep_or_too_long_does_not_compile(text):
    with pytest.raises(ExpressionInvalid, match=r"nested too deep|at most 20000"):
        compile_expression(text)


def test_a_value_that_json_cannot_nest_is_null():
    nested = []
    nested.append(nested)

    assert compile_expression("count(x)").evaluate({"x": nested}).value is None
