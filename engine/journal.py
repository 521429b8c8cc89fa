"""The journal: one entry for every act, never changed, chained by HMAC so that a change shows.

Each entry's code covers the code before it, so an altered, missing or exchanged entry breaks its chain from there on.
Count and head of a chain are kept with its subject, so that a cut tail shows. What this does not show: a subject that vanished
with its whole chain, and a forger who holds the key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.errors import JournalBroken
from engine.ports import Context, JournalKey
from engine.tables import chain, entry, instance


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries a chain has, and the code of the last."""

    count: int = 0
    code: str = ""

    def sealed(self, key: JournalKey, subject: str) -> str:
        """How the head is kept with its subject: the code, and a seal that only the key can make for this count."""
        return f"{self.code}.{self._seal(key, subject)}"

    def is_sealed(self, key: JournalKey, subject: str, kept: str) -> bool:
        """Whether `kept` is this head as the key has sealed it."""
        return hmac.compare_digest(self.sealed(key, subject), kept)

    def _seal(self, key: JournalKey, subject: str) -> str:
        return hmac.new(key.secret, orjson.dumps([subject, self.count, self.code]), hashlib.sha256).hexdigest()


def head_of(count: int, kept: str) -> Head:
    """The head that was kept with a subject."""
    return Head(count, kept.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    subject: str
    number: int
    at: datetime
    actor: str
    actor_kind: str
    on_behalf_of: str | None
    kind: str
    content: Mapping[str, Any]


_INSERT = entry.insert()


def case_subject(instance_id: int) -> str:
    """The subject under which an instance's entries stand."""
    return f"case:{instance_id}"


def append(ctx: Context, subject: str, head: Head, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> Head:
    """The new head after `entries` of (kind, content) were written; the caller keeps it with the subject."""
    rows = []
    for kind, content in entries:
        row = _row(ctx, subject, head, kind, content)
        head = Head(row["number"], row["mac"])
        rows.append(row)
    if rows:
        ctx.connection.execute(_INSERT, rows)
    return head


def record(ctx: Context, subject: str, kind: str, content: Mapping[str, Any]) -> None:
    """Writes an entry of a subject that has no row of its own: sign-ins, publishing, people."""
    seen = ctx.connection.execute(sa.select(chain).where(chain.c.subject == subject).with_for_update()).one_or_none()
    head = append(ctx, subject, head_of(seen.entries, seen.head) if seen else Head(), [(kind, content)])
    values = {"entries": head.count, "head": head.sealed(ctx.ports.journal_key, subject)}
    if seen:
        ctx.connection.execute(chain.update().where(chain.c.subject == subject).values(values))
    else:
        ctx.connection.execute(chain.insert().values(subject=subject, **values))


def entries_of(connection: Connection, subject: str) -> list[Entry]:
    """The entries of a subject, oldest first."""
    return [_entry(row) for row in connection.execute(sa.select(entry).where(entry.c.subject == subject).order_by(entry.c.number))]


def verify(connection: Connection, keys: Mapping[str, JournalKey], *, subject: str | None = None) -> Iterator[JournalBroken]:
    """The first broken place of every chain, or of one."""
    heads = {row.subject: (row.entries, row.head) for row in connection.execute(sa.select(chain))}
    kept = connection.execute(sa.select(instance.c.id, instance.c.journal_count, instance.c.journal_head))
    heads |= {case_subject(row.id): (row.journal_count, row.journal_head) for row in kept}
    subjects = {name for (name,) in connection.execute(sa.select(entry.c.subject).distinct())} | heads.keys()
    for name in sorted(subjects if subject is None else {subject}):
        broken = _verify_chain(connection, keys, name, heads.get(name))
        if broken:
            yield broken


def _verify_chain(
    connection: Connection, keys: Mapping[str, JournalKey], subject: str, kept: tuple[int, str] | None
) -> JournalBroken | None:
    head, key = Head(), None
    for row in connection.execute(sa.select(entry).where(entry.c.subject == subject).order_by(entry.c.number)):
        reason = _fault(row, head, keys)
        if reason:
            return JournalBroken(subject, head.count + 1, reason)
        head, key = Head(row.number, row.mac), keys[row.key_id]
    if kept is None:
        return JournalBroken(subject, 1, "its subject is missing.")
    if head.count < kept[0]:
        return JournalBroken(subject, head.count + 1, f"{kept[0] - head.count} entries are missing at the end.")
    if head.count > kept[0] or (key is not None and not head.is_sealed(key, subject, kept[1])):
        return JournalBroken(subject, head.count + 1, "it does not end where its subject says.")
    return None


def _fault(row: Any, head: Head, keys: Mapping[str, JournalKey]) -> str | None:
    if row.number != head.count + 1:
        return "the entry is missing."
    if row.key_id not in keys:
        return f"it was written with the key {row.key_id}, which is not at hand."
    if row.content is not None and _hash(row.content) != row.content_hash:
        return "its content was altered."
    if not hmac.compare_digest(_code(keys[row.key_id], head, dict(row._mapping)), row.mac):
        return "the entry was altered."
    return None


def _row(ctx: Context, subject: str, head: Head, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    text = orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()
    row = {
        "subject": subject,
        "number": head.count + 1,
        "at": ctx.now,
        "actor": ctx.actor.id,
        "actor_kind": ctx.actor.kind,
        "on_behalf_of": ctx.actor.on_behalf_of,
        "kind": kind,
        "content": text,
        "content_hash": _hash(text),
        "key_id": ctx.ports.journal_key.id,
    }
    return {**row, "mac": _code(ctx.ports.journal_key, head, row)}


def _code(key: JournalKey, head: Head, row: Mapping[str, Any]) -> str:
    parts = ("subject", "number", "at", "actor", "actor_kind", "on_behalf_of", "kind", "content_hash", "key_id")
    covered = orjson.dumps([head.code, *(row[part] for part in parts)])
    return hmac.new(key.secret, covered, hashlib.sha256).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(row: Any) -> Entry:
    content = orjson.loads(row.content) if row.content is not None else {}
    return Entry(row.subject, row.number, row.at, row.actor, row.actor_kind, row.on_behalf_of, row.kind, content)
