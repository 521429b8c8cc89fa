"""Who comes in: sessions in our own table, behind a random token in a cookie; views are given an act in the person's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Busy
from tasks.bootstrap import SYSTEM, Application
from tasks.context import Context
from tasks.person import Person
from tasks.work import people

#: What a view is given: the act in the person's name, and the variable parts of its address.
View = Callable[..., ResponseReturnValue]


#: How often a request is tried that came into the way of others.
_TRIES = 3


class Entrance:
    """Lets in whoever has a session, and hands each view its context."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.secure = application.settings.https
        self.cookie = "__Host-lanework" if self.secure else "lanework"

    def looks(self, view: View) -> View:
        """The view, given a look in the name of the person who has signed in; it cannot change anything."""
        return self._for_person(view, self.application.reading)

    def acts(self, view: View) -> View:
        """The view, given one transaction in the name of the person who has signed in, committed when it answers."""
        return self._for_person(view, self.application.transaction)

    def person(self) -> Person | None:
        """Who has signed in on this machine."""
        token = self.token()
        if not token:
            return None
        with self.application.reading(SYSTEM) as ctx:
            return people.person_of_session(ctx, token)

    def token(self) -> str:
        """The token of this machine's session, or nothing."""
        return request.cookies.get(self.cookie, "")

    def admit(self, response: Response, token: str) -> Response:
        """The response, which opens a session on this machine."""
        response.set_cookie(
            self.cookie, token, max_age=people.SESSION_LASTS, path="/", secure=self.secure, httponly=True, samesite="Lax"
        )
        return response

    def dismiss(self, response: Response) -> Response:
        """The response, which ends the session on this machine."""
        response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="Lax")
        return response

    def _for_person(self, view: View, opened: Callable[..., Any]) -> View:
        @wraps(view)
        def admitted(**parts: Any) -> ResponseReturnValue:
            person = self.person()
            if person is None:
                return to_sign_in()
            for _ in range(_TRIES - 1):
                try:
                    return _within(opened(person.actor()), view, parts)
                except Busy:
                    _rewind()
            return _within(opened(person.actor()), view, parts)

        return admitted


def _within(opened: AbstractContextManager[Context], view: View, parts: Mapping[str, Any]) -> ResponseReturnValue:
    with opened as ctx:
        return view(ctx, **parts)


def _rewind() -> None:
    """Lets files that were read be read again."""
    for files in request.files.listvalues():
        for file in files:
            file.seek(0)


def to_sign_in() -> ResponseReturnValue:
    """Sends somebody without a session to sign in, and back afterwards."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path
    address = url_for("auth.sign_in", next=None if wanted == "/" else wanted)
    if "HX-Request" in request.headers:
        return Response(status=200, headers={"HX-Redirect": url_for("auth.sign_in")})
    return redirect(address, 303)


def inside(address: str | None, otherwise: str) -> str:
    r"""An address within Lanework; anything else is replaced, so that nobody is led astray.

    >>> [inside(text, "/") for text in ("/cases?late=1", "//evil.example", "https://evil.example", r"/\evil.example", None)]
    ['/cases?late=1', '/', '/', '/', '/']
    """
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or not address.isprintable():
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address
