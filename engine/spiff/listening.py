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
    due = sorted((t for t in run.tasks.values() if t.internal_data.get("due")), key=lambda t: str(t.internal_data["due"]))
    fired = 0
    for task in due:
        if run.is_live(task) and datetime.fromisoformat(task.internal_data["due"]) <= run.around.now:
            run.tell("timer fired", task, due=task.internal_data["due"])
            task.task_spec.fire(run, task, {})
            fired += 1
    return fired


def next_due(run: Run) -> datetime | None:
    """When the next timer is due."""
    dues = [datetime.fromisoformat(t.internal_data["due"]) for t in run.tasks.values() if t.internal_data.get("due")]
    return min(dues, default=None)


def waiting(run: Run, kind: str) -> list[tuple[Task, str]]:
    """The steps that wait for a message or signal, with its name."""
    found = ((t, t.task_spec.awaits(kind)) for t in run.tasks.values() if t.state in {TaskState.STARTED, TaskState.WAITING})
    return [(task, name) for task, name in found if name]


def receive_event(run: Run, kind: str, name: str, payload: Mapping[str, Any]) -> int:
    """Gives a message to the first step that waits for it, or a signal to all; how many took it."""
    takers = [task for task, awaited in waiting(run, kind) if awaited == name]
    for count, task in enumerate(takers[:1] if kind == "message" else takers):
        if run.is_live(task):
            run.tell("message received" if kind == "message" else "signal received", task, name=name)
            task.task_spec.fire(run, task, payload)
            if kind == "message":
                return count + 1
    return len(takers)
