"""No drawing can stop a process: what asks for too much is parked and becomes one incident."""

from __future__ import annotations

import pytest

from engine import definitions
from engine.spiff import run, tree
from engine.spiff.run import Budget
from tests.engine.world import World, process


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets drawings through that a check at publishing would refuse, to see what a run does with them."""
    monkeypatch.setattr(definitions, "lint_procedure", lambda *_: [])


MULTIPLYING = """
    <startEvent id="start"/><exclusiveGateway id="again"/><parallelGateway id="split"/>
    <exclusiveGateway id="one"/><exclusiveGateway id="two"/>
    start -> again
    again -> split
    split -> one
    split -> two
    one -> again
    two -> again
    """


def _output(text: str) -> str:
    return (
        f'<extensionElements><camunda:inputOutput><camunda:outputParameter name="text">{text}</camunda:outputParameter>'
        "</camunda:inputOutput></extensionElements>"
    )


@pytest.mark.usefixtures("unchecked")
def test_tokens_that_multiply_become_one_incident_that_a_retry_brings_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.storage.Budget", lambda: Budget(steps=100, live=50))
    world.publish(process(MULTIPLYING))
    key = world.start()

    world.wake(minutes=1)
    before = world.incidents()
    parked = len(world.state(key)["steps"])
    for step in world.failed_steps():
        world.retry(key, step)
    world.wake(minutes=1)

    assert [reason for _, reason in before] == [before[0][1]]
    assert "without end" in before[0][1]
    assert len(world.incidents()) == 1
    assert len(world.state(key)["steps"]) >= parked > 10
    world.cancel(key)
    assert world.status(key) == ("cancelled", None)


def test_what_was_parked_goes_on_when_the_step_that_failed_is_retried(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MOST_TIMES_PUT_OFF", 1)
    monkeypatch.setattr("engine.storage.Budget", lambda: Budget(steps=4))
    rounds = "<multiInstanceLoopCharacteristics><loopCardinality>6</loopCardinality></multiInstanceLoopCharacteristics>"
    world.publish(process(f'<startEvent id="s"/><task id="t">{rounds}</task><endEvent id="e"/>\ns -> t\nt -> e'))
    key = world.start()
    seen = [len(world.incidents())]

    for _ in range(20):
        for step in world.failed_steps():
            world.retry(key, step)
            seen.append(len(world.incidents()))

    assert set(seen) == {0, 1}
    assert world.status(key) == ("ended", "e")


@pytest.mark.usefixtures("unchecked")
def test_a_variable_that_doubles_without_end_becomes_an_incident(world: World) -> None:
    body = f'<startEvent id="start"/><exclusiveGateway id="again"/><task id="double">{_output("${text + text}")}</task>'
    world.publish(process(f"{body}\nstart -> again\nagain -> double\ndouble -> again"))
    key = world.start(text="x" * 100)

    world.wake(minutes=1)

    assert [element for element, _ in world.incidents()] == ["double"]
    assert len(world.row(key).variables) < tree.MOST_BYTES + 1000


@pytest.mark.parametrize("asked", ["1000000", "10000000000"])
def test_a_million_rounds_are_refused_as_an_incident(world: World, asked: str) -> None:
    rounds = "<multiInstanceLoopCharacteristics><loopCardinality>${n}</loopCardinality></multiInstanceLoopCharacteristics>"
    world.publish(process(f'<startEvent id="s"/><userTask id="t">{rounds}</userTask><endEvent id="e"/>\ns -> t\nt -> e'))

    world.start(n=int(asked))

    assert [element for element, _ in world.incidents()] == ["t"]


@pytest.mark.usefixtures("unchecked")
def test_steps_that_take_too_long_are_put_off_and_become_an_incident(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.storage.Budget", lambda: Budget(seconds=-1))
    world.publish(process('<startEvent id="s"/><task id="t"/><endEvent id="e"/>\ns -> t\nt -> e'))
    key = world.start()

    world.wake(minutes=1)

    assert [reason for _, reason in world.incidents()] != []
    assert world.status(key) == ("running", None)
