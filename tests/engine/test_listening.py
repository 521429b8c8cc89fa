"""What listens: what its expressions see, when it stops, what happens when it cannot be armed."""

from __future__ import annotations

from tests.engine.world import World, process

ONE_DAY = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"


def inputs(**values: str) -> str:
    """Input parameters."""
    found = "".join(f'<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>' for name, value in values.items())
    return f"<extensionElements><camunda:inputOutput>{found}</camunda:inputOutput></extensionElements>"


def handler(definition: str, *, interrupting: bool = True) -> str:
    """An event sub-process with one task."""
    flow = '<sequenceFlow id="handling" sourceRef="when" targetRef="handle"/>'
    start = f'<startEvent id="when" isInterrupting="{str(interrupting).lower()}">{definition}</startEvent>'
    return f'<subProcess id="handler" triggeredByEvent="true">{start}<userTask id="handle"/>{flow}</subProcess>'


def test_a_timer_on_the_border_sees_the_inputs_of_its_activity(world: World) -> None:
    timer = "<timerEventDefinition><timeDuration>${patience}</timeDuration></timerEventDefinition>"
    body = f"""
        <startEvent id="start"/><userTask id="work">{inputs(patience='${"PT" + string(hours) + "H"}')}</userTask>
        <boundaryEvent id="border" attachedToRef="work">{timer}</boundaryEvent><userTask id="late"/>
        start -> work
        border -> late
        """
    world.publish(process(body))
    key = world.start(hours=2)

    assert world.wake(hours=1) == 0
    assert world.wake(hours=1) == 1
    assert world.open(key) == ["late"]


def test_a_condition_on_the_border_of_a_call_sees_what_the_caller_sees(world: World) -> None:
    called = process('<startEvent id="in"/><userTask id="deep"/>\nin -> deep', process_id="called")
    body = """
        <startEvent id="start"/><parallelGateway id="split"/><userTask id="write"/><callActivity id="call" calledElement="called"/>
        <boundaryEvent id="border" attachedToRef="call"><conditionalEventDefinition><condition>${stop}</condition>
        </conditionalEventDefinition></boundaryEvent><userTask id="stopped"/>
        start -> split
        split -> write
        split -> call
        border -> stopped
        """
    world.publish(process(body), called)
    key = world.start()

    world.complete(key, "write", stop=True)

    assert world.open(key) == ["stopped"]


def test_a_condition_inside_a_call_sees_only_the_call(world: World) -> None:
    condition = "<conditionalEventDefinition><condition>${stop}</condition></conditionalEventDefinition>"
    called = process(f'<startEvent id="in"/><userTask id="deep"/><userTask id="on"/>{handler(condition)}\nin -> deep\ndeep -> on')
    called = called.replace('process id="p"', 'process id="called"')
    body = '<startEvent id="start"/><callActivity id="call" calledElement="called"/>\nstart -> call'
    world.publish(process(body), called)
    key = world.start(stop=True)

    assert world.open(key) == ["deep"]
    world.complete(key, "deep", stop=True)
    assert world.open(key) == ["handle"]


def test_an_event_sub_process_whose_timer_is_broken_is_an_incident_and_the_rest_goes_on(world: World) -> None:
    broken = "<timerEventDefinition><timeDuration>${patience}</timeDuration></timerEventDefinition>"
    world.publish(process(f'<startEvent id="start"/><userTask id="work"/>{handler(broken)}\nstart -> work'))
    key = world.start(patience="long")

    assert world.open(key) == ["work"]
    assert [element for element, _ in world.incidents()] == ["when"]
    world.complete(key, "work")
    assert world.status(key) == ("ended", None)


def test_a_scope_that_is_leaving_listens_no_more(world: World) -> None:
    broken = inputs(x="${1}").replace("inputParameter", "outputParameter").replace("${1}", "${[1..2]}")
    inner = '<startEvent id="in"/><userTask id="work"/><sequenceFlow id="f" sourceRef="in" targetRef="work"/>'
    body = f'<startEvent id="start"/><subProcess id="sub">{broken}{inner}{handler(ONE_DAY)}</subProcess>\nstart -> sub'
    world.publish(process(body))
    key = world.start()

    world.complete(key, "work")
    assert [element for element, _ in world.incidents()] == ["sub"]
    assert world.wake(days=1) == 0
    assert world.open(key) == []


def test_two_timers_that_are_due_together_interrupt_once(world: World) -> None:
    body = f"""
        <startEvent id="start"/><userTask id="work"/><boundaryEvent id="one" attachedToRef="work">{ONE_DAY}</boundaryEvent>
        <boundaryEvent id="two" attachedToRef="work">{ONE_DAY}</boundaryEvent><userTask id="late"/>
        start -> work
        one -> late
        two -> late
        """
    world.publish(process(body))
    key = world.start()

    world.wake(days=2)

    assert world.open(key) == ["late"]


def test_an_interrupting_event_sub_process_silences_the_others_of_its_scope_but_not_the_border(world: World) -> None:
    message, signal = '<messageEventDefinition messageRef="m"/>', '<signalEventDefinition signalRef="s"/>'
    other = handler(signal, interrupting=False).replace('"when"', '"other_when"').replace("handl", "other_handl")
    inner = '<startEvent id="in"/><userTask id="work"/><sequenceFlow id="f" sourceRef="in" targetRef="work"/>'
    body = f"""
        <startEvent id="start"/><subProcess id="sub">{inner}{handler(message)}{other}</subProcess>
        <boundaryEvent id="border" attachedToRef="sub">{ONE_DAY}</boundaryEvent><userTask id="late"/>
        start -> sub
        border -> late
        """
    world.publish(process(body, before='<message id="m" name="stop"/><signal id="s" name="alarm"/>'))
    key = world.start()

    assert world.send("C-1", "stop") is True
    assert world.send("C-1", "alarm", "signal") is False
    assert world.open(key) == ["handle"]
    world.wake(days=1)
    assert world.open(key) == ["late"]


def test_an_escalation_that_its_own_handler_raises_again_goes_outwards(world: World) -> None:
    escalation = '<escalationEventDefinition escalationRef="x"/>'
    raising = f'<intermediateThrowEvent id="{{}}">{escalation}</intermediateThrowEvent>'
    inside = handler(escalation, interrupting=False).replace('<userTask id="handle"/>', raising.format("handle"))
    inner = f"""<startEvent id="in"/>{raising.format("raise")}<userTask id="on"/>{inside}
      <sequenceFlow id="f" sourceRef="in" targetRef="raise"/><sequenceFlow id="g" sourceRef="raise" targetRef="on"/>"""
    body = f"""
        <startEvent id="start"/><subProcess id="sub">{inner}</subProcess>
        <boundaryEvent id="border" attachedToRef="sub" cancelActivity="false">{escalation}</boundaryEvent><userTask id="told"/>
        start -> sub
        border -> told
        """
    world.publish(process(body, before='<escalation id="x" escalationCode="X"/>'))

    assert world.open(world.start()) == ["on", "told"]
