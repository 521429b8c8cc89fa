"""Timers, messages, signals, errors: waiting, interrupting, reminding."""

from __future__ import annotations

from typing import Any

from engine.errors import StepFailed
from tests.engine.world import World, process


def bordered(event: str, *, interrupting: bool = True, before: str = "") -> str:
    """A task with one event on its border that leads to another task."""
    return process(
        f"""
        <startEvent id="start"/><userTask id="work"/>
        <boundaryEvent id="border" attachedToRef="work" cancelActivity="{str(interrupting).lower()}">{event}</boundaryEvent>
        <userTask id="late"/><endEvent id="done"/><endEvent id="stopped"/>
        start -> work
        work -> done
        border -> late
        late -> stopped
        """,
        before=before,
    )


AFTER_TWO_DAYS = "<timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition>"


def test_an_interrupting_timer_takes_the_task_away(world: World) -> None:
    world.publish(bordered(AFTER_TWO_DAYS))
    key = world.start()

    assert world.wake(days=1) == 0
    assert world.open(key) == ["work"]
    assert world.wake(days=1) == 1

    assert world.open(key) == ["late"]
    world.complete(key, "late")
    assert world.status(key) == ("ended", "stopped")


def test_a_timer_of_a_finished_task_never_fires(world: World) -> None:
    world.publish(bordered(AFTER_TWO_DAYS))
    key = world.start()

    world.complete(key, "work")

    assert world.wake(days=9) == 0
    assert world.status(key) == ("ended", "done")


def test_a_timer_that_only_reminds_fires_once(world: World) -> None:
    world.publish(bordered(AFTER_TWO_DAYS, interrupting=False))
    key = world.start()

    world.wake(days=3)
    world.wake(days=3)

    assert world.open(key) == ["late", "work"]


def test_a_cycle_fires_as_often_as_it_says(world: World) -> None:
    world.publish(bordered("<timerEventDefinition><timeCycle>R2/P1D</timeCycle></timerEventDefinition>", interrupting=False))
    key = world.start()

    for _ in range(4):
        world.wake(days=1)

    assert world.open(key) == ["late", "late", "work"]


def test_a_cycle_that_slept_for_a_week_reminds_once(world: World) -> None:
    world.publish(bordered("<timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition>", interrupting=False))
    key = world.start()

    world.wake(days=7, hours=1)

    assert world.open(key) == ["late", "work"]


def test_a_message_interrupts_the_task_that_waits_for_it(world: World) -> None:
    before = '<message id="m" name="amended"/>'
    world.publish(bordered('<messageEventDefinition messageRef="m"/>', before=before))
    key = world.start()

    assert world.send("C-1", "amended", revision=2) is True

    assert world.open(key) == ["late"]
    assert world.variables(key) == {"revision": 2}


def test_a_message_that_nobody_waits_for_is_told_so_and_changes_nothing(world: World) -> None:
    world.publish(bordered(AFTER_TWO_DAYS))
    key = world.start()

    assert world.send("C-1", "amended") is False
    assert world.send("C-99", "amended") is False

    assert world.open(key) == ["work"]


def test_the_first_of_several_events_wins(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><eventBasedGateway id="which"/>
            <intermediateCatchEvent id="answer"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
            <intermediateCatchEvent id="soon"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>
            </intermediateCatchEvent>
            <intermediateCatchEvent id="later"><timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition>
            </intermediateCatchEvent>
            <endEvent id="answered"/><endEvent id="early"/><endEvent id="late"/>
            start -> which
            which -> answer
            which -> soon
            which -> later
            answer -> answered
            soon -> early
            later -> late
            """,
            before='<message id="m" name="answer"/>',
        )
    )
    first, second = world.start(), world.start()

    world.send("C-1", "answer")
    world.wake(days=1)

    assert world.status(first) == ("ended", "answered")
    assert world.status(second) == ("ended", "early")


def test_a_signal_reaches_every_case_that_waits(world: World) -> None:
    signal = '<signal id="s" name="stop"/>'
    world.publish(bordered('<signalEventDefinition signalRef="s"/>', before=signal))
    waiting = [world.start(), world.start()]
    thrower = process(
        """
        <startEvent id="go"/><endEvent id="gone"/>
        <intermediateThrowEvent id="throw"><signalEventDefinition signalRef="s"/></intermediateThrowEvent>
        go -> throw
        throw -> gone
        """,
        process_id="thrower",
        before=signal,
    )
    world.publish(thrower)

    world.start("thrower")

    assert [world.open(key) for key in waiting] == [["late"], ["late"]]


def test_a_message_starts_the_procedure_that_waits_for_it(world: World) -> None:
    message = '<message id="m" name="execute"/>'
    started = process(
        """
        <startEvent id="ordered"><messageEventDefinition messageRef="m"/></startEvent>
        <userTask id="make"/><endEvent id="made"/>
        ordered -> make
        make -> made
        """,
        process_id="execution",
        before=message,
    )
    world.publish(started)
    world.publish(
        process(
            """
            <startEvent id="start"/><intermediateThrowEvent id="throw"><extensionElements><camunda:inputOutput>
              <camunda:inputParameter name="order">${order}</camunda:inputParameter>
            </camunda:inputOutput></extensionElements><messageEventDefinition messageRef="m"/></intermediateThrowEvent>
            <endEvent id="end"/>
            start -> throw
            throw -> end
            """,
            before=message,
        )
    )

    key = world.start(order={"number": 7})

    assert world.status(key) == ("ended", "end")
    assert world.open(key + 1) == ["make"]
    assert world.variables(key + 1) == {"order": {"number": 7}}


def test_an_error_inside_a_call_is_caught_on_its_border(world: World) -> None:
    error = '<error id="e" name="broken" errorCode="BROKEN"/>'
    inner = process(
        """
        <startEvent id="in"/><userTask id="try"/><endEvent id="fail"><errorEventDefinition errorRef="e"/></endEvent>
        in -> try
        try -> fail
        """,
        process_id="inner",
        before=error,
    )
    outer = process(
        """
        <startEvent id="start"/><callActivity id="call" calledElement="inner"/>
        <boundaryEvent id="caught" attachedToRef="call"><errorEventDefinition errorRef="e"/></boundaryEvent>
        <userTask id="mend"/><endEvent id="end"/><endEvent id="mended"/>
        start -> call
        call -> end
        caught -> mend
        mend -> mended
        """,
        before=error,
    )
    world.publish(outer, inner)
    key = world.start()

    world.complete(key, "try")

    assert world.open(key) == ["mend"]


def test_an_error_that_nobody_catches_becomes_an_incident(world: World) -> None:
    body = """
        <startEvent id="start"/><userTask id="try"/><endEvent id="fail"><errorEventDefinition errorRef="e"/></endEvent>
        start -> try
        try -> fail
        """
    world.publish(process(body, before='<error id="e" errorCode="BROKEN"/>'))
    key = world.start()

    world.complete(key, "try")

    assert world.status(key) == ("running", None)
    assert world.incidents() == [("fail", "The step “fail” failed: the error “BROKEN” is caught by nobody.")]


def test_a_terminate_end_takes_every_other_token_along(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><parallelGateway id="split"/><userTask id="a"/><userTask id="b"/>
            <endEvent id="all"><terminateEventDefinition/></endEvent><endEvent id="one"/>
            start -> split
            split -> a
            split -> b
            a -> all
            b -> one
            """
        )
    )
    key = world.start()

    world.complete(key, "a")

    assert world.status(key) == ("ended", "all")
    assert world.open(key) == []


def test_a_link_jumps_to_its_other_end(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><intermediateThrowEvent id="to"><linkEventDefinition name="over"/></intermediateThrowEvent>
            <intermediateCatchEvent id="from"><linkEventDefinition name="over"/></intermediateCatchEvent>
            <userTask id="there"/><endEvent id="end"/>
            start -> to
            from -> there
            there -> end
            """
        )
    )

    assert world.open(world.start()) == ["there"]


def test_cancelling_withdraws_everything(world: World) -> None:
    world.publish(bordered(AFTER_TWO_DAYS))
    key = world.start()

    world.cancel(key)

    assert world.open(key) == []
    assert world.status(key) == ("cancelled", None)
    assert world.wake(days=3) == 0


def test_the_persons_act_stands_when_an_automatic_step_behind_it_fails_and_can_be_retried(world_with: Any) -> None:
    broken = [True]

    def ship(_ctx: Any, _instance: Any, call: Any) -> dict[str, Any]:
        if broken[0]:
            raise StepFailed(call.element, "the lorry is broken.")
        return {"shipped": call.inputs["count"]}

    world = world_with(ship=ship)
    task = """<serviceTask id="ship" camunda:type="external" camunda:topic="ship"><extensionElements><camunda:inputOutput>
      <camunda:inputParameter name="count">${count * 2}</camunda:inputParameter>
      </camunda:inputOutput></extensionElements></serviceTask>"""
    world.publish(
        process(
            f'<startEvent id="start"/><userTask id="pack"/>{task}<endEvent id="end"/>\nstart -> pack\npack -> ship\nship -> end'
        )
    )
    key = world.start()

    world.complete(key, "pack", count=3)
    assert world.variables(key) == {"count": 3}
    assert world.incidents() == [("ship", "The step “ship” failed: the lorry is broken.")]

    broken[0] = False
    world.retry(key, world.failed_steps()[0])
    assert world.status(key) == ("ended", "end")
    assert world.variables(key) == {"count": 3, "shipped": 6}
    assert world.incidents() == []


def test_an_endless_automatic_loop_is_put_off_and_becomes_an_incident(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><exclusiveGateway id="a"/><exclusiveGateway id="b"/><endEvent id="end"/>
            start -> a
            a -> b : true
            a => end
            b => a
            """
        )
    )
    key = world.start()

    world.wake(minutes=1)

    assert world.status(key) == ("running", None)
    assert [element in {"a", "b"} for element, _ in world.incidents()] == [True]
