"""Decision tables: hit policies, defaults, allowed values, types."""

from __future__ import annotations

import pytest

from engine.errors import DecisionFailed
from tests.engine.decisions.drawn import decision, read, table

RANKS = '["HIGH", "MEDIUM", "LOW"]'
GRADES = ["> 0 => 'LOW' | 1", "> 10 => 'HIGH' | 2", "> 5 => 'MEDIUM' | 3", "> 10 => 'HIGH' | 4"]


def decided(policy, outputs, rules, scope, inputs=("x",)):
    logic = table(policy, inputs, outputs, *(rule.replace("'", '"') for rule in rules))
    return read(decision("d", logic)).evaluate("d", scope)


def grade(policy, x, *, columns=1):
    rules = GRADES if columns == 2 else [rule.partition(" | ")[0] for rule in GRADES]
    names = [f"grade: string {RANKS.replace('[', '[').replace(chr(39), chr(34))}", "points"][:columns]
    outcome = decided(policy, names, rules, {"x": x})
    return outcome.value, outcome.matched


@pytest.mark.parametrize(
    ("policy", "x", "outcome"),
    [
        ("UNIQUE", 3, ("LOW", (1,))),
        ("UNIQUE", 0, (None, ())),
        ("FIRST", 20, ("LOW", (1,))),
        ("PRIORITY", 20, ("HIGH", (1, 2, 3, 4))),
        ("PRIORITY", 7, ("MEDIUM", (1, 3))),
        ("OUTPUT ORDER", 20, (["HIGH", "HIGH", "MEDIUM", "LOW"], (1, 2, 3, 4))),
        ("RULE ORDER", 20, (["LOW", "HIGH", "MEDIUM", "HIGH"], (1, 2, 3, 4))),
        ("COLLECT", 7, (["LOW", "MEDIUM"], (1, 3))),
        ("COLLECT", 0, ([], ())),
        ("RULE ORDER", 0, ([], ())),
        ("COLLECT+COUNT", 20, (4, (1, 2, 3, 4))),
        ("COLLECT+COUNT", 0, (0, ())),
        ("COLLECT+MIN", 20, ("HIGH", (1, 2, 3, 4))),
        ("COLLECT+MAX", 0, (None, ())),
    ],
    ids=str,
)
def test_a_hit_policy_decides_which_rules_count(policy, x, outcome):
    assert grade(policy, x) == outcome


@pytest.mark.parametrize(
    ("policy", "value"),
    [
        ("PRIORITY", {"grade": "HIGH", "points": 2}),
        ("OUTPUT ORDER", [{"grade": "HIGH", "points": 2}, {"grade": "MEDIUM", "points": 3}, {"grade": "LOW", "points": 1}]),
        ("COLLECT", [{"grade": "LOW", "points": 1}, {"grade": "HIGH", "points": 2}, {"grade": "MEDIUM", "points": 3}]),
    ],
)
def test_several_outputs_make_contexts(policy, value):
    outcome = decided(policy, [f"grade {RANKS}", "points"], GRADES[:3], {"x": 20})

    assert outcome.value == value


@pytest.mark.parametrize(("aggregation", "value"), [("SUM", 60.5), ("MIN", 10), ("MAX", 30.5), ("COUNT", 3)], ids=str)
def test_collected_numbers_are_aggregated(aggregation, value):
    rules = ["> 0 => 10", "> 1 => 20", "> 2 => 30.5", "> 99 => 1000"]

    assert decided(f"COLLECT+{aggregation}", ["fee: number"], rules, {"x": 5}).value == value


def test_two_hits_under_unique_name_table_rules_and_inputs():
    rules = ["> 1 | - => 'A'", "- | 'x' => 'B'", "> 3 | - => 'C'"]

    with pytest.raises(DecisionFailed) as caught:
        decided("UNIQUE", ["o"], rules, {"x": 2, "y": "x"}, inputs=["x", "y"])

    assert caught.value.element == "table"
    assert caught.value.reason == 'In the table “d” the rules 1, 2 match at once; x = 2, y = "x".'


def test_equal_hits_under_any_are_one_result():
    outcome = decided("ANY", ["o"], ["> 1 => 'A'", "> 2 => 'A'"], {"x": 3})

    assert (outcome.value, outcome.matched) == ("A", (1, 2))


def test_different_hits_under_any_fail():
    with pytest.raises(DecisionFailed, match="the rules 1, 2 match at once and differ; x = 3"):
        decided("ANY", ["o"], ["> 1 => 'A'", "> 2 => 'B'"], {"x": 3})


@pytest.mark.parametrize(("policy", "value"), [("UNIQUE", "NONE"), ("FIRST", "NONE"), ("COLLECT", ["NONE"])])
def test_without_a_hit_the_default_counts(policy, value):
    assert decided(policy, ['o = "NONE"'], ["> 1 => 'A'"], {"x": 0}).value == value


def test_defaults_of_several_outputs_make_a_context():
    assert decided("UNIQUE", ['o = "NONE"', "p"], ["> 1 => 'A' | 1"], {"x": 0}).value == {"o": "NONE", "p": None}


def test_an_input_that_is_not_allowed_is_null_and_told():
    outcome = decided("UNIQUE", ["o"], ["null => 'none'", "'A', 'B' => 'some'"], {"x": "C"}, inputs=['x: string ["A", "B"]'])

    assert (outcome.value, outcome.inputs) == ("none", {"x": None})
    assert outcome.diagnostics == ('“x” is "C", which is none of "A", "B".',)


def test_an_output_that_is_not_allowed_is_null_and_told():
    outcome = decided("UNIQUE", ['o ["A", "B"]', "p"], ["- => x | x"], {"x": "C"})

    assert outcome.value == {"o": None, "p": "C"}
    assert outcome.diagnostics == ('“o” is "C", which is none of "A", "B".',)


def test_outputs_are_expressions_over_all_variables():
    outcome = decided("FIRST", ["o", "p"], ["> 1 => x * rate | [x, due('A')]"], {"x": 2, "rate": 1.5, "due": 1})

    assert outcome.value == {"o": 3, "p": [2, None]}
    assert outcome.diagnostics == ("“due” is no function.",)


def test_the_outcome_tells_inputs_table_and_rules():
    outcome = decided(
        "UNIQUE", ["o"], ["[0..10) | true => 'A'", "- | false => 'B'"], {"x": {"y": 2.5}, "z": True}, inputs=["x.y", "z"]
    )

    assert (outcome.value, outcome.matched, outcome.table) == ("A", (1,), "table")
    assert outcome.inputs == {"x.y": 2.5, "z": True}


@pytest.mark.parametrize(
    ("type_", "cell", "value"),
    [
        ("date", '> date("2026-01-01")', "2026-05-01"),
        ("time", '[@"08:00:00"..@"17:00:00"]', "12:00:00"),
        ("dateTime", '< @"2026-06-01T00:00:00Z"', "2026-05-01T12:00:00Z"),
        ("dayTimeDuration", '>= duration("P2D")', "PT48H"),
        ("days and time duration", '>= duration("P2D")', "PT48H"),
        ("yearMonthDuration", '= @"P12M"', "P1Y"),
        ("integer", "3", 3),
        ("string", '"a"', ["a"]),
        ("boolean", "true", True),
    ],
)
def test_json_is_read_as_the_type_of_the_column(type_, cell, value):
    assert decided("UNIQUE", ["o"], [f"{cell} => true"], {"x": value}, inputs=[f"x: {type_}"]).value is True


def test_an_input_of_another_type_is_null_and_told():
    outcome = decided("UNIQUE", ["o"], ["null => 'nothing'", "> 1 => 'much'"], {"x": "7"}, inputs=["x: number"])

    assert (outcome.value, outcome.inputs) == ("nothing", {"x": None})
    assert outcome.diagnostics[0] == "“x” is not of the type number, but a string."


def test_list_inputs_and_list_outputs_are_feel():
    rules = ["list contains(?, 'QA') => ['TEC', 'QA']", "not(list contains(?, 'QA')) => []"]

    assert decided("UNIQUE", ["o"], rules, {"x": ["QA", "LOG"]}).value == ["TEC", "QA"]
    assert decided("UNIQUE", ["o"], rules, {"x": ["LOG"]}).value == []


def test_a_table_without_inputs_has_a_constant_result():
    logic = '<decisionTable id="t"><output id="o"/><rule id="r"><outputEntry><text>7</text></outputEntry></rule></decisionTable>'

    assert read(decision("d", logic)).evaluate("d", {}).value == 7


def test_a_result_that_json_has_not_fails():
    with pytest.raises(DecisionFailed, match="cannot be kept: A range is not a JSON value"):
        decided("UNIQUE", ["o"], ["- => [1..2]"], {"x": 1})


def test_a_hostile_table_fails_with_its_limit():
    with pytest.raises(DecisionFailed, match="more than 200000 steps"):
        decided("UNIQUE", ["o"], ["some i in 1..1000000000 satisfies i < 0 => 1"], {"x": 1})
