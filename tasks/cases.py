"""Cases: what pages may ask about instances, and how they are started and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine import acts, administration, definitions, instances
from engine.closure import Definition
from engine.errors import Forbidden, Invalid, NotFound
from engine.tables import instance
from tasks.context import Context
from tasks.person import Person
from tasks.records import numbering, registers
from tasks.tables import work_item
from tasks.texts import Texts
from tasks.work import inbox
from tasks.work.inbox import ItemRow

#: Numbers of procedures that do not say how their cases are numbered.
DEFAULT_PATTERN = "CASE-YYYY-NNNN"
STATUSES = ("running", "ended", "cancelled")


@dataclass(frozen=True, slots=True)
class Startable:
    """A procedure that the acting person may start."""

    procedure_id: str
    names: Texts
    documentation: Texts
    definition_number: int


@dataclass(frozen=True, slots=True)
class Started:
    """A new case, and the work item to go on with, if it is the starter's."""

    case_number: str
    item_id: str | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as lists show it."""

    id: int
    number: str
    title: str
    customer: Texts
    procedure_id: str
    procedure: Texts
    status: str
    started_at: datetime
    ended_at: datetime | None
    steps: Sequence[Texts]
    late: bool
    incidents: int


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of the list of cases, and where the next begins."""

    rows: Sequence[CaseRow]
    next: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """A case in full."""

    row: CaseRow
    definition_number: int
    definition_hash: str
    started_by: str
    end: Texts | None
    open_items: Sequence[ItemRow]
    labels: Mapping[str, str]
    may_cancel: bool


def startable(ctx: Context) -> list[Startable]:
    """The procedures that the acting person may start: those whose plain start event stands in a lane of theirs."""
    return [
        Startable(found.procedure_id, found.procedure.names, found.procedure.documentation, found.number)
        for found in definitions.published(ctx.connection)
        if _may_start(ctx.person, found)
    ]


def start(ctx: Context, procedure_id: str, *, key: str) -> Started:
    """A new case of the latest definition; the same key again gives the same case. Its first item is the starter's at once.

    Raises:
        NotFound: there is no such procedure.
        Forbidden: the acting person may not start it.
    """
    done = acts.done_before(ctx, key)
    if done is not None:
        return Started(**done)
    definition = definitions.latest(ctx.connection, procedure_id)
    if not _may_start(ctx.person, definition):
        raise Forbidden("This procedure is started by another role.")
    number = numbering.next_number(ctx, definition.procedure.properties.get("case_number", DEFAULT_PATTERN))
    made = instances.start(ctx, definition, number, {})
    started = Started(number, _take_first(ctx, made))
    acts.remember(ctx, key, {"case_number": started.case_number, "item_id": started.item_id})
    return started


@dataclass(frozen=True, slots=True)
class Sought:
    """What a search asks for; an empty value asks for nothing."""

    text: str = ""
    status: str = ""
    procedure: str = ""
    step: str = ""
    late: bool = False


def search(ctx: Context, sought: Sought = Sought(), *, after: str | None = None, size: int = 50) -> CasePage:
    """The cases that the acting person may see, newest first.

    Raises:
        Invalid: no such status or page.
    """
    if sought.status and sought.status not in STATUSES:
        raise Invalid("There is no status %(status)s.", status=sought.status)
    query = sa.select(instance).where(_visible(ctx.person))
    query = query.where(
        *[registers.says("customer", instance.c.search_text, word, autoescape=True) for word in sought.text.split()]
    )
    query = query.where(instance.c.status == sought.status) if sought.status else query
    query = query.where(instance.c.procedure_id == sought.procedure) if sought.procedure else query
    query = query.where(_has_item(work_item.c.names.icontains(sought.step, autoescape=True))) if sought.step else query
    query = query.where(_has_item(work_item.c.sort_at < ctx.now)) if sought.late else query
    if after:
        query = query.where(instance.c.id < _page_of(after))
    rows = ctx.connection.execute(query.order_by(instance.c.id.desc()).limit(size + 1)).all()
    return CasePage(_case_rows(ctx, rows[:size]), str(rows[size - 1].id) if len(rows) > size else None)


def get(ctx: Context, number: str) -> Case:
    """A case by its number.

    Raises:
        NotFound: there is none, or the acting person has nothing to do with it.
    """
    row = visible_row(ctx, number)
    definition = definitions.load(ctx.connection, row.definition_id)
    end = definition.procedure.nodes.get(row.end_element or "")
    items = ctx.connection.execute(
        sa.select(work_item).where(work_item.c.instance_id == row.id, work_item.c.status == "open").order_by(work_item.c.sort_at)
    )
    return Case(
        row=_case_rows(ctx, [row])[0],
        definition_number=definition.number,
        definition_hash=definition.hash,
        started_by=row.started_by,
        end=end.names if end else None,
        open_items=[inbox.item_row(item, ctx.now) for item in items],
        labels=orjson.loads(row.labels),
        may_cancel=row.status == "running" and may_cancel(ctx.person, definition),
    )


def cancel(ctx: Context, number: str, reason: str) -> None:
    """Ends a case before its end.

    Raises:
        Forbidden: only the owner of the procedure and administrators may.
        Invalid: no reason is given.
    """
    if not reason.strip():
        raise Invalid("Say why the case is cancelled.")
    row = visible_row(ctx, number)
    if not may_cancel(ctx.person, definitions.load(ctx.connection, row.definition_id)):
        raise Forbidden("Only the owner of the procedure can cancel a case.")
    administration.cancel(ctx, row.id, reason)


def visible_row(ctx: Context, number: str) -> Any:
    """The row of a case that the acting person may see.

    Raises:
        NotFound: there is none, or they have nothing to do with it.
    """
    row = ctx.connection.execute(sa.select(instance).where(instance.c.business_key == number, _visible(ctx.person))).one_or_none()
    if row is None:
        raise NotFound("case", number)
    return row


def may_cancel(person: Person, definition: Definition) -> bool:
    """Whether a person may cancel cases of a procedure."""
    return person.administrator or definition.procedure.properties.get("owner") in person.roles


def _may_start(person: Person, definition: Definition) -> bool:
    procedure = definition.procedure
    starts = [node for node in procedure.inside(procedure.id) if node.kind == "startEvent" and not node.events]
    roles = {lane.role for node in starts if (lane := procedure.lane_of(node))}
    callable_only = procedure.properties.get("start") == "called"
    return not callable_only and (person.administrator or bool(roles & set(person.roles)))


def _take_first(ctx: Context, instance_id: int) -> str | None:
    first = ctx.connection.execute(
        sa.select(work_item).where(work_item.c.instance_id == instance_id, work_item.c.status == "open").order_by(work_item.c.id)
    ).first()
    if first is None or first.role not in ctx.person.roles or first.assignee:
        return None
    return inbox.claim(ctx, first.id).id


def _visible(person: Person) -> sa.ColumnElement[bool]:
    """Administrators, auditors and the management see every case; others those in which they or their roles have or had work."""
    if person.administrator or person.auditor or person.department == "GM":
        return sa.true()
    involved = work_item.c.role.in_(person.roles) | (work_item.c.assignee == person.id) | (work_item.c.finished_by == person.id)
    heads = (work_item.c.department == person.department) & sa.literal(person.is_head)
    return (instance.c.started_by == person.id) | _has_item(involved | heads, open_only=False)


def _has_item(condition: sa.ColumnElement[bool], *, open_only: bool = True) -> sa.ColumnElement[bool]:
    open_ = work_item.c.status == "open" if open_only else sa.true()
    return sa.exists().where(work_item.c.instance_id == instance.c.id, open_, condition)


def _case_rows(ctx: Context, rows: Sequence[Any]) -> list[CaseRow]:
    ids = [row.id for row in rows]
    items = ctx.connection.execute(
        sa.select(work_item.c.instance_id, work_item.c.names, work_item.c.sort_at)
        .where(work_item.c.instance_id.in_(ids), work_item.c.status == "open")
        .order_by(work_item.c.sort_at)
    ).all()
    labels = {row.id: orjson.loads(row.labels) for row in rows}
    customers = registers.names_of(ctx, "customer", (found.get("customer", "") for found in labels.values()))
    return [_case_row(ctx, row, [item for item in items if item.instance_id == row.id], labels[row.id], customers) for row in rows]


def _case_row(ctx: Context, row: Any, items: Sequence[Any], labels: Mapping[str, str], customers: Mapping[str, Texts]) -> CaseRow:
    names = {item.names: orjson.loads(item.names) for item in items}
    return CaseRow(
        id=row.id,
        number=row.business_key,
        title=labels.get("title", ""),
        customer=customers[labels.get("customer", "")],
        procedure_id=row.procedure_id,
        procedure=definitions.load(ctx.connection, row.definition_id).procedure.names,
        status=row.status,
        started_at=row.started_at,
        ended_at=row.ended_at,
        steps=list(names.values()),
        late=any(item.sort_at < ctx.now for item in items),
        incidents=row.open_incidents,
    )


def _page_of(text: str) -> int:
    if not text.isdigit():
        raise Invalid("There is no such page.")
    return int(text)
