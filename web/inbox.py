"""The inbox: what waits for the reader, and taking it."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tasks.context import Context
from tasks.work import inbox
from tasks.work.inbox import ItemRow
from web.entrance import Entrance, inside
from web.pages import render


def routes(entrance: Entrance) -> Blueprint:
    """The list of tasks, and the buttons in it."""
    pages = Blueprint("inbox", __name__)

    @pages.get("/")
    def home() -> ResponseReturnValue:
        return redirect(url_for("inbox.show"), 303)

    @pages.get("/inbox")
    @entrance.looks
    def show(ctx: Context) -> ResponseReturnValue:
        view = request.args.get("view", "")
        text = request.args.get("text", "").strip()
        found = inbox.page(ctx, view or "mine", search=text, after=request.args.get("after"))
        if not view and not found.items and found.counts["offered"]:
            view, found = "offered", inbox.page(ctx, "offered", search=text)
        return render(ctx, "inbox.html", found=found, view=view or "mine", text=text)

    @pages.post("/tasks/<item_id>/claim")
    @entrance.acts
    def claim(ctx: Context, item_id: str) -> ResponseReturnValue:
        return _row(ctx, inbox.claim(ctx, item_id))

    @pages.post("/tasks/<item_id>/release")
    @entrance.acts
    def release(ctx: Context, item_id: str) -> ResponseReturnValue:
        return _row(ctx, inbox.release(ctx, item_id))

    return pages


def _row(ctx: Context, item: ItemRow) -> ResponseReturnValue:
    """The row that takes the old one's place, or the page one came from."""
    if "HX-Request" in request.headers:
        return render(ctx, "inbox_row.html", item=item)
    return redirect(inside(request.form.get("next"), url_for("inbox.show")), 303)
