"""What administrators do to running instances: cancel, and retry what failed."""

from __future__ import annotations

from engine import incidents, instances, storage
from engine.errors import Conflict
from engine.ports import Context


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
