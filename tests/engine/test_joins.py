"""Joins: right in loops, in every order of completion, and without losing what any branch wrote."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.engine.world import World, process, wide_blocks

REWORK = process(
    """
    <startEvent id="start"/><exclusiveGateway id="again"/><parallelGateway id="split"/>
    <userTask id="a"/><userTask id="b"/><userTask id="c"/>
    <parallelGateway id="join"/><userTask id="meet"/><exclusiveGateway id="enough"/><endEvent id="end"/>
    start -> again
    again -> split
    split -> a
    split -> b
    split -> c
    a -> join
    b -> join
    c -> join
    join -> meet
    meet -> enough
    enough -> again : more
    enough => end
    """
)
ORDERS = [
    pytest.param(first, second, id=f"{''.join(first)}-{''.join(second)}")
    for first in permutations("abc")
    for second in permutations("abc")
]


@pytest.mark.parametrize(("first", "second"), ORDERS)
def test_a_join_in_a_rework_loop_waits_for_every_branch_of_its_round(
    world: World, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    world.publish(REWORK)
    key = world.start()

    for order, more in ((first, True), (second, False)):
        for position, task in enumerate(order):
            assert world.open(key) == sorted(order[position:])
            world.complete(key, task, **{task: f"{task} of {more}"})
        assert world.open(key) == ["meet"]
        world.complete(key, "meet", more=more)

    assert world.status(key) == ("ended", "end")


def test_branches_keep_what_each_of_them_wrote(world: World) -> None:
    world.publish(REWORK)
    key = world.start(a="old", b="old", c="old")

    for task in "abc":
        world.complete(key, task, **{task: f"new {task}"})

    assert world.variables(key) == {"a": "new a", "b": "new b", "c": "new c"}


def test_an_inclusive_join_waits_only_for_branches_that_were_taken(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><inclusiveGateway id="which"/>
            <userTask id="a"/><userTask id="b"/><userTask id="c"/>
            <inclusiveGateway id="join"/><userTask id="after"/><endEvent id="end"/>
            start -> which
            which -> a : "a" in want
            which -> b : "b" in want
            which => c
            a -> join
            b -> join
            c -> join
            join -> after
            after -> end
            """
        )
    )
    both, only_default = world.start(want=["a", "b"]), world.start(want=[])

    world.complete(both, "b")
    assert world.open(both) == ["a"]
    world.complete(both, "a")
    assert world.open(both) == ["after"]
    assert world.open(only_default) == ["c"]
    world.complete(only_default, "c")
    assert world.open(only_default) == ["after"]


def test_an_inclusive_join_in_a_loop_is_right_in_every_round(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><exclusiveGateway id="again"/><inclusiveGateway id="which"/>
            <userTask id="a"/><userTask id="b"/><inclusiveGateway id="join"/><userTask id="meet"/>
            <exclusiveGateway id="enough"/><endEvent id="end"/>
            start -> again
            again -> which
            which -> a : "a" in want
            which => b
            a -> join
            b -> join
            join -> meet
            meet -> enough
            enough -> again : more
            enough => end
            """
        )
    )
    key = world.start(want=["a"])

    world.complete(key, "a")
    world.complete(key, "meet", more=True, want=[])
    assert world.open(key) == ["b"]
    world.complete(key, "b")
    assert world.open(key) == ["meet"]
    world.complete(key, "meet", more=False)

    assert world.status(key) == ("ended", "end")


def test_five_wide_blocks_in_a_row_cost_no_more_than_they_hold(world: World) -> None:
    world.publish(process(wide_blocks()))

    key = world.start()

    assert world.open(key) == [f"t0_{branch}" for branch in range(5)]
    assert len(world.state(key)["steps"]) == 5


def test_a_branch_that_loops_leaves_no_trace_while_another_waits(world: World) -> None:
    world.publish(
        process(
            """
            <startEvent id="start"/><parallelGateway id="split"/><userTask id="wait"/><userTask id="loop"/>
            <exclusiveGateway id="more"/><parallelGateway id="join"/><endEvent id="end"/>
            start -> split
            split -> wait
            split -> loop
            loop -> more
            more -> loop : again
            more => join
            wait -> join
            join -> end
            """
        )
    )
    key = world.start()
    world.complete(key, "loop", again=True)
    short = len(world.row(key).state)

    for _ in range(60):
        world.complete(key, "loop", again=True)

    assert len(world.row(key).state) <= short + 5
    world.complete(key, "loop", again=False)
    world.complete(key, "wait")
    assert world.status(key) == ("ended", "end")
