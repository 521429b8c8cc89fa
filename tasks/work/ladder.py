"""Climbing the ladder: who is reminded, who hears that a task is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from engine.ports import InstanceView
from tasks.context import Context
from tasks.person import Person
from tasks.tables import work_item
from tasks.work import deadlines, notices, people

#: How often sales is reminded of a missing answer of a customer before the process owner hears of it.
REMINDERS_BEFORE_ESCALATION = 2


def climb(ctx: Context, instance: InstanceView) -> list[tuple[str, Mapping[str, Any]]]:
    """Sends what is due by the ladders of an instance's open items; gives the journal's entries."""
    open_items = (work_item.c.instance_id == instance.id) & (work_item.c.status == "open")
    rows = ctx.connection.execute(sa.select(work_item).where(open_items, work_item.c.notice_at <= ctx.now)).all()
    return [_climb_one(ctx, instance, row) for row in rows]


def _climb_one(ctx: Context, instance: InstanceView, row: Any) -> tuple[str, Mapping[str, Any]]:
    waits = row.ladder == "wait"
    kind, told, next_at, counted = _wait_rung(ctx, instance, row) if waits else _standard_rung(ctx, instance, row)
    values = {"notice_at": next_at, "reminded": True, "overdue_count": counted, "late": not waits and ctx.now >= row.due_at}
    ctx.connection.execute(work_item.update().where(work_item.c.id == row.id).values(values))
    parameters = {"task": orjson.loads(row.names), "due": row.due_at.isoformat(), "overdue_days": row.overdue_count}
    notices.send(ctx, [notices.Draft(kind, tuple(told), parameters, row.case_number, row.id)])
    content = {"step": row.step_id, "element": row.element_id, "procedure": row.procedure_id, "notification": kind, "told": told}
    return ("deadline noticed", content)


def _standard_rung(ctx: Context, instance: InstanceView, row: Any) -> tuple[str, list[str], Any, int]:
    """Which notification, to whom, when the next one is due, and how many rungs are behind then."""
    rung = deadlines.rung(ctx, row.due_at, overdue_count=row.overdue_count)
    if rung.kind == "N-02":
        return rung.kind, _assignees(ctx, row), row.due_at, 0
    places = deadlines.receivers(ctx.house, rung.overdue_days, row.priority)
    if rung.kind == "N-03" and "department head" not in places:
        places.append("department head")
    told = [person for place in places for person in _at(ctx, instance, row, place)]
    next_at = deadlines.next_at(ctx, row.due_at, overdue_count=rung.overdue_count)
    return rung.kind, list(dict.fromkeys(told)), next_at, rung.overdue_count


def _wait_rung(ctx: Context, instance: InstanceView, row: Any) -> tuple[str, list[str], Any, int]:
    escalates = row.overdue_count >= REMINDERS_BEFORE_ESCALATION
    told = _assignees(ctx, row) + (_at(ctx, instance, row, "process owner") if escalates else [])
    next_at = ctx.house.calendar.due_after(ctx.now, deadlines.parameter_days(ctx, "PRM-CUS-CONF"))
    return "N-04" if escalates else "N-02", list(dict.fromkeys(told)), next_at, row.overdue_count + 1


def _at(ctx: Context, instance: InstanceView, row: Any, place: str) -> list[str]:
    match place:
        case "assignee":
            return _assignees(ctx, row)
        case "department head":
            return _ids(people.heads_of(ctx, row.department or ""))
        case "process owner":
            owner = instance.definition.procedure.properties.get("owner", "")
            return _ids(people.holding(ctx, [owner]))
        case role:
            return _ids(people.holding(ctx, [role]))


def _assignees(ctx: Context, row: Any) -> list[str]:
    return [row.assignee] if row.assignee else _ids(people.holding(ctx, [row.role]))


def _ids(found: Iterable[Person]) -> list[str]:
    return [person.id for person in found]
