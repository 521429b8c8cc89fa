"""The reader's language: which it is, how texts, sentences and moments read in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_skeleton, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, request
from flask_babel import Babel, gettext

from engine.errors import LaneworkError, Message
from tasks.texts import LANGUAGES, Texts, text_in

#: Keeps the choice of somebody who has not signed in, or who uses a second language on this machine.
COOKIE = "lanework_language"
YEAR = timedelta(days=365)
FOLDER = Path(__file__).parent / "translations"
#: What each language is called by those who speak it.
OWN_NAMES: Mapping[str, str] = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
_TRADITIONAL = ("hant", "tw", "hk", "mo")


def install(app: Flask, zone: ZoneInfo) -> None:
    """Makes an application speak the reader's language, and tell the time of the plant."""
    compile_catalogues(FOLDER)
    Babel(app, locale_selector=lambda: locale_name(language()), default_translation_directories=str(FOLDER))
    app.add_template_filter(said)
    app.add_template_filter(sentence)
    app.add_template_filter(lambda at, now: moment(at, now, zone), "moment")
    app.add_template_filter(lambda at: full_moment(at, zone), "full_moment")
    app.add_template_filter(distance)


def language() -> str:
    """The language of the reader: as chosen on this machine, else as the browser asks."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    wanted = (closest(code) for code, _ in request.accept_languages)
    return next((found for found in wanted if found), LANGUAGES[0])


def closest(code: str) -> str | None:
    """The language that comes nearest to a browser's code.

    >>> closest("zh-TW"), closest("zh-CN"), closest("en-GB"), closest("fr")
    ('zh-Hant', 'zh-Hans', 'en', None)
    """
    parts = code.lower().replace("_", "-").split("-")
    if parts[0] == "zh":
        return "zh-Hant" if any(part in _TRADITIONAL for part in parts) else "zh-Hans"
    return "en" if parts[0] == "en" else None


def locale_name(code: str) -> str:
    """A language as Babel writes it."""
    return code.replace("-", "_")


def remember(response: Response, code: str, *, secure: bool) -> Response:
    """The response, which keeps a language on this machine."""
    response.set_cookie(COOKIE, code, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def said(texts: Texts) -> str:
    """A text of the house in the reader's language."""
    return text_in(texts, language())


def sentence(error: LaneworkError | Message) -> str:
    """What went wrong, in the reader's language."""
    parameters = {key: sentence(value) if isinstance(value, Message) else value for key, value in error.parameters.items()}
    text = str(gettext(error.template))
    return text % parameters if parameters else text


def moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Day and time in the plant, without the year when it is this one."""
    local = at.astimezone(zone)
    return _written(local, "MMMd" if local.year == now.astimezone(zone).year else "yMMMd")


def brief(at: datetime, zone: ZoneInfo) -> str:
    """Day and time in the plant, as short as can be."""
    return _written(at.astimezone(zone), "Md")


def full_moment(at: datetime, zone: ZoneInfo) -> str:
    """Day, time and zone in full."""
    return str(format_datetime(at, "full", tzinfo=zone, locale=_locale()))


def distance(at: datetime, now: datetime) -> str:
    """How long ago or ahead a moment is."""
    return str(format_timedelta(at - now, add_direction=True, locale=_locale()))


def compile_catalogues(folder: Path) -> None:
    """Makes what gettext reads out of what people write, wherever that has changed."""
    for written in folder.glob("*/LC_MESSAGES/messages.po"):
        compiled = written.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= written.stat().st_mtime:
            continue
        with written.open("rb") as source:
            catalogue: Any = read_po(source)
        # Another process may be reading it, or writing it too: a finished file takes the place of the old one.
        with NamedTemporaryFile(dir=compiled.parent, suffix=".mo.tmp", delete=False) as target:
            write_mo(target, catalogue)
        Path(target.name).replace(compiled)


def _written(local: datetime, skeleton: str) -> str:
    return f"{format_skeleton(skeleton, local, locale=_locale())} {local:%H:%M}"


def _locale() -> Locale:
    return Locale.parse(locale_name(language()))
