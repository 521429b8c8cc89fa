"""A small world for engine tests: drawings as text, fakes for the four ports, people who complete steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import sqlalchemy as sa

from engine import administration, definitions, incidents, instances, storage, timers
from engine.clock import VirtualClock
from engine.closure import Library, Resource
from engine.db import Database
from engine.decisions import namespace_of
from engine.drawing import Node, read_drawing
from engine.errors import Problem
from engine.ports import Actor, Change, Context, InstanceView, JournalKey, Operation, Ports, Woken
from engine.tables import instance

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
KEY = JournalKey("test", b"test" * 8)
NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def process(body: str, *, process_id: str = "p", before: str = "") -> str:
    """An executable process around `body`: BPMN, with lines for flows: `a -> b`, `a -> b : condition`, `a => b` (default)."""
    lines, flows, defaults = [], [], {}
    for line in body.splitlines():
        for arrow in (" -> ", " => "):
            if arrow in line and "<" not in line.split(arrow)[0]:
                source, _, rest = line.strip().partition(arrow)
                target, _, condition = rest.partition(" : ")
                flows.append((f"f_{source}_{target}", source, target.strip(), condition))
                if arrow == " => ":
                    defaults[source] = f"f_{source}_{target.strip()}"
                break
        else:
            lines.append(line)
    text = "\n".join(lines)
    for source, flow in defaults.items():
        text = text.replace(f'id="{source}"', f'id="{source}" default="{flow}"')
    drawn = "\n".join(_flow(*flow) for flow in flows)
    return f'<definitions {NAMESPACES}>{before}<process id="{process_id}" isExecutable="true">{text}{drawn}</process></definitions>'


def wide_blocks(blocks: int = 5, width: int = 5) -> str:
    """The body of a process with parallel blocks in a row, each of so many user tasks."""
    nodes, flows = [], ["start -> split0"]
    for block in range(blocks):
        tasks = "".join(f'<userTask id="t{block}_{branch}"/>' for branch in range(width))
        nodes.append(f'<parallelGateway id="split{block}"/>{tasks}<parallelGateway id="join{block}"/>')
        flows += [f"split{block} -> t{block}_{branch}" for branch in range(width)]
        flows += [f"t{block}_{branch} -> join{block}" for branch in range(width)]
        flows.append(f"join{block} -> " + (f"split{block + 1}" if block < blocks - 1 else "end"))
    return '<startEvent id="start"/>' + "".join(nodes) + '<endEvent id="end"/>\n' + "\n".join(flows)


def _flow(flow: str, source: str, target: str, condition: str) -> str:
    inner = f"<conditionExpression><![CDATA[${{{condition}}}]]></conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


@dataclass
class Watching:
    """An observer that only remembers which steps are open."""

    open: dict[int, dict[str, str]] = field(default_factory=dict)
    told: list[Change] = field(default_factory=list)

    def changed(self, ctx: Context, instance: InstanceView, change: Change) -> datetime | None:
        """Keeps the open steps."""
        steps = self.open.setdefault(instance.id, {})
        for step in (*change.withdrawn, *change.finished):
            steps.pop(step, None)
        steps.update({offered.step: offered.element for offered in change.offered})
        self.told.append(change)
        return None

    def woken(self, ctx: Context, instance: InstanceView) -> Woken:
        """Has no deadlines."""
        return Woken()


class AnyName:
    """A catalogue in which every name exists."""

    def exists(self, kind: str, name: str) -> bool:
        """Always."""
        return True

    def needs(self, node: Node) -> Sequence[tuple[str, str]]:
        """Nothing."""
        return ()

    def problems(self, item: Resource) -> Sequence[Problem]:
        """Nothing."""
        return ()


def host_functions(_ctx: Context, key: str, _scope: Mapping[str, Any]) -> Mapping[str, Callable[..., Any]]:
    """The functions that expressions may call."""
    return {"case_number": lambda: key}


class World:
    """Publishes drawings, starts instances and lets people act, each act in a transaction of its own and from the database."""

    def __init__(self, url: str, operations: Mapping[str, Operation] | None = None) -> None:
        self.database = Database(url)
        self.clock = VirtualClock(START)
        self.observer = Watching()
        self.ports = Ports(self.observer, operations or {}, host_functions, AnyName(), KEY, ZoneInfo("Asia/Shanghai"))
        self.count = 0

    def context(self, connection: Any, actor: str = "tester") -> Context:
        """An act of somebody, now."""
        return Context(connection, self.clock.now(), Actor(actor), self.ports)

    def publish(self, *drawings: str, decisions: Sequence[str] = ()) -> None:
        """Publishes the first drawing; the others are what it calls."""
        library: dict[tuple[str, str], Resource] = {}
        for text in drawings:
            for name in read_drawing(text.encode(), "test.bpmn").procedures:
                library["drawing", name] = Resource("drawing", name, f"{name}.bpmn", text.encode())
        for text in decisions:
            name = text.split('<decision id="')[1].split('"')[0]
            library["decision", name] = Resource("decision", name, f"{name}.dmn", text.encode())
            namespace = namespace_of(text.encode(), name)
            library["model", namespace] = Resource("model", namespace, f"{name}.dmn", text.encode())
        first = next(iter(read_drawing(drawings[0].encode(), "test.bpmn").procedures))
        with self.database.transaction() as connection:
            definitions.publish(self.context(connection), Checked(library), first)

    def start(self, procedure: str = "p", **variables: Any) -> int:
        """A new instance."""
        self.count += 1
        with self.database.transaction() as connection:
            ctx = self.context(connection)
            return instances.start(ctx, definitions.latest(connection, procedure), f"C-{self.count}", variables)

    def open(self, key: int) -> list[str]:
        """The elements that wait for people, sorted."""
        return sorted(self.observer.open.get(key, {}).values())

    def complete(self, key: int, element: str, *, number: int = 0, **variables: Any) -> None:
        """Completes an open step of an element."""
        steps = sorted(step for step, name in self.observer.open[key].items() if name == element)
        self.complete_step(key, steps[number], **variables)

    def complete_step(self, key: int, step: str, **variables: Any) -> None:
        """Completes a step by its id."""
        with self.database.transaction() as connection:
            ctx = self.context(connection)
            found = storage.lock(ctx, key)
            instances.complete(ctx, found, step, variables, content={})

    def wake(self, **step: float) -> int:
        """Lets time pass and wakes what is due; how many instances moved."""
        self.clock.advance(timedelta(**step))
        woken = 0
        for _ in range(100):
            with self.database.reading() as connection:
                due = timers.due(connection, self.clock.now(), 100)
            moved = 0
            for key in due:
                with self.database.transaction() as connection:
                    moved += timers.wake(self.context(connection, "timer"), key)
            woken += moved
            if not moved:
                return woken
        raise AssertionError("it never comes to rest")

    def send(self, number: str, name: str, kind: str = "message", **payload: Any) -> bool:
        """A message from outside."""
        with self.database.transaction() as connection:
            return instances.receive(self.context(connection), number, kind, name, payload)

    def cancel(self, key: int) -> None:
        """Cancels an instance."""
        with self.database.transaction() as connection:
            administration.cancel(self.context(connection), key, "test")

    def retry(self, key: int, step: str) -> None:
        """Retries a failed step."""
        with self.database.transaction() as connection:
            administration.retry(self.context(connection), key, step)

    def incidents(self) -> list[tuple[str, str]]:
        """The elements that failed, and why."""
        with self.database.reading() as connection:
            return [(found.element_id, found.reason) for found in incidents.unresolved(connection)]

    def failed_steps(self) -> list[str]:
        """The ids of the steps that failed."""
        with self.database.reading() as connection:
            return [found.step_id for found in incidents.unresolved(connection)]

    def row(self, key: int) -> Any:
        """The row of an instance."""
        with self.database.reading() as connection:
            return connection.execute(sa.select(instance).where(instance.c.id == key)).one()

    def status(self, key: int) -> tuple[str, str | None]:
        """Status and end event."""
        row = self.row(key)
        return row.status, row.end_element

    def variables(self, key: int) -> dict[str, Any]:
        """The variables of the instance's own scope."""
        found: dict[str, Any] = orjson.loads(self.row(key).variables)[""]
        return found

    def state(self, key: int) -> dict[str, Any]:
        """The saved state."""
        found: dict[str, Any] = orjson.loads(self.row(key).state)
        return found


class Checked(dict[tuple[str, str], Resource]):
    """A library of a test."""


__all__ = ["KEY", "START", "Library", "World", "process", "wide_blocks"]
