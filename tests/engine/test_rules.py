"""A business rule task: what it writes, what the journal keeps, and its incidents: rules that give nothing, or too much."""

from __future__ import annotations

from typing import Any

import pytest

from engine import definitions, journal
from engine.errors import DrawingInvalid
from tests.engine.decisions.drawn import decision, file, literal, table
from tests.engine.decisions.test_imports import model
from tests.engine.world import World, process

BODY = """<startEvent id="s"/><userTask id="tell"/>
<businessRuleTask id="ask" camunda:decisionRef="grade" camunda:resultVariable="found"/><userTask id="after"/><endEvent id="e"/>
s -> tell
tell -> ask
ask -> after
after -> e"""
GRADE = file(
    decision(
        "grade",
        table("UNIQUE", ["points: number", "late: boolean"], ["o"], '>= 50 | - => "A"', '< 40 | - => "B"', '>= best | true => "C"'),
    )
).decode()


@pytest.fixture
def asked(world: World) -> Any:
    """A world where a rule is asked about points."""
    world.publish(process(BODY), decisions=[GRADE])

    def ask(**facts: Any) -> tuple[World, int]:
        key = world.start()
        world.complete(key, "tell", best=90, **facts)
        return world, key

    return ask


def test_the_result_is_written_and_the_journal_keeps_the_rules_that_matched(asked: Any) -> None:
    world, key = asked(points=60, late=False)

    assert (world.open(key), world.variables(key)["found"]) == (["after"], "A")
    with world.database.reading() as connection:
        kept = [dict(found.content) for found in journal.entries_of(connection, journal.case_subject(key))]
    made = [one for content in kept for one in content["happened"] if one["kind"] == "decision made"]
    assert [(one["rules"], one["inputs"], one["value"]) for one in made] == [([1], {"points": 60, "late": False}, "A")]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"points": 45, "late": False}, "no rule of “table” matches; points = 45, late = false."),
        (
            {"late": True},
            "no rule of “table” matches; points = null, late = true. There is no variable “points”. null has no order.",
        ),
        ({"points": 95, "late": True}, "In the table “grade” the rules 1, 3 match at once; points = 95, late = true."),
    ],
)
def test_a_rule_that_gives_nothing_or_too_much_is_an_incident_with_table_rules_and_inputs(
    asked: Any, facts: Any, reason: str
) -> None:
    world, key = asked(**facts)

    assert world.open(key) == []
    assert [(element, told.split("failed: ")[1]) for element, told in world.incidents()] == [("ask", reason)]


def test_a_definition_takes_along_the_files_that_its_decisions_import(world: World) -> None:
    rate = model("urn:rates", decision("rate", literal("points / 10")))
    grade = model("urn:grades", decision("grade", literal("R.rate + 1"), "decision:urn:rates#rate"), imports={"R": "urn:rates"})
    world.publish(process(BODY), decisions=[grade.decode(), rate.decode()])
    key = world.start()

    world.complete(key, "tell", points=60)

    assert world.variables(key)["found"] == 7
    with world.database.reading() as connection:
        assert ("model", "urn:rates") in definitions.latest(connection, "p").resources


def test_a_file_that_an_import_needs_must_be_there_at_publishing(world: World) -> None:
    grade = model("urn:grades", decision("grade", literal("R.rate"), "decision:urn:rates#rate"), imports={"R": "urn:rates"})

    with pytest.raises(DrawingInvalid) as caught:
        world.publish(process(BODY), decisions=[grade.decode()])

    reasons = [problem.reason for problem in caught.value.problems if problem.severity == "error"]
    assert reasons == ["There is no file with the namespace “urn:rates”."]
