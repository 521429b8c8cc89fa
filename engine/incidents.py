"""Incidents: automatic steps that failed and wait for an administrator; the other branches go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.ports import Context
from engine.spiff.happenings import Happening
from engine.tables import incident, instance


@dataclass(frozen=True, slots=True)
class Incident:
    """One failed step. `number` counts the incidents of its instance."""

    instance_id: int
    number: int
    step_id: str
    procedure_id: str
    element_id: str
    reason: str
    occurred_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


def keep(ctx: Context, instance_id: int, happenings: Sequence[Happening]) -> int:
    """Writes an incident for each step that failed and closes those that were overtaken; by how many more are open now."""
    told = [happening for happening in happenings if happening.kind in {"step failed", "incident closed"}]
    if not told:
        return 0
    closed = sum(resolve(ctx, instance_id, step) for step in {one.step for one in told if one.kind == "incident closed"})
    last = {happening.step: happening for happening in told}
    failed = [happening for happening in told if happening.kind == "step failed"]
    rows = [
        {
            "instance_id": instance_id,
            "number": number,
            "step_id": one.step,
            "procedure_id": one.procedure,
            "element_id": one.element,
            "reason": one.details["reason"],
            "occurred_at": ctx.now,
            "resolved_at": None if last[one.step] is one else ctx.now,
            "resolved_by": None if last[one.step] is one else ctx.actor.id,
        }
        for number, one in enumerate(failed, start=_next_number(ctx, instance_id))
    ]
    if rows:
        ctx.connection.execute(incident.insert(), rows)
    return sum(row["resolved_at"] is None for row in rows) - closed


def keep_unwoken(ctx: Context, instance_id: int, reason: str) -> None:
    """Writes an incident of the instance itself, which no process can wake; one is enough."""
    known = sa.select(sa.func.count()).where(_open(instance_id, ""))
    if ctx.connection.execute(known).scalar():
        return
    procedure = ctx.connection.execute(sa.select(instance.c.procedure_id).where(instance.c.id == instance_id)).scalar_one()
    row = {
        "number": _next_number(ctx, instance_id),
        "step_id": "",
        "procedure_id": procedure,
        "element_id": "",
        "reason": reason,
        "occurred_at": ctx.now,
    }
    ctx.connection.execute(incident.insert(), {"instance_id": instance_id, **row})
    more = instance.update().where(instance.c.id == instance_id).values(open_incidents=instance.c.open_incidents + 1)
    ctx.connection.execute(more)


def resolve(ctx: Context, instance_id: int, step: str) -> int:
    """Closes the open incidents of a step; how many there were."""
    closed = incident.update().where(_open(instance_id, step)).values(resolved_at=ctx.now, resolved_by=ctx.actor.id)
    return ctx.connection.execute(closed).rowcount


def unresolved(connection: Connection) -> list[Incident]:
    """All open incidents, oldest first."""
    rows = sa.select(incident).where(incident.c.resolved_at.is_(None)).order_by(incident.c.occurred_at, incident.c.instance_id)
    return [Incident(*row) for row in connection.execute(rows)]


def _open(instance_id: int, step: str) -> sa.ColumnElement[bool]:
    return (incident.c.instance_id == instance_id) & (incident.c.step_id == step) & incident.c.resolved_at.is_(None)


def _next_number(ctx: Context, instance_id: int) -> int:
    highest = sa.select(sa.func.coalesce(sa.func.max(incident.c.number), 0)).where(incident.c.instance_id == instance_id)
    number: int = ctx.connection.execute(highest).scalar_one() + 1
    return number
