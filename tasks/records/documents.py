"""Files that people hand in: kept once by content, and only shown with the case they belong to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import sqlalchemy as sa

from engine.errors import FileInvalid, NotFound
from tasks.context import Context
from tasks.tables import case_file, file, upload

MOST_BYTES = 20_000_000
#: What a file may begin with, by its ending: a name alone proves nothing.
SIGNATURES: Mapping[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF8",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".zip": (b"PK\x03\x04",),
    ".txt": (b"",),
    ".csv": (b"",),
    ".eml": (b"",),
}


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of a case. `hash` (SHA-256) is its id."""

    hash: str
    name: str
    media_type: str
    size: int
    by: str
    at: datetime


def keep(ctx: Context, name: str, media_type: str, stream: BinaryIO) -> dict[str, Any]:
    """What a form's answer holds of a file, now kept for the acting person.

    Raises:
        FileInvalid: too large, empty, or not what its ending says.
    """
    name = _plain(name)
    content = stream.read(MOST_BYTES + 1)
    _check(name, content)
    key = hashlib.sha256(content).hexdigest()
    if ctx.connection.execute(sa.select(file.c.hash).where(file.c.hash == key)).scalar() is None:
        ctx.connection.execute(file.insert().values(hash=key, size=len(content), content=content))
    mine = (upload.c.hash == key) & (upload.c.person_id == ctx.person.id)
    values = {"name": name, "media_type": media_type[:100], "at": ctx.now}
    if ctx.connection.execute(upload.update().where(mine).values(values)).rowcount == 0:
        ctx.connection.execute(upload.insert().values(hash=key, person_id=ctx.person.id, **values))
    return {"name": name, "hash": key, "size": len(content), "media_type": media_type[:100]}


def kept(ctx: Context, hashes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Those of some files that the acting person sent, by hash: nobody can name another's file."""
    joined = sa.select(upload, file.c.size).join(file, file.c.hash == upload.c.hash)
    rows = ctx.connection.execute(joined.where(upload.c.person_id == ctx.person.id, upload.c.hash.in_(hashes))) if hashes else ()
    return {row.hash: {"name": row.name, "hash": row.hash, "size": row.size, "media_type": row.media_type} for row in rows}


def attach(ctx: Context, instance_id: int, answers: Mapping[str, Any]) -> None:
    """Gives all files in some answers to a case."""
    found = {item["hash"]: item for item in _files_in(answers)}
    known = sa.select(case_file.c.hash).where(case_file.c.instance_id == instance_id, case_file.c.hash.in_(found))
    there = set(ctx.connection.execute(known).scalars()) if found else set()
    rows = [
        {
            "instance_id": instance_id,
            "hash": key,
            "name": item["name"],
            "media_type": item["media_type"],
            "by": ctx.actor.id,
            "at": ctx.now,
        }
        for key, item in found.items()
        if key not in there
    ]
    if rows:
        ctx.connection.execute(case_file.insert(), rows)


def files_of(ctx: Context, instance_id: int) -> list[CaseFile]:
    """All files of a case, oldest first."""
    joined = sa.select(case_file, file.c.size).join(file, file.c.hash == case_file.c.hash)
    rows = ctx.connection.execute(joined.where(case_file.c.instance_id == instance_id).order_by(case_file.c.at, case_file.c.name))
    return [CaseFile(row.hash, row.name, row.media_type, row.size, row.by, row.at) for row in rows]


def content_of(ctx: Context, instance_id: int, key: str) -> tuple[CaseFile, bytes]:
    """A file of a case and its content.

    Raises:
        NotFound: the case has no such file.
    """
    found = [item for item in files_of(ctx, instance_id) if item.hash == key]
    if not found:
        raise NotFound("file", key)
    return found[0], ctx.connection.execute(sa.select(file.c.content).where(file.c.hash == key)).scalar_one()


def _files_in(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if {"name", "hash", "size", "media_type"} <= value.keys():
            return [value]
        return [found for inner in value.values() for found in _files_in(inner)]
    return [found for inner in value for found in _files_in(inner)] if isinstance(value, list) else []


def _plain(name: str) -> str:
    """A file name without folders and control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in last if character.isprintable()).strip(". ")[:150] or "file"


def _check(name: str, content: bytes) -> None:
    ending = "." + name.rsplit(".", 1)[-1].lower()
    if ending not in SIGNATURES:
        raise FileInvalid(name, "only %(endings)s are accepted.", endings=", ".join(sorted(SIGNATURES)))
    if len(content) > MOST_BYTES:
        raise FileInvalid(name, "it is larger than %(megabytes)s MB.", megabytes=MOST_BYTES // 1_000_000)
    if not content:
        raise FileInvalid(name, "it is empty.")
    if not content.startswith(SIGNATURES[ending]):
        raise FileInvalid(name, "its content is not that of a %(ending)s file.", ending=ending)
