"""The control-flow patterns 1 to 20 of van der Aalst and others: a test for each that can be drawn, a word on each that cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tests.engine.world import World, process

#: What cannot be drawn, or only by a detour, and what we draw.
REMARKS: Mapping[int, str] = {
    9: "by a detour: BPMN draws it with a complex gateway, which is refused; an exclusive gateway lets the first token on",
    17: "unsupported: ad-hoc sub-processes are refused; a loop in which a person chooses the next task does nearly the same",
}
#: The patterns by their number, and what they are drawn with.
PATTERNS: Mapping[int, tuple[str, str]] = {
    1: ("Sequence", "a flow"),
    2: ("Parallel split", "a parallel gateway, or several flows out of an activity"),
    3: ("Synchronization", "a parallel gateway that joins"),
    4: ("Exclusive choice", "an exclusive gateway"),
    5: ("Simple merge", "an exclusive gateway, or several flows into an activity"),
    6: ("Multi-choice", "an inclusive gateway, or conditional flows out of an activity"),
    7: ("Structured synchronizing merge", "an inclusive gateway that joins"),
    8: ("Multi-merge", "several flows into an activity"),
    9: ("Structured discriminator", ""),
    10: ("Arbitrary cycles", "flows back"),
    11: ("Implicit termination", "a case ends with its last token"),
    12: ("Multiple instances without synchronization", "a loop that lets a token go in each round"),
    13: ("Multiple instances with design-time knowledge", "a multi-instance with a cardinality"),
    14: ("Multiple instances with run-time knowledge", "a multi-instance over a collection"),
    15: (
        "Multiple instances without run-time knowledge",
        "a sub-process with a non-interrupting event sub-process, or a round added by an intervention",
    ),
    16: ("Deferred choice", "an event-based gateway"),
    17: ("Interleaved parallel routing", ""),
    18: ("Milestone", "an event that is waited for, or a condition"),
    19: ("Cancel activity", "an interrupting event on the border"),
    20: ("Cancel case", "a terminate end, or cancelling the case"),
}
SPLIT = """
    <startEvent id="start"/><parallelGateway id="split"/><userTask id="a"/><userTask id="b"/>
    start -> split
    split -> a
    split -> b
    """
EACH = '<multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="who"/>'


def test_01_sequence(world: World) -> None:
    world.publish(process('<startEvent id="start"/><userTask id="a"/><userTask id="b"/>\nstart -> a\na -> b'))
    key = world.start()

    assert world.open(key) == ["a"]
    world.complete(key, "a")
    assert world.open(key) == ["b"]


def test_02_parallel_split(world: World) -> None:
    world.publish(process(SPLIT))

    assert world.open(world.start()) == ["a", "b"]


def test_03_synchronization(world: World) -> None:
    world.publish(process(f'{SPLIT}<parallelGateway id="join"/><userTask id="c"/>\na -> join\nb -> join\njoin -> c'))
    key = world.start()

    world.complete(key, "b")
    assert world.open(key) == ["a"]
    world.complete(key, "a")
    assert world.open(key) == ["c"]


def test_04_exclusive_choice(world: World) -> None:
    body = '<startEvent id="start"/><exclusiveGateway id="which"/><userTask id="a"/><userTask id="b"/>'
    world.publish(process(f"{body}\nstart -> which\nwhich -> a : x = 1\nwhich => b"))

    assert [world.open(world.start(x=x)) for x in (1, 2)] == [["a"], ["b"]]


def test_05_simple_merge(world: World) -> None:
    body = (
        '<startEvent id="start"/><exclusiveGateway id="which"/><userTask id="a"/><userTask id="b"/><exclusiveGateway id="merge"/>'
    )
    flows = "\nstart -> which\nwhich -> a : x = 1\nwhich => b\na -> merge\nb -> merge\nmerge -> c"
    world.publish(process(f'{body}<userTask id="c"/>{flows}'))
    keys = [world.start(x=1), world.start(x=2)]

    world.complete(keys[0], "a")
    world.complete(keys[1], "b")

    assert [world.open(key) for key in keys] == [["c"], ["c"]]


MULTI_CHOICE = """
    <startEvent id="start"/><inclusiveGateway id="split"/><userTask id="a"/><userTask id="b"/><userTask id="c"/>
    start -> split
    split -> a : "a" in want
    split -> b : "b" in want
    split => c
    """


def test_06_multi_choice(world: World) -> None:
    world.publish(process(MULTI_CHOICE))

    assert [world.open(world.start(want=want)) for want in (["a", "b"], ["b"], [])] == [["a", "b"], ["b"], ["c"]]


def test_07_structured_synchronizing_merge(world: World) -> None:
    joined = '<inclusiveGateway id="join"/><userTask id="after"/>\na -> join\nb -> join\nc -> join\njoin -> after'
    world.publish(process(f"{MULTI_CHOICE}{joined}"))
    key = world.start(want=["a", "b"])

    world.complete(key, "b")
    assert world.open(key) == ["a"]
    world.complete(key, "a")
    assert world.open(key) == ["after"]


def test_08_multi_merge(world: World) -> None:
    world.publish(process(f'{SPLIT}<exclusiveGateway id="merge"/><userTask id="c"/>\na -> merge\nb -> merge\nmerge -> c'))
    key = world.start()

    world.complete(key, "a")
    world.complete(key, "b")

    assert world.open(key) == ["c", "c"]


def test_09_structured_discriminator(world: World) -> None:
    first = """<task id="note"><extensionElements><camunda:inputOutput>
      <camunda:outputParameter name="taken">${true}</camunda:outputParameter></camunda:inputOutput></extensionElements></task>"""
    gateways = f'<exclusiveGateway id="merge"/><exclusiveGateway id="first"/>{first}<userTask id="c"/><endEvent id="too_late"/>'
    world.publish(
        process(
            f"{SPLIT}{gateways}\na -> merge\nb -> merge\nmerge -> first\nfirst -> note : taken = null\nfirst => too_late\nnote -> c"
        )
    )
    key = world.start()

    world.complete(key, "b")
    assert world.open(key) == ["a", "c"]
    world.complete(key, "a")
    assert world.open(key) == ["c"]


def test_10_arbitrary_cycles(world: World) -> None:
    body = """
        <startEvent id="start"/><exclusiveGateway id="x"/><userTask id="a"/><exclusiveGateway id="y"/><userTask id="b"/>
        <exclusiveGateway id="z"/><endEvent id="end"/>
        start -> x
        x -> a
        a -> y
        y -> b
        b -> z
        z -> x : to = "a"
        z -> y : to = "b"
        z => end
        """
    world.publish(process(body))
    key = world.start()

    world.complete(key, "a")
    for to, then in (("b", "b"), ("a", "a")):
        world.complete(key, "b", to=to)
        assert world.open(key) == [then]
    world.complete(key, "a")
    world.complete(key, "b", to="end")

    assert world.status(key) == ("ended", "end")


def test_11_implicit_termination(world: World) -> None:
    world.publish(process(SPLIT))
    key = world.start()

    world.complete(key, "a")
    assert world.status(key) == ("running", None)
    world.complete(key, "b")
    assert world.status(key) == ("ended", None)


def test_12_multiple_instances_without_synchronization(world: World) -> None:
    body = """
        <startEvent id="start"/><exclusiveGateway id="again"/><userTask id="plan"/><inclusiveGateway id="spawn"/>
        <userTask id="work"/><endEvent id="end"/>
        start -> again
        again -> plan
        plan -> spawn
        spawn -> work : true
        spawn -> again : more
        work -> end
        """
    world.publish(process(body))
    key = world.start()

    world.complete(key, "plan", more=True)
    assert world.open(key) == ["plan", "work"]
    world.complete(key, "plan", more=False)
    assert world.open(key) == ["work", "work"]


def test_13_multiple_instances_known_at_design_time(world: World) -> None:
    three = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    body = f'<startEvent id="start"/><userTask id="ask">{three}</userTask><userTask id="after"/>'
    world.publish(process(f"{body}\nstart -> ask\nask -> after"))
    key = world.start()

    for _ in range(3):
        assert "after" not in world.open(key)
        world.complete(key, "ask")

    assert world.open(key) == ["after"]


def test_14_multiple_instances_known_when_they_begin(world: World) -> None:
    body = f'<startEvent id="start"/><userTask id="ask">{EACH}</userTask><userTask id="after"/>'
    world.publish(process(f"{body}\nstart -> ask\nask -> after"))
    key = world.start(people=["x", "y"])

    world.complete(key, "ask")
    assert world.open(key) == ["ask"]
    world.complete(key, "ask")
    assert world.open(key) == ["after"]


def test_15_multiple_instances_that_become_more_while_they_run(world: World) -> None:
    further = """<subProcess id="further" triggeredByEvent="true"><startEvent id="one_more" isInterrupting="false">
      <messageEventDefinition messageRef="m"/></startEvent><userTask id="ask"/>
      <sequenceFlow id="g" sourceRef="one_more" targetRef="ask"/></subProcess>"""
    inner = f'<startEvent id="in"/><userTask id="first"/><sequenceFlow id="f" sourceRef="in" targetRef="first"/>{further}'
    body = f'<startEvent id="start"/><subProcess id="asking">{inner}</subProcess><userTask id="after"/>'
    world.publish(process(f"{body}\nstart -> asking\nasking -> after", before='<message id="m" name="one more"/>'))
    key = world.start()

    world.send("C-1", "one more")
    world.send("C-1", "one more")
    assert world.open(key) == ["ask", "ask", "first"]
    for element in ("first", "ask", "ask"):
        world.complete(key, element)

    assert world.open(key) == ["after"]


def test_16_deferred_choice(world: World) -> None:
    body = """
        <startEvent id="start"/><eventBasedGateway id="which"/>
        <intermediateCatchEvent id="yes"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
        <intermediateCatchEvent id="no"><messageEventDefinition messageRef="n"/></intermediateCatchEvent>
        <userTask id="a"/><userTask id="b"/>
        start -> which
        which -> yes
        which -> no
        yes -> a
        no -> b
        """
    world.publish(process(body, before='<message id="m" name="yes"/><message id="n" name="no"/>'))
    key = world.start()

    assert [world.send("C-1", name) for name in ("no", "yes")] == [True, False]
    assert world.open(key) == ["b"]


def test_18_milestone(world: World) -> None:
    now, later = "<condition>${state = 'open'}</condition>", "<condition>${state = 'closed'}</condition>"
    body = f"""
        <startEvent id="start"/><parallelGateway id="split"/><userTask id="a"/><userTask id="b"/>
        <intermediateCatchEvent id="reached"><conditionalEventDefinition>{now}</conditionalEventDefinition></intermediateCatchEvent>
        <userTask id="meanwhile"/>
        <boundaryEvent id="passed" attachedToRef="meanwhile"><conditionalEventDefinition>{later}</conditionalEventDefinition>
        </boundaryEvent>
        <endEvent id="missed"/><endEvent id="end"/>
        start -> split
        split -> a
        split -> reached
        a -> b
        reached -> meanwhile
        meanwhile -> end
        passed -> missed
        b -> end
        """
    world.publish(process(body))
    key = world.start()

    assert world.open(key) == ["a"]
    world.complete(key, "a", state="open")
    assert world.open(key) == ["b", "meanwhile"]
    world.complete(key, "b", state="closed")
    assert world.status(key) == ("ended", "missed")


def test_19_cancel_task(world: World) -> None:
    body = """
        <startEvent id="start"/><userTask id="work"/>
        <boundaryEvent id="stop" attachedToRef="work"><messageEventDefinition messageRef="m"/></boundaryEvent><userTask id="after"/>
        start -> work
        stop -> after
        """
    world.publish(process(body, before='<message id="m" name="stop"/>'))
    key = world.start()

    world.send("C-1", "stop")

    assert world.open(key) == ["after"]


def test_20_cancel_case(world: World) -> None:
    world.publish(process(f'{SPLIT}<endEvent id="all"><terminateEventDefinition/></endEvent>\na -> all'))
    drawn, by_hand = world.start(), world.start()

    world.complete(drawn, "a")
    world.cancel(by_hand)

    assert [world.status(key) for key in (drawn, by_hand)] == [("ended", "all"), ("cancelled", None)]
    assert [world.open(key) for key in (drawn, by_hand)] == [[], []]


def test_each_of_the_twenty_has_a_test_or_a_word() -> None:
    tested = {int(number) for number in re.findall(r"^def test_(\d\d)_", Path(__file__).read_text(encoding="utf-8"), re.MULTILINE)}

    assert tested | set(REMARKS) == set(range(1, 21))


def pattern_lines() -> list[str]:
    """The table of patterns as it stands in `processes/README.md`."""
    rows = [f"| {number} | {name} | {how or '–'} | {REMARKS.get(number, 'runs')} |" for number, (name, how) in PATTERNS.items()]
    return ["| | pattern | drawn with | |", "|---|---|---|---|", *rows]


def test_the_table_of_patterns_for_who_draws_is_the_one_that_is_tested() -> None:
    text = (Path(__file__).parents[2] / "processes" / "README.md").read_text(encoding="utf-8")

    assert text.split("<!-- patterns -->\n")[1].split("\n<!-- /patterns -->")[0].splitlines() == pattern_lines()
