"""What every test may ask for: a fresh database of either kind, with or without the schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hypothesis
import pytest

from tasks.migrations import upgrade
from tests.postgres import Cluster, running_cluster

# A shared machine stalls now and then: slowness is a matter for `make bench`, not for a property.
hypothesis.settings.register_profile("lanework", deadline=None)
hypothesis.settings.load_profile("lanework")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database that the test runs on: every test that takes it, or a database, runs on both."""
    return str(request.param)


@pytest.fixture
def empty_database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database with nothing in it."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with cluster.database() as url:
        yield url


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database with the schema."""
    if database_kind == "sqlite":
        path = tmp_path / "lanework.db"
        path.write_bytes(request.getfixturevalue("sqlite_template"))
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with cluster.database(request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """This worker's PostgreSQL server, started when the first test asks for it."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> str:
    """The name of a database that has the schema and nothing else, to be copied."""
    name = postgres.create()
    upgrade(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A SQLite file that has the schema and nothing else, to be copied."""
    path = tmp_path_factory.mktemp("schema") / "template.db"
    upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        return connection.serialize()
