"""Signing in and out, and the choice of the language."""

from __future__ import annotations

from dataclasses import dataclass
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
    views = _AuthViews(entrance)
    pages.add_url_rule("/sign-in", "sign_in", views.sign_in)
    pages.add_url_rule("/sign-in", "enter", limiter.limit(TRIES)(views.enter), methods=["POST"])
    pages.add_url_rule("/sign-out", "sign_out", views.sign_out, methods=["POST"])
    pages.add_url_rule("/language", "choose_language", views.choose_language, methods=["POST"])
    return pages


@dataclass(frozen=True)
class _AuthViews:
    entrance: Entrance

    def sign_in(self) -> ResponseReturnValue:
        """The form for login and password."""
        if self.entrance.person() is not None:
            return redirect(inside(request.args.get("next"), url_for("inbox.show")), 303)
        return _asked("", HTTPStatus.OK)

    def enter(self) -> ResponseReturnValue:
        """A new session, or the form again."""
        try:
            token = self._token()
        except Forbidden as error:
            return _asked(sentence(error), HTTPStatus.TOO_MANY_REQUESTS)
        if token is None:
            return _asked(gettext("Login or password is wrong."), HTTPStatus.UNPROCESSABLE_ENTITY)
        return self._admitted(token)

    def sign_out(self) -> ResponseReturnValue:
        """The end of the session, here and on the server."""
        with self.entrance.application.transaction(SYSTEM) as ctx:
            people.sign_out(ctx, self.entrance.token())
        session.clear()
        return self.entrance.dismiss(make_response(redirect(url_for("auth.sign_in"), 303)))

    def choose_language(self) -> ResponseReturnValue:
        """The page one came from, in another language, now and on other machines."""
        chosen = request.form.get("language", "")
        back = make_response(redirect(inside(request.form.get("next"), url_for("inbox.show")), 303))
        if chosen not in LANGUAGES:
            return back
        person = self.entrance.person()
        if person is not None:
            with self.entrance.application.transaction(person.actor()) as ctx:
                people.set_locale(ctx, chosen)
        return remember(back, chosen, secure=self.entrance.secure)

    def _token(self) -> str | None:
        login, password = request.form.get("login", "").strip(), request.form.get("password", "")
        with self.entrance.application.transaction(SYSTEM) as ctx:
            return people.sign_in(ctx, login, password, request.remote_addr or "")

    def _admitted(self, token: str) -> Response:
        # What was signed for an anonymous visitor is worth nothing in the session.
        session.clear()
        response = make_response(redirect(inside(request.form.get("next"), url_for("inbox.show")), 303))
        with self.entrance.application.reading(SYSTEM) as ctx:
            person = people.person_of_session(ctx, token)
        if person is not None:
            locale = person.locale if person.locale in LANGUAGES else LANGUAGES[0]
            remember(response, locale, secure=self.entrance.secure)
        return self.entrance.admit(response, token)


def _asked(words: str, status: HTTPStatus) -> ResponseReturnValue:
    wanted = request.values.get("next", "")
    return render_template("sign_in.html", words=words, wanted=wanted, login=request.form.get("login", "")), status
