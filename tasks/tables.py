"""The tables of people, work and papers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text

from engine.db import UTCDateTime, metadata
from engine.tables import Identity

#: A person who may sign in.
person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    #: JSON: language -> name
    Column("names", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("is_head", sa.Boolean, nullable=False),
    #: The person who stands in during absence.
    Column("deputy", Text),
    Column("locale", Text, nullable=False),
    #: JSON list
    Column("skills", Text, nullable=False),
    Column("location", Text, nullable=False),
    #: False while absent: nothing is assigned automatically.
    Column("working", sa.Boolean, nullable=False),
    Column("administrator", sa.Boolean, nullable=False),
    Column("auditor", sa.Boolean, nullable=False),
    Column("password_hash", Text),
)

person_role = Table(
    "person_role",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Index("ix_person_role_role", "role"),
)

#: A signed-in browser; only the hash of its token is kept.
session = Table(
    "session",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
)

#: Failed sign-ins, which slow the next ones down.
failed_sign_in = Table(
    "failed_sign_in",
    metadata,
    Column("login", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("failures", sa.Integer, nullable=False),
    Column("last_at", UTCDateTime, nullable=False),
)

#: A step offered to people.
work_item = Table(
    "work_item",
    metadata,
    Column("instance_id", ForeignKey("instance.id"), primary_key=True),
    Column("step_id", Text, primary_key=True),
    #: Short name of the pair above, for addresses.
    Column("id", Text, nullable=False, unique=True),
    Column("procedure_id", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    #: JSON: language -> name
    Column("names", Text, nullable=False),
    #: open, finished or withdrawn
    Column("status", Text, nullable=False),
    #: The role to which it is offered, relative roles resolved; "" for the administrators.
    Column("role", Text, nullable=False),
    Column("department", Text),
    Column("assignee", Text),
    Column("form_id", Text),
    Column("case_number", Text, nullable=False),
    Column("case_title", Text, nullable=False),
    Column("search_text", Text, nullable=False),
    #: P1 to P4, from the label `priority`
    Column("priority", Text, nullable=False),
    Column("offered_at", UTCDateTime, nullable=False),
    Column("due_at", UTCDateTime),
    #: due_at, or the end of time: what lists are sorted by
    Column("sort_at", UTCDateTime, nullable=False),
    #: When the ladder of reminders has its next step.
    Column("notice_at", UTCDateTime),
    #: standard, or wait (REQUIREMENTS 2.1.8)
    Column("ladder", Text, nullable=False),
    Column("reminded", sa.Boolean, nullable=False),
    Column("overdue_count", sa.Integer, nullable=False),
    Column("claimed_at", UTCDateTime),
    Column("finished_at", UTCDateTime),
    Column("finished_by", Text),
    Column("outcome", Text),
    Column("late", sa.Boolean, nullable=False),
    #: Counts claims and transfers.
    Column("version", sa.Integer, nullable=False),
    Index(
        "ix_work_item_offered",
        "role",
        "sort_at",
        "id",
        sqlite_where=sa.text("status = 'open' AND assignee IS NULL"),
        postgresql_where=sa.text("status = 'open' AND assignee IS NULL"),
    ),
    Index("ix_work_item_assignee", "assignee", "status", "sort_at"),
    Index("ix_work_item_finished_by", "finished_by", "finished_at"),
    Index("ix_work_item_case_number", "case_number"),
)

#: What a person typed and has not handed in.
draft = Table(
    "draft",
    metadata,
    Column("item_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("answers", Text, nullable=False),
    Column("saved_at", UTCDateTime, nullable=False),
)

#: A message to a person inside Lanework.
notice = Table(
    "notice",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("person_id", Text, nullable=False),
    #: N-01 and so on, of the requirements
    Column("kind", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    #: JSON: what fills the text of its kind
    Column("parameters", Text, nullable=False),
    Column("case_number", Text),
    Column("item_id", Text),
    Column("read_at", UTCDateTime),
    Index("ix_notice_person_id", "person_id", "read_at", "id"),
)

#: A form as it was filled at one step.
filled_form = Table(
    "filled_form",
    metadata,
    Column("instance_id", ForeignKey("instance.id"), primary_key=True),
    Column("step_id", Text, primary_key=True),
    #: Counts the acts of the case: the order in which forms were filled.
    Column("number", sa.Integer, nullable=False),
    Column("procedure_id", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("form_id", Text, nullable=False),
    #: Names the version of the form: the hash of its file.
    Column("form_hash", Text, nullable=False),
    Column("trace", Text, nullable=False),
    #: JSON
    Column("answers", Text, nullable=False),
    Column("outcome", Text),
    Column("comment", Text),
    Column("filled_by", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("filled_at", UTCDateTime, nullable=False),
)

#: A record that was numbered and filed.
document = Table(
    "document",
    metadata,
    Column("number", Text, primary_key=True),
    Column("instance_id", ForeignKey("instance.id"), nullable=False, index=True),
    Column("record", Text, nullable=False),
    Column("trace", Text, nullable=False),
    Column("class_code", Text, nullable=False),
    #: JSON
    Column("content", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("filed_by", Text, nullable=False),
    Column("filed_at", UTCDateTime, nullable=False),
)

#: Gap-free numbers: drawn in the transaction that uses them.
counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", sa.Integer, nullable=False),
)

#: A file that somebody handed in, once for each content.
file = Table(
    "file",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("size", sa.Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

#: Which case a file belongs to, and under which name.
case_file = Table(
    "case_file",
    metadata,
    Column("instance_id", ForeignKey("instance.id"), primary_key=True),
    Column("hash", ForeignKey("file.hash"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

#: A file kept while a form is being filled: only who sent it may use it.
upload = Table(
    "upload",
    metadata,
    Column("hash", ForeignKey("file.hash"), primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

#: A list of business records: customers, products.
register = Table(
    "register",
    metadata,
    Column("name", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    #: JSON: language -> name
    Column("names", Text, nullable=False),
    #: JSON: the whole record
    Column("content", Text, nullable=False),
)
