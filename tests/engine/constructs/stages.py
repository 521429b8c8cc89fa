"""Two stages for stories: one that saves and loads after every act, and one that keeps its cases in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from engine import definitions, incidents, instances
from engine.clock import VirtualClock
from engine.closure import Resource
from engine.decisions import Decisions, Outcome, read_decisions
from engine.drawing import Procedure, read_drawing
from engine.errors import BpmnError, StepFailed
from engine.spiff.activities import PersonStep
from engine.spiff.border import Call
from engine.spiff.build import make_plan
from engine.spiff.listening import fire_due, receive_event
from engine.spiff.run import Budget, Run
from tests.engine.constructs.stories import FOLDER
from tests.engine.world import START, World

SHANGHAI = ZoneInfo("Asia/Shanghai")
DECISIONS = (FOLDER / "size.dmn").read_bytes()


class Operations:
    """The operation book of the stories; `check` works from the second time on."""

    def __init__(self) -> None:
        self.checked = False
        self.book = {"double": self.double, "check": self.check, "throw": self.throw}

    def double(self, call: Call) -> dict[str, Any]:
        return {"doubled": call.inputs["number"] * 2}

    def check(self, call: Call) -> dict[str, Any]:
        if not self.checked:
            self.checked = True
            raise StepFailed(call.element, "not the first time.")
        return {}

    def throw(self, call: Call) -> dict[str, Any]:
        raise BpmnError(call.element, "BROKEN", "on purpose.")


class Stored(World):
    """Every act loads the case from the database and saves it."""

    def __init__(self, url: str, drawing: str) -> None:
        book = {topic: lambda _ctx, _case, call, work=work: work(call) for topic, work in Operations().book.items()}
        super().__init__(url, book)
        names = list(read_drawing(drawing.encode(), "test.bpmn").procedures)
        library = {("drawing", name): Resource("drawing", name, f"{name}.bpmn", drawing.encode()) for name in names}
        library["decision", "size"] = Resource("decision", "size", "size.dmn", DECISIONS)
        with self.database.transaction() as connection:
            for name in names:
                definitions.publish(self.context(connection), library, name)
        self.first = names[0]

    def begin(self, variables: Mapping[str, Any]) -> int:
        return self.start(self.first, **variables)

    def give(self, key: int, kind: str, name: str, payload: Mapping[str, Any]) -> bool:
        with self.database.transaction() as connection:
            return instances.receive(self.context(connection), self.row(key).business_key, kind, name, payload)

    def retry_element(self, element: str) -> None:
        with self.database.reading() as connection:
            failed = next(found for found in incidents.unresolved(connection) if found.element_id == element)
        self.retry(failed.instance_id, failed.step_id)

    def failed(self) -> list[str]:
        return sorted(element for element, _ in self.incidents())


@dataclass
class Around:
    """What a run in memory gets from outside."""

    clock: VirtualClock
    decisions: Decisions
    operations: Operations = field(default_factory=Operations)
    zone: tzinfo = SHANGHAI

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def functions(self, scope: Mapping[str, Any]) -> Mapping[str, Any]:
        return {}

    def knows(self, topic: str) -> bool:
        return topic in self.operations.book

    def operate(self, call: Call) -> Mapping[str, Any]:
        return self.operations.book[call.topic](call)

    def decide(self, procedure: str, decision: str, scope: Mapping[str, Any]) -> Outcome:
        return self.decisions.evaluate(decision, scope, {}, self.now)


class Straight:
    """Cases live on in memory: nothing is saved or loaded in between."""

    def __init__(self, drawing: str) -> None:
        self._set_up(read_drawing(drawing.encode(), "test.bpmn").procedures)

    @classmethod
    def of(cls, procedures: Mapping[str, Procedure]) -> Straight:
        """A stage for procedures that have been read."""
        made = cls.__new__(cls)
        made._set_up(procedures)
        return made

    def _set_up(self, procedures: Mapping[str, Procedure]) -> None:
        self.procedures = procedures
        self.around = Around(VirtualClock(START), read_decisions(DECISIONS, "size.dmn"))
        self.runs: list[Run] = []

    def begin(self, variables: Mapping[str, Any]) -> int:
        return self._begin(next(iter(self.procedures)), None, variables)

    def open(self, key: int) -> list[str]:
        return sorted(task.task_spec.bpmn_id for task in self._open_steps(key))

    def complete(self, key: int, element: str, *, number: int = 0, **variables: Any) -> None:
        steps = sorted(task.internal_data["path"] for task in self._open_steps(key) if task.task_spec.bpmn_id == element)
        self.complete_step(key, steps[number], **variables)

    def complete_step(self, key: int, step: str, **variables: Any) -> None:
        self.runs[key - 1].finish(step, variables)
        self._advance(self.runs[key - 1])

    def wake(self, **step: float) -> int:
        self.around.clock.advance(timedelta(**step))
        fired = 0
        for run in list(self.runs):
            while fire_due(run):
                fired += 1
                self._advance(run)
        return fired

    def give(self, key: int, kind: str, name: str, payload: Mapping[str, Any]) -> bool:
        taken = receive_event(self.runs[key - 1], kind, name, payload)
        self._advance(self.runs[key - 1])
        return bool(taken)

    def retry_element(self, element: str) -> None:
        run, task = next((run, task) for run, task in self._failed() if task.task_spec.bpmn_id == element)
        run.retry(task.internal_data["path"])
        self._advance(run)

    def failed(self) -> list[str]:
        return sorted(task.task_spec.bpmn_id for _, task in self._failed())

    def status(self, key: int) -> tuple[str, str | None]:
        run = self.runs[key - 1]
        return ("ended", run.end_element) if run.completed else ("running", None)

    def variables(self, key: int) -> dict[str, Any]:
        return self.runs[key - 1].variables[""]

    def _begin(self, procedure: str, element: str | None, variables: Mapping[str, Any]) -> int:
        run = Run(make_plan(self.procedures[procedure], self.procedures), self.around)
        self.runs.append(run)
        number = len(self.runs)
        run.start(variables, element=element)
        self._advance(run)
        return number

    def _advance(self, run: Run) -> None:
        while not run.advance(Budget()):
            pass
        thrown, run.thrown = run.thrown, []
        for item in thrown:
            takers = [run] if item.kind == "message" else [run, *(other for other in self.runs if other is not run)]
            taken = [taker for taker in takers if receive_event(taker, item.kind, item.name, item.payload)]
            for taker in taken:
                self._advance(taker)
            if not taken and item.kind == "message":
                self._start_by(item.name, item.payload)

    def _start_by(self, message: str, payload: Mapping[str, Any]) -> None:
        for procedure in self.procedures.values():
            for node in procedure.inside(procedure.id):
                if node.kind == "startEvent" and node.event and (node.event.kind, node.event.name) == ("message", message):
                    self._begin(procedure.id, node.id, payload)
                    return

    def _open_steps(self, key: int) -> list[Any]:
        tasks = self.runs[key - 1].tasks.values()
        people = [task.internal_data | {"task": task} for task in tasks if isinstance(task.task_spec, PersonStep)]
        return [step["task"] for step in people if not step.keys() & {"leaving", "incident"}]

    def _failed(self) -> list[tuple[Run, Any]]:
        return [(run, task) for run in self.runs for task in run.tasks.values() if "incident" in task.internal_data]
