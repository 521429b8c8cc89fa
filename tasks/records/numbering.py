"""Gap-free numbers, drawn in the transaction that uses them (REQUIREMENTS 6)."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa

from engine.db import insert_into
from tasks.context import Context
from tasks.tables import counter

_COUNTED = re.compile(r"N+(?!.*N)")


def next_number(ctx: Context, pattern: str) -> str:
    """The next number of a pattern such as ORD-YYYYMM-NNNN, counted for each month or year that it names.

    A count that outgrows its digits takes one more.
    """
    name = dated(pattern, ctx.now.astimezone(ctx.house.zone))
    value = _draw(ctx, name)
    return _COUNTED.sub(lambda match: str(value).zfill(len(match[0])), name, count=1)


def dated(pattern: str, day: datetime) -> str:
    """A pattern with year and month filled in.

    >>> dated("CSR-YYYY-NNNN", datetime(2026, 3, 2))
    'CSR-2026-NNNN'
    """
    return pattern.replace("YYYY", f"{day.year:04}").replace("MM", f"{day.month:02}")


def _draw(ctx: Context, name: str) -> int:
    insert = insert_into(ctx.connection, counter).values(name=name, value=1)
    drawn = insert.on_conflict_do_update(index_elements=["name"], set_={"value": counter.c.value + 1}).returning(counter.c.value)
    value: int = ctx.connection.execute(drawn).scalar_one()
    return value


def drawn(ctx: Context, name: str) -> int:
    """How many numbers a counter has given."""
    return ctx.connection.execute(sa.select(counter.c.value).where(counter.c.name == name)).scalar() or 0
