"""On PostgreSQL, who runs Lanework cannot alter its journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from engine.errors import SettingsInvalid
from tasks import migrations
from tasks.bootstrap import SYSTEM
from tests.postgres import OWNER, Cluster
from tests.reliability import works
from tests.tasks.house import House
from tests.tasks.test_inbox import reviewing

pytestmark = pytest.mark.postgres
ROLE = "lanework app"
FORBIDDEN = [
    "UPDATE entry SET actor = 'x'",
    "DELETE FROM entry",
    "TRUNCATE entry",
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "DROP TABLE entry",
    f"SET ROLE {OWNER}",
    "UPDATE alembic_version SET version_num = 'x'",
]


@pytest.fixture
def house(urls: tuple[str, str], tmp_path: Path) -> Iterator[House]:
    """The works, run by the role that runs Lanework."""
    made = works.open_works(urls[1], tmp_path / "works")
    yield made
    made.application.close()


@pytest.fixture
def urls(postgres: Cluster, postgres_template: str) -> Iterator[tuple[str, str]]:
    """The address of a database for its owner and for the role that runs Lanework."""
    with psycopg.connect(host=str(postgres.folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        if not known:
            connection.execute(f'CREATE ROLE "{ROLE}" LOGIN'.encode())
    with postgres.database(postgres_template) as url:
        migrations.grant(url, ROLE)
        yield url, url.replace(f"{OWNER}@", "lanework%20app@")


def test_the_role_that_runs_lanework_can_do_its_work(urls: tuple[str, str], house: House) -> None:
    number, _ = reviewing(house)

    assert number.startswith("REQ-")
    assert migrations.is_current(urls[1])
    migrations.must_not_change_the_journal(urls[1])


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_that_runs_lanework_cannot_alter_the_journal(house: House, statement: str) -> None:
    reviewing(house)

    with pytest.raises(sa.exc.ProgrammingError) as caught, house.application.transaction(SYSTEM) as ctx:
        ctx.connection.exec_driver_sql(statement)

    assert getattr(caught.value.orig, "sqlstate", None) == "42501"  # insufficient privilege: not the trigger alone


def test_the_owner_is_refused_to_run_lanework_in_earnest(urls: tuple[str, str]) -> None:
    with pytest.raises(SettingsInvalid, match="could alter the journal"):
        migrations.must_not_change_the_journal(urls[0])


def test_a_right_that_was_given_by_hand_is_noticed(urls: tuple[str, str]) -> None:
    with psycopg.connect(urls[0].replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute(f'GRANT UPDATE (content) ON entry TO "{ROLE}"'.encode())

    with pytest.raises(SettingsInvalid, match="could alter the journal"):
        migrations.must_not_change_the_journal(urls[1])


def test_a_role_that_is_not_there_is_refused(urls: tuple[str, str]) -> None:
    with pytest.raises(SettingsInvalid, match="does not exist"):
        migrations.grant(urls[0], "nobody knows")


def test_sqlite_knows_no_roles(tmp_path: Path) -> None:
    migrations.must_not_change_the_journal(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(SettingsInvalid, match="only PostgreSQL"):
        migrations.grant(f"sqlite:///{tmp_path / 'x.db'}", "somebody")
