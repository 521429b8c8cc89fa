"""Tokens: where they may still come from, when a join goes on, when a step can never go on, what bounds them."""

from __future__ import annotations

from typing import Any

import pytest

from engine import journal
from engine.errors import StepFailed
from tests.engine.world import World, process


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lint may refuse is published all the same: the engine must stand it."""
    monkeypatch.setattr("engine.definitions.lint_procedure", lambda *_: [])


def test_an_inclusive_join_waits_for_a_token_that_will_come_over_a_link(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><inclusiveGateway id="split"/><userTask id="near"/><userTask id="far"/>
            <intermediateThrowEvent id="away"><linkEventDefinition name="back"/></intermediateThrowEvent>
            <intermediateCatchEvent id="back"><linkEventDefinition name="back"/></intermediateCatchEvent>
            <inclusiveGateway id="join"/><userTask id="after"/><endEvent id="end"/>
            start -> split
            split -> near : true
            split -> far : true
            near -> join
            far -> away
            back -> join
            join -> after
            after -> end
            """
        )
    )
    key = world.start()

    world.complete(key, "near")
    assert world.open(key) == ["far"]
    world.complete(key, "far")
    assert world.open(key) == ["after"]


def test_an_inclusive_join_waits_for_a_token_inside_a_sub_process_and_on_the_way_from_its_border(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><inclusiveGateway id="split"/><userTask id="near"/>
            <subProcess id="sub"><startEvent id="in"/><userTask id="deep"/><sequenceFlow id="x" sourceRef="in" targetRef="deep"/>
            </subProcess>
            <boundaryEvent id="late" attachedToRef="sub">
            <timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent><userTask id="hurry"/>
            <inclusiveGateway id="join"/><userTask id="after"/><endEvent id="other"/><endEvent id="end"/>
            start -> split
            split -> near : true
            split -> sub : true
            near -> join
            sub -> other
            late -> hurry
            hurry -> join
            join -> after
            after -> end
            """
        )
    )
    key = world.start()

    world.complete(key, "near")
    assert world.open(key) == ["deep"]
    world.wake(days=1)
    assert world.open(key) == ["hurry"]
    world.complete(key, "hurry")
    assert world.open(key) == ["after"]


def test_an_inclusive_join_does_not_wait_for_a_token_that_may_come_by_a_flow_that_has_one(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><parallelGateway id="split"/><userTask id="a"/><userTask id="b"/>
            <exclusiveGateway id="merge"/><inclusiveGateway id="join"/><userTask id="after"/><endEvent id="end"/>
            <exclusiveGateway id="which"/><userTask id="c"/>
            start -> split
            split -> a
            split -> b
            a -> merge
            b -> which
            which -> merge : soon
            which => c
            merge -> join
            c -> join
            join -> after
            after -> end
            """
        )
    )
    key = world.start(soon=False)

    world.complete(key, "a")

    assert world.open(key) == ["after", "b"]


@pytest.mark.usefixtures("unchecked")
def test_two_tokens_that_come_by_one_flow_are_joined_one_after_the_other(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><parallelGateway id="split"/><userTask id="a"/><userTask id="b"/><userTask id="c"/>
            <exclusiveGateway id="merge"/><parallelGateway id="join"/><userTask id="after"/><endEvent id="end"/>
            start -> split
            split -> a
            split -> b
            split -> c
            a -> merge
            b -> merge
            merge -> join
            c -> join
            join -> after
            after -> end
            """
        )
    )
    key = world.start()

    world.complete(key, "a")
    world.complete(key, "b")
    assert world.open(key) == ["c"]
    world.complete(key, "c")

    assert world.open(key) == ["after"]
    assert [element for element, _ in world.incidents()] == ["join"]


@pytest.mark.usefixtures("unchecked")
def test_a_join_whose_missing_token_cannot_come_becomes_an_incident_at_once(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><exclusiveGateway id="which"/><userTask id="a"/><userTask id="b"/>
            <parallelGateway id="join"/><endEvent id="end"/>
            start -> which
            which -> a : true
            which => b
            a -> join
            b -> join
            join -> end
            """
        )
    )
    key = world.start()

    world.complete(key, "a")

    assert world.incidents() == [("join", "The step “join” failed: it waits for a token that cannot come any more (from b).")]
    world.retry(key, world.failed_steps()[0])
    assert [element for element, _ in world.incidents()] == ["join"]
    assert world.status(key) == ("running", None)


@pytest.mark.usefixtures("unchecked")
def test_joins_that_wait_for_each_other_become_an_incident(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><parallelGateway id="split"/><userTask id="a"/><userTask id="b"/>
            <parallelGateway id="first"/><parallelGateway id="second"/><parallelGateway id="out"/><endEvent id="end"/>
            start -> split
            split -> a
            split -> b
            a -> first
            b -> second
            first -> out
            out -> second
            out -> end
            second -> first
            """
        )
    )
    key = world.start()

    world.complete(key, "a")
    assert world.incidents() == []
    world.complete(key, "b")

    assert {element for element, _ in world.incidents()} == {"first", "second"}


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("gateway", ["exclusiveGateway", "inclusiveGateway"])
def test_a_gateway_none_of_whose_conditions_holds_becomes_an_incident_and_can_be_retried(world: World, gateway: str) -> None:
    world.publish(
        process(
            f"""
            <startEvent id="start"/><parallelGateway id="split"/><userTask id="work"/><{gateway} id="which"/>
            <userTask id="write"/><endEvent id="a"/><endEvent id="b"/>
            start -> split
            split -> work
            split -> write
            work -> which
            which -> a : x > 1
            which -> b : x > 2
            """
        )
    )
    key = world.start(x=0)

    world.complete(key, "work")
    assert [element for element, _ in world.incidents()] == ["which"]
    world.complete(key, "write", x=2)
    world.retry(key, world.failed_steps()[0])

    assert world.status(key) == ("ended", "a")


@pytest.mark.usefixtures("unchecked")
def test_an_activity_none_of_whose_conditional_flows_holds_becomes_an_incident(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><userTask id="work"/><endEvent id="a"/><endEvent id="b"/>
            start -> work
            work -> a : x > 1
            work -> b : x > 2
            """
        )
    )
    key = world.start()

    world.complete(key, "work", x=0)
    assert [element for element, _ in world.incidents()] == ["work"]
    assert world.status(key) == ("running", None)


def test_no_round_begins_or_goes_on_after_one_that_was_enough(world_with: Any) -> None:
    called: list[int] = []

    def count(_ctx: Any, _instance: Any, call: Any) -> dict[str, Any]:
        called.append(call.scope["loopCounter"])
        return {}

    world = world_with(count=count)
    rounds = (
        "<multiInstanceLoopCharacteristics><loopCardinality>4</loopCardinality>"
        "<completionCondition>${nrOfCompletedInstances = 2}</completionCondition></multiInstanceLoopCharacteristics>"
    )
    task = f'<serviceTask id="work" camunda:type="external" camunda:topic="count">{rounds}</serviceTask>'
    world.publish(process(f'<startEvent id="start"/>{task}<endEvent id="end"/>\nstart -> work\nwork -> end'))

    key = world.start()

    assert called == [0, 1]
    assert world.status(key) == ("ended", "end")


def test_a_round_that_gives_nothing_does_not_give_what_lies_outside(world: World) -> None:
    rounds = (
        '<multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="who">'
        '<loopDataOutputRef>answers</loopDataOutputRef><outputDataItem name="answer"/></multiInstanceLoopCharacteristics>'
    )
    body = f'<startEvent id="start"/><userTask id="ask">{rounds}</userTask><endEvent id="end"/>\nstart -> ask\nask -> end'
    world.publish(process(body))
    key = world.start(people=["a"], answer="old")

    world.complete(key, "ask")

    assert world.variables(key)["answers"] == [None]


def test_a_null_that_hides_a_value_further_out_is_told(world: World) -> None:
    rounds = '<multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="who"/>'
    inner = '<startEvent id="in"/><userTask id="ask"/><userTask id="see"/>\nin -> ask\nask -> see\n'
    body = f'<startEvent id="start"/><subProcess id="each">{rounds}{inner}</subProcess>\nstart -> each'
    world.publish(process(body))
    key = world.start(people=["a"], answer="old")

    world.complete(key, "ask", answer=None)

    with world.database.reading() as connection:
        (*_, last) = journal.entries_of(connection, journal.case_subject(key))
    told = [dict(one["changed"]) for one in last.content["happened"] if one["kind"] == "variables set"]
    assert told == [{"answer": {"old": None, "new": None}}]
    assert world.variables(key)["answer"] == "old"


def test_an_error_in_one_round_takes_all_rounds_along(world: World) -> None:
    rounds = '<multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="who"/>'
    inner = """<startEvent id="in"/><userTask id="ask"/><exclusiveGateway id="fine" default="f4"/><endEvent id="out"/>
      <endEvent id="fail"><errorEventDefinition errorRef="e"/></endEvent>
      <sequenceFlow id="f1" sourceRef="in" targetRef="ask"/><sequenceFlow id="f2" sourceRef="ask" targetRef="fine"/>
      <sequenceFlow id="f3" sourceRef="fine" targetRef="out"><conditionExpression>${ok}</conditionExpression></sequenceFlow>
      <sequenceFlow id="f4" sourceRef="fine" targetRef="fail"/>"""
    world.publish(
        process(
            f"""
            <startEvent id="start"/><subProcess id="each">{inner}{rounds}</subProcess>
            <boundaryEvent id="caught" attachedToRef="each"><errorEventDefinition errorRef="e"/></boundaryEvent>
            <userTask id="mend"/><endEvent id="end"/><endEvent id="mended"/>
            start -> each
            each -> end
            caught -> mend
            mend -> mended
            """,
            before='<error id="e" errorCode="BROKEN"/>',
        )
    )
    key = world.start(people=["a", "b", "c"])

    world.complete(key, "ask", ok=True)
    world.complete(key, "ask", ok=False)

    assert world.open(key) == ["mend"]
    assert world.variables(key) == {"people": ["a", "b", "c"]}


def test_a_terminate_end_in_a_round_ends_only_that_round(world: World) -> None:
    rounds = '<multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="who"/>'
    inner = """<startEvent id="in"/><parallelGateway id="split"/><userTask id="a"/><userTask id="b"/><endEvent id="one"/>
      <endEvent id="all"><terminateEventDefinition/></endEvent>
      <sequenceFlow id="f1" sourceRef="in" targetRef="split"/><sequenceFlow id="f2" sourceRef="split" targetRef="a"/>
      <sequenceFlow id="f3" sourceRef="split" targetRef="b"/><sequenceFlow id="f4" sourceRef="a" targetRef="all"/>
      <sequenceFlow id="f5" sourceRef="b" targetRef="one"/>"""
    body = f'<startEvent id="start"/><subProcess id="each">{inner}{rounds}</subProcess><userTask id="after"/>'
    world.publish(process(f"{body}\nstart -> each\neach -> after"))
    key = world.start(people=["x", "y"])

    world.complete(key, "a")
    assert world.open(key) == ["a", "b"]
    world.complete(key, "a")

    assert world.open(key) == ["after"]


def test_the_inputs_of_a_sub_process_are_seen_and_written_inside_it(world: World) -> None:
    inner = """<extensionElements><camunda:inputOutput><camunda:inputParameter name="local">${outer + 1}</camunda:inputParameter>
      <camunda:outputParameter name="result">${local}</camunda:outputParameter></camunda:inputOutput></extensionElements>
      <startEvent id="in"/><userTask id="work"/><sequenceFlow id="x" sourceRef="in" targetRef="work"/>"""
    world.publish(process(f'<startEvent id="start"/><subProcess id="sub">{inner}</subProcess>\nstart -> sub'))
    key = world.start(outer=1)
    seen = [dict(step.scope) for change in world.observer.told for step in change.offered]

    world.complete(key, "work", local=10, free=True)

    assert seen == [{"local": 2, "outer": 1}]
    assert world.variables(key) == {"outer": 1, "free": True, "result": 10}


def test_a_reminder_of_a_failed_step_is_not_wound_up_again_by_a_retry(world_with: Any) -> None:
    def fail(_ctx: Any, _instance: Any, call: Any) -> dict[str, Any]:
        raise StepFailed(call.element, "not today.")

    world = world_with(fail=fail)
    world.publish(
        process(
            """
            <startEvent id="start"/><serviceTask id="work" camunda:type="external" camunda:topic="fail"/>
            <boundaryEvent id="border" attachedToRef="work" cancelActivity="false">
            <timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent>
            <userTask id="hurry"/><endEvent id="end"/>
            start -> work
            work -> end
            border -> hurry
            """
        )
    )
    key = world.start()

    world.wake(days=1)
    world.retry(key, world.failed_steps()[0])
    world.wake(days=1)
    assert world.open(key) == ["hurry"]
    world.retry(key, world.failed_steps()[0])
    world.wake(days=5)

    assert world.open(key) == ["hurry"]


def test_a_broken_timer_on_the_border_does_not_keep_the_work_from_people(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><userTask id="work"/>
            <boundaryEvent id="border" attachedToRef="work"><timerEventDefinition><timeDuration>${patience}</timeDuration>
            </timerEventDefinition></boundaryEvent><userTask id="late"/><endEvent id="end"/>
            start -> work
            work -> end
            border -> late
            """
        )
    )
    key = world.start(patience="for ever")

    assert world.open(key) == ["work"]
    assert [element for element, _ in world.incidents()] == ["border"]


def test_each_round_of_a_send_task_sends_and_the_task_goes_on_once(world: World) -> None:
    rounds = '<multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="who"/>'
    world.publish(
        process(
            f"""
            <startEvent id="start"/><sendTask id="tell" messageRef="m">{rounds}</sendTask><userTask id="after"/>
            start -> tell
            tell -> after
            """,
            before='<message id="m" name="news"/>',
        )
    )

    assert world.open(world.start(people=["a", "b"])) == ["after"]


@pytest.mark.usefixtures("unchecked")
def test_a_procedure_that_calls_itself_without_end_becomes_an_incident_and_can_be_cancelled(world: World) -> None:
    body = '<startEvent id="start"/><callActivity id="again" calledElement="p"/><endEvent id="end"/>\nstart -> again\nagain -> end'
    world.publish(process(body))
    key = world.start()

    assert [element for element, _ in world.incidents()] == ["again"]
    world.cancel(key)
    assert world.status(key) == ("cancelled", None)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("when", ["<timeDuration>PT0S</timeDuration>", "<timeDate>2020-01-01</timeDate>"])
def test_a_loop_of_timers_that_are_due_at_once_is_an_endless_loop(world: World, when: str) -> None:
    world.publish(
        process(
            f"""
            <startEvent id="start"/><exclusiveGateway id="again"/>
            <intermediateCatchEvent id="now"><timerEventDefinition>{when}</timerEventDefinition></intermediateCatchEvent>
            start -> again
            again -> now
            now -> again
            """
        )
    )
    world.start()

    world.wake(minutes=1)

    assert len(world.incidents()) == 1


def test_a_cycle_that_begins_in_the_past_rings_when_it_is_its_time_again(world: World) -> None:
    cycle = "<timeCycle>R/2026-02-23T09:00:00+08:00/P7D</timeCycle>"  # a Monday; the world begins on a Monday at 09:00 there
    world.publish(
        process(
            f"""
            <startEvent id="start"/><userTask id="work"/>
            <boundaryEvent id="border" attachedToRef="work" cancelActivity="false"><timerEventDefinition>{cycle}
            </timerEventDefinition></boundaryEvent><userTask id="weekly"/><endEvent id="end"/>
            start -> work
            work -> end
            border -> weekly
            """
        )
    )
    key = world.start()

    assert world.wake(days=6, hours=23) == 0
    assert world.wake(hours=1) == 1
    assert world.open(key) == ["weekly", "work"]
    assert world.wake(days=7) == 1
    assert world.open(key) == ["weekly", "weekly", "work"]


@pytest.mark.usefixtures("unchecked")
def test_an_element_that_is_named_like_its_procedure_does_not_stop_the_engine(world: World) -> None:
    world.publish(process('<startEvent id="start"/><userTask id="p"/>\nstart -> p'))

    assert world.open(world.start()) == ["p"]
