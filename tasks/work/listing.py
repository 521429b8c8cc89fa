"""Lists of work items: what waits for a person, a page at a time, with counts."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import Invalid
from tasks.context import Context
from tasks.records import registers
from tasks.tables import work_item
from tasks.texts import Texts

#: Counts stop here: more is “99+”.
COUNTED = 100
VIEWS = ("mine", "offered", "overdue")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A work item as lists show it."""

    id: str
    instance_id: int
    step_id: str
    procedure_id: str
    element_id: str
    names: Texts
    status: str
    role: str
    department: str | None
    assignee_id: str | None
    case_number: str
    case_title: str
    priority: str
    offered_at: datetime
    due_at: datetime | None
    late: bool
    finished_at: datetime | None
    finished_by: str | None
    version: int
    form_id: str | None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of the inbox, how much each view holds, and where the next page begins."""

    items: Sequence[ItemRow]
    counts: Mapping[str, int]
    next: str | None


def page(ctx: Context, view: str, *, search: str = "", after: str | None = None, size: int = 50) -> InboxPage:
    """The items of one view, the most urgent first.

    Raises:
        Invalid: there is no such view.
    """
    if view not in VIEWS:
        raise Invalid("There is no view %(view)s.", view=view)
    words = tuple(search.split())
    bound = {
        **_bound(ctx),
        **{f"word{number}": _escaped(word) for number, word in enumerate(words)},
        **_position(after),
        "size": size + 1,
    }
    rows = ctx.connection.execute(_page(view, len(ctx.person.roles), len(words), bool(after)), bound).all()
    items = [item_row(row, ctx.now) for row in rows[:size]]
    following = f"{rows[size - 1].sort_at.isoformat()}~{rows[size - 1].id}" if len(rows) > size else None
    counts = ctx.connection.execute(_counts(len(ctx.person.roles)), {**_bound(ctx), "size": COUNTED}).one()
    return InboxPage(items, dict(zip(VIEWS, counts, strict=True)), following)


def item_row(row: Any, now: datetime) -> ItemRow:
    """A row of the table as lists show it."""
    late = row.late or bool(row.status == "open" and row.due_at and row.due_at < now)
    return ItemRow(
        id=row.id,
        instance_id=row.instance_id,
        step_id=row.step_id,
        procedure_id=row.procedure_id,
        element_id=row.element_id,
        names=orjson.loads(row.names),
        status=row.status,
        role=row.role,
        department=row.department,
        assignee_id=row.assignee,
        case_number=row.case_number,
        case_title=row.case_title,
        priority=row.priority,
        offered_at=row.offered_at,
        due_at=row.due_at,
        late=late,
        finished_at=row.finished_at,
        finished_by=row.finished_by,
        version=row.version,
        form_id=row.form_id,
    )


def _bound(ctx: Context) -> dict[str, Any]:
    """What the statements below are bound to. Administrators are also offered what has no role."""
    person = ctx.person
    roles = {f"role{number}": role for number, role in enumerate(person.roles)}
    return {"person": person.id, "now": ctx.now, "norole": "" if person.administrator else "-", **roles}


def _escaped(word: str) -> str:
    """A word in which no character stands for others."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _position(after: str | None) -> dict[str, Any]:
    if not after:
        return {}
    moment, _, last = after.partition("~")
    try:
        return {"after": datetime.fromisoformat(moment), "last": last}
    except ValueError as error:
        raise Invalid("There is no such page.") from error


def _ranges(view: str, roles: int, narrowing: Sequence[sa.ColumnElement[bool]]) -> sa.CompoundSelect[Any]:
    """The ids of one view: an index range for each role, merged, so that the cost does not grow with what others have to do."""
    item = work_item.c
    open_ = item.status == sa.literal_column("'open'")
    mine = open_ & (item.assignee == sa.bindparam("person"))
    names = [*(f"role{number}" for number in range(roles)), "norole"]
    offered = [open_ & item.assignee.is_(None) & (item.role == sa.bindparam(name)) for name in names]
    parts = {"mine": [mine], "offered": offered, "overdue": [mine, *offered]}[view]
    late = [item.sort_at < sa.bindparam("now", type_=item.sort_at.type)] if view == "overdue" else []
    limited = [
        sa.select(item.id).where(part, *late, *narrowing).order_by(item.sort_at, item.id).limit(sa.bindparam("size"))
        for part in parts
    ]
    return sa.union_all(*(sa.select(one.subquery().c.id) for one in limited))


@functools.lru_cache(maxsize=500)
def _page(view: str, roles: int, words: int, follows: bool) -> sa.Select[Any]:
    """The statement for a page; made once for each shape, since making one costs more than running it."""
    item = work_item.c
    narrowing: list[sa.ColumnElement[bool]] = [
        registers.says("customer", item.search_text, sa.bindparam(f"word{number}"), escape="/") for number in range(words)
    ]
    if follows:
        after, last = sa.bindparam("after", type_=item.sort_at.type), sa.bindparam("last", type_=sa.Text)
        narrowing.append((item.sort_at > after) | ((item.sort_at == after) & (item.id > last)))
    found = _ranges(view, roles, narrowing).subquery()
    chosen = sa.select(work_item).where(item.id.in_(sa.select(found.c.id)))
    return chosen.order_by(item.sort_at, item.id).limit(sa.bindparam("size"))


@functools.lru_cache(maxsize=100)
def _counts(roles: int) -> sa.Select[Any]:
    """The statement that counts all views at once, each up to a limit."""
    counted = []
    for view in VIEWS:
        found = sa.select(_ranges(view, roles, ()).subquery().c.id).limit(sa.bindparam("size")).subquery()
        counted.append(sa.select(sa.func.count()).select_from(found).scalar_subquery().label(view))
    return sa.select(*counted)
