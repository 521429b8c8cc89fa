"""Forms as they were filled, and the documents made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import NotFound
from tasks.context import Context
from tasks.records import numbering
from tasks.tables import document, filled_form


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as it was filled at one step, with the version of the form."""

    step_id: str
    number: int
    procedure_id: str
    element_id: str
    record: str
    form_id: str
    form_hash: str
    trace: str
    answers: Mapping[str, Any]
    outcome: str | None
    comment: str | None
    filled_by: str
    on_behalf_of: str | None
    filled_at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """A record that was numbered and filed."""

    number: str
    record: str
    trace: str
    content: Mapping[str, Any]
    content_hash: str
    filed_by: str
    filed_at: datetime


_KEEP = filled_form.insert()


def keep(ctx: Context, instance_id: int, form: FilledForm) -> None:
    """Keeps a filled form."""
    values = {name: getattr(form, name) for name in FilledForm.__slots__}
    ctx.connection.execute(_KEEP, {**values, "answers": orjson.dumps(form.answers).decode(), "instance_id": instance_id})


def forms_of(ctx: Context, instance_id: int) -> list[FilledForm]:
    """All filled forms of an instance, oldest first."""
    rows = ctx.connection.execute(
        sa.select(filled_form).where(filled_form.c.instance_id == instance_id).order_by(filled_form.c.number)
    )
    return [_form(row) for row in rows]


def form_of(ctx: Context, instance_id: int, step: str) -> FilledForm:
    """The form filled at a step.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(filled_form).where(filled_form.c.instance_id == instance_id, filled_form.c.step_id == step)
    row = ctx.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("record", step)
    return _form(row)


def documents_of(ctx: Context, instance_id: int) -> list[Document]:
    """All filed documents of an instance, by number."""
    rows = ctx.connection.execute(sa.select(document).where(document.c.instance_id == instance_id).order_by(document.c.number))
    return [Document(r.number, r.record, r.trace, orjson.loads(r.content), r.content_hash, r.filed_by, r.filed_at) for r in rows]


def file(
    ctx: Context, instance_id: int, case_number: str, *, record: str, trace: str, class_code: str, content: Mapping[str, Any]
) -> Document:
    """A record, numbered by REQUIREMENTS 6 and filed: from now on it can only be superseded."""
    text = orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()
    pattern = f"{ctx.house.company}-YYYY-{_case_part(ctx, instance_id, case_number)}-{class_code}-NNN"
    values: dict[str, Any] = {
        "number": numbering.next_number(ctx, pattern),
        "record": record,
        "trace": trace,
        "content_hash": hashlib.sha256(text.encode()).hexdigest(),
        "filed_by": ctx.actor.id,
        "filed_at": ctx.now,
    }
    ctx.connection.execute(
        document.insert().values({**values, "instance_id": instance_id, "class_code": class_code, "content": text})
    )
    return Document(content=content, **values)


def _case_part(ctx: Context, instance_id: int, case_number: str) -> str:
    """What stands for the case in its document numbers: the first letter of its number, and which case of the year it is.

    It is drawn with the first document of a case and kept by the next ones.
    """
    earlier = ctx.connection.execute(sa.select(document.c.number).where(document.c.instance_id == instance_id).limit(1)).scalar()
    if earlier:
        return str(earlier).split("-")[2]
    letter, _, count = numbering.next_number(ctx, f"{case_number[:1]}-YYYY-NNNN").split("-")
    return letter + count


def _form(row: Any) -> FilledForm:
    values = {name: getattr(row, name) for name in FilledForm.__slots__}
    return FilledForm(**{**values, "answers": orjson.loads(row.answers)})
