"""Signing in and out, and the choice of the language."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import Limiter

from engine.errors import Forbidden
from tasks.bootstrap import SYSTEM
from tasks.texts import LANGUAGES
from tasks.work import people
from web.entrance import Entrance, inside
from web.languages import remember, sentence

#: Of one address, whatever the login: people have a back-off of their own besides.
TRIES = "60 per minute"


def routes(entrance: Entrance, limiter: Limiter) -> Blueprint:
    """The pages that need no session."""
    pages = Blueprint("auth", __name__)

    @pages.get("/sign-in")
    def sign_in() -> ResponseReturnValue:
        if entrance.person() is not None:
            return redirect(inside(request.args.get("next"), url_for("inbox.show")), 303)
        return _asked("", HTTPStatus.OK)

    @limiter.limit(TRIES)
    def enter() -> ResponseReturnValue:
        try:
            token = _token(entrance)
        except Forbidden as error:
            return _asked(sentence(error), HTTPStatus.TOO_MANY_REQUESTS)
        if token is None:
            return _asked(gettext("Login or password is wrong."), HTTPStatus.UNPROCESSABLE_ENTITY)
        return _admitted(entrance, token)

    pages.add_url_rule("/sign-in", "enter", enter, methods=["POST"])

    @pages.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        with entrance.application.transaction(SYSTEM) as ctx:
            people.sign_out(ctx, entrance.token())
        session.clear()
        return entrance.dismiss(make_response(redirect(url_for("auth.sign_in"), 303)))

    @pages.post("/language")
    def choose_language() -> ResponseReturnValue:
        chosen = request.form.get("language", "")
        back = make_response(redirect(inside(request.form.get("next"), url_for("inbox.show")), 303))
        if chosen not in LANGUAGES:
            return back
        person = entrance.person()
        if person is not None:
            with entrance.application.transaction(person.actor()) as ctx:
                people.set_locale(ctx, chosen)
        return remember(back, chosen, secure=entrance.secure)

    return pages


def _asked(words: str, status: HTTPStatus) -> ResponseReturnValue:
    wanted = request.values.get("next", "")
    return render_template("sign_in.html", words=words, wanted=wanted, login=request.form.get("login", "")), status


def _token(entrance: Entrance) -> str | None:
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    with entrance.application.transaction(SYSTEM) as ctx:
        return people.sign_in(ctx, login, password, request.remote_addr or "")


def _admitted(entrance: Entrance, token: str) -> Response:
    # What was signed for an anonymous visitor is worth nothing in the session.
    session.clear()
    response = make_response(redirect(inside(request.form.get("next"), url_for("inbox.show")), 303))
    with entrance.application.reading(SYSTEM) as ctx:
        person = people.person_of_session(ctx, token)
    if person is not None:
        remember(response, person.locale if person.locale in LANGUAGES else LANGUAGES[0], secure=entrance.secure)
    return entrance.admit(response, token)
