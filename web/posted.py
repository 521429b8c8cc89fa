"""From a posted task form to its answers: files are kept at once, so that no error costs anybody an upload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import request

from engine.errors import FileInvalid, Message
from tasks.context import Context
from tasks.records import documents
from tasks.work import forms
from tasks.work.completion import OpenItem
from tasks.work.forms import Form, Post, Upload

#: Stands where a file would stand that was not accepted.
REFUSED: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Posted:
    """What somebody sent: the answers, what they chose to do, and messages on files that were not accepted."""

    answers: Mapping[str, Any]
    outcome: str
    comment: str
    key: str
    version: int | None
    refused: Mapping[str, Sequence[Message]]
    completes: bool


def read(ctx: Context, item: OpenItem) -> Posted:
    """What was posted for a task."""
    refused: dict[str, list[Message]] = {}

    def keep(upload: Upload) -> Mapping[str, Any]:
        try:
            return documents.keep(ctx, upload.filename or "", upload.mimetype, cast("BinaryIO", upload.stream))
        except FileInvalid as error:
            refused.setdefault(_path(upload), []).append(Message(error.template, error.parameters))
            return REFUSED

    answers = parse(item.form, Post(_texts(), _files(), item.answers, ctx.house.zone, keep))
    version = request.form.get("version", "")
    return Posted(
        answers=_accepted(answers),
        outcome=request.form.get("outcome", ""),
        comment=request.form.get("comment", ""),
        key=request.form.get("key", ""),
        version=int(version) if version.isdigit() else None,
        refused=refused,
        completes="outcome" in request.form,
    )


def parse(form: Form | None, post: Post) -> Mapping[str, Any]:
    """The answers to a form, none where there is no form."""
    return forms.parse(form, post) if form else {}


def read_late(ctx: Context, form: Form | None) -> Mapping[str, Any]:
    """What was posted for a task that is no longer open: to be shown again, files by their names only."""
    post = Post(_texts(), _files(), {}, ctx.house.zone, _only_named)
    return parse(form, post)


def place() -> str:
    """Where on the page to go on: the table whose rows were asked for."""
    for name in request.form:
        table, dash, verb = name.rpartition("-")
        if dash and verb in {"add", "remove"}:
            return f"field-{table}"
    return ""


def _texts() -> Mapping[str, Sequence[str]]:
    return request.form.to_dict(flat=False)


def _files() -> Mapping[str, Sequence[Upload]]:
    files: Any = request.files.to_dict(flat=False)
    return cast("Mapping[str, Sequence[Upload]]", files)


def _only_named(upload: Upload) -> Mapping[str, Any]:
    return {"name": upload.filename, "hash": "", "size": 0, "media_type": upload.mimetype}


def _path(upload: Upload) -> str:
    """The field of a file, as messages name it."""
    return str(getattr(upload, "name", "")).replace("-", ".")


def _accepted(value: Any) -> Any:
    if isinstance(value, list):
        return [_accepted(inner) for inner in value if inner is not REFUSED]
    return {key: _accepted(inner) for key, inner in value.items()} if isinstance(value, dict) else value
