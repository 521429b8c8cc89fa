"""Instances: started, advanced, told. Whatever an act throws is delivered before the act is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import delivery, storage
from engine.closure import Definition
from engine.errors import Conflict
from engine.ports import Context
from engine.spiff.listening import receive_event
from engine.storage import Instance


def start(
    ctx: Context,
    definition: Definition,
    business_key: str,
    variables: Mapping[str, Any],
    *,
    element: str | None = None,
    reason: str = "",
) -> int:
    """The id of a new instance, advanced to where it waits.

    Raises:
        Conflict: the business key is taken.
    """
    found = storage.begin(ctx, definition, business_key)
    found.run.start(variables, element=element)
    advance_and_save(ctx, found, "instance started", {"procedure": definition.procedure_id, "reason": reason})
    return found.id


def complete(ctx: Context, found: Instance, step: str, variables: Mapping[str, Any], *, content: Mapping[str, Any]) -> None:
    """A person's answer to an open step: it stands, whatever the automatic steps behind it do.

    `content` is what the journal keeps of the act besides what the run itself tells.

    Raises:
        NotFound: the step is not open.
    """
    found.run.finish(step, variables)
    advance_and_save(ctx, found, "step completed", {"step": step, **content})


def receive(ctx: Context, business_key: str, kind: str, name: str, payload: Mapping[str, Any]) -> bool:
    """Gives a message to the instance with this business key; whether it was waited for."""
    key = storage.running(ctx, business_key)
    if key is None:
        return False
    found = storage.lock(ctx, key)
    taken = receive_event(found.run, kind, name, payload)
    advance_and_save(ctx, found, f"{kind} received", {"name": name, "payload": dict(payload), "taken": bool(taken)})
    return bool(taken)


def report(ctx: Context, instance_id: int, step: str, name: str, reason: str) -> None:
    """Gives a message to the one step of an instance that waits for it; the journal keeps what was said.

    Raises:
        Conflict: it waits no more.
    """
    found = storage.lock(ctx, instance_id)
    if not receive_event(found.run, "message", name, {}, step):
        raise Conflict
    content = {"name": name, "payload": {}, "to": step, "taken": True, "reason": reason}
    advance_and_save(ctx, found, "message received", content)


def advance_and_save(ctx: Context, found: Instance, kind: str, content: Mapping[str, Any]) -> None:
    """Runs automatic steps, writes the instance and all that belongs to it, then delivers what it threw."""
    delivery.deliver(ctx, found, storage.save_act(ctx, found, kind, content))
