"""A works in which many processes act at once: its drawing, its workers, and what must hold afterwards."""

from __future__ import annotations

import os
import random
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from engine import definitions, instances, journal
from engine.clock import SystemClock
from engine.errors import Conflict, LaneworkError, NotFound
from engine.ports import Actor, JournalKey
from engine.tables import act, incident, instance
from tasks.bootstrap import SYSTEM, Application, Ticker, open_application
from tasks.settings import Settings
from tasks.tables import work_item
from tasks.work import completion
from tests.tasks.house import NAMESPACES, House, write_house

KEY = JournalKey("test", b"k" * 32)
#: Steps that a case asks people for: two rounds of three branches, three signatures and a check.
STEPS = 2 * (3 + 3 + 1)
_ROUNDS = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
_COUNTED = (
    '<extensionElements><camunda:inputOutput><camunda:outputParameter name="rounds">${rounds + 1}'
    "</camunda:outputParameter></camunda:inputOutput></extensionElements>"
)
_FLOWS = [
    ("start", "again"), ("again", "split"), ("split", "a"), ("split", "b"), ("split", "c"), ("split", "signatures"), ("a", "join"),
    ("b", "join"), ("c", "join"), ("signatures", "join"), ("join", "check"), ("check", "enough"), ("enough", "end"),
]  # fmt: skip
_NODES = ("start", "again", "split", "a", "b", "c", "signatures", "join", "check", "enough", "end")
DRAWING = f"""<definitions {NAMESPACES}><process id="parallel" name="Parallel" isExecutable="true">
<extensionElements><camunda:properties><camunda:property name="owner" value="SAL.mgr"/></camunda:properties></extensionElements>
<laneSet id="lanes"><lane id="l1" name="SAL.rep">{"".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in _NODES)}</lane></laneSet>
<startEvent id="start"/><exclusiveGateway id="again"/><parallelGateway id="split"/>
<userTask id="a" name="a"/><userTask id="b" name="b"/><userTask id="c" name="c"/>
<userTask id="signatures" name="Sign">{_ROUNDS}</userTask><parallelGateway id="join"/>
<userTask id="check" name="Check">{_COUNTED}</userTask><exclusiveGateway id="enough" default="out"/><endEvent id="end"/>
{"".join(f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(_FLOWS[:-1]))}
<sequenceFlow id="out" sourceRef="enough" targetRef="end"/>
<sequenceFlow id="back" sourceRef="enough" targetRef="again">
<conditionExpression>${{rounds &lt; 2}}</conditionExpression></sequenceFlow>
</process></definitions>"""
TIMED = f"""<definitions {NAMESPACES}><process id="timed" name="Timed" isExecutable="true">
<extensionElements><camunda:properties><camunda:property name="owner" value="SAL.mgr"/></camunda:properties></extensionElements>
<startEvent id="start"/><intermediateCatchEvent id="later"><timerEventDefinition><timeDuration>PT1S</timeDuration>
</timerEventDefinition></intermediateCatchEvent><endEvent id="end"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="later"/><sequenceFlow id="f2" sourceRef="later" targetRef="end"/>
</process></definitions>"""


def write_works(folder: Path) -> Path:
    """The small house with two more procedures."""
    write_house(folder)
    for name, drawing in (("parallel", DRAWING), ("timed", TIMED)):
        (folder / name).mkdir()
        (folder / name / f"{name}.bpmn").write_text(drawing, encoding="utf-8")
    return folder


def open_works(url: str, folder: Path) -> House:
    """A house on a fresh database that has the schema."""
    return House(url, write_works(folder))


def enter(url: str, folder: Path) -> Application:
    """The same works, entered by another process, with the machine's clock."""
    return open_application(Settings(database=url, processes=folder, var=folder / "var"), clock=SystemClock(), key=KEY)


def start_cases(application: Application, procedure: str, count: int, *, prefix: str = "C") -> list[int]:
    """New cases."""
    with application.transaction(SYSTEM) as ctx:
        found = definitions.latest(ctx.connection, procedure)
        return [instances.start(ctx, found, f"{prefix}-{number}", {"rounds": 0}) for number in range(count)]


def open_items(application: Application) -> list[str]:
    """All items that are open."""
    with application.reading(SYSTEM) as ctx:
        return list(ctx.connection.execute(sa.select(work_item.c.id).where(work_item.c.status == "open")).scalars())


def complete(application: Application, item: str, who: str, key: str) -> completion.Completed:
    """Completes an item in somebody's name."""
    with application.transaction(Actor(who)) as ctx:
        return completion.complete(ctx, item, answers={}, key=key)


def finish(application: Application, seed: int, report: Any) -> None:
    """Completes whatever is open, in random order, until nothing is; reports what was acknowledged and what went wrong."""
    order = random.Random(seed)
    while items := open_items(application):
        order.shuffle(items)
        for item in items[:8]:
            who = order.choice(["S1", "S2"])
            report(f"try {item} {who}")
            try:
                complete(application, item, who, f"{who}:{item}")
            except (Conflict, NotFound):
                report(f"refused {item} {who}")  # another was faster
            except LaneworkError as error:
                report(f"wrong {type(error).__name__} {error}")
            except Exception as error:  # noqa: BLE001 - a worker tells what it met, the test judges
                report(f"wrong {type(error).__name__} {error}")
            else:
                report(f"done {item} {who}")


def tick(application: Application, report: Any) -> None:
    """Wakes what is due until no timer is left."""
    ticker = Ticker(application)
    while ticker.next_wake() is not None:
        ticker.tick()
    report("rest")


def faults(application: Application) -> Iterator[str]:
    """Everything about the cases that is not as it must be: journal, state, work items and keys agree."""
    with application.reading(SYSTEM) as ctx:
        yield from (str(broken) for broken in journal.verify(ctx.connection, {KEY.id: KEY}))
        for row in ctx.connection.execute(sa.select(incident.c.element_id, incident.c.reason)):
            yield f"incident {row}"
        keys = {key.partition(":")[2] for key in ctx.connection.execute(sa.select(act.c.key)).scalars()}
        for row in ctx.connection.execute(sa.select(instance)).all():
            entries = list(journal.entries_of(ctx.connection, journal.case_subject(row.id)))
            completed = [entry.content["step"] for entry in entries if entry.kind == "step completed"]
            if len(completed) != len(set(completed)):
                yield f"{row.business_key}: doubled {completed}"
            mine = work_item.c.instance_id == row.id
            items = ctx.connection.execute(sa.select(work_item.c.id, work_item.c.step_id, work_item.c.status).where(mine)).all()
            if sorted(completed) != sorted(item.step_id for item in items if item.status == "finished"):
                yield f"{row.business_key}: the journal knows {completed}, the items {items}"
            alive = {step[3]["path"] for step in orjson.loads(row.state)["steps"]}
            if missing := [item.step_id for item in items if item.status == "open" and item.step_id not in alive]:
                yield f"{row.business_key}: open items without a step: {missing}"
            if lost := [item.id for item in items if item.status == "finished" and item.id not in keys]:
                yield f"{row.business_key}: finished without a key: {lost}"


def ended(application: Application) -> dict[str, int]:
    """How many items each case asked for, for cases that have ended."""
    with application.reading(SYSTEM) as ctx:
        counted = (
            sa.select(instance.c.business_key, sa.func.count(work_item.c.id))
            .select_from(
                instance.outerjoin(work_item, (work_item.c.instance_id == instance.c.id) & (work_item.c.status == "finished"))
            )
            .where(instance.c.status == "ended")
            .group_by(instance.c.business_key)
        )
        return {row[0]: row[1] for row in ctx.connection.execute(counted)}


@dataclass(slots=True)
class Worker:
    """A forked process and what it reports."""

    pid: int
    pipe: int

    def reports(self) -> list[str]:
        """All that it said until it ended."""
        with os.fdopen(self.pipe, encoding="utf-8") as lines:
            said = lines.read().split("\n")
        os.waitpid(self.pid, 0)
        return said[:-1]  # what was cut off in the middle was not said


def fork(application: Application, work: Callable[[Any], None]) -> Worker:
    """A process of its own that does some work; only a single-threaded process without open connections may fork."""
    application.database.close()
    reading, writing = os.pipe()
    with warnings.catch_warnings(action="ignore"):  # a newer Python warns of threads; there are none
        pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            work(lambda line: os.write(writing, f"{line}\n".encode()))
        finally:
            os._exit(0)
    os.close(writing)
    return Worker(pid, reading)
