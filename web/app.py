"""The pages of Lanework, put together."""

from __future__ import annotations

from flask import Flask

from tasks.bootstrap import Application
from web import (
    auth,
    bundles,
    cases,
    health,
    inbox,
    incidents,
    interventions,
    items,
    languages,
    notices,
    pages,
    protection,
    rules,
    telling,
)
from web.entrance import Entrance
from web.errors import ErrorPages


def create_app(application: Application) -> Flask:
    """The pages of an application.

    Raises:
        SettingsInvalid: the assets have not been built.
    """
    app = Flask("web", static_folder=None)
    limiter = protection.install(app, application.settings)
    languages.install(app, application.house.zone)
    bundles.install(app)
    pages.install(app)
    telling.install(app, application.house.zone)
    entrance = Entrance(application)
    ErrorPages(entrance).install(app)
    app.register_blueprint(auth.routes(entrance, limiter))
    app.register_blueprint(health.routes(application))
    for family in (inbox, items, cases, interventions, notices, incidents, rules):
        app.register_blueprint(family.routes(entrance))
    return app
