"""Events that live steps wait for: timers that are due, messages and signals that arrive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.run import Run


def fire_due(run: Run) -> int:
    """Fires every timer that is due; gives how many fired."""
    fired = 0
    for due, task in sorted(_timers(run), key=lambda timer: timer[0]):
        if due <= run.around.now and run.is_live(task):
            run.tell("timer fired", task, due=task.internal_data["due"])
            task.task_spec.fire(run, task, {})
            fired += 1
    return fired


def next_due(run: Run) -> datetime | None:
    """When the next timer is due."""
    return min((due for due, _ in _timers(run)), default=None)


def _timers(run: Run) -> list[tuple[datetime, Task]]:
    waiting = [task for task in run.tasks.values() if "due" in task.internal_data and task.state == TaskState.STARTED]
    return [(datetime.fromisoformat(task.internal_data["due"]), task) for task in waiting]


def waiting(run: Run, kind: str) -> list[tuple[Task, str]]:
    """The steps that wait for a message or signal, with its name."""
    found = ((t, t.task_spec.awaits(kind)) for t in run.tasks.values() if t.state == TaskState.STARTED)
    return [(task, name) for task, name in found if name]


def receive_event(run: Run, kind: str, name: str, payload: Mapping[str, Any], step: str | None = None) -> int:
    """Gives a message to the first step that waits for it, or to the named one, or a signal to all; how many took it."""
    takers = [task for task, awaited in waiting(run, kind) if awaited == name and step in {None, task.internal_data["path"]}]
    taken = 0
    for task in takers[:1] if kind == "message" else takers:
        if run.is_live(task):  # a signal may have interrupted it meanwhile
            run.tell("message received" if kind == "message" else "signal received", task, name=name)
            task.task_spec.fire(run, task, payload)
            taken += 1
    return taken
