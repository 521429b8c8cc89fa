"""Incidents: automatic steps that failed and wait for an administrator; the other branches go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.ports import Context
from engine.spiff.happenings import Happening
from engine.tables import incident


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


def raise_all(ctx: Context, instance_id: int, failed: Sequence[Happening]) -> None:
    """Writes an incident for each failed step."""
    if not failed:
        return
    highest = sa.select(sa.func.coalesce(sa.func.max(incident.c.number), 0)).where(incident.c.instance_id == instance_id)
    number = ctx.connection.execute(highest).scalar_one()
    rows = [
        {
            "instance_id": instance_id,
            "number": number + index,
            "step_id": told.step,
            "procedure_id": told.procedure,
            "element_id": told.element,
            "reason": told.details["reason"],
            "occurred_at": ctx.now,
        }
        for index, told in enumerate(failed, start=1)
    ]
    ctx.connection.execute(incident.insert(), rows)


def resolve(ctx: Context, instance_id: int, step: str) -> int:
    """Closes the open incidents of a step; how many there were."""
    found = (incident.c.instance_id == instance_id) & (incident.c.step_id == step) & incident.c.resolved_at.is_(None)
    return ctx.connection.execute(incident.update().where(found).values(resolved_at=ctx.now, resolved_by=ctx.actor.id)).rowcount


def unresolved(connection: Connection) -> list[Incident]:
    """All open incidents, oldest first."""
    rows = sa.select(incident).where(incident.c.resolved_at.is_(None)).order_by(incident.c.occurred_at, incident.c.instance_id)
    return [Incident(*row) for row in connection.execute(rows)]
