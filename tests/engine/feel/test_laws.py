"""Laws that hold for all values: logic, ranges, dates, numbers, the border."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ExpressionInvalid
from engine.feel import Months, compile_attribute, compile_expression, compile_unary_tests, to_feel, to_json
from tests.engine.feel.tables import written

few = settings(max_examples=60)
truths = st.sampled_from([True, False, None])
integers = st.integers(-(10**9), 10**9)
numbers = st.decimals(-(10**9), 10**9, places=3)
days = st.dates(min_value=datetime(1900, 1, 1, tzinfo=UTC).date(), max_value=datetime(2200, 1, 1, tzinfo=UTC).date())
moments = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1))  # noqa: DTZ001  # hypothesis adds the zone
lengths = st.timedeltas(timedelta(days=-10_000), timedelta(days=10_000))
json_values = st.recursive(
    st.none() | st.booleans() | integers | st.floats(-1e9, 1e9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def holds(text, **scope):
    return compile_expression(text).evaluate(scope).value


@few
@given(a=truths, b=truths, c=truths)
@pytest.mark.parametrize(
    "law",
    [
        "is(a and b, b and a)",
        "is(a or b, b or a)",
        "is(not(a and b), not(a) or not(b))",
        "is(not(a or b), not(a) and not(b))",
        "is(a and (b and c), (a and b) and c)",
        "is(a and (b or c), (a and b) or (a and c))",
        "is(not(not(a)), a)",
        "is(all([a, b, c]), a and b and c)",
        "is(any([a, b, c]), a or b or c)",
        "is(every x in [a, b, c] satisfies x, a and b and c)",
        "is(some x in [a, b, c] satisfies x, a or b or c)",
    ],
)
def test_logic_with_null_keeps_its_laws(law, a, b, c):
    assert holds(law, a=a, b=b, c=c) is True


@few
@given(x=integers, a=integers, b=integers)
@pytest.mark.parametrize(
    "law",
    [
        "x in [a..b] = (x >= a and x <= b)",
        "x in (a..b) = (x > a and x < b)",
        "x in [a..b) = (x between a and b and x != b)",
        "during(x, [a..b]) = (x in [a..b])",
        "before(x, [a..b]) or after(x, [a..b]) or x in [a..b]",
        "not(before([a..b], x)) = (x <= b)",
        "overlaps([a..b], (b..b + 1]) = false",
        "coincides([a..b], [a..b])",
        "x in (>= a) = (x >= a)",
        "(if x > a then x else a) = max(x, a)",
    ],
)
def test_ranges_keep_their_laws(law, x, a, b):
    a, b = min(a, b), max(a, b) + 1

    assert holds(law, x=x, a=a, b=b) is True


@few
@given(day=days, moment=moments, length=lengths, months=st.integers(-1200, 1200))
@pytest.mark.parametrize(
    "law",
    [
        "moment + length - length = moment",
        "(moment + length) - moment = length",
        'day + @"P1D" > day',
        '(day + @"P40D") - day = @"P40D"',
        "(day + months).day <= day.day",
        'years and months duration(day, day + @"P12M") in [@"P11M"..@"P12M"]',
        "date and time(string(moment)) = moment",
        "date(string(day)) = day",
        "duration(string(length)) = length",
        "duration(string(months)) = months",
        "-(-length) = length",
        "length * 2 / 2 = length",
        "date(day.year, day.month, day.day) = day",
    ],
)
def test_dates_and_durations_keep_their_laws(law, day, moment, length, months):
    assert holds(law, day=day, moment=moment, length=length, months=Months(months)) is True


@few
@given(a=numbers, b=numbers)
@pytest.mark.parametrize(
    "law",
    [
        "a + b - b = a",
        "a * b = b * a",
        "floor(a) <= a and a <= ceiling(a)",
        "decimal(a, 3) = a",
        "abs(a) = abs(-a)",
        "if b = 0 then true else modulo(a, b) + b * floor(a / b) = a",
        "number(string(a)) = a",
        "round half up(a, 0) in [floor(a)..ceiling(a)]",
        "sort([b, a]) = [min(a, b), max(a, b)]",
    ],
)
def test_numbers_keep_their_laws(law, a, b):
    assert holds(law, a=a, b=b) is True


@few
@given(json_values)
def test_json_survives_the_way_through_feel(value):
    assert to_json(to_feel(value)) == value


@few
@given(json_values)
def test_what_feel_writes_feel_reads(value):
    feel = to_feel(value)

    assert compile_expression(written(feel)).evaluate({}).value == feel


@few
@given(st.text(alphabet="ab1 +-*/<>=()[]{}.,:\"'?@!&|$\\\n", max_size=30) | st.text(max_size=30))
def test_any_text_is_either_compiled_and_evaluated_or_refused(text):
    scope = {"a": 1, "b": [Decimal(2)]}

    for build in (compile_expression, compile_attribute):
        with suppress(ExpressionInvalid):
            build(text).evaluate(scope)
    with suppress(ExpressionInvalid):
        compile_unary_tests(text).evaluate(1, scope)
