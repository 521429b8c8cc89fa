"""Registers: lists of business records that forms refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def names_of(ctx: Context, name: str, keys: Iterable[str]) -> dict[str, Texts]:
    """The names of some records of a register, by key; a key that is not in it is its own name."""
    wanted = set(keys)
    found = sa.select(register.c.key, register.c.names).where(register.c.name == name, register.c.key.in_(wanted))
    rows = ctx.connection.execute(found)
    return {key: {"en": key} for key in wanted} | {row.key: orjson.loads(row.names) for row in rows}


def says(name: str, text: Any, word: Any, **how: Any) -> sa.ColumnElement[bool]:
    """Whether a text says a word, or the key of a record of a register whose name in any language says it.

    `how` tells of escapes, as SQLAlchemy's `icontains` takes them.
    """
    named = (register.c.name == name) & register.c.names.icontains(word, **how)
    return sa.or_(text.icontains(word, **how), sa.exists().where(named, text.contains(register.c.key)))


def put(ctx: Context, name: str, items: Sequence[Mapping[str, Any]], key: str) -> int:
    """Adds or renews records whose id stands in the field `key`; how many."""
    for item in items:
        names = {language.replace("_", "-"): text for language, text in item.get("name", {}).items()}
        values = {"names": orjson.dumps(names).decode(), "content": orjson.dumps(item).decode()}
        same = (register.c.name == name) & (register.c.key == item[key])
        if ctx.connection.execute(register.update().where(same).values(values)).rowcount == 0:
            ctx.connection.execute(register.insert().values(name=name, key=item[key], **values))
    return len(items)
