"""What every request and response must keep to: sizes, origins, forged forms, and the headers that browsers obey."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.exceptions import BadRequest

from tasks.settings import Settings

MOST_BYTES = 20_000_000
#: Texts of one form, without its files.
MOST_TEXT = 4_000_000
#: A table of 500 rows with twenty columns.
MOST_FIELDS = 12_000
SAFE = {"GET", "HEAD", "OPTIONS"}

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000; includeSubDomains"


def install(app: Flask, settings: Settings) -> Limiter:
    """Protects an application; gives what counts tries."""
    app.config.update(
        SECRET_KEY=settings.session_secret(),
        SESSION_COOKIE_NAME="__Host-lanework_forms" if settings.https else "lanework_forms",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_TEXT,
        MAX_FORM_PARTS=MOST_FIELDS,
        # A form may lie open for a whole shift; it is good for as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        # Behind a proxy the request itself does not look like https; `_refuse_foreign` sees to the origin.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.before_request(_refuse_foreign)
    CSRFProtect(app)
    app.after_request(_with_headers)
    if settings.https:
        app.after_request(_with_hsts)
    return Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=False)


def _refuse_foreign() -> None:
    """Refuses what another site makes a browser send."""
    origin = request.headers.get("Origin")
    if request.method in SAFE or origin is None:
        return
    if urlsplit(origin).netloc != request.host:
        raise BadRequest("The request comes from another site.")


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _with_hsts(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = HSTS
    return response
