"""Notices inside Lanework: what happened that a person should know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import NotFound
from tasks.context import Context
from tasks.tables import notice


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to one person. `kind` is a notification of REQUIREMENTS 2.5; `parameters` fill its text."""

    id: int
    kind: str
    at: datetime
    parameters: Mapping[str, Any]
    case_number: str | None
    item_id: str | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice to be sent."""

    kind: str
    receivers: tuple[str, ...]
    parameters: Mapping[str, Any]
    case_number: str | None = None
    item_id: str | None = None


def send(ctx: Context, drafts: Iterable[Draft]) -> int:
    """Sends notices, each person once for each; how many."""
    rows = [
        {
            "person_id": person,
            "kind": draft.kind,
            "at": ctx.now,
            "parameters": orjson.dumps(draft.parameters).decode(),
            "case_number": draft.case_number,
            "item_id": draft.item_id,
        }
        for draft in drafts
        for person in dict.fromkeys(draft.receivers)
    ]
    if rows:
        ctx.connection.execute(notice.insert(), rows)
    return len(rows)


def mine(ctx: Context, *, unread_only: bool = False, size: int = 100) -> list[Notice]:
    """The latest notices of the acting person, newest first."""
    query = sa.select(notice).where(notice.c.person_id == ctx.person.id)
    if unread_only:
        query = query.where(notice.c.read_at.is_(None))
    rows = ctx.connection.execute(query.order_by(notice.c.id.desc()).limit(size))
    return [Notice(r.id, r.kind, r.at, orjson.loads(r.parameters), r.case_number, r.item_id, r.read_at) for r in rows]


def unread_count(ctx: Context) -> int:
    """How many notices of the acting person are unread, 100 for any more."""
    unread = sa.select(notice.c.id).where(notice.c.person_id == ctx.person.id, notice.c.read_at.is_(None)).limit(100)
    return ctx.connection.execute(sa.select(sa.func.count()).select_from(unread.subquery())).scalar_one()


def read(ctx: Context, notice_id: int) -> None:
    """Marks a notice of the acting person as read.

    Raises:
        NotFound: it is not theirs.
    """
    key = (notice.c.id == notice_id) & (notice.c.person_id == ctx.person.id)
    if ctx.connection.execute(notice.update().where(key).values(read_at=ctx.now)).rowcount == 0:
        raise NotFound("notice", notice_id)


def read_all(ctx: Context) -> None:
    """Marks all notices of the acting person as read."""
    key = (notice.c.person_id == ctx.person.id) & notice.c.read_at.is_(None)
    ctx.connection.execute(notice.update().where(key).values(read_at=ctx.now))
