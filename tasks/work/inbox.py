"""The inbox: what waits for a person, and who takes it."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine import instances
from engine.errors import AlreadyFinished, Claimed, Conflict, Forbidden, Invalid, NotFound
from tasks.context import Context
from tasks.person import Person
from tasks.tables import work_item
from tasks.texts import Texts
from tasks.work import notices, people

#: Counts stop here: more is “99+”.
COUNTED = 100
VIEWS = ("mine", "offered", "overdue")


_BY_ID = sa.select(work_item).where(work_item.c.id == sa.bindparam("key"))


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


def get(ctx: Context, item_id: str) -> ItemRow:
    """A work item that the acting person may see.

    Raises:
        NotFound: there is none, or it is another department's.
    """
    row = ctx.connection.execute(_BY_ID, {"key": item_id}).one_or_none()
    if row is None or not may_see(ctx.person, row):
        raise NotFound("task", item_id)
    return item_row(row, ctx.now)


def may_read(person: Person, item: ItemRow) -> bool:
    """Whether a person may see an item that a list shows."""
    return person.administrator or person.id in {item.assignee_id, item.finished_by} or _reaches(person, item.role, item.department)


def may_see(person: Person, row: Any) -> bool:
    """Whether a person may see an item: their own, their role's, their department's as its head; administrators see all."""
    if person.administrator or person.id in {row.assignee, row.finished_by}:
        return True
    return _reaches(person, row.role, row.department)


def _reaches(person: Person, role: str, department: str | None) -> bool:
    return role in person.roles or (person.is_head and department == person.department)


def claim(ctx: Context, item_id: str) -> ItemRow:
    """The item, now the acting person's.

    Raises:
        Claimed: somebody else was faster.
        AlreadyFinished: it is finished.
        Forbidden: the person does not hold the role.
    """
    found, item = locked(ctx, item_id)
    if item.assignee_id == ctx.person.id:
        return item
    if item.assignee_id is not None:
        raise Claimed(name_of(ctx, item.assignee_id))
    must_hold_role(ctx, item)
    return _assign(ctx, found, item, ctx.person.id, "task claimed", {})


def release(ctx: Context, item_id: str) -> ItemRow:
    """The item, offered to its role again.

    Raises:
        Forbidden: it is not the acting person's.
    """
    found, item = locked(ctx, item_id)
    if item.assignee_id != ctx.person.id and not ctx.person.administrator:
        raise Forbidden("Only the person who took this task can give it back.")
    return _assign(ctx, found, item, None, "task released", {})


def transfer(ctx: Context, item_id: str, person_id: str, reason: str) -> ItemRow:
    """The item, given to another person by its holder, the head of the department or an administrator; its due time stays.

    Raises:
        Forbidden: the acting person may not, or the other cannot do it.
        Invalid: no reason is given.
    """
    if not reason.strip():
        raise Invalid("Say why you hand this task over.")
    found, item = locked(ctx, item_id)
    heads_it = ctx.person.is_head and ctx.person.department == item.department
    if not (item.assignee_id == ctx.person.id or heads_it or ctx.person.administrator):
        raise Forbidden("Only the person who holds this task or the head of the department can hand it over.")
    if person_id not in {candidate.id for candidate in _candidates(ctx, item)}:
        raise Forbidden("This person cannot do the task.")
    moved = _assign(ctx, found, item, person_id, "task transferred", {"reason": reason})
    notices.send(ctx, [notices.Draft("N-01", (person_id,), {"task": dict(item.names)}, item.case_number, item.id)])
    return moved


def locked(ctx: Context, item_id: str) -> tuple[instances.Instance, ItemRow]:
    """An open item that the acting person may see, and its instance, which nobody else changes meanwhile.

    Raises:
        NotFound, AlreadyFinished, Conflict.
    """
    instance_id = item_id.partition("-")[0]
    if not instance_id.isdigit():
        raise NotFound("task", item_id)
    try:
        found = instances.lock(ctx, int(instance_id))
    except NotFound as error:
        raise NotFound("task", item_id) from error
    item = get(ctx, item_id)
    must_be_open(ctx, item)
    return found, item


def candidates(ctx: Context, item_id: str) -> list[Person]:
    """The people to whom an item may be handed: who holds its role, and the deputy of its holder."""
    return _candidates(ctx, get(ctx, item_id))


def must_hold_role(ctx: Context, item: ItemRow) -> None:
    """Refuses a person who does not hold an item's role.

    Raises:
        Forbidden: administrators take over only what has no role.
    """
    allowed = item.role in ctx.person.roles or (item.role == "" and ctx.person.administrator)
    if item.assignee_id != ctx.person.id and not allowed:
        raise Forbidden("This task is for another role.")


def must_be_open(ctx: Context, item: ItemRow) -> None:
    """Refuses an item that is no longer open.

    Raises:
        AlreadyFinished: says who was faster.
        Conflict: it was withdrawn.
    """
    if item.status == "finished" and item.finished_by and item.finished_at:
        raise AlreadyFinished(name_of(ctx, item.finished_by), item.finished_at)
    if item.status != "open":
        raise Conflict("This task is no longer needed: the case has moved on.")


def name_of(ctx: Context, person_id: str) -> str:
    """How a person is called in the language of the acting person."""
    try:
        names = people.get(ctx, person_id).names
    except NotFound:
        return person_id
    return names.get(ctx.acting.locale if ctx.acting else "en") or names["en"]


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


def _candidates(ctx: Context, item: ItemRow) -> list[Person]:
    found = {person.id: person for person in people.holding(ctx, [item.role])} if item.role else {}
    holder = people.get(ctx, item.assignee_id) if item.assignee_id else None
    if holder and holder.deputy:
        found.setdefault(holder.deputy, people.get(ctx, holder.deputy))
    return [person for person in found.values() if person.id != item.assignee_id]


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
        item.search_text.icontains(sa.bindparam(f"word{number}"), escape="/") for number in range(words)
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


def _assign(
    ctx: Context, found: instances.Instance, item: ItemRow, to: str | None, kind: str, content: Mapping[str, Any]
) -> ItemRow:
    values = {"assignee": to, "claimed_at": ctx.now if to else None, "version": item.version + 1}
    ctx.connection.execute(work_item.update().where(work_item.c.id == item.id).values(values))
    change = {"step": item.step_id, "element": item.element_id, "procedure": item.procedure_id, "old": item.assignee_id, "new": to}
    instances.note(ctx, found, kind, {**change, **content})
    row = ctx.connection.execute(sa.select(work_item).where(work_item.c.id == item.id)).one()
    return item_row(row, ctx.now)
