"""The engine's tables. Everything of an instance begins its key with `instance_id`, so that data can be distributed by it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text

from engine.db import APPEND_ONLY, UTCDateTime, metadata

#: A big integer that SQLite also counts up by itself.
Identity = sa.BigInteger().with_variant(sa.Integer, "sqlite")

#: The content of a published file, once however many definitions hold it.
resource = Table(
    "resource",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

#: A published, numbered, immutable version of a procedure.
definition = Table(
    "definition",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("procedure_id", Text, nullable=False),
    Column("number", sa.Integer, nullable=False),
    #: Names the whole closure: a changed part gives a new number.
    Column("hash", Text, nullable=False),
    Column("published_at", UTCDateTime, nullable=False),
    Column("published_by", Text, nullable=False),
    sa.UniqueConstraint("procedure_id", "number"),
    sa.UniqueConstraint("procedure_id", "hash"),
)

#: What belongs to a definition: drawings, decisions, and whatever else its steps need.
definition_resource = Table(
    "definition_resource",
    metadata,
    Column("definition_id", ForeignKey("definition.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("hash", ForeignKey("resource.hash"), nullable=False),
)

#: One run of a definition.
instance = Table(
    "instance",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("definition_id", ForeignKey("definition.id"), nullable=False),
    Column("procedure_id", Text, nullable=False),
    Column("business_key", Text, nullable=False, unique=True),
    #: running, ended or cancelled
    Column("status", Text, nullable=False),
    #: Counts the acts; whoever saw an older one is told.
    Column("version", sa.Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("variables", LargeBinary, nullable=False),
    #: JSON: what lists show, from the `label:` properties of the drawing.
    Column("labels", Text, nullable=False),
    Column("search_text", Text, nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("ended_at", UTCDateTime),
    Column("end_element", Text),
    #: The earliest of timers and deadlines.
    Column("wake_at", UTCDateTime),
    Column("open_incidents", sa.Integer, nullable=False, server_default="0"),
    Column("journal_count", sa.Integer, nullable=False),
    Column("journal_head", Text, nullable=False),
    Index(
        "ix_instance_wake_at",
        "wake_at",
        postgresql_where=sa.text("wake_at IS NOT NULL"),
        sqlite_where=sa.text("wake_at IS NOT NULL"),
    ),
    Index("ix_instance_status_started_at", "status", "started_at"),
)

#: A live step that waits for a message or signal.
subscription = Table(
    "subscription",
    metadata,
    Column("instance_id", ForeignKey("instance.id"), primary_key=True),
    Column("step_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Index("ix_subscription_kind_name", "kind", "name"),
)

#: An automatic step that failed and waits for an administrator.
incident = Table(
    "incident",
    metadata,
    Column("instance_id", ForeignKey("instance.id"), primary_key=True),
    Column("number", sa.Integer, primary_key=True),
    Column("step_id", Text, nullable=False),
    Column("procedure_id", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("occurred_at", UTCDateTime, nullable=False),
    Column("resolved_at", UTCDateTime),
    Column("resolved_by", Text),
)

#: Acts that were done, by the key their sender gave: the same key again gives the same answer.
act = Table(
    "act",
    metadata,
    Column("key", Text, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("done_at", UTCDateTime, nullable=False),
    Column("answer", Text, nullable=False),
)

#: The journal: one entry for every act on a subject, chained.
entry = Table(
    "entry",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("number", sa.Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("kind", Text, nullable=False),
    #: JSON; the chain holds its hash, so that content may be erased by law and the erasure still shows.
    Column("content", Text),
    Column("content_hash", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("mac", Text, nullable=False),
    Index("ix_entry_at", "at"),
)

#: Count and head of the chains whose subject has no row of its own.
chain = Table(
    "chain",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("entries", sa.Integer, nullable=False),
    Column("head", Text, nullable=False),
)

APPEND_ONLY.add(entry.name)

#: Refuses every change of an entry in the database itself, by dialect.
PROTECTION = {
    "sqlite": [
        f"CREATE TRIGGER entry_no_{verb} BEFORE {verb.upper()} ON entry BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        """CREATE FUNCTION entry_only_grows() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'the journal only grows'; END $$""",
        """CREATE TRIGGER entry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
        FOR EACH STATEMENT EXECUTE FUNCTION entry_only_grows()""",
    ],
}
