"""Registers: lists of business records that forms refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from tasks.context import Context
from tasks.tables import register
from tasks.texts import Texts


@dataclass(frozen=True, slots=True)
class Registered:
    """One record of a register."""

    key: str
    names: Texts
    content: Mapping[str, Any]


def records(ctx: Context, name: str) -> list[Registered]:
    """All records of a register, by key."""
    rows = ctx.connection.execute(sa.select(register).where(register.c.name == name).order_by(register.c.key))
    return [Registered(row.key, orjson.loads(row.names), orjson.loads(row.content)) for row in rows]


def put(ctx: Context, name: str, items: Sequence[Mapping[str, Any]], key: str) -> int:
    """Adds or renews records whose id stands in the field `key`; how many."""
    for item in items:
        names = {language.replace("_", "-"): text for language, text in item.get("name", {}).items()}
        values = {"names": orjson.dumps(names).decode(), "content": orjson.dumps(item).decode()}
        same = (register.c.name == name) & (register.c.key == item[key])
        if ctx.connection.execute(register.update().where(same).values(values)).rowcount == 0:
            ctx.connection.execute(register.insert().values(name=name, key=item[key], **values))
    return len(items)
