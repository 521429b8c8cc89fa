"""Notices: what happened that the reader should know."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tasks.context import Context
from tasks.work import notices
from web.entrance import Entrance, inside
from web.pages import render
from web.telling import notice_text


def routes(entrance: Entrance) -> Blueprint:
    """The reader's notices."""
    pages = Blueprint("notices", __name__)

    @pages.get("/notices")
    @entrance.looks
    def show(ctx: Context) -> ResponseReturnValue:
        unread_only = "unread" in request.args
        found = [(notice, notice_text(notice)) for notice in notices.mine(ctx, unread_only=unread_only)]
        return render(ctx, "notices.html", found=found, unread_only=unread_only)

    @pages.post("/notices/<int:notice_id>/read")
    @entrance.acts
    def read(ctx: Context, notice_id: int) -> ResponseReturnValue:
        notices.read(ctx, notice_id)
        return redirect(inside(request.form.get("next"), url_for("notices.show")), 303)

    @pages.post("/notices/read")
    @entrance.acts
    def read_all(ctx: Context) -> ResponseReturnValue:
        notices.read_all(ctx)
        return redirect(url_for("notices.show"), 303)

    return pages
