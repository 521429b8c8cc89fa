"""The papers of a case: every form as it was filled, the documents made of them, and the files handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine import definitions, storage
from engine.closure import Definition
from engine.drawing import Node
from engine.errors import NotFound
from tasks import cases
from tasks.context import Context
from tasks.records import documents, filed
from tasks.records.documents import CaseFile
from tasks.records.filed import Document, FilledForm
from tasks.texts import Texts
from tasks.work import inbox, people
from tasks.work.completion import outcome_names
from tasks.work.filling import read_form, situation
from tasks.work.forms import Form, Situation
from tasks.work.inbox import ItemRow


@dataclass(frozen=True, slots=True)
class Paper:
    """A form as it was filled at one step, with the version of the form that was valid for the case."""

    position: int
    form: Form
    filled: FilledForm
    step: Texts
    outcome: Texts | None
    by: Texts
    situation: Situation


@dataclass(frozen=True, slots=True)
class Papers:
    """All papers of a case, in the order in which they were filled."""

    filled: Sequence[Paper]
    documents: Sequence[Document]


def papers(ctx: Context, number: str) -> Papers:
    """The papers of a case.

    Raises:
        NotFound: there is no such case, or the acting person has nothing to do with it.
    """
    row = cases.visible_row(ctx, number)
    definition = definitions.load(ctx.connection, row.definition_id)
    names = {person.id: person.names for person in people.everybody(ctx)}
    filled = filed.forms_of(ctx, row.id)
    made: list[Paper] = []
    earlier: dict[str, Any] = {}
    for position, one in enumerate(filled, 1):
        by = names.get(one.filled_by, {"en": one.filled_by})
        form, node = _form(ctx, definition, one), _node(ctx, definition, one)
        outcome = outcome_names(node, one.outcome) if one.outcome else None
        made.append(Paper(position, form, one, node.names, outcome, by, situation(ctx, dict(earlier), {}, one.answers)))
        earlier[one.record] = one.answers
    return Papers(made, filed.documents_of(ctx, row.id))


def paper(ctx: Context, number: str, position: int) -> Paper:
    """One paper of a case, by its position from 1.

    Raises:
        NotFound: the case has fewer.
    """
    found = papers(ctx, number).filled
    if not 1 <= position <= len(found):
        raise NotFound("record", f"{number}/{position}")
    return found[position - 1]


def files(ctx: Context, number: str) -> list[CaseFile]:
    """The files of a case.

    Raises:
        NotFound: there is no such case, or the acting person has nothing to do with it.
    """
    return documents.files_of(ctx, cases.visible_row(ctx, number).id)


def file_content(ctx: Context, number: str, key: str) -> tuple[CaseFile, bytes]:
    """A file of a case and its content.

    Raises:
        NotFound: there is no such case or file, or the acting person has nothing to do with it.
    """
    return documents.content_of(ctx, cases.visible_row(ctx, number).id, key)


def form_of_item(ctx: Context, item_id: str) -> tuple[ItemRow, Form | None, Situation]:
    """The form of a work item, also when it is no longer open: to show somebody what they had typed.

    Raises:
        NotFound: there is no such item, or it is another department's.
    """
    row = inbox.get(ctx, item_id)
    resource = storage.look(ctx, row.instance_id).definition.resources.get(("form", row.form_id or ""))
    form = read_form(resource.hash, resource.content) if resource else None
    return row, form, situation(ctx, {}, {}, {})


def _form(ctx: Context, current: Definition, filled: FilledForm) -> Form:
    """The version of the form that was filled."""
    resource = current.resources.get(("form", filled.form_id))
    if resource is not None and resource.hash == filled.form_hash:
        return read_form(resource.hash, resource.content)
    return read_form(filled.form_hash, definitions.content(ctx.connection, filled.form_hash))


def _node(ctx: Context, current: Definition, filled: FilledForm) -> Node:
    """The element at which a form was filled, as the latest definition had it that has it at all: the case may have migrated."""
    number, definition = current.number, current
    while not (procedure := definition.procedures.get(filled.procedure_id)) or filled.element_id not in procedure.nodes:
        number -= 1
        definition = definitions.numbered(ctx.connection, current.procedure_id, number)
    return procedure.nodes[filled.element_id]
