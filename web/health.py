"""Whether Lanework is well: for whoever watches over machines."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from tasks.bootstrap import SYSTEM, Application
from tasks.work import people


def routes(application: Application) -> Blueprint:
    """One address that answers only when the database does."""
    pages = Blueprint("health", __name__)

    @pages.get("/health")
    def show() -> ResponseReturnValue:
        with application.reading(SYSTEM) as ctx:
            people.person_of_session(ctx, "")
        return jsonify(status="ok")

    return pages
