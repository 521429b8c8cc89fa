"""The journal: every act, chained; whatever is altered, cut or lost shows; the database itself refuses to change an entry."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import journal
from engine.db import Database
from engine.ports import JournalKey
from engine.tables import entry
from tests.engine.world import KEY, World, process

TWO_TASKS = process('<startEvent id="s"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>\ns -> a\na -> b\nb -> e')


def broken(world: World) -> list[tuple[str, int, str]]:
    """What does not verify."""
    with world.database.reading() as connection:
        return [(found.subject, found.number, found.reason) for found in journal.verify(connection, {KEY.id: KEY})]


def forge(world: World, statement: str) -> None:
    """What somebody with the database file or the owner's rights could do."""
    owner = Database(world.database.url.render_as_string(hide_password=False), owner=True)
    with owner.transaction() as connection:
        if owner.is_sqlite:
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS entry_no_{verb}")
        else:
            connection.exec_driver_sql("ALTER TABLE entry DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement)
    owner.close()


@pytest.fixture
def played(world: World) -> World:
    """A case with three acts."""
    world.publish(TWO_TASKS)
    key = world.start(secret="x")
    world.complete(key, "a", answer=1)
    world.complete(key, "b", answer=2)
    return world


def test_every_act_has_an_entry_with_old_and_new_values(played: World) -> None:
    with played.database.reading() as connection:
        entries = journal.entries_of(connection, "case:1")

    assert [(found.number, found.kind, found.actor) for found in entries] == [
        (1, "instance started", "tester"),
        (2, "step completed", "tester"),
        (3, "step completed", "tester"),
    ]
    changed = [told["changed"] for found in entries for told in found.content["happened"] if told["kind"] == "variables set"]
    assert changed == [
        {"secret": {"old": None, "new": "x"}},
        {"answer": {"old": None, "new": 1}},
        {"answer": {"old": 1, "new": 2}},
    ]
    assert entries[0].content["definition"] == 1


def test_an_untouched_journal_verifies(played: World) -> None:
    assert broken(played) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        pytest.param(
            "UPDATE entry SET content = replace(content, '\"new\":1', '\"new\":9') WHERE number = 2",
            ("case:1", 2, "its content was altered."),
            id="content",
        ),
        pytest.param("UPDATE entry SET actor = 'other' WHERE number = 2", ("case:1", 2, "the entry was altered."), id="actor"),
        pytest.param("DELETE FROM entry WHERE number = 2", ("case:1", 2, "the entry is missing."), id="missing"),
        pytest.param("DELETE FROM entry WHERE number = 3", ("case:1", 3, "1 entries are missing at the end."), id="tail"),
        pytest.param("DELETE FROM entry WHERE subject = 'case:1'", ("case:1", 1, "3 entries are missing at the end."), id="all"),
        pytest.param(
            "UPDATE instance SET journal_count = 2 WHERE id = 1",
            ("case:1", 4, "it does not end where its subject says."),
            id="head",
        ),
    ],
)
def test_the_first_altered_or_missing_entry_is_named(played: World, statement: str, found: tuple[str, int, str]) -> None:
    forge(played, statement)

    assert broken(played) == [found]


def test_a_cut_tail_shows_even_when_the_count_of_the_case_was_put_right(played: World) -> None:
    forge(played, "DELETE FROM entry WHERE subject = 'case:1' AND number = 3")
    forge(
        played,
        "UPDATE instance SET journal_count = 2, journal_head ="
        " (SELECT mac FROM entry WHERE subject = 'case:1' AND number = 2) || substr(journal_head, 65) WHERE id = 1",
    )

    assert broken(played) == [("case:1", 3, "it does not end where its subject says.")]


def test_an_entry_written_with_another_key_does_not_verify(played: World) -> None:
    with played.database.reading() as connection:
        found = list(journal.verify(connection, {KEY.id: JournalKey(KEY.id, b"another")}))

    assert {item.reason for item in found} == {"the entry was altered."}


@pytest.mark.parametrize(
    "statement",
    ["UPDATE entry SET actor = 'x'", "DELETE FROM entry", "REPLACE INTO entry SELECT * FROM entry"],
    ids=["update", "delete", "replace"],
)
def test_the_database_refuses_to_change_an_entry(played: World, statement: str) -> None:
    if not played.database.is_sqlite and statement.startswith("REPLACE"):
        statement = "TRUNCATE entry"

    with pytest.raises(sa.exc.DBAPIError), played.database.transaction() as connection:
        connection.exec_driver_sql(statement)

    assert broken(played) == []


def test_an_erased_content_still_verifies_because_the_chain_holds_its_hash(played: World) -> None:
    forge(played, "UPDATE entry SET content = NULL WHERE number = 2")

    assert broken(played) == []
    with played.database.reading() as connection:
        query = sa.select(entry.c.content).where(entry.c.number == 2, entry.c.subject == "case:1")
        assert connection.execute(query).scalar() is None
