"""Opening a work item to fill its form, and completing it: the way of DESIGN 7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from engine import acts, instances, storage
from engine.drawing import Node, codes
from engine.errors import AlreadyFinished, AnswersInvalid, Claimed, Invalid, Message
from tasks.context import Context
from tasks.person import Person
from tasks.records import documents, filed, numbering
from tasks.records.filed import FilledForm
from tasks.tables import draft, work_item
from tasks.texts import Texts
from tasks.work import inbox, people
from tasks.work.filling import Filling, filling, situation
from tasks.work.forms import Form
from tasks.work.inbox import ItemRow

#: What buttons say when a step has no outcomes to choose among.
DONE: Texts = {"en": "Complete", "zh-Hans": "完成", "zh-Hant": "完成"}
COMMENT_MISSING = Message("A comment is required for this outcome.", {})


_FINISH = work_item.update().where(work_item.c.id == sa.bindparam("key"))
_OFFERED = (
    sa.select(work_item.c.id)
    .where(
        work_item.c.instance_id == sa.bindparam("key"),
        work_item.c.status == "open",
        (work_item.c.assignee == sa.bindparam("person"))
        | (work_item.c.assignee.is_(None) & work_item.c.role.in_(sa.bindparam("roles", expanding=True))),
    )
    .order_by(work_item.c.offered_at.desc(), work_item.c.id)
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A button. `code` is "" for the one button of a step without outcomes."""

    code: str
    names: Texts
    comment_required: bool
    unchecked: bool


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A work item with all that its page shows."""

    row: ItemRow
    form: Form | None
    answers: Mapping[str, Any]
    outcomes: Sequence[Outcome]
    documentation: Texts
    requirements: Sequence[str]
    may_complete: bool
    claimed_by: Person | None
    is_draft: bool
    filling: Filling


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of a completion: the case that goes on."""

    case_number: str
    instance_id: int


def open_item(ctx: Context, item_id: str) -> OpenItem:
    """A work item, with its form filled as far as it is known.

    Raises:
        NotFound: there is none, or it is another department's.
        AlreadyFinished: it is finished.
    """
    row = inbox.get(ctx, item_id)
    inbox.must_be_open(ctx, row)
    found = storage.look(ctx, row.instance_id)
    node = _node(found, row)
    filled = _filling(ctx, found, row, node)
    kept = _draft(ctx, item_id)
    holder = people.get(ctx, row.assignee_id) if row.assignee_id and row.assignee_id != ctx.person.id else None
    return OpenItem(
        row=row,
        form=filled.form,
        answers=kept if kept is not None else filled.defaults(),
        outcomes=outcomes(node),
        documentation=node.documentation,
        requirements=codes(node.properties.get("row")),
        may_complete=holder is None and (row.assignee_id == ctx.person.id or row.role in ctx.person.roles or _takes_over(ctx, row)),
        claimed_by=holder,
        is_draft=kept is not None,
        filling=filled,
    )


def outcomes(node: Node) -> list[Outcome]:
    """The buttons of a step."""
    required, unchecked = codes(node.properties.get("comment_required")), codes(node.properties.get("unchecked_outcomes"))
    return [Outcome(code, outcome_names(node, code), code in required, code in unchecked) for code in node.outcomes] or [
        Outcome("", DONE, "" in required, False)
    ]


def outcome_names(node: Node, code: str) -> Texts:
    """What an outcome is called; in English its code when nothing better is drawn."""
    return {"en": code.replace("_", " ").capitalize(), **node.outcome_names.get(code, {})}


def save_draft(ctx: Context, item_id: str, answers: Mapping[str, Any]) -> None:
    """Keeps what a person has typed so far; nothing is checked.

    Raises:
        NotFound: there is no such item.
    """
    row = inbox.get(ctx, item_id)
    inbox.must_be_open(ctx, row)
    mine = (draft.c.item_id == item_id) & (draft.c.person_id == ctx.person.id)
    values = {"answers": orjson.dumps(answers).decode(), "saved_at": ctx.now}
    if ctx.connection.execute(draft.update().where(mine).values(values)).rowcount == 0:
        ctx.connection.execute(draft.insert().values(item_id=item_id, person_id=ctx.person.id, **values))


def complete(
    ctx: Context,
    item_id: str,
    *,
    answers: Mapping[str, Any],
    outcome: str = "",
    comment: str = "",
    key: str,
    version: int | None = None,
) -> Completed:
    """What came of completing an item. The same key again gives the same answer and does nothing.

    Raises:
        NotFound, Forbidden: it is not the acting person's to do.
        AlreadyFinished, Claimed: somebody else was faster.
        AnswersInvalid: the answers do not fit the form, or a comment is missing.
        Invalid: the step has no such outcome.
    """
    done = acts.done_before(ctx, key)
    if done is not None:
        return Completed(**done)
    try:
        found, row = inbox.locked(ctx, item_id)
    except AlreadyFinished:
        done = acts.done_before(ctx, key)  # the same act, sent twice at once: the other was in the way until now
        if done is None:
            raise
        return Completed(**done)
    _must_be_theirs(ctx, row)
    node = _node(found, row)
    button = _button(node, outcome)
    filled = _filling(ctx, found, row, node)
    given = _checked(ctx, filled, answers, button, comment)

    _finish_item(ctx, row, outcome)
    variables, record = _variables(node, filled, given, outcome, comment)
    if filled.form is not None:
        _keep(ctx, found, row, filled, (record, given, outcome, comment))
    content = {"element": row.element_id, "procedure": row.procedure_id, "outcome": outcome, "comment": comment, "late": row.late}
    instances.complete(ctx, found, row.step_id, variables, content={**content, "form": filled.form_hash})

    acts.remember(ctx, key, {"case_number": row.case_number, "instance_id": row.instance_id})
    return Completed(row.case_number, row.instance_id)


def offered_next(ctx: Context, done: Completed) -> list[str]:
    """The items of the same case that the same person can go on with, the newest first."""
    bound = {"key": done.instance_id, "person": ctx.person.id, "roles": ctx.person.roles}
    return list(ctx.connection.execute(_OFFERED, bound).scalars())


def _checked(ctx: Context, filled: Filling, answers: Mapping[str, Any], button: Outcome, comment: str) -> dict[str, Any]:
    problems: dict[str, list[Message]] = {}
    if button.comment_required and not comment.strip():
        problems["comment"] = [COMMENT_MISSING]
    try:
        given = filled.check(answers, unchecked=button.unchecked)
    except AnswersInvalid as error:
        raise AnswersInvalid({**error.fields, **problems}) from error
    if problems:
        raise AnswersInvalid(problems)
    return filled.complete(
        given,
        signature={
            "person": ctx.person.id,
            "names": dict(ctx.person.names),
            "role": filled.role,
            "outcome": button.code,
            "comment": comment,
            "at": ctx.now.isoformat(),
            "form_hash": filled.form_hash,
        },
        number=lambda counter: numbering.next_number(ctx, counter),
    )


def _variables(node: Node, filled: Filling, given: Mapping[str, Any], outcome: str, comment: str) -> tuple[dict[str, Any], str]:
    """What the step writes: one context for its record, the outcome, and the comment."""
    record = node.properties.get("record", "")
    written: dict[str, Any] = {record: {**filled.record, **given}} if record and filled.form else dict(given)
    if outcome:
        written[f"{node.id}_outcome"] = outcome
    if comment.strip():
        written[f"{node.id}_comment"] = comment
    return written, record or node.id


def _keep(
    ctx: Context, found: storage.Instance, row: ItemRow, filled: Filling, answer: tuple[str, Mapping[str, Any], str, str]
) -> None:
    assert filled.form is not None
    record, given, outcome, comment = answer
    form = FilledForm(
        step_id=row.step_id,
        number=found.version,
        procedure_id=row.procedure_id,
        element_id=row.element_id,
        record=record,
        form_id=filled.form.id,
        form_hash=filled.form_hash,
        trace=filled.form.trace,
        answers={**filled.record, **given},
        outcome=outcome or None,
        comment=comment or None,
        filled_by=ctx.person.id,
        on_behalf_of=ctx.actor.on_behalf_of,
        filled_at=ctx.now,
    )
    filed.keep(ctx, row.instance_id, form)
    documents.attach(ctx, row.instance_id, given)


def _finish_item(ctx: Context, row: ItemRow, outcome: str) -> None:
    values = {
        "status": "finished",
        "finished_at": ctx.now,
        "finished_by": ctx.person.id,
        "outcome": outcome or None,
        "late": bool(row.due_at and row.due_at < ctx.now),
        "notice_at": None,
    }
    ctx.connection.execute(_FINISH, {"key": row.id, **values})


def _must_be_theirs(ctx: Context, row: ItemRow) -> None:
    if row.assignee_id and row.assignee_id != ctx.person.id:
        raise Claimed(inbox.name_of(ctx, row.assignee_id))
    inbox.must_hold_role(ctx, row)


def _takes_over(ctx: Context, row: ItemRow) -> bool:
    return row.role == "" and ctx.person.administrator


def _button(node: Node, code: str) -> Outcome:
    for button in outcomes(node):
        if button.code == code:
            return button
    raise Invalid("This task has no outcome “%(outcome)s”.", outcome=code)


def _node(found: storage.Instance, row: ItemRow) -> Node:
    return found.definition.procedures[row.procedure_id].nodes[row.element_id]


def _filling(ctx: Context, found: storage.Instance, row: ItemRow, node: Node) -> Filling:
    scope = storage.scope_of(found, row.step_id)
    functions = ctx.ports.functions(ctx, found.business_key, scope)
    resource = found.definition.resources.get(("form", row.form_id or ""))
    record = scope.get(node.properties.get("record", ""))
    return filling(
        resource,
        situation(ctx, scope, functions, record if isinstance(record, Mapping) else {}),
        role=row.role,
        case_number=found.business_key,
        pattern=found.definition.procedure.properties.get("case_number", ""),
    )


def _draft(ctx: Context, item_id: str) -> dict[str, Any] | None:
    query = sa.select(draft.c.answers).where(draft.c.item_id == item_id, draft.c.person_id == ctx.person.id)
    kept = ctx.connection.execute(query).scalar()
    return dict(orjson.loads(kept)) if kept is not None else None
