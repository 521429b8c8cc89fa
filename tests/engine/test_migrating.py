"""Running instances go on by another definition: with a dry run, and with all that was waiting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine import administration, definitions
from engine.errors import Conflict, Invalid
from engine.spiff.migrating import Fit
from tests.engine.world import World, process

REMIND = """<boundaryEvent id="remind" attachedToRef="work" cancelActivity="false">
<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="reminded"/>"""
OLD = """<startEvent id="s"/><userTask id="work"/><userTask id="after"/><endEvent id="e"/>{more}
s -> work
work -> after
after -> e"""
NEW = """<startEvent id="s"/><userTask id="work"/><userTask id="check"/><userTask id="after"/><endEvent id="e"/>{more}
s -> work
work -> check
check -> after
after -> e"""


class Migrating(World):
    """A world with an administrator who migrates."""

    def latest(self, connection: Any) -> definitions.Definition:
        """The newest definition."""
        return definitions.latest(connection, "p")

    def fit(self, key: int) -> Fit:
        """The dry run."""
        with self.database.reading() as connection:
            return administration.fit(self.context(connection), key, self.latest(connection))

    def migrate(self, key: int) -> Fit:
        """The migration."""
        with self.database.transaction() as connection:
            return administration.migrate(self.context(connection, "administrator"), key, self.latest(connection), "test")

    def number(self, key: int) -> int:
        """The number of the definition by which an instance goes on."""
        with self.database.reading() as connection:
            return definitions.load(connection, self.row(key).definition_id).number


@pytest.fixture
def world(database_url: str) -> Iterator[Migrating]:
    """An empty world."""
    made = Migrating(database_url)
    yield made
    made.database.close()


def begun(world: Migrating, old: str, new: str, *, called: tuple[str, str] | None = None, **variables: Any) -> int:
    """An instance of the old drawing, and the new one published."""
    world.publish(process(old), *((called[0],) if called else ()))
    key = world.start(**variables)
    world.publish(process(new), *((called[1],) if called else ()))
    return key


def test_an_instance_goes_on_by_the_new_definition(world: Migrating) -> None:
    key = begun(world, OLD.format(more=""), NEW.format(more=""))
    step = dict(world.observer.open[key])

    assert (world.fit(key), world.number(key)) == (Fit(()), 1)
    world.migrate(key)

    assert (world.number(key), world.observer.open[key]) == (2, step)
    for element in ("work", "check", "after"):
        world.complete(key, element)
    assert world.status(key) == ("ended", "e")


def test_a_running_timer_keeps_its_moment_and_a_new_one_begins_now(world: Migrating) -> None:
    flow = "\nremind -> reminded"
    old = OLD.format(more=REMIND.format("P1D")) + flow
    new = NEW.format(
        more=REMIND.format("P9D")
        + REMIND.replace("remind", "again").format("P3D").replace('endEvent id="agained"', 'endEvent id="x"')
    )
    key = begun(world, old, new + flow + "\nagain -> x")
    world.wake(hours=12)

    assert world.fit(key) == Fit((), ("again",), ())
    world.migrate(key)

    assert world.wake(hours=13) == 1
    assert world.wake(days=2, hours=12) == 1
    assert world.open(key) == ["work"]


def test_a_timer_that_has_rung_does_not_ring_again(world: Migrating) -> None:
    drawn = REMIND.format("P1D")
    key = begun(world, OLD.format(more=drawn) + "\nremind -> reminded", NEW.format(more=drawn) + "\nremind -> reminded")
    assert world.wake(days=2) == 1

    world.migrate(key)

    assert (world.wake(days=9), world.open(key)) == (0, ["work"])


def test_an_event_that_is_no_longer_drawn_is_waited_for_no_more(world: Migrating) -> None:
    key = begun(world, OLD.format(more=REMIND.format("P1D")) + "\nremind -> reminded", NEW.format(more=""))

    assert world.fit(key) == Fit((), (), ("remind",))
    world.migrate(key)

    assert (world.wake(days=9), world.open(key)) == (0, ["work"])


def test_event_sub_processes_of_the_new_definition_listen(world: Migrating) -> None:
    handler = """<subProcess id="handler" triggeredByEvent="true"><startEvent id="told" isInterrupting="false">
    <messageEventDefinition messageRef="m"/></startEvent><userTask id="handle"/><endEvent id="done"/>
told -> handle
handle -> done
</subProcess>"""
    world.publish(process(OLD.format(more="")))
    key = world.start()
    world.publish(process(NEW.format(more="\n" + handler), before='<message id="m" name="change"/>'))

    assert world.fit(key).begins == ("told",)
    world.migrate(key)

    assert world.send("C-1", "change")
    assert world.open(key) == ["handle", "work"]


def test_a_called_procedure_in_the_middle_of_its_work_goes_along(world: Migrating) -> None:
    inside = '<startEvent id="si"/><userTask id="one"/>{}<endEvent id="ei"/>\nsi -> one\n'
    old = process(inside.format("") + "one -> ei", process_id="q")
    new = process(inside.format('<userTask id="two"/>') + "one -> two\ntwo -> ei", process_id="q")
    body = '<startEvent id="s"/><callActivity id="call" calledElement="q"/><endEvent id="e"/>\ns -> call\ncall -> e'
    key = begun(world, body, body.replace('id="call"', 'id="call" name="New name"'), called=(old, new))

    world.migrate(key)
    world.complete(key, "one")

    assert world.open(key) == ["two"]


def test_rounds_in_the_middle_go_along_with_their_results(world: Migrating) -> None:
    rounds = """<startEvent id="s"/><userTask id="review"><multiInstanceLoopCharacteristics camunda:collection="who"
     camunda:elementVariable="one"><loopDataOutputRef>found</loopDataOutputRef><outputDataItem id="o" name="said"/>
     </multiInstanceLoopCharacteristics></userTask>{}<endEvent id="e"/>
s -> review
"""
    old = rounds.format('<userTask id="after"/>') + "review -> after\nafter -> e"
    new = rounds.format('<userTask id="before"/><userTask id="after"/>') + "review -> before\nbefore -> after\nafter -> e"
    key = begun(world, old, new, who=["A", "B"])
    world.complete(key, "review", said="a")

    world.migrate(key)
    world.complete(key, "review", said="b")

    assert (world.open(key), world.variables(key)["found"]) == (["before"], ["a", "b"])


JOIN = """<startEvent id="s"/>
<parallelGateway id="split"/><userTask id="a"/><userTask id="b"/><parallelGateway id="join"/><endEvent id="e"/>
s -> split
split -> a
split -> b
a -> join
b -> join
join -> e"""


@pytest.mark.parametrize(
    ("old", "new", "done", "problem"),
    [
        (OLD.format(more=""), OLD.format(more="").replace("work", "other"), [], ("element", "work", "has no such element")),
        (
            OLD.format(more=""),
            OLD.format(more="").replace('userTask id="work"', 'task id="work"'),
            [],
            ("kind", "work", "another kind"),
        ),
        (
            JOIN,
            JOIN.replace("a -> join", "a -> x\nx -> join").replace('<endEvent id="e"/>', '<userTask id="x"/><endEvent id="e"/>'),
            ["a"],
            ("flow", "join", "f_a_join"),
        ),
    ],
)
def test_what_does_not_fit_is_told_in_the_dry_run_and_refused_whole(
    world: Migrating, old: str, new: str, done: list[str], problem: tuple[str, str, str]
) -> None:
    key = begun(world, old, new)
    for element in done:
        world.complete(key, element)
    before = world.row(key)

    (found,) = world.fit(key).problems
    assert (found.rule, found.element, problem[2] in found.reason) == (problem[0], problem[1], True)
    with pytest.raises(Invalid, match="cannot go on by this definition"):
        world.migrate(key)

    assert world.row(key) == before


def test_an_instance_that_has_ended_stays_what_it_was(world: Migrating) -> None:
    key = begun(world, OLD.format(more=""), NEW.format(more=""))
    world.cancel(key)

    with pytest.raises(Conflict):
        world.migrate(key)


@pytest.mark.parametrize(("was", "becomes"), [(' isSequential="true"', ""), ('elementVariable="one"', 'elementVariable="two"')])
def test_rounds_that_would_go_on_in_another_way_do_not_fit(world: Migrating, was: str, becomes: str) -> None:
    body = """<startEvent id="s"/><userTask id="review"><multiInstanceLoopCharacteristics camunda:collection="who"
     camunda:elementVariable="one" isSequential="true"/></userTask><endEvent id="e"/>
s -> review
review -> e"""
    key = begun(world, body, body.replace(was, becomes), who=["A", "B"])

    assert {(problem.rule, problem.element) for problem in world.fit(key).problems} == {("rounds", "review")}
