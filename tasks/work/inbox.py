"""The inbox: what waits for a person, and who takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine import storage
from engine.errors import AlreadyFinished, Claimed, Conflict, Forbidden, Invalid, NotFound
from tasks.context import Context
from tasks.person import Person
from tasks.tables import work_item
from tasks.work import notices, people
from tasks.work.listing import COUNTED, VIEWS, InboxPage, ItemRow, item_row, page

__all__ = [
    "COUNTED",
    "VIEWS",
    "InboxPage",
    "ItemRow",
    "candidates",
    "claim",
    "get",
    "item_row",
    "locked",
    "may_read",
    "may_see",
    "must_be_open",
    "must_hold_role",
    "name_of",
    "page",
    "release",
    "transfer",
]

_BY_ID = sa.select(work_item).where(work_item.c.id == sa.bindparam("key"))


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
    found, item = locked(ctx, item_id)
    if not reason.strip():
        raise Invalid("Say why you hand this task over.")
    heads_it = ctx.person.is_head and ctx.person.department == item.department
    if not (item.assignee_id == ctx.person.id or heads_it or ctx.person.administrator):
        raise Forbidden("Only the person who holds this task or the head of the department can hand it over.")
    if person_id not in {candidate.id for candidate in _candidates(ctx, item)}:
        raise Forbidden("This person cannot do the task.")
    moved = _assign(ctx, found, item, person_id, "task transferred", {"reason": reason})
    notices.send(ctx, [notices.Draft("N-01", (person_id,), {"task": dict(item.names)}, item.case_number, item.id)])
    return moved


def locked(ctx: Context, item_id: str) -> tuple[storage.Instance, ItemRow]:
    """An open item that the acting person may see, and its instance, which nobody else changes meanwhile.

    Raises:
        NotFound, AlreadyFinished, Conflict.
    """
    instance_id = item_id.partition("-")[0]
    if not instance_id.isdigit():
        raise NotFound("task", item_id)
    try:
        found = storage.lock(ctx, int(instance_id))
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


def _candidates(ctx: Context, item: ItemRow) -> list[Person]:
    found = {person.id: person for person in people.holding(ctx, [item.role])} if item.role else {}
    holder = people.get(ctx, item.assignee_id) if item.assignee_id else None
    if holder and holder.deputy:
        found.setdefault(holder.deputy, people.get(ctx, holder.deputy))
    return [person for person in found.values() if person.id != item.assignee_id]


def _assign(ctx: Context, found: storage.Instance, item: ItemRow, to: str | None, kind: str, content: Mapping[str, Any]) -> ItemRow:
    values = {"assignee": to, "claimed_at": ctx.now if to else None, "version": item.version + 1}
    ctx.connection.execute(work_item.update().where(work_item.c.id == item.id).values(values))
    change = {"step": item.step_id, "element": item.element_id, "procedure": item.procedure_id, "old": item.assignee_id, "new": to}
    storage.note(ctx, found, kind, {**change, **content})
    row = ctx.connection.execute(sa.select(work_item).where(work_item.c.id == item.id)).one()
    return item_row(row, ctx.now)
