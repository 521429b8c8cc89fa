"""The border between FEEL and JSON."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.feel import Months, Range, compile_expression, to_feel, to_json

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("json", "feel"),
    [
        (None, None),
        (True, True),
        (1, Decimal(1)),
        (0.1, Decimal("0.1")),
        (1e300, Decimal("1e300")),
        (10**40, Decimal(10**40)),
        ("2026-01-01", "2026-01-01"),
        ([1, [2.5]], [Decimal(1), [Decimal("2.5")]]),
        ({"a": {"b": 1}}, {"a": {"b": Decimal(1)}}),
        ((1, 2), [Decimal(1), Decimal(2)]),
        (OrderedDict(a=1), {"a": Decimal(1)}),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (Decimal("1.50"), Decimal("1.50")),
    ],
)
def test_json_becomes_feel(json, feel):
    assert to_feel(json) == feel
    assert type(to_feel(json)) is type(feel)


@pytest.mark.parametrize(
    ("feel", "json"),
    [
        (None, None),
        (False, False),
        (Decimal("3.00"), 3),
        (Decimal("-0.5"), -0.5),
        (Decimal("1E20"), 1e20),
        (Decimal(2**63 - 1), 2**63 - 1),
        (date(2026, 1, 31), "2026-01-31"),
        (time(8, 5), "08:05:00"),
        (time(8, 5, tzinfo=SHANGHAI), "08:05:00+08:00"),
        (datetime(2026, 1, 31, 8, 5, tzinfo=UTC), "2026-01-31T08:05:00Z"),
        (datetime(2026, 1, 31, 8, 5, tzinfo=SHANGHAI), "2026-01-31T08:05:00+08:00"),
        (datetime(2026, 1, 31, tzinfo=timezone(timedelta(hours=-3))), "2026-01-31T00:00:00-03:00"),
        (timedelta(days=1, seconds=3661, microseconds=500_000), "P1DT1H1M1.5S"),
        (-timedelta(hours=2), "-PT2H"),
        (timedelta(), "PT0S"),
        (Months(-14), "-P1Y2M"),
        (Months(0), "P0M"),
        ([Decimal(1), {"a": date(2026, 1, 1)}], [1, {"a": "2026-01-01"}]),
    ],
)
def test_feel_becomes_json(feel, json):
    assert to_json(feel) == json
    assert type(to_json(feel)) is type(json)


@pytest.mark.parametrize(
    "value", [object(), {1}, b"x", {1: 2}, [object()]], ids=["object", "set", "bytes", "number as key", "inside"]
)
def test_what_is_no_value_is_refused(value):
    with pytest.raises(TypeError):
        to_feel(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="is not a number"):
        to_feel(value)


@pytest.mark.parametrize("value", [Range(Decimal(1), Decimal(2)), compile_expression("abs").evaluate({}).value, {1}, {1: 1}])
def test_what_json_has_not_is_refused(value):
    with pytest.raises(TypeError):
        to_json(value)


def test_a_number_beyond_json_is_refused():
    with pytest.raises(ValueError, match="too large"):
        to_json(Decimal("1E400"))


@pytest.mark.parametrize("convert", [to_feel, to_json])
def test_what_is_nested_too_deep_is_refused(convert):
    value = []
    for _ in range(200):
        value = [value]

    with pytest.raises(ValueError, match="nested too deep"):
        convert(value)
