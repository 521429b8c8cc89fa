"""Sub-processes, calls and multi-instance: scopes keep variables apart."""

from __future__ import annotations

from tests.engine.world import World, process

REVIEW = process(
    """
    <startEvent id="asked"/><userTask id="review"/><endEvent id="reviewed"/>
    asked -> review
    review -> reviewed
    """,
    process_id="review_p",
)


def calling(rounds: str, extra: str = "") -> str:
    """A process that calls the review for each department."""
    return process(
        f"""
        <startEvent id="start"/>
        <callActivity id="call" calledElement="review_p"><extensionElements>
          <camunda:in source="dept" target="dept"/><camunda:in sourceExpression="${{order.number}}" target="number"/>
          <camunda:out source="opinion" target="opinion"/>{extra}
        </extensionElements>{rounds}</callActivity>
        <userTask id="after"/><exclusiveGateway id="again"/><endEvent id="end"/>
        start -> call
        call -> after
        after -> again
        again -> call : more
        again => end
        """
    )


EACH = (
    '<multiInstanceLoopCharacteristics camunda:collection="${depts}" camunda:elementVariable="dept">'
    '<loopDataOutputRef>opinions</loopDataOutputRef><outputDataItem name="opinion"/></multiInstanceLoopCharacteristics>'
)


def test_parallel_calls_collect_their_results_in_the_order_of_the_items(world: World) -> None:
    world.publish(calling(EACH), REVIEW)
    key = world.start(depts=["TEC", "PRD"], order={"number": 7})
    steps = sorted(world.observer.open[key])

    world.complete_step(key, steps[1], opinion="no")
    assert world.open(key) == ["review"]
    world.complete_step(key, steps[0], opinion="yes")

    assert world.open(key) == ["after"]
    assert world.variables(key) == {"depts": ["TEC", "PRD"], "order": {"number": 7}, "opinions": ["yes", "no"]}


def test_a_called_procedure_sees_only_what_is_passed_in(world: World) -> None:
    world.publish(calling(EACH), REVIEW)
    world.start(depts=["TEC"], order={"number": 7}, secret=1)

    offered = [step for change in world.observer.told for step in change.offered]

    assert [dict(step.scope) for step in offered] == [{"dept": "TEC", "number": 7}]


def test_rounds_are_entered_again_in_a_loop(world: World) -> None:
    world.publish(calling(EACH), REVIEW)
    key = world.start(depts=["TEC", "PRD"], order={"number": 7})

    for department in (0, 0):
        world.complete(key, "review", number=department, opinion="first")
    world.complete(key, "after", more=True, depts=["QUA"])
    assert world.open(key) == ["review"]
    world.complete(key, "review", opinion="second")
    world.complete(key, "after", more=False)

    assert world.status(key) == ("ended", "end")
    assert world.variables(key)["opinions"] == ["second"]


def test_an_empty_collection_completes_at_once(world: World) -> None:
    world.publish(calling(EACH), REVIEW)

    key = world.start(depts=[], order={"number": 7})

    assert world.open(key) == ["after"]
    assert world.variables(key)["opinions"] == []


def test_sequential_rounds_follow_one_another_and_stop_when_it_is_enough(world: World) -> None:
    rounds = (
        '<multiInstanceLoopCharacteristics isSequential="true" camunda:collection="${people}" camunda:elementVariable="who">'
        '<loopDataOutputRef>answers</loopDataOutputRef><outputDataItem name="answer"/>'
        "<completionCondition>${nrOfCompletedInstances &gt;= 2}</completionCondition></multiInstanceLoopCharacteristics>"
    )
    body = f'<startEvent id="start"/><userTask id="ask">{rounds}</userTask><endEvent id="end"/>\nstart -> ask\nask -> end'
    world.publish(process(body))
    key = world.start(people=["a", "b", "c"])

    assert world.open(key) == ["ask"]
    world.complete(key, "ask", answer=1)
    assert world.open(key) == ["ask"]
    world.complete(key, "ask", answer=2)

    assert world.status(key) == ("ended", "end")
    assert world.variables(key)["answers"] == [1, 2]


def test_parallel_rounds_stop_at_the_completion_condition_and_withdraw_the_rest(world: World) -> None:
    rounds = (
        '<multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="who">'
        "<completionCondition>${nrOfCompletedInstances = 1}</completionCondition></multiInstanceLoopCharacteristics>"
    )
    body = f'<startEvent id="start"/><userTask id="ask">{rounds}</userTask><endEvent id="end"/>\nstart -> ask\nask -> end'
    world.publish(process(body))
    key = world.start(people=["a", "b", "c"])

    world.complete(key, "ask", number=1)

    assert world.status(key) == ("ended", "end")
    assert world.open(key) == []


def test_answers_of_a_round_stay_in_the_round(world: World) -> None:
    rounds = '<multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="who"/>'
    body = f'<startEvent id="start"/><userTask id="ask">{rounds}</userTask><endEvent id="end"/>\nstart -> ask\nask -> end'
    world.publish(process(body))
    key = world.start(people=["a", "b"])

    world.complete(key, "ask", answer=1)

    assert world.variables(key) == {"people": ["a", "b"]}


def test_a_sub_process_writes_into_the_scope_around_it(world: World) -> None:
    inner = '<startEvent id="in"/><userTask id="work"/><endEvent id="out"/><sequenceFlow id="x" sourceRef="in" targetRef="work"/>'
    inner += '<sequenceFlow id="y" sourceRef="work" targetRef="out"/>'
    world.publish(
        process(f'<startEvent id="start"/><subProcess id="sub">{inner}</subProcess><endEvent id="end"/>\nstart -> sub\nsub -> end')
    )
    key = world.start()

    world.complete(key, "work", done=True)

    assert world.status(key) == ("ended", "end")
    assert world.variables(key) == {"done": True}


def test_outputs_are_computed_over_what_was_there_before_any_of_them(world: World) -> None:
    task = """<userTask id="swap"><extensionElements><camunda:inputOutput>
      <camunda:inputParameter name="shown">${a + b}</camunda:inputParameter>
      <camunda:outputParameter name="a">${b}</camunda:outputParameter>
      <camunda:outputParameter name="b">${a}</camunda:outputParameter>
    </camunda:inputOutput></extensionElements></userTask>"""
    world.publish(process(f'<startEvent id="start"/>{task}<endEvent id="end"/>\nstart -> swap\nswap -> end'))
    key = world.start(a=1, b=2)
    offered = [dict(step.scope) for change in world.observer.told for step in change.offered]

    world.complete(key, "swap")

    assert offered == [{"shown": 3, "a": 1, "b": 2}]
    assert world.variables(key) == {"a": 2, "b": 1}
