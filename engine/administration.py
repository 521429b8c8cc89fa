"""What administrators do to running instances: cancel, retry what failed, move steps, add rounds, migrate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine import incidents, instances, storage
from engine.closure import Definition
from engine.drawing import Node
from engine.errors import Conflict, Invalid
from engine.ports import Context
from engine.spiff import migrating, moving
from engine.spiff.listening import waiting
from engine.spiff.migrating import Fit
from engine.storage import Instance


def cancel(ctx: Context, instance_id: int, reason: str) -> None:
    """Ends an instance before its end; every live step is withdrawn.

    Raises:
        Conflict: it has ended already.
    """
    found = storage.lock(ctx, instance_id)
    if found.status != "running":
        raise Conflict("The case has ended.")
    found.run.cancel_all()
    found.status = "cancelled"
    instances.advance_and_save(ctx, found, "instance cancelled", {"reason": reason})


def retry(ctx: Context, instance_id: int, step: str) -> None:
    """Lets a failed step run again.

    Raises:
        NotFound: no such step has failed.
    """
    found = storage.lock(ctx, instance_id)
    found.run.retry(step)
    found.open_incidents -= incidents.resolve(ctx, instance_id, step)
    instances.advance_and_save(ctx, found, "incident retried", {"step": step})


@dataclass(frozen=True, slots=True)
class LiveStep:
    """A live step that can be moved: where it stands, why it failed if it did, the elements to which it can go."""

    step: str
    procedure: str
    element: str
    failed: str
    in_rounds: bool
    targets: Sequence[Node]


def live_steps(ctx: Context, instance_id: int) -> list[LiveStep]:
    """The steps of an instance that can be moved, in the order of the tree.

    Raises:
        NotFound: there is no such instance.
    """
    run = storage.look(ctx, instance_id).run
    return [
        LiveStep(
            task.internal_data["path"],
            task.task_spec.procedure_id,
            task.task_spec.bpmn_id,
            task.internal_data.get("incident", ""),
            moving.rounds_of(run, task) is not None,
            moving.targets(run, task.internal_data["path"]),
        )
        for task in moving.movable(run)
        if not (task.task_spec.is_round and run.tokens(task))  # what goes on in a round stands for it
    ]


def awaited(ctx: Context, instance_id: int) -> list[tuple[str, str, str, str]]:
    """The steps of an instance that wait for a message now: step, its name, procedure and element.

    Raises:
        NotFound: there is no such instance.
    """
    found = waiting(storage.look(ctx, instance_id).run, "message")
    return [(task.internal_data["path"], name, task.task_spec.procedure_id, task.task_spec.bpmn_id) for task, name in found]


def move(ctx: Context, instance_id: int, step: str, target: str, *, alone: bool, comes_back: bool, reason: str) -> None:
    """Moves a step to an element around it, to go on from there; or, if it `comes_back`, only until that is done.

    Without `alone` all other work ends that is in the scope of the target.

    Raises:
        NotFound: no such step is live, or no such element is around it.
        Invalid: no token can stand there, or this step cannot come back.
    """
    found = storage.lock(ctx, instance_id)
    moving.move(found.run, step, target, alone=alone, comes_back=comes_back)
    instances.advance_and_save(ctx, found, "step moved", {"step": step, "target": target, "reason": reason})


def add_round(ctx: Context, instance_id: int, step: str, item: Any, reason: str) -> None:
    """Adds a round for a further item to a multi-instance activity that is going on; `step` is it or one of its rounds.

    Raises:
        NotFound: no such step is live.
        Invalid: it has no rounds, or too many.
    """
    found = storage.lock(ctx, instance_id)
    moving.add_round(found.run, step, item)
    instances.advance_and_save(ctx, found, "round added", {"step": step, "item": item, "reason": reason})


def fit(ctx: Context, instance_id: int, definition: Definition) -> Fit:
    """How an instance would fit another definition of its procedure; nothing is changed.

    Raises:
        Conflict: it has ended.
    """
    return migrating.fit(_on_its_way(storage.look(ctx, instance_id), definition).run, definition.plan)


def migrate(ctx: Context, instance_id: int, definition: Definition, reason: str) -> Fit:
    """Lets an instance go on by another definition of its procedure; its steps, work items and running timers stay.

    Raises:
        Conflict: it has ended.
        Invalid: it does not fit; every reason at once, and nothing is changed.
    """
    found = _on_its_way(storage.lock(ctx, instance_id), definition)
    fits = migrating.fit(found.run, definition.plan)
    if not fits.is_possible:
        reasons = " ".join(f"“{problem.name or problem.element}”: {problem.reason}" for problem in fits.problems)
        raise Invalid("The case cannot go on by this definition. %(reasons)s", reasons=reasons)
    before = found.definition.number
    storage.put_on(ctx, found, definition)
    content = {"from": before, "begins": list(fits.begins), "stops": list(fits.stops), "reason": reason}
    instances.advance_and_save(ctx, found, "instance migrated", content)
    return fits


def _on_its_way(found: Instance, definition: Definition) -> Instance:
    if found.status != "running":
        raise Conflict("The case has ended.")
    if found.definition.procedure_id != definition.procedure_id:
        raise Invalid("This is a definition of another procedure.")
    return found
