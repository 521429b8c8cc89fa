"""A fault at any moment of an act leaves everything as it was, and the same key then succeeds."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from engine import administration, storage
from engine import incidents as engine_incidents
from engine.db import Database, metadata
from engine.errors import Busy
from engine.tables import instance
from tasks import cases, incidents
from tasks.bootstrap import SYSTEM
from tasks.migrations import upgrade
from tasks.work import completion, people
from tests.postgres import Cluster, running_cluster
from tests.reliability import works
from tests.tasks.house import House
from tests.tasks.test_inbox import REQUEST, started


class Fault(Exception):
    """What goes wrong on purpose."""


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """The works on each database."""
    made = works.open_works(database_url, tmp_path / "works")
    yield made
    made.application.close()


def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with database.reading() as connection:
        return {name: sorted(connection.execute(sa.select(table)).all(), key=repr) for name, table in metadata.tables.items()}


@contextmanager
def failing_at(database: Database, number: int) -> Iterator[list[str]]:
    """Raises a fault at the statement of this number; the list is of those that came through."""
    seen: list[str] = []

    def stop(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if len(seen) == number:
            raise Fault(statement)
        seen.append(statement)

    def stop_commit(_connection: Any) -> None:
        if len(seen) == number:
            raise Fault("commit")

    event.listen(database.engine, "before_cursor_execute", stop)
    event.listen(database.engine, "commit", stop_commit)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", stop)
        event.remove(database.engine, "commit", stop_commit)


def write_request(house: House, item: str, **more: str) -> completion.Completed:
    with house.act("S1") as ctx:
        return completion.complete(ctx, item, answers=REQUEST, key=f"S1:{item}", **more)


def faults_until_it_is_done(house: House, item: str) -> int:
    """Lets a completion fail at one statement after the other, and sees that nothing is left of it; how many there were."""
    before = everything(house.application.database)
    with house.application.reading(SYSTEM) as ctx:
        actor = people.get(ctx, "S1").actor()
    for number in range(100):
        with failing_at(house.application.database, number):
            try:
                with house.application.transaction(actor) as ctx:
                    completion.complete(ctx, item, answers=REQUEST, key=f"S1:{item}")
            except Fault:
                pass
            else:
                return number
        assert everything(house.application.database) == before
    raise AssertionError("it is never done")


def test_a_fault_at_any_statement_of_a_completion_leaves_everything_as_it_was(house: House) -> None:
    _, item = started(house)

    statements = faults_until_it_is_done(house, item)

    assert statements > 10
    assert list(works.faults(house.application)) == []
    assert write_request(house, item) == write_request(house, item)


def test_a_commit_in_the_middle_would_be_seen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _, item = started(house)
    finish_item = completion._finish_item

    def careless(ctx: Any, *parts: Any) -> None:
        finish_item(ctx, *parts)
        ctx.connection.exec_driver_sql("COMMIT")
        ctx.connection.exec_driver_sql("BEGIN")

    monkeypatch.setattr(completion, "_finish_item", careless)

    with pytest.raises(AssertionError):
        faults_until_it_is_done(house, item)


def test_the_same_key_sent_twice_at_once_starts_one_case(house: House) -> None:
    def start(ctx: Any) -> cases.Started:
        return cases.start(ctx, "request", key="same")

    first, second = at_once(house, start)
    if isinstance(second, Busy):  # pages try again by themselves
        with house.act("S1") as ctx:
            second = start(ctx)

    assert first == second
    with house.look("S1") as ctx:
        assert [row.number for row in cases.search(ctx).rows] == [first.case_number]


def test_the_same_key_sent_twice_at_once_gets_the_same_answer(house: House) -> None:
    _, item = started(house)

    answers = at_once(house, lambda ctx: completion.complete(ctx, item, answers=REQUEST, key="same"))

    assert answers[0] == answers[1]
    assert isinstance(answers[0], completion.Completed)


def at_once(house: House, act: Any) -> list[Any]:
    """What an act gives that is done by one, and begun by another before the first has committed."""
    answers: list[Any] = []

    def second() -> None:
        try:
            with house.act("S1") as ctx:
                answers.append(act(ctx))
        except Exception as error:  # noqa: BLE001 - the test judges
            answers.append(error)

    with house.act("S1") as ctx:
        answers.append(act(ctx))
        other = threading.Thread(target=second)
        other.start()
        other.join(0.3)
    other.join(20)
    return answers


@pytest.mark.postgres
def test_acts_that_wait_for_each_other_end_with_one_that_is_told_to_try_again(postgres, postgres_template, tmp_path) -> None:
    with postgres.database(postgres_template) as url:
        house = works.open_works(url, tmp_path / "works")
        keys = works.start_cases(house.application, "parallel", 2)
        meeting, told = threading.Barrier(2), list[str]()

        def crosswise(first: int, second: int) -> None:
            try:
                with house.application.transaction(SYSTEM) as ctx:
                    storage.lock(ctx, first)
                    meeting.wait(20)
                    storage.lock(ctx, second)
            except Busy:
                told.append("busy")
            else:
                told.append("done")

        threads = [threading.Thread(target=crosswise, args=pair) for pair in (keys, keys[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        house.application.close()

    assert sorted(told) == ["busy", "done"]


def test_a_case_that_cannot_be_woken_keeps_no_other_from_being_woken(house: House, caplog: pytest.LogCaptureFixture) -> None:
    keys = works.start_cases(house.application, "timed", 60)
    with house.application.database.transaction() as connection:
        broken = instance.update().where(instance.c.id.in_(keys[:55]))
        connection.execute(broken.values(state=b"no state at all", wake_at=house.clock.now()))
    house.clock.advance(timedelta(hours=1))

    with caplog.at_level(logging.CRITICAL, logger="lanework.ticker"):
        for _ in range(2):
            house.ticker.tick()

    assert sorted(works.ended(house.application)) == sorted(f"C-{number}" for number in range(55, 60))


def test_a_case_that_cannot_be_woken_is_one_incident_until_it_can_be_woken_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    (key,) = works.start_cases(house.application, "timed", 1)
    with house.application.database.transaction() as connection:
        sound = connection.execute(sa.select(instance.c.state).where(instance.c.id == key)).scalar_one()
        connection.execute(instance.update().values(state=b"no state at all", wake_at=house.clock.now()))

    with caplog.at_level(logging.CRITICAL, logger="lanework.ticker"):
        for _ in range(3):
            house.clock.advance(timedelta(hours=1))
            house.ticker.tick()
    with house.look("A0") as ctx:
        (found,) = incidents.open_incidents(ctx)
    assert found.reason.startswith("The case cannot be woken (JSONDecodeError")

    with house.application.database.transaction() as connection:
        connection.execute(instance.update().values(state=sound))
    with house.act("A0") as ctx:
        assert incidents.retry(ctx, found.id) == "C-0"
    house.ticker.tick()
    with house.look("A0") as ctx:
        assert incidents.open_incidents(ctx) == []
    with house.application.reading(SYSTEM) as ctx:
        row = ctx.connection.execute(sa.select(instance)).one()
    assert (row.status, row.open_incidents) == ("ended", 0)


def test_a_case_that_could_not_be_woken_has_no_incident_once_it_has_ended(house: House) -> None:
    (key,) = works.start_cases(house.application, "timed", 1)
    with house.application.transaction(SYSTEM) as ctx:
        engine_incidents.keep_unwoken(ctx, key, "It cannot be woken.")

    with house.application.transaction(SYSTEM) as ctx:
        administration.cancel(ctx, key, "test")

    with house.look("A0") as ctx:
        assert incidents.open_incidents(ctx) == []
    with house.application.reading(SYSTEM) as ctx:
        assert ctx.connection.execute(sa.select(instance.c.open_incidents)).scalar_one() == 0


def test_a_full_disk_refuses_the_act_and_keeps_the_rest(tmp_path: Path, sqlite_template: bytes) -> None:
    path = tmp_path / "full.db"
    path.write_bytes(sqlite_template)
    house = works.open_works(f"sqlite:///{path}", tmp_path / "works")
    _, item = started(house)
    before = everything(house.application.database)

    def limit(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    event.listen(house.application.database.engine, "begin", limit)
    with pytest.raises(sa.exc.OperationalError) as caught:
        write_request(house, item, comment="long " * 50_000)
    event.remove(house.application.database.engine, "begin", limit)
    house.application.close()

    assert isinstance(caught.value.orig, sqlite3.OperationalError)
    assert caught.value.orig.sqlite_errorname == "SQLITE_FULL"
    assert everything(house.application.database) == before
    assert write_request(house, item) == write_request(house, item)
    assert list(works.faults(house.application)) == []
    house.application.close()


def write_request_on_a_server_that_goes(house: House, item: str, url: str) -> None:
    everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
    with house.act("S1") as ctx:
        completion.complete(ctx, item, answers=REQUEST, key=f"S1:{item}")
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute(everybody)


@pytest.mark.postgres
def test_a_database_that_goes_away_and_comes_back_has_kept_what_it_acknowledged(postgres, postgres_template, tmp_path) -> None:
    with postgres.database(postgres_template) as url:
        house = works.open_works(url, tmp_path / "works")
        _, item = started(house)
        before = everything(house.application.database)
        with pytest.raises(sa.exc.OperationalError):
            write_request_on_a_server_that_goes(house, item, url)

        assert everything(house.application.database) == before
        assert write_request(house, item) == write_request(house, item)
        assert list(works.faults(house.application)) == []
        house.application.close()


def write_request_on_a_server_that_crashes(house: House, item: str, cluster: Cluster) -> None:
    with house.act("S1") as ctx:
        completion.complete(ctx, item, answers=REQUEST, key=f"S1:{item}")
        cluster.crash()


@pytest.mark.postgres
def test_a_server_that_crashes_loses_the_act_in_its_middle_and_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    with running_cluster(durable=True) as cluster:
        url = cluster.url(cluster.create())
        upgrade(url)
        house = works.open_works(url, tmp_path / "works")
        _, item = started(house)
        before = everything(house.application.database)
        with pytest.raises(sa.exc.OperationalError):
            write_request_on_a_server_that_crashes(house, item, cluster)
        assert everything(house.application.database) == before

        acknowledged = write_request(house, item)
        after = everything(house.application.database)
        cluster.crash()

        house.application.close()
        assert everything(house.application.database) == after
        assert write_request(house, item) == acknowledged
        assert list(works.faults(house.application)) == []
        house.application.close()
