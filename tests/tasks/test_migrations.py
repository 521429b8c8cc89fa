"""The schema: what migrations make is what the tables say, on either database, and the newest revision is the one that counts."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import tasks.tables  # noqa: F401  (its tables must be known)
from engine.db import Database, metadata
from tasks import migrations


def test_tables_and_migrations_do_not_drift(database_url: str) -> None:
    database = Database(database_url)

    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)

    database.close()
    assert differences == []


def test_the_newest_revision_is_the_one_that_is_asked_for() -> None:
    assert ScriptDirectory.from_config(migrations.configuration()).get_current_head() == migrations.HEAD


def test_an_empty_database_is_not_current_until_it_is_upgraded(empty_database_url: str) -> None:
    before = migrations.is_current(empty_database_url)
    migrations.upgrade(empty_database_url)

    assert (before, migrations.is_current(empty_database_url)) == (False, True)
