"""Interventions: what the owner of a procedure and administrators may do to a running case."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tasks import cases, interventions
from tasks.context import Context
from web.entrance import Entrance
from web.pages import render


def routes(entrance: Entrance) -> Blueprint:
    """The page of interventions in a case, and what its forms do."""
    pages = Blueprint("interventions", __name__)

    @pages.get("/cases/<number>/interventions")
    @entrance.looks
    def show(ctx: Context, number: str) -> ResponseReturnValue:
        steps = interventions.live_steps(ctx, number)
        migration = interventions.migration(ctx, number) if steps else None
        case = cases.get(ctx, number)
        return render(ctx, "case_interventions.html", case=case, steps=steps, migration=migration)

    @pages.post("/cases/<number>/interventions/move")
    @entrance.acts
    def move(ctx: Context, number: str) -> ResponseReturnValue:
        asked = request.form
        interventions.move(
            ctx, number, asked.get("step", ""), asked.get("target", ""), asked.get("way", ""), asked.get("reason", "")
        )
        return _done(number, gettext("The step has been moved."))

    @pages.post("/cases/<number>/interventions/round")
    @entrance.acts
    def add_round(ctx: Context, number: str) -> ResponseReturnValue:
        step, item, reason = (request.form.get(name, "") for name in ("step", "item", "reason"))
        interventions.add_round(ctx, number, step, item, reason)
        return _done(number, gettext("The round has been added."))

    @pages.post("/cases/<number>/interventions/migrate")
    @entrance.acts
    def migrate(ctx: Context, number: str) -> ResponseReturnValue:
        latest = interventions.migrate(ctx, number, request.form.get("reason", ""))
        return _done(number, gettext("The case goes on by version %(number)s.", number=latest))

    return pages


def _done(number: str, told: str) -> ResponseReturnValue:
    flash(told)
    return redirect(url_for("cases.show", number=number), 303)
