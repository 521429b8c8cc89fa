"""Publishing: immutable, numbered, complete; nothing new when nothing changed."""

from __future__ import annotations

import pytest

from engine import definitions
from engine.errors import DrawingInvalid, NotFound
from tests.engine.world import World, process

ONE = process('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>\ns -> a\na -> e')
OTHER = process('<startEvent id="s"/><userTask id="b"/><endEvent id="e"/>\ns -> b\nb -> e')
CALLED = process('<startEvent id="s"/><userTask id="in"/><endEvent id="e"/>\ns -> in\nin -> e', process_id="called")
CALLED_CHANGED = CALLED.replace('id="in"', 'id="in" name="New"')
CALLING = process('<startEvent id="s"/><callActivity id="c" calledElement="called"/><endEvent id="e"/>\ns -> c\nc -> e')


def numbers(world: World) -> dict[str, int]:
    """The latest definition of each procedure."""
    with world.database.reading() as connection:
        return {found.procedure_id: found.number for found in definitions.published(connection)}


def test_publishing_the_same_again_changes_nothing(world: World) -> None:
    world.publish(ONE)
    world.publish(ONE)

    assert numbers(world) == {"p": 1}


def test_a_changed_part_gives_a_new_number_to_what_calls_it(world: World) -> None:
    world.publish(CALLING, CALLED)
    world.publish(CALLING, CALLED_CHANGED)

    assert numbers(world) == {"p": 2}


def test_a_running_case_ends_on_the_definition_it_began_with(world: World) -> None:
    world.publish(ONE)
    key = world.start()
    world.publish(OTHER)

    assert world.open(key) == ["a"]
    assert world.open(world.start()) == ["b"]
    world.complete(key, "a")
    assert world.status(key) == ("ended", "e")


def test_a_missing_part_is_named_with_where_it_is_needed(world: World) -> None:
    with pytest.raises(DrawingInvalid) as refused:
        world.publish(CALLING)

    errors = [problem for problem in refused.value.problems if problem.severity == "error"]
    assert [(problem.element, problem.reason) for problem in errors] == [("c", "There is no drawing “called”.")]
    assert numbers(world) == {}


def test_what_was_never_published_is_not_found(world: World) -> None:
    with pytest.raises(NotFound), world.database.reading() as connection:
        definitions.latest(connection, "nothing")


def test_a_drawing_is_refused_with_every_reason_at_once_and_nothing_is_published(world: World) -> None:
    bad = process(
        """<startEvent id="start"/><scriptTask id="calc"/><businessRuleTask id="ask" camunda:decisionRef="gone"/>
        <callActivity id="call" calledElement="nowhere"/><userTask id="island"/><endEvent id="end"/>
        start -> calc
        calc -> ask
        ask -> call
        call -> end"""
    )

    with pytest.raises(DrawingInvalid) as refused:
        world.publish(bad)

    told = {(problem.rule, problem.element) for problem in refused.value.problems if problem.severity == "error"}
    assert told == {("exists", "ask"), ("exists", "call"), ("supported", "calc"), ("no-disconnected", "island")}
    with world.database.reading() as connection, pytest.raises(NotFound):
        definitions.latest(connection, "p")
