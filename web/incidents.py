"""Incidents: automatic steps that failed, for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tasks import incidents
from tasks.context import Context
from web.entrance import Entrance
from web.pages import render


def routes(entrance: Entrance) -> Blueprint:
    """The list of incidents, and trying again."""
    pages = Blueprint("incidents", __name__)

    @pages.get("/incidents")
    @entrance.looks
    def show(ctx: Context) -> ResponseReturnValue:
        return render(ctx, "incidents.html", incidents=incidents.open_incidents(ctx))

    @pages.post("/incidents/<incident_id>/retry")
    @entrance.acts
    def retry(ctx: Context, incident_id: str) -> ResponseReturnValue:
        number = incidents.retry(ctx, incident_id)
        flash(gettext("The step of case %(number)s was tried again.", number=number))
        return redirect(url_for("incidents.show"), 303)

    return pages
