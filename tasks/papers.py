"""The papers of a case: every form as it was filled, the documents made of them, and the files handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import definitions, storage
from engine.closure import Definition
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
        made.append(_paper(ctx, definition, position, one, names.get(one.filled_by, {"en": one.filled_by}), dict(earlier)))
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


def _paper(ctx: Context, definition: Definition, position: int, filled: FilledForm, by: Texts, earlier: Mapping[str, Any]) -> Paper:
    resource = definition.resources["form", filled.form_id]
    node = definition.procedures[filled.procedure_id].nodes[filled.element_id]
    outcome = outcome_names(node, filled.outcome) if filled.outcome else None
    form = read_form(resource.hash, resource.content)
    return Paper(position, form, filled, node.names, outcome, by, situation(ctx, earlier, {}, filled.answers))
