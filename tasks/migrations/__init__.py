"""The schema, step by step (Alembic). `upgrade` brings a database to this release, from nothing or from any earlier one."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from engine.db import Database


def upgrade(url: str) -> None:
    """Brings the schema of a database to this release, all or nothing."""
    database = Database(url, owner=True)
    try:
        with database.transaction() as connection:
            upgrade_on(connection)
    finally:
        database.close()


def upgrade_on(connection: Connection) -> None:
    """Brings the schema behind a connection to this release, in its transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_current(url: str) -> bool:
    """Whether the schema of a database is that of this release."""
    database = Database(url)
    try:
        with database.reading() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        return current == ScriptDirectory.from_config(configuration()).get_current_head()
    finally:
        database.close()


def configuration() -> Config:
    """What Alembic must know."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
