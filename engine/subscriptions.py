"""Which live steps wait for which message or signal, so that other cases can find them."""

from __future__ import annotations

from engine.ports import Context
from engine.spiff.listening import waiting
from engine.spiff.run import Run
from engine.tables import subscription

Subscribed = frozenset[tuple[str, str, str]]


def of(run: Run) -> Subscribed:
    """The steps of a run that wait for a message or signal, as (step, kind, name)."""
    return frozenset(
        (task.internal_data["path"], kind, name) for kind in ("message", "signal") for task, name in waiting(run, kind)
    )


def keep(ctx: Context, instance_id: int, subscribed: Subscribed, run: Run) -> Subscribed:
    """What the instance waits for now; its rows say the same."""
    wanted = of(run)
    gone = [step for step, _, _ in subscribed - wanted]
    if gone:
        gone_rows = subscription.delete().where(subscription.c.instance_id == instance_id, subscription.c.step_id.in_(gone))
        ctx.connection.execute(gone_rows)
    new = [
        {"instance_id": instance_id, "step_id": step, "kind": kind, "name": name}
        for step, kind, name in sorted(wanted - subscribed)
    ]
    if new:
        ctx.connection.execute(subscription.insert(), new)
    return wanted
