"""Acts by key: the same key again gives the same answer and does nothing."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import Busy, Conflict
from engine.ports import Context
from engine.tables import act

_FIND = sa.select(act.c.actor, act.c.answer).where(act.c.key == sa.bindparam("key"))
_INSERT = act.insert()


def done_before(ctx: Context, key: str) -> Any | None:
    """The answer that an act with this key got before, or None."""
    row = ctx.connection.execute(_FIND, {"key": key}).one_or_none()
    if row is None:
        return None
    if row.actor != ctx.actor.id:
        raise Conflict("This key was used by somebody else.")
    return orjson.loads(row.answer)


def remember(ctx: Context, key: str, answer: Any) -> None:
    """Keeps the answer of an act under its key.

    Raises:
        Busy: the same act was done at the same time; tried again, this one gets the other's answer.
    """
    values = {"key": key, "actor": ctx.actor.id, "done_at": ctx.now, "answer": orjson.dumps(answer).decode()}
    try:
        ctx.connection.execute(_INSERT, values)
    except sa.exc.IntegrityError as error:
        raise Busy from error
