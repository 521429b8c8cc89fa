from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.errors import NotFound, SettingsInvalid
from engine.feel import compile_expression
from tasks.work.parameters import Parameter, Parameters, read_parameters

PROCESSES = Path(__file__).parents[3] / "processes"
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    return read_parameters((PROCESSES / "parameters.toml").read_text(encoding="utf-8"))


def value(parameters: Parameters, parameter: str, scope: dict[str, Any]) -> Any:
    return compile_expression(parameters.get(parameter).expression).evaluate(scope, {}, now=NOW).value


def test_the_house_has_all_hundred_parameters(parameters: Parameters) -> None:
    assert len(list(parameters)) == 100
    assert "PRM-ORD-STK" in parameters
    assert "PRM-ORD-XYZ" not in parameters


def test_a_parameter_says_what_it_means_in_three_languages(parameters: Parameters) -> None:
    meaning = {"en": "Register an order", "zh-Hans": "登记订单", "zh-Hant": "登記訂單"}

    assert parameters.get("PRM-ORD-INTAKE") == Parameter("PRM-ORD-INTAKE", "1", "wd", meaning)


@pytest.mark.parametrize(
    ("parameter", "scope", "expected"),
    [
        ("PRM-CUS-CONF", {}, 5),
        ("PRM-ORD-REV-TEC", {"review_due": {"review_wd": 2, "meeting_wd": 1}}, 2),
        ("PRM-ORD-MTG", {"review_due": {"review_wd": 2, "meeting_wd": 1}}, 1),
        ("PRM-REV-HEADSIGN", {}, "on"),
        ("PRM-ORD-APPR-AMT", {}, 1_000_000),
        ("PRM-REM-LEAD", {"allotted_wd": 3}, 1),
        ("PRM-REM-LEAD", {"allotted_wd": 0.5}, Decimal("0.25")),
        ("PRM-BID-REV", {"tender_wd": 7}, 2),
        ("PRM-REQ-REV", {}, 5),
        ("PRM-REQ-REV", {"plan_wd": 8}, 8),
    ],
)
def test_a_value_follows_the_variables_of_the_case(
    parameters: Parameters, parameter: str, scope: dict[str, Any], expected: object
) -> None:
    assert value(parameters, parameter, scope) == expected


def test_a_term_of_ones_own_never_lengthens_the_rules_term() -> None:
    shorter = read_parameters('[PRM-X]\nvalue = "min(2, review_due.review_wd)"\nunit = "wd"\nen = "Technical review"')

    terms = [value(shorter, "PRM-X", {"review_due": {"review_wd": days}}) for days in (1, 2, 3)]

    assert terms == [1, 2, 2]


def test_an_unknown_parameter_is_not_found(parameters: Parameters) -> None:
    with pytest.raises(NotFound, match="no parameter “PRM-ORD-XYZ”"):
        parameters.get("PRM-ORD-XYZ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[PRM-X]\nvalue = "1"\nunit = "moons"\nen = "X"', "the unit “moons” is none of"),
        ('[PRM-X]\nvalue = "1"\nunit = "wd"', "there is no meaning in en."),
        ('[PRM-X]\nvalue = "1 +"\nunit = "wd"\nen = "X"', "column"),
        ("[PRM-X", "parameters.toml"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_parameters(text)

    assert reason in str(refused.value)
