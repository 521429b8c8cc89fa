"""Work items: steps offered to people, mirrored from the engine in its own transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine import timing
from engine.ports import Change, InstanceView, OfferedStep, Woken
from engine.ports import Context as EngineContext
from tasks.context import Context, in_house
from tasks.tables import person, work_item
from tasks.work import deadlines, ladder, notices

#: Sorts items without a due time to the end.
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)


# With something to return, many rows go in one statement.
_INSERT = work_item.insert().returning(work_item.c.step_id)
_NEXT_NOTICE = sa.select(sa.func.min(work_item.c.notice_at, type_=work_item.c.notice_at.type)).where(
    work_item.c.instance_id == sa.bindparam("key"), work_item.c.status == "open"
)


def item_id(instance_id: int, step: str) -> str:
    """The short name of a step of an instance, as it stands in addresses."""
    return f"{instance_id}-{hashlib.blake2s(step.encode(), digest_size=5).hexdigest()}"


@dataclass(frozen=True, slots=True)
class WorkObserver:
    """Mirrors what becomes of steps as work items."""

    def changed(self, ctx: EngineContext, instance: InstanceView, change: Change) -> datetime | None:
        """Withdraws and offers items; gives the earliest rung of all ladders of the instance."""
        house_ctx = in_house(ctx)
        if change.withdrawn or change.ended:
            _withdraw(house_ctx, instance, change)
        if change.offered:
            offer(house_ctx, instance, change.offered)
        return None if change.ended else _next_notice(house_ctx, instance.id)

    def woken(self, ctx: EngineContext, instance: InstanceView) -> Woken:
        """Climbs the ladders that are due."""
        house_ctx = in_house(ctx)
        entries = ladder.climb(house_ctx, instance)
        return Woken(_next_notice(house_ctx, instance.id), entries)


def offer(ctx: Context, instance: InstanceView, steps: Sequence[OfferedStep]) -> None:
    """Writes an item for each step, and tells those to whom one is assigned."""
    known = _known_people(ctx, [step.attributes.get("assignee") for step in steps])
    rows = [_row(ctx, instance, step, known) for step in steps]
    ctx.connection.execute(_INSERT, rows)
    assigned = [
        notices.Draft("N-01", (row["assignee"],), {"task": orjson.loads(row["names"])}, instance.business_key, row["id"])
        for row in rows
        if row["assignee"] and row["assignee"] != ctx.actor.id
    ]
    notices.send(ctx, assigned)


def _row(ctx: Context, instance: InstanceView, step: OfferedStep, known: set[str]) -> dict[str, Any]:
    node = instance.definition.procedures[step.procedure].nodes[step.element]
    department = step.scope.get("dept")
    role = resolve_role(ctx, step.attributes.get("candidateGroups") or step.role, department)
    due_at = due_moment(ctx, step.attributes.get("dueDate"))
    assignee = step.attributes.get("assignee")
    assignee = assignee if assignee in known else None
    waits = node.properties.get("ladder") == "wait"
    first_notice = due_at if waits or due_at is None else deadlines.reminder_at(ctx, ctx.now, due_at)
    return {
        "instance_id": instance.id,
        "step_id": step.step,
        "id": item_id(instance.id, step.step),
        "procedure_id": step.procedure,
        "element_id": step.element,
        "names": orjson.dumps(dict(node.names)).decode(),
        "status": "open",
        "role": role or "",
        "department": ctx.house.departments.role(role).department if role else department,
        "assignee": assignee,
        "form_id": step.attributes.get("formKey"),
        "case_number": instance.business_key,
        "case_title": instance.labels.get("title", ""),
        "search_text": " ".join([instance.business_key, *instance.labels.values()]),
        "priority": instance.labels.get("priority", "P3"),
        "offered_at": ctx.now,
        "due_at": due_at,
        "sort_at": due_at or END_OF_TIME,
        "notice_at": first_notice,
        "ladder": "wait" if waits else "standard",
        "reminded": waits,
        "overdue_count": 0,
        "claimed_at": ctx.now if assignee else None,
        "late": False,
        "version": 0,
    }


def resolve_role(ctx: Context, text: str | None, department: Any) -> str | None:
    """The role that a lane or candidateGroups means, relative roles resolved by the department; None when there is none."""
    named = ctx.house.departments.role_by_name(text or "")
    return ctx.house.departments.resolve(named.id, department if isinstance(department, str) else None) if named else None


def due_moment(ctx: Context, text: str | None) -> datetime | None:
    """A due time from an attribute; a plain date means the end of that working day."""
    if not text:
        return None
    moment = timing.parse_moment(text, ctx.house.zone)
    return ctx.house.calendar.end_of(moment.astimezone(ctx.house.zone).date()) if len(text) == len("2026-03-02") else moment


def _known_people(ctx: Context, wanted: Sequence[Any]) -> set[str]:
    named = {name for name in wanted if isinstance(name, str) and name}
    return set(ctx.connection.execute(sa.select(person.c.id).where(person.c.id.in_(named))).scalars()) if named else set()


def _withdraw(ctx: Context, instance: InstanceView, change: Change) -> None:
    mine = (work_item.c.instance_id == instance.id) & (work_item.c.status == "open")
    gone = mine if change.ended else mine & work_item.c.step_id.in_(change.withdrawn)
    ctx.connection.execute(work_item.update().where(gone).values(status="withdrawn", finished_at=ctx.now, notice_at=None))


def _next_notice(ctx: Context, instance_id: int) -> datetime | None:
    found: datetime | None = ctx.connection.execute(_NEXT_NOTICE, {"key": instance_id}).scalar()
    return found


def names_of(row: Mapping[str, Any]) -> Mapping[str, str]:
    """The names of a row in all languages."""
    names: Mapping[str, str] = orjson.loads(row["names"])
    return names
