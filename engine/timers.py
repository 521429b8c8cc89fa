"""Waking instances: `wake_at` is the one truth for timers and deadlines."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import instances, journal, storage
from engine.errors import NotFound
from engine.ports import Context
from engine.spiff.listening import fire_due, next_due
from engine.tables import instance


def wake(ctx: Context, instance_id: int) -> bool:
    """Fires what is due in an instance; False when there is nothing, or another process is at it."""
    try:
        found = storage.lock(ctx, instance_id, skip_locked=True)
    except NotFound:
        return False
    if found.status != "running":
        return False
    storage.resolve_unwoken(ctx, found)
    fired = fire_due(found.run)
    moved = fired > 0 or not found.run.is_at_rest()
    if moved:
        instances.advance_and_save(ctx, found, "timer fired", {"timers": fired})
    woken = ctx.ports.observer.woken(ctx, found.view)
    if woken.entries:
        found.head = journal.append(ctx, journal.case_subject(found.id), found.head, woken.entries)
    wake_at = storage.earliest(next_due(found.run), woken.deadline, None if found.run.is_at_rest() else ctx.now)
    head = {"journal_count": found.head.count, "journal_head": storage.sealed(ctx, found)}
    values = {"version": found.version + 1, "wake_at": wake_at if found.status == "running" else None, **head}
    storage.update(ctx, found, {**values, "open_incidents": found.open_incidents})
    return moved or bool(woken.entries)


def put_off(connection: Connection, instance_id: int, until: datetime) -> None:
    """Lets an instance that cannot be woken wait, so that it stands in the way of no other."""
    late = (instance.c.id == instance_id) & (instance.c.wake_at < until)
    connection.execute(instance.update().where(late).values(wake_at=until))


def hurry(connection: Connection, instance_id: int, now: datetime) -> None:
    """Lets a running instance be woken by the next tick."""
    running = (instance.c.id == instance_id) & (instance.c.status == "running")
    connection.execute(instance.update().where(running).values(wake_at=now))


def due(connection: Connection, now: datetime, limit: int) -> list[int]:
    """The instances that wait to be woken, the longest waiting first."""
    rows = (
        sa.select(instance.c.id)
        .where(instance.c.wake_at <= now, instance.c.status == "running")
        .order_by(instance.c.wake_at)
        .limit(limit)
    )
    return list(connection.execute(rows).scalars())


def next_wake(connection: Connection) -> datetime | None:
    """When the next instance wants to be woken."""
    rows = sa.select(instance.c.wake_at).where(instance.c.wake_at.is_not(None), instance.c.status == "running")
    found: datetime | None = connection.execute(rows.order_by(instance.c.wake_at).limit(1)).scalar()
    return found
