"""Messages and signals between cases, and what becomes of incidents and of operations that go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from engine import delivery, journal
from engine.errors import NotFound
from engine.tables import instance
from tests.engine.world import World, process

MESSAGES = '<message id="m_go" name="go"/><message id="m_back" name="back"/><signal id="s_all" name="all"/>'
SENDS_TO_START = process(
    """<startEvent id="start"/><userTask id="again"/>
    <intermediateThrowEvent id="send"><messageEventDefinition messageRef="m_go"/></intermediateThrowEvent>
    <exclusiveGateway id="more"/><endEvent id="end"/>
    start -> again
    again -> send
    send -> more
    more -> again : more
    more => end""",
    process_id="sender",
    before=MESSAGES,
)
STARTED_BY_MESSAGE = process(
    """<startEvent id="start"><messageEventDefinition messageRef="m_go"/></startEvent><userTask id="work"/><endEvent id="end"/>
    start -> work
    work -> end""",
    process_id="started",
    before=MESSAGES,
)


def keys(world: World) -> list[str]:
    with world.database.reading() as connection:
        return list(connection.execute(sa.select(instance.c.business_key).order_by(instance.c.id)).scalars())


def acts(world: World, key: int) -> list[tuple[str, dict[str, Any]]]:
    with world.database.reading() as connection:
        return [(entry.kind, dict(entry.content)) for entry in journal.entries_of(connection, journal.case_subject(key))]


def test_a_case_starts_another_by_message_as_often_as_it_sends_one(world: World) -> None:
    world.publish(SENDS_TO_START)
    world.publish(STARTED_BY_MESSAGE)
    key = world.start("sender", more=True)

    for more in (True, True, False):
        world.complete(key, "again", more=more)

    assert world.status(key) == ("ended", "end")
    assert keys(world) == ["C-1", "C-1/started", "C-1/started/2", "C-1/started/3"]


def test_a_signal_reaches_its_own_case_and_every_other(world: World) -> None:
    world.publish(
        process(
            """<startEvent id="start"/><parallelGateway id="both"/><userTask id="call"/>
            <intermediateCatchEvent id="hear"><signalEventDefinition signalRef="s_all"/></intermediateCatchEvent>
            <userTask id="heard"/><endEvent id="tell"><signalEventDefinition signalRef="s_all"/></endEvent><endEvent id="end"/>
            start -> both
            both -> call
            both -> hear
            call -> tell
            hear -> heard
            heard -> end""",
            before=MESSAGES,
        )
    )
    cases = [world.start(), world.start(), world.start()]

    world.complete(cases[1], "call")

    assert [world.open(key) for key in cases] == [["call", "heard"], ["heard"], ["call", "heard"]]


def test_a_message_with_a_case_number_goes_to_that_case_and_no_other(world: World) -> None:
    world.publish(
        process(
            """<startEvent id="start"/><parallelGateway id="both"/><userTask id="write"/><endEvent id="sent"/>
            <intermediateThrowEvent id="send"><extensionElements><camunda:properties><camunda:property name="case" value="${to}"/>
            </camunda:properties></extensionElements><messageEventDefinition messageRef="m_go"/></intermediateThrowEvent>
            <intermediateCatchEvent id="hear"><messageEventDefinition messageRef="m_go"/></intermediateCatchEvent>
            <userTask id="heard"/><endEvent id="end"/>
            start -> both
            both -> write
            both -> hear
            write -> send
            send -> sent
            hear -> heard
            heard -> end""",
            before=MESSAGES,
        )
    )
    first, second, third = world.start(to=""), world.start(to=""), world.start(to="")

    world.complete(first, "write", to="C-2")
    world.complete(third, "write", to="C-99")

    assert [world.open(key) for key in (first, second, third)] == [[], ["heard", "write"], []]
    assert [(kind, content["from"]) for kind, content in acts(world, second) if kind == "message received"] == [
        ("message received", "C-1")
    ]
    assert [(kind, content["to"]) for kind, content in acts(world, third) if kind == "message unanswered"] == [
        ("message unanswered", "C-99")
    ]


def test_cases_that_answer_each_other_without_end_are_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MOST_DELIVERIES", 20)
    world.publish(
        process(
            """<startEvent id="start"/><userTask id="begin"/><exclusiveGateway id="round"/>
            <intermediateThrowEvent id="send"><extensionElements><camunda:properties><camunda:property name="case" value="${to}"/>
            </camunda:properties><camunda:inputOutput><camunda:inputParameter name="serves">${true}</camunda:inputParameter>
            </camunda:inputOutput></extensionElements><messageEventDefinition messageRef="m_go"/></intermediateThrowEvent>
            <intermediateCatchEvent id="hear"><messageEventDefinition messageRef="m_go"/></intermediateCatchEvent>
            start -> begin
            begin -> round
            hear -> round
            round -> send : serves
            round => hear
            send -> hear""",
            before=MESSAGES,
        )
    )
    first, second = world.start(to="C-2", serves=True), world.start(to="C-1", serves=True)
    world.complete(second, "begin", serves=False)

    world.complete(first, "begin")

    assert world.status(first) == ("running", None)
    kinds = [kind for key in (first, second) for kind, _ in acts(world, key)]
    assert kinds.count("message received") == 20
    assert kinds.count("message not delivered") == 1


def test_the_incident_of_a_step_that_is_withdrawn_is_closed(database_url: str) -> None:
    world = World(database_url, {"break": broken})
    world.publish(
        process(
            """<startEvent id="start"/><parallelGateway id="both"/><userTask id="stop"/>
            <serviceTask id="fails" camunda:type="external" camunda:topic="break"/>
            <endEvent id="end"/><endEvent id="all"><terminateEventDefinition/></endEvent>
            start -> both
            both -> stop
            both -> fails
            stop -> all
            fails -> end"""
        )
    )
    key = world.start()
    reason = "The step “fails” failed: the operation “break” failed (ValueError: out of paper)."
    assert (world.incidents(), world.row(key).open_incidents) == ([("fails", reason)], 1)

    world.complete(key, "stop")

    assert (world.incidents(), world.row(key).open_incidents, world.status(key)) == ([], 0, ("ended", "all"))
    world.database.close()


def test_what_a_person_did_stands_whatever_an_operation_raises_or_gives(database_url: str) -> None:
    world = World(database_url, {"break": broken, "strange": lambda _ctx, _case, _call: {"thing": object()}})
    for topic in ("break", "strange"):
        world.publish(
            process(
                f"""<startEvent id="start"/><userTask id="work"/>
                <serviceTask id="fails" camunda:type="external" camunda:topic="{topic}"/><endEvent id="end"/>
                start -> work
                work -> fails
                fails -> end""",
                process_id=topic,
            )
        )
    cases = [world.start("break"), world.start("strange")]

    for key in cases:
        world.complete(key, "work", done=True)

    assert [world.variables(key) for key in cases] == [{"done": True}, {"done": True}]
    assert [reason.split(" (")[1] for _, reason in world.incidents()] == [
        "ValueError: out of paper).",
        "TypeError: Type is not JSON serializable: object).",
    ]
    with pytest.raises(NotFound):
        world.retry(cases[0], "work.1")
    world.database.close()


def broken(_ctx: Any, _case: Any, _call: Any) -> Mapping[str, Any]:
    raise ValueError("out of paper")
