"""Pages: what every one of them shows besides its own subject."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template

from tasks.context import Context
from tasks.texts import LANGUAGES
from tasks.work import notices
from tasks.work.inbox import COUNTED
from web.languages import OWN_NAMES, language


def install(app: Flask) -> None:
    """Gives templates what all of them use."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_global(language, "language")
    app.add_template_filter(counted)
    app.add_template_filter(size)
    app.jinja_env.globals.update(languages=[(code, OWN_NAMES[code]) for code in LANGUAGES], person=None)


def render(ctx: Context, template: str, **values: Any) -> str:
    """A page for the acting person."""
    departments = ctx.house.departments
    return render_template(
        template,
        person=ctx.person,
        now=ctx.now,
        unread=notices.unread_count(ctx),
        role_name=lambda role: departments.role_name(role, language()),
        department_name=lambda department: departments.name(department, language()),
        **values,
    )


def counted(number: int) -> str:
    """A count as it is shown: more than 99 is enough to know.

    >>> counted(7), counted(100)
    ('7', '99+')
    """
    return str(number) if number < COUNTED else f"{COUNTED - 1}+"


def size(bytes_: int) -> str:
    """The size of a file as people say it.

    >>> size(900), size(48_200), size(3_400_000)
    ('900 B', '48 kB', '3.4 MB')
    """
    if bytes_ < 1_000:
        return f"{bytes_} B"
    return f"{bytes_ // 1_000} kB" if bytes_ < 1_000_000 else f"{bytes_ / 1_000_000:.1f} MB"
