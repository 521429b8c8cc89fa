"""From what went wrong to what a person is told: a status for every error, a page for every status."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import HTTPException

from engine import errors
from engine.errors import LaneworkError
from web.entrance import Entrance
from web.languages import sentence

_LOG = logging.getLogger("lanework.web")

#: Every class of the tree, so that a new one is not forgotten.
STATUS: Mapping[type[LaneworkError], HTTPStatus] = {
    errors.LaneworkError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.AlreadyFinished: HTTPStatus.CONFLICT,
    errors.Claimed: HTTPStatus.CONFLICT,
    errors.Busy: HTTPStatus.CONFLICT,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.DrawingInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ExpressionInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.AnswersInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.FileInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.StepFailed: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.BpmnError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.DecisionFailed: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.LimitExceeded: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.JournalBroken: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.SettingsInvalid: HTTPStatus.INTERNAL_SERVER_ERROR,
}

_TITLES: Mapping[int, object] = {
    400: lazy_gettext("This request could not be accepted"),
    401: lazy_gettext("Please sign in"),
    403: lazy_gettext("This is not yours to do"),
    404: lazy_gettext("There is nothing here"),
    405: lazy_gettext("This request could not be accepted"),
    409: lazy_gettext("Somebody was faster"),
    413: lazy_gettext("This is too large"),
    422: lazy_gettext("This does not fit"),
    429: lazy_gettext("That was too often"),
    500: lazy_gettext("Something went wrong"),
}
_WORDS: Mapping[int, object] = {
    400: lazy_gettext(
        "The page was open for too long, or it was sent from another site. Go back, load the page again, and send it once more."
    ),
    404: lazy_gettext("Either it does not exist, or it concerns other departments only."),
    405: lazy_gettext("This address does not work that way."),
    413: lazy_gettext("All files sent at once may have 20 MB together. Go back and attach smaller ones."),
    429: lazy_gettext("Wait a minute, then try again."),
    500: lazy_gettext("It has been written down for the administrator. Nothing was changed."),
}


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """Answers for whatever goes wrong."""

    entrance: Entrance

    def install(self, app: Flask) -> None:
        """Takes over what the views of an application raise."""
        app.register_error_handler(LaneworkError, self.expected)
        app.register_error_handler(HTTPException, self.of_http)
        app.register_error_handler(Exception, self.unexpected)

    def expected(self, error: LaneworkError) -> ResponseReturnValue:
        """The page of an error of ours."""
        status = status_of(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self.unexpected(error)
        # Who may not see a thing is not told whether it exists.
        words = str(_WORDS[404]) if status == HTTPStatus.NOT_FOUND else sentence(error)
        return self._answer(status, words)

    def of_http(self, error: HTTPException) -> ResponseReturnValue:
        """The page of an error that the request itself causes."""
        if error.response is not None:
            return error.response
        status = error.code or int(HTTPStatus.INTERNAL_SERVER_ERROR)
        return self._answer(status, str(_WORDS.get(status, "")))

    def unexpected(self, error: Exception) -> ResponseReturnValue:
        """The page of a mistake of ours: no details for the reader, one line for the administrator."""
        _LOG.error("%s %s failed: %r", request.method, ascii(request.path), error, exc_info=error)
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)
        if _wants_json():
            return self._answer(status, str(_WORDS[status]))
        return render_template("trouble.html", title=_title(status), words=_WORDS[status]), status

    def _answer(self, status: int, words: str) -> ResponseReturnValue:
        if _wants_json():
            return jsonify(error=_title(status), message=words), status
        person = self.entrance.person()
        return render_template("error.html", title=_title(status), words=words, status=status, person=person), status


def status_of(error: LaneworkError) -> HTTPStatus:
    """The status of an error: that of the nearest class in the tree."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _title(status: int) -> str:
    return str(_TITLES.get(status, gettext("Something went wrong")))


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"
