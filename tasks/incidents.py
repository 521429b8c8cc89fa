"""Incidents as administrators see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine import administration, definitions, timers
from engine import incidents as engine_incidents
from engine.closure import Definition
from engine.errors import Forbidden, NotFound
from engine.tables import instance
from tasks.context import Context
from tasks.texts import Texts


@dataclass(frozen=True, slots=True)
class Incident:
    """An automatic step that failed and waits. `id` is `<instance>-<number>`."""

    id: str
    case_number: str
    element_id: str
    element: Texts
    reason: str
    occurred_at: datetime


def open_incidents(ctx: Context) -> list[Incident]:
    """All open incidents, oldest first.

    Raises:
        Forbidden: only administrators see them.
    """
    _must_administer(ctx)
    found = engine_incidents.unresolved(ctx.connection)
    about = instance.c.id.in_({item.instance_id for item in found})
    rows = ctx.connection.execute(sa.select(instance.c.id, instance.c.business_key, instance.c.definition_id).where(about))
    by_id = {row.id: row for row in rows}
    return [
        Incident(
            f"{item.instance_id}-{item.number}",
            by_id[item.instance_id].business_key,
            item.element_id,
            _names(definitions.load(ctx.connection, by_id[item.instance_id].definition_id), item),
            item.reason,
            item.occurred_at,
        )
        for item in found
    ]


def _names(definition: Definition, item: engine_incidents.Incident) -> Texts:
    """What the step is called; the procedure, where the case itself is in trouble."""
    procedure = definition.procedures.get(item.procedure_id, definition.procedure)
    node = procedure.nodes.get(item.element_id)
    return node.names if node else procedure.names


def retry(ctx: Context, incident_id: str) -> str:
    """Lets the failed step run again; the number of its case.

    Raises:
        Forbidden: only administrators may.
        NotFound: there is no such open incident.
    """
    _must_administer(ctx)
    for item in engine_incidents.unresolved(ctx.connection):
        if f"{item.instance_id}-{item.number}" == incident_id:
            if item.step_id:
                administration.retry(ctx, item.instance_id, item.step_id)
            else:
                timers.hurry(ctx.connection, item.instance_id, ctx.now)
            key = sa.select(instance.c.business_key).where(instance.c.id == item.instance_id)
            return str(ctx.connection.execute(key).scalar_one())
    raise NotFound("incident", incident_id)


def _must_administer(ctx: Context) -> None:
    if not ctx.person.administrator:
        raise Forbidden("Only administrators see incidents.")
