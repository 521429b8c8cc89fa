"""The databases that tests get: fresh, real, and gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.db import Database, metadata
from tests.postgres import Cluster, PostgresMissing, find_binaries, running_cluster


def tables(url: str) -> set[str]:
    database = Database(url)
    try:
        with database.reading() as connection:
            return set(sa.inspect(connection).get_table_names())
    finally:
        database.close()


def test_an_empty_database_has_no_tables(empty_database_url):
    assert tables(empty_database_url) == set()


def test_a_database_has_the_tables_of_this_release(database_url):
    assert tables(database_url) == {*metadata.tables, "alembic_version"}


@pytest.mark.parametrize("_round", [1, 2])
def test_what_a_test_writes_is_gone_for_the_next(empty_database_url, _round):
    database = Database(empty_database_url)
    try:
        with database.transaction() as connection:
            connection.execute(sa.text("CREATE TABLE trace (id INTEGER PRIMARY KEY)"))
    finally:
        database.close()


@pytest.mark.postgres
def test_a_database_goes_even_when_a_connection_was_forgotten(postgres: Cluster):
    with postgres.database() as url:
        engine = sa.create_engine(url)
        forgotten = engine.connect()
    assert postgres.url("postgres") != url
    with pytest.raises(sa.exc.OperationalError, match="does not exist"):
        sa.create_engine(url, poolclass=sa.NullPool).connect()
    forgotten.invalidate()
    engine.dispose()


@pytest.mark.postgres
def test_the_cluster_goes_with_its_run(tmp_path: Path):
    with running_cluster() as cluster:
        assert cluster.folder.exists()
    assert not cluster.folder.exists()


@pytest.mark.postgres
def test_the_cluster_goes_even_with_a_killed_run():
    script = "from tests.postgres import running_cluster\nwith running_cluster() as c: print(c.folder, flush=True); input()"
    run = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout
    folder = Path(run.stdout.readline().strip())
    assert folder.exists()

    run.kill()
    run.communicate()
    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        os.sched_yield()
    assert not folder.exists()


def test_a_missing_postgres_is_a_failure_that_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PGBOX_BIN", str(tmp_path))
    with pytest.raises(PostgresMissing, match=r"run `make setup`, or install Debian's package postgresql"):
        find_binaries()
