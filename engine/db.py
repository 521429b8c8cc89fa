"""The connection, the transaction, and the only place that commits.

SQLite is set up by hand because its driver's defaults lose updates (RELIABILITY 2): transactions begin IMMEDIATE, so that who
reads in order to write holds the lock from the start; WAL with synchronous FULL, so that what is acknowledged survives a power cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.pool import StaticPool

from engine.errors import Busy

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Tables that may only grow, with any statement: the journal.
APPEND_ONLY: set[str] = set()
#: PostgreSQL's codes for: not serializable, deadlock, lock not available.
_PASSING = {"40001", "40P01", "55P03"}
_FORBIDDEN = {
    sqlite3.SQLITE_UPDATE: "change",
    sqlite3.SQLITE_DELETE: "delete from",
    sqlite3.SQLITE_DROP_TABLE: "drop",
    sqlite3.SQLITE_ALTER_TABLE: "alter",
}


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An aware moment, stored in UTC on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in, UTC to the database; a naive moment is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC out."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """A database and how to speak with it. `owner=True` is for schema changes: nothing is forbidden then."""

    def __init__(self, url: str, *, owner: bool = False) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url, owner=owner) if self.is_sqlite else _postgres(self.url)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection in a transaction that commits at the end, or rolls everything back.

        Raises:
            Busy: another transaction was in the way for too long, or each waited for the other.
        """
        try:
            with self.engine.connect() as connection, connection.begin():
                yield connection
        except sa.exc.OperationalError as error:
            if _passes(error.orig):
                raise Busy from error
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database and changes nothing."""
        with self.engine.connect().execution_options(sqlite_begin="DEFERRED", postgresql_readonly=True) as connection:
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


def insert_into(connection: Connection, table: sa.Table) -> Any:
    """An INSERT in the words of the database, which can say what to do on a conflict."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def _passes(error: BaseException | None) -> bool:
    """Whether an error of the driver goes away by itself, so that the same act may succeed later."""
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(error, "sqlstate", None) in _PASSING


def _sqlite(url: sa.URL, *, owner: bool) -> Engine:
    memory = url.database in {None, "", ":memory:"}
    options: dict[str, Any] = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}} if memory else {}
    engine = sa.create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if not owner:
            connection.set_authorizer(_authorize)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        kind = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


def _postgres(url: sa.URL) -> Engine:
    return sa.create_engine(url, pool_pre_ping=True, connect_args={"options": "-c lock_timeout=30s -c timezone=UTC"})


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    table = second if action == sqlite3.SQLITE_ALTER_TABLE else first
    return sqlite3.SQLITE_DENY if action in _FORBIDDEN and table in APPEND_ONLY else sqlite3.SQLITE_OK
