"""Administrators move tokens: on from another step, or away until another step is done; and add rounds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from SpiffWorkflow.util.task import TaskState

from engine import administration
from engine.errors import Invalid, LaneworkError, NotFound
from engine.spiff import migrating, moving, state
from engine.spiff.build import Plan, make_plan
from engine.spiff.run import Run
from tests.engine.constructs.stages import Straight
from tests.engine.constructs.stories import TABLE, Teller
from tests.engine.world import World, process

LOOP = """<startEvent id="s"/><userTask id="register"/><parallelGateway id="split"/><userTask id="left"/><userTask id="right"/>
<parallelGateway id="join"/><userTask id="decide"/><endEvent id="e"/>
s -> register
register -> split
split -> left
split -> right
left -> join
right -> join
join -> decide
decide -> e"""
NESTED = """<startEvent id="s"/><userTask id="before"/><subProcess id="inner"><startEvent id="si"/><userTask id="first"/>
<userTask id="second"/><endEvent id="ei"/>
si -> first
first -> second
second -> ei
</subProcess><userTask id="after"/><endEvent id="e"/>
s -> before
before -> inner
inner -> after
after -> e"""
REVIEWS = """<startEvent id="s"/><userTask id="plan"/><userTask id="review"><multiInstanceLoopCharacteristics
 camunda:collection="who" camunda:elementVariable="one"{sequential}><loopDataOutputRef>found</loopDataOutputRef>
 <outputDataItem id="o" name="said"/></multiInstanceLoopCharacteristics></userTask><userTask id="after"/><endEvent id="e"/>
s -> plan
plan -> review
review -> after
after -> e"""


class Moving(World):
    """A world with an administrator."""

    def move(self, key: int, source: str, target: str, *, number: int = 0, alone: bool = True, comes_back: bool = False) -> None:
        """Moves the open step of an element."""
        steps = sorted(step for step, name in self.observer.open[key].items() if name == source)
        with self.database.transaction() as connection:
            ctx = self.context(connection, "administrator")
            administration.move(ctx, key, steps[number], target, alone=alone, comes_back=comes_back, reason="test")

    def add(self, key: int, element: str, item: Any) -> None:
        """Adds a round."""
        step = next(step for step, name in self.observer.open[key].items() if name == element)
        with self.database.transaction() as connection:
            administration.add_round(self.context(connection, "administrator"), key, step, item, "test")


@pytest.fixture
def world(database_url: str) -> Iterator[Moving]:
    """An empty world."""
    made = Moving(database_url)
    yield made
    made.database.close()


def started(world: Moving, body: str, **variables: Any) -> int:
    world.publish(process(body))
    return world.start(**variables)


def test_a_step_is_sent_back_and_goes_on_from_there(world: Moving) -> None:
    key = started(world, LOOP)
    for element in ("register", "left", "right"):
        world.complete(key, element)

    world.move(key, "decide", "register")

    assert world.open(key) == ["register"]
    for element in ("register", "left", "right", "decide"):
        world.complete(key, element)
    assert world.status(key) == ("ended", "e")


def test_out_of_a_parallel_block_with_all_that_is_beside_it(world: Moving) -> None:
    key = started(world, LOOP)
    world.complete(key, "register")
    world.complete(key, "left")

    world.move(key, "right", "register", alone=False)

    assert world.open(key) == ["register"]
    world.complete(key, "register")
    assert world.open(key) == ["left", "right"]
    world.complete(key, "left")
    world.complete(key, "right")
    assert world.open(key) == ["decide"]


def test_a_step_that_leaves_a_parallel_block_alone_leaves_a_join_that_says_what_it_misses(world: Moving) -> None:
    key = started(world, LOOP)
    world.complete(key, "register")
    world.move(key, "right", "decide")

    world.complete(key, "left")

    assert world.open(key) == ["decide"]
    assert [element for element, _ in world.incidents()] == ["join"]


def test_into_a_parallel_block_a_token_stands_for_the_flow_that_is_missing(world: Moving) -> None:
    key = started(world, LOOP)
    world.complete(key, "register")
    world.complete(key, "left")

    world.move(key, "right", "join")

    assert world.open(key) == ["decide"]


def test_a_step_comes_back_to_where_it_was_and_its_parallel_block_is_whole(world: Moving) -> None:
    key = started(world, LOOP)
    world.complete(key, "register", order=1)
    world.complete(key, "left")

    world.move(key, "right", "register", comes_back=True)

    assert world.open(key) == ["register"]
    world.complete(key, "register", order=2)
    assert world.open(key) == ["right"]
    world.complete(key, "right")
    assert (world.open(key), world.variables(key)) == (["decide"], {"order": 2})
    assert world.incidents() == []


def test_a_round_comes_back_with_its_item_while_the_others_go_on(world: Moving) -> None:
    key = started(world, REVIEWS.format(sequential=""), who=["A", "B"])
    world.complete(key, "plan")

    world.move(key, "review", "plan", number=1, comes_back=True)

    assert world.open(key) == ["plan", "review"]
    world.complete(key, "review", said="by A")
    assert world.open(key) == ["plan"]
    world.complete(key, "plan")
    world.complete(key, "review", said="by B")
    assert (world.open(key), world.variables(key)["found"]) == (["after"], ["by A", "by B"])


def test_out_of_and_into_a_sub_process(world: Moving) -> None:
    key = started(world, NESTED)

    world.move(key, "before", "second")
    assert world.open(key) == ["second"]
    world.move(key, "second", "before")
    assert world.open(key) == ["before"]
    world.move(key, "before", "first", comes_back=True)
    assert world.open(key) == ["first"]
    world.complete(key, "first")
    assert world.open(key) == ["before"]
    world.complete(key, "before")
    assert world.open(key) == ["first"]
    world.move(key, "first", "before", comes_back=True)
    world.complete(key, "before")
    assert world.open(key) == ["first"]
    for element in ("first", "second", "after"):
        world.complete(key, element)
    assert world.status(key) == ("ended", "e")


def test_out_of_rounds_and_back_into_all_of_them(world: Moving) -> None:
    key = started(world, REVIEWS.format(sequential=""), who=["A", "B", "C"])
    world.complete(key, "plan")
    world.complete(key, "review", said="x")

    world.move(key, "review", "plan", alone=False)
    assert world.open(key) == ["plan"]
    world.move(key, "plan", "review")

    assert world.open(key) == ["review", "review", "review"]


def test_out_of_a_called_procedure(world: Moving) -> None:
    called = process('<startEvent id="sq"/><userTask id="inside"/><endEvent id="eq"/>\nsq -> inside\ninside -> eq', process_id="q")
    body = """<startEvent id="s"/><userTask id="ask"/><callActivity id="call" calledElement="q"/><endEvent id="e"/>
    s -> ask
    ask -> call
    call -> e"""
    world.publish(process(body), called)
    key = world.start()
    world.complete(key, "ask")

    world.move(key, "inside", "ask", comes_back=True)
    world.complete(key, "ask")
    assert world.open(key) == ["inside"]
    world.move(key, "inside", "ask")

    assert world.open(key) == ["ask"]


@pytest.mark.parametrize(("sequential", "open_at_once"), [("", 3), (' isSequential="true"', 1)])
def test_a_round_is_added_to_those_that_are_going_on(world: Moving, sequential: str, open_at_once: int) -> None:
    key = started(world, REVIEWS.format(sequential=sequential), who=["A", "B"])
    world.complete(key, "plan")

    world.add(key, "review", "C")

    assert len(world.open(key)) == open_at_once
    for said in ("a", "b", "c"):
        assert world.open(key)[0] == "review"
        world.complete(key, "review", said=said)
    assert (world.open(key), world.variables(key)["found"]) == (["after"], ["a", "b", "c"])


@pytest.mark.parametrize(
    ("target", "flags", "error"),
    [
        ("nowhere", {}, NotFound),
        ("inner", {"alone": False, "comes_back": True}, Invalid),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_changes(
    world: Moving, target: str, flags: dict[str, bool], error: type[LaneworkError]
) -> None:
    key = started(world, NESTED)
    before = world.row(key)

    with pytest.raises(error):
        world.move(key, "before", target, **flags)

    assert world.row(key) == before
    with pytest.raises(Invalid):
        world.add(key, "before", "x")


def waits(run: Run) -> bool:
    """Whether somebody or something is waited for: people, workers, events, or an administrator."""
    listens = (task for task in run.tasks.values() if task.state == TaskState.STARTED)
    return any(
        task.task_spec.manual
        or task.task_spec.awaits("message")
        or task.task_spec.awaits("signal")
        or "due" in task.internal_data
        or getattr(task.task_spec, "settles", False)
        for task in listens
    ) or any("incident" in task.internal_data for task in run.tasks.values())


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_moved_a_case_never_vanishes_and_never_hangs_without_an_incident(seed: int) -> None:
    walk(seed)


def test_a_step_that_never_comes_back_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "_come_back", lambda _run, _step: None)

    with pytest.raises(AssertionError, match="away"):
        walk(SEEN_BY)


LEFT = """<startEvent id="s"/><subProcess id="outer"><startEvent id="xs"/><userTask id="xa"/><endEvent id="xe"/>
xs -> xa
xa -> xe
</subProcess><boundaryEvent id="late" attachedToRef="outer">
<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>
<subProcess id="inner"><startEvent id="si"/><userTask id="first"/><endEvent id="ei"/>
si -> first
first -> ei
</subProcess><endEvent id="e"/><endEvent id="e2"/>
s -> outer
outer -> inner
inner -> e2
late -> e"""
ENOUGH = REVIEWS.format(sequential="").replace(
    "</multiInstance", "<completionCondition>${nrOfCompletedInstances >= 2}</completionCondition></multiInstance"
)
THREE = """<startEvent id="s"/><{kind} id="sp"/>
<userTask id="a"/><userTask id="b"/><userTask id="c"/><{kind} id="join"/><userTask id="z"/>
<endEvent id="e"/>
s -> sp
sp -> a : true
sp -> b : true
sp -> c : true
a -> join
b -> join
c -> join
join -> z
z -> e"""


def test_a_detour_ends_with_the_step_that_is_away_and_its_scope_with_it(world: Moving) -> None:
    key = started(world, LEFT)
    world.move(key, "xa", "first", comes_back=True)

    world.wake(days=2)

    assert (world.open(key), world.status(key)) == ([], ("ended", "e"))


def test_rounds_that_are_enough_take_along_the_detour_of_one_of_them(world: Moving) -> None:
    key = started(world, ENOUGH, who=["A", "B", "C"])
    world.complete(key, "plan")
    world.move(key, "review", "plan", comes_back=True)

    world.complete(key, "review")
    world.complete(key, "review")

    assert world.open(key) == ["after"]
    world.complete(key, "after")
    assert world.status(key) == ("ended", "e")


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
@pytest.mark.parametrize("skipped", ["b", "c"])
def test_a_step_moved_to_its_join_stands_for_its_own_flow(world: Moving, kind: str, skipped: str) -> None:
    key = started(world, THREE.format(kind=kind))
    other = "c" if skipped == "b" else "b"
    world.complete(key, "a")

    world.move(key, skipped, "join")
    assert (world.open(key), world.incidents()) == ([other], [])
    world.complete(key, other)

    assert world.open(key) == ["z"]
    world.complete(key, "z")
    assert world.status(key) == ("ended", "e")


def test_what_interrupts_a_detour_ends_it_and_nothing_else_goes_on(world: Moving) -> None:
    border = (
        '<boundaryEvent id="late" attachedToRef="reg"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>'
    )
    body = f"""<startEvent id="s"/><userTask id="reg"/>{border}</boundaryEvent><userTask id="work"/><endEvent id="e"/>
    s -> reg
    reg -> work
    late -> work
    work -> e"""
    key = started(world, body)
    world.complete(key, "reg")
    world.move(key, "work", "reg", comes_back=True)

    world.wake(days=2)

    assert world.open(key) == ["work"]
    world.complete(key, "work")
    assert world.status(key) == ("ended", "e")


def test_a_step_that_failed_behind_its_work_does_not_do_it_again_when_it_comes_back(world_with: Any) -> None:
    done: list[str] = []
    world = world_with(file=lambda _ctx, _case, call: done.append(call.element) or {})
    world.publish(
        process(
            """<startEvent id="s"/><userTask id="ask"/><serviceTask id="file" camunda:type="external" camunda:topic="file"/>
            <exclusiveGateway id="g"/><endEvent id="e"/>
            s -> ask
            ask -> file
            file -> g : ok
            g -> e"""
        )
    )
    key = world.start(ok=False)
    world.complete(key, "ask")
    (step,) = world.failed_steps()
    with world.database.transaction() as connection:
        administration.move(world.context(connection), key, step, "ask", alone=True, comes_back=True, reason="test")

    world.complete(key, "ask", ok=True)

    assert (done, world.status(key)) == (["file"], ("ended", "e"))


def test_no_round_is_added_to_rounds_that_are_over(world: Moving) -> None:
    body = REVIEWS.format(sequential="").replace("review -> after", "review -> after : ok")
    key = started(world, body, who=["A"], ok=False)
    world.complete(key, "plan")
    world.complete(key, "review")
    (step,) = world.failed_steps()

    with pytest.raises(Invalid), world.database.transaction() as connection:
        administration.add_round(world.context(connection), key, step, "B", "test")


HANDLED = """<startEvent id="s"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>
<subProcess id="handler" triggeredByEvent="true">
<startEvent id="told" isInterrupting="{interrupting}">{event}</startEvent><userTask id="handle"/><endEvent id="done"/>
told -> handle
handle -> done
</subProcess>
s -> a
a -> b
b -> e"""


def test_a_reminder_of_the_scope_that_has_rung_does_not_ring_again_after_a_move(world: Moving) -> None:
    event = "<timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>"
    key = started(world, HANDLED.format(interrupting="false", event=event))
    world.wake(days=4)
    world.complete(key, "handle")

    world.move(key, "a", "b", alone=False)

    assert (world.wake(days=9), world.open(key)) == (0, ["b"])


def test_out_of_an_interrupting_handler_the_case_listens_again(world: Moving) -> None:
    body = HANDLED.format(interrupting="true", event='<messageEventDefinition messageRef="m"/>')
    world.publish(process(body, before='<message id="m" name="change"/>'))
    key = world.start()
    world.send("C-1", "change")

    world.move(key, "handle", "a")

    assert world.open(key) == ["a"]
    assert world.send("C-1", "change")
    assert world.open(key) == ["handle"]


#: A seed whose walk sends a step away.
SEEN_BY = 0


def walk(seed: int) -> None:
    """Plays every drawing that runs, with people, time and an administrator who moves tokens about."""
    chance = random.Random(seed)
    moved = 0
    for construct in (one for one in TABLE if one.status == "runs" and one.story.startswith("start")):
        stage = Straight(construct.drawing)
        Teller(stage).tell(construct.story.splitlines()[0])
        run = stage.runs[0]
        same = make_plan(next(iter(stage.procedures.values())), stage.procedures)
        for _ in range(12):
            assert run.completed or waits(run), (construct.id, [task.internal_data for task in run.tasks.values()])
            assert faults(run, same) == [], (construct.id, [task.internal_data for task in run.tasks.values()])
            if run.completed:
                break
            moved += anything(chance, stage, run)
            stage._advance(run)
            if chance.random() < 0.5:  # what was loaded could hide what lives on wrongly
                kept = state.save(run)
                run = stage.runs[0] = state.load(run.plan, stage.around, *kept)
                assert state.save(run) == kept
    assert moved > 100


def faults(run: Run, same: Plan) -> list[str]:
    """What no run may be in, whatever was moved; `same` is its own plan, made anew."""
    data = [task.internal_data for task in run.tasks.values()]
    paths = [one["path"] for one in data]
    away = sorted(one["path"] for one in data if one.get("away"))
    checks = {
        "two steps have one id": len(paths) != len(set(paths)),
        "a step is away without a detour, or a detour has no step": away
        != sorted(one["back"] for one in data if one.get("detour")),
        "a step that is away has an incident": any(one.get("away") and "incident" in one for one in data),
        "it does not fit its own definition": migrating.fit(run, same) != migrating.Fit(()),
    }
    return [fault for fault, is_one in checks.items() if is_one]


def anything(chance: random.Random, stage: Straight, run: Run) -> int:
    """One act out of all that people, time and administrators may do; whether it moved a token."""
    live = moving.movable(run)
    act = chance.choice(["move", "move", "finish", "wake"])
    if act == "wake":
        stage.wake(hours=chance.choice([1, 100]))
        return 0
    task = chance.choice(live)
    step = task.internal_data["path"]
    if act == "finish":
        if task.task_spec.manual and task.state == TaskState.STARTED:
            run.finish(step, {"more": chance.choice([True, False]), "n": chance.randrange(3)})
        return 0
    target = chance.choice(moving.targets(run, step) or [None])
    try:
        if target is not None:
            moving.move(run, step, target.id, **chance.choice([{}, {"alone": False}, {"comes_back": True}]))
            return 1
    except Invalid:
        pass
    return 0
