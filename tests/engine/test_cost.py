"""What a case costs depends on what is alive, never on what has been: counted, not timed."""

from __future__ import annotations

import orjson
import pytest

from engine.drawing import read_drawing
from engine.spiff import state
from engine.spiff.build import Plan, make_plan
from engine.spiff.run import Budget, Run
from tests.engine.constructs.stages import Around, Straight
from tests.engine.world import process, wide_blocks

LOOP = """
    <startEvent id="start"/><exclusiveGateway id="again"/>{work}<exclusiveGateway id="more"/><endEvent id="end"/>
    start -> again
    again -> work
    work -> more
    more -> again : more
    more => end
    """
WAITING_BESIDE = """
    <startEvent id="start"/><parallelGateway id="split"/><userTask id="wait"/><exclusiveGateway id="again"/><userTask id="work"/>
    <exclusiveGateway id="more"/><parallelGateway id="join"/><endEvent id="end"/>
    start -> split
    split -> wait
    split -> again
    again -> work
    work -> more
    more -> again : more
    more => join
    wait -> join
    join -> end
    """
INNER = (
    '<startEvent id="in"/><userTask id="deep"/><endEvent id="out"/>'
    '<sequenceFlow id="f" sourceRef="in" targetRef="deep"/><sequenceFlow id="g" sourceRef="deep" targetRef="out"/>'
)
ROUNDS = "<multiInstanceLoopCharacteristics><loopCardinality>1</loopCardinality></multiInstanceLoopCharacteristics>"
TIMER = (
    '<boundaryEvent id="late" attachedToRef="work" cancelActivity="false"><timerEventDefinition><timeDuration>P1D</timeDuration>'
)
CASES = {
    "a loop": (LOOP.format(work='<userTask id="work"/>'), "work"),
    "a loop while another branch waits": (WAITING_BESIDE, "work"),
    "a loop through a sub-process": (LOOP.format(work=f'<subProcess id="work">{INNER}</subProcess>'), "deep"),
    "a loop through a call": (LOOP.format(work='<callActivity id="work" calledElement="called"/>'), "deep"),
    "a loop through rounds": (LOOP.format(work=f'<userTask id="work">{ROUNDS}</userTask>'), "work"),
    "a loop with a reminder": (LOOP.format(work=f'<userTask id="work"/>{TIMER}</timerEventDefinition></boundaryEvent>'), "work"),
}


def plan_and_surroundings(body: str) -> tuple[Plan, Around]:
    """A plan of a procedure, and of one that it may call."""
    called = read_drawing(process(INNER, process_id="called").encode(), "called.bpmn").procedures
    stage = Straight(process(body))
    return make_plan(stage.procedures["p"], {**stage.procedures, **called}), stage.around


@pytest.mark.parametrize("case", CASES)
def test_after_two_thousand_steps_a_case_is_no_larger_than_after_two(case: str) -> None:
    body, element = CASES[case]
    plan, around = plan_and_surroundings(body)
    run = Run(plan, around)
    run.start({"more": True})
    sizes: dict[int, tuple[int, int, int]] = {}

    for number in range(2_001):
        budget = Budget()
        run.advance(budget)
        kept = state.save(run)
        if number in {2, 50, 500, 2_000}:
            # The counters of visits may have three digits more, wherever they stand in the ids of live steps.
            sizes[number] = (len(run.tasks), Budget().steps - budget.steps, len(kept[0]) + len(kept[1]))
        run = state.load(plan, around, *kept)
        run.finish(
            next(t.internal_data["path"] for t in run.tasks.values() if t.task_spec.bpmn_id == element and t.task_spec.manual), {}
        )

    alive, steps, size = sizes[2]
    assert {number: found[:2] for number, found in sizes.items()} == dict.fromkeys(sizes, (alive, steps))
    assert sizes[2_000][2] <= size + 60


def test_five_wide_blocks_in_a_row_begin_with_what_is_alive_and_nothing_else() -> None:
    plan, around = plan_and_surroundings(wide_blocks())
    run, budget = Run(plan, around), Budget()

    run.start({})
    run.advance(budget)

    assert Budget().steps - budget.steps == len(["start", "split", "five tasks", 2, 3, 4, 5])
    assert len(run.tasks) == len(["root", "five tasks", 2, 3, 4, 5])


def test_a_form_of_200_kb_costs_the_same_at_every_step() -> None:
    plan, around = plan_and_surroundings(LOOP.format(work='<userTask id="work"/>'))
    run = Run(plan, around)
    run.start({"more": True})
    told: dict[int, int] = {}
    kept: dict[int, int] = {}

    for number in range(51):
        run.advance(Budget())
        told[number] = len(orjson.dumps([happening.details for happening in run.happenings]))
        state_bytes, variables = state.save(run)
        kept[number] = len(state_bytes) + len(variables)
        run = state.load(plan, around, state_bytes, variables)
        open_step = next(task.internal_data["path"] for task in run.tasks.values() if task.task_spec.manual)
        run.finish(open_step, {"form": {"text": f"{number:02}" + "x" * 200_000}})

    assert max(kept[number] for number in range(2, 51)) - kept[2] < 20
    assert max(told[number] for number in range(3, 51)) - told[3] < 20
    assert told[3] < 2.1 * 200_000
