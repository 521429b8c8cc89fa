"""One task: its form with the facts beside it, drafts, completion, handing over."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import AlreadyFinished, AnswersInvalid, Claimed, Conflict, Message
from tasks import cases, papers
from tasks.context import Context
from tasks.work import completion, forms, inbox
from tasks.work.completion import Completed, OpenItem
from tasks.work.inbox import ItemRow
from web import posted
from web.entrance import Entrance
from web.languages import language, sentence
from web.pages import render
from web.posted import Posted

Errors = Mapping[str, Sequence[Message]]


def routes(entrance: Entrance) -> Blueprint:
    """The pages of one task."""
    pages = Blueprint("items", __name__)

    @pages.get("/tasks/<item_id>")
    @entrance.looks
    def show(ctx: Context, item_id: str) -> ResponseReturnValue:
        return _page(ctx, completion.open_item(ctx, item_id), {})

    @pages.post("/tasks/<item_id>")
    @entrance.acts
    def submit(ctx: Context, item_id: str) -> ResponseReturnValue:
        try:
            item = completion.open_item(ctx, item_id)
        except AlreadyFinished:
            return _done_before(ctx, item_id)
        sent = posted.read(ctx, item)
        return _completed(ctx, item, sent) if sent.completes else _kept(ctx, item, sent)

    @pages.get("/tasks/<item_id>/transfer")
    @entrance.looks
    def choose_receiver(ctx: Context, item_id: str) -> ResponseReturnValue:
        found = inbox.candidates(ctx, item_id)
        return render(ctx, "transfer.html", item=inbox.get(ctx, item_id), candidates=found)

    @pages.post("/tasks/<item_id>/transfer")
    @entrance.acts
    def transfer(ctx: Context, item_id: str) -> ResponseReturnValue:
        inbox.transfer(ctx, item_id, request.form.get("person", ""), request.form.get("reason", ""))
        flash(gettext("The task has been handed over."))
        return redirect(url_for("inbox.show"), 303)

    @pages.errorhandler(Conflict)
    def beaten(error: Conflict) -> ResponseReturnValue:
        return entrance.looks(_beaten)(error=error, item_id=(request.view_args or {})["item_id"])

    return pages


def _page(ctx: Context, item: OpenItem, errors: Errors, comment: str = "") -> str:
    """The page of an open task."""
    view = forms.view(item.form, item.answers, errors, language(), item.filling.situation) if item.form else None
    return render(
        ctx,
        "item.html",
        item=item,
        form=view,
        case=cases.get(ctx, item.row.case_number),
        known=[_filled(paper) for paper in papers.papers(ctx, item.row.case_number).filled],
        comment=comment,
        comment_errors=errors.get("comment", ()),
        key=secrets.token_urlsafe(18),
    )


def _filled(paper: papers.Paper) -> tuple[papers.Paper, forms.FormView]:
    return paper, forms.view_filled(paper.form, paper.filled.answers, language(), paper.situation)


def _kept(ctx: Context, item: OpenItem, sent: Posted) -> ResponseReturnValue:
    """Keeps what was typed, and draws the form anew: rows were asked for, an answer opened a part, or it was to be saved."""
    completion.save_draft(ctx, item.row.id, sent.answers)
    if sent.refused:
        return _again(ctx, item, sent, sent.refused)
    if "save" in request.form:
        flash(gettext("What you have typed is kept. Only you see it until the task is completed."))
    return redirect(url_for("items.show", item_id=item.row.id, _anchor=posted.place() or None), 303)


def _completed(ctx: Context, item: OpenItem, sent: Posted) -> ResponseReturnValue:
    """Completes a task, or shows what does not fit, with all that was typed and uploaded."""
    try:
        if not sent.refused:
            return _after(ctx, _complete(ctx, item, sent))
        item.filling.check(sent.answers, unchecked=False)
        errors: Errors = sent.refused
    except AnswersInvalid as error:
        errors = {**error.fields, **sent.refused}
    completion.save_draft(ctx, item.row.id, sent.answers)
    return _again(ctx, item, sent, errors)


def _complete(ctx: Context, item: OpenItem, sent: Posted) -> Completed:
    return completion.complete(
        ctx,
        item.row.id,
        answers=sent.answers,
        outcome=sent.outcome,
        comment=sent.comment,
        key=sent.key,
        version=sent.version,
    )


def _done_before(ctx: Context, item_id: str) -> ResponseReturnValue:
    """The answer to a second click: the same as to the first. Somebody else's completion is a conflict."""
    key = request.form.get("key", "")
    return _after(ctx, completion.complete(ctx, item_id, answers={}, outcome=request.form.get("outcome", ""), key=key))


def _after(ctx: Context, done: Completed) -> ResponseReturnValue:
    flash(gettext("Done: case %(number)s goes on.", number=done.case_number), "good")
    for item_id in completion.offered_next(ctx, done)[:1]:
        flash(url_for("items.show", item_id=item_id), "next")
    return redirect(url_for("inbox.show"), 303)


def _again(ctx: Context, item: OpenItem, sent: Posted, errors: Errors) -> ResponseReturnValue:
    shown = completion.open_item(ctx, item.row.id)
    return _page(ctx, shown, errors, sent.comment), HTTPStatus.UNPROCESSABLE_ENTITY


def _beaten(ctx: Context, error: Conflict, item_id: str) -> ResponseReturnValue:
    """Who was faster, and what was typed, to be copied."""
    item, form, situation = papers.form_of_item(ctx, item_id)
    answers = posted.read_late(ctx, form) if request.method == "POST" else {}
    typed = forms.view_filled(form, answers, language(), situation) if form and answers else None
    comment = request.form.get("comment", "")
    page = render(
        ctx,
        "beaten.html",
        item=item,
        words=_how_beaten(ctx, error, item),
        at=error.at if isinstance(error, AlreadyFinished) else None,
        typed=typed,
        comment=comment,
        claimed=isinstance(error, Claimed),
    )
    return page, HTTPStatus.CONFLICT


def _how_beaten(ctx: Context, error: Conflict, item: ItemRow) -> str:
    if not isinstance(error, AlreadyFinished):
        return sentence(error)
    if item.finished_by == ctx.person.id:
        return str(gettext("You have finished this task."))
    return str(gettext("%(by)s was faster: this task is finished.", by=error.by))
