"""The schema, step by step (Alembic). `upgrade` brings a database to this release, from nothing or from any earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.db import Database
from engine.errors import SettingsInvalid
from engine.tables import entry

if TYPE_CHECKING:
    from alembic.config import Config

#: The newest revision in versions/.
HEAD = "0001"

_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO ROLE",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ROLE",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ROLE",
    "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM ROLE",
    f"REVOKE UPDATE, DELETE, TRUNCATE ON {entry.name} FROM ROLE",
)
#: Whether this role may change entries, or become the owner of their table, who may give himself the right.
_MAY_CHANGE = """SELECT has_table_privilege(current_user, c.oid, 'UPDATE, DELETE, TRUNCATE')
OR has_any_column_privilege(current_user, c.oid, 'UPDATE') OR pg_has_role(current_user, c.relowner, 'MEMBER')
FROM pg_class c WHERE c.oid = 'entry'::regclass"""
_TWO_ROLES = (
    "this role could alter the journal. Let a role of its own own the tables, run “lanework upgrade --grant ROLE” as that one, "
    "and name ROLE in the address here."
)


def upgrade(url: str) -> None:
    """Brings the schema of a database to this release, all or nothing; a SQLite file is made when there is none.

    Raises:
        SettingsInvalid: the database cannot be reached.
    """
    file = _file(url)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
    with _reached(url, owner=True) as database, database.transaction() as connection:
        upgrade_on(connection)


def upgrade_on(connection: Connection) -> None:
    """Brings the schema behind a connection to this release, in its transaction."""
    from alembic import command  # noqa: PLC0415  (who only serves must not pay for it at every start)

    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def grant(url: str, role: str) -> None:
    """Lets a role of PostgreSQL do what Lanework does when it runs, which is less than the owner may: the journal only grows.

    Raises:
        SettingsInvalid: the database is none of PostgreSQL's, there is no such role, or the owner may not grant.
    """
    with _reached(url, owner=True) as database:
        if database.is_sqlite:
            raise SettingsInvalid("database", "only PostgreSQL knows roles.")
        quoted = database.engine.dialect.identifier_preparer.quote_identifier(role)
        try:
            with database.transaction() as connection:
                for statement in _GRANTS:
                    connection.exec_driver_sql(statement.replace("ROLE", quoted))
        except sa.exc.ProgrammingError as error:
            raise SettingsInvalid("database", str(error.orig).strip()) from error


def must_not_change_the_journal(url: str) -> None:
    """Refuses to run in earnest as a role that could alter the journal; SQLite's connections forbid it to themselves.

    Raises:
        SettingsInvalid: says what to do.
    """
    with _reached(url, owner=False) as database:
        if database.is_sqlite:
            return
        with database.reading() as connection:
            if connection.execute(sa.text(_MAY_CHANGE)).scalar():
                raise SettingsInvalid("database", _TWO_ROLES)


def is_current(url: str) -> bool:
    """Whether the schema of a database is that of this release.

    Raises:
        SettingsInvalid: the database cannot be reached.
    """
    file = _file(url)
    if file and not file.exists():
        return False
    with _reached(url, owner=False) as database, database.reading() as connection:
        tables = sa.inspect(connection).get_table_names()
        query: sa.Select[str] = sa.select(sa.column("version_num", sa.Text)).select_from(sa.table("alembic_version"))
        return "alembic_version" in tables and connection.execute(query).scalar() == HEAD


@contextmanager
def _reached(url: str, *, owner: bool) -> Iterator[Database]:
    database = Database(url, owner=owner)
    try:
        yield database
    except sa.exc.OperationalError as error:
        raise SettingsInvalid("database", str(error.orig).strip()) from error
    finally:
        database.close()


def _file(url: str) -> Path | None:
    """The file of a SQLite database."""
    found = sa.make_url(url)
    return Path(found.database) if found.get_backend_name() == "sqlite" and found.database not in {None, "", ":memory:"} else None


def configuration() -> Config:
    """What Alembic must know."""
    from alembic.config import Config  # noqa: PLC0415  (as above)

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
