"""Backup and restore: a copy is consistent, restores into an empty database only, and its journal verifies."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import Conflict, FileInvalid, Invalid
from tasks import backup
from tests.postgres import find_binaries
from tests.tasks.house import House
from tests.tasks.test_inbox import reviewing


@pytest.fixture(autouse=True)
def _programs_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{find_binaries()}{os.pathsep}{os.environ['PATH']}")


def test_a_backup_restores_with_every_row_and_a_sound_journal(house: House, empty_database_url: str, tmp_path: Path) -> None:
    reviewing(house)
    url = house.application.database.url.render_as_string(hide_password=False)
    keys = {house.application.ports.journal_key.id: house.application.ports.journal_key}
    before, broken = backup.examine(url, keys)
    assert broken == []

    backup.backup(url, tmp_path / "copy")
    target = empty_database_url.replace("empty.db", "restored.db")
    backup.restore(tmp_path / "copy", target)

    assert backup.examine(target, keys) == (before, [])


def test_nothing_is_overwritten(house: House, tmp_path: Path) -> None:
    url = house.application.database.url.render_as_string(hide_password=False)
    backup.backup(url, tmp_path / "copy")

    with pytest.raises(Conflict):
        backup.backup(url, tmp_path / "copy")
    with pytest.raises(Conflict):
        backup.restore(tmp_path / "copy", url)


@pytest.mark.parametrize("content", [None, b"not a database at all"], ids=["missing", "garbage"])
def test_a_backup_that_cannot_be_read_is_refused_and_nothing_is_made(tmp_path: Path, content: bytes | None) -> None:
    source = tmp_path / "copy"
    if content is not None:
        source.write_bytes(content)

    with pytest.raises(FileInvalid):
        backup.restore(source, f"sqlite:///{tmp_path}/new.db")

    assert not (tmp_path / "new.db").exists()


def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Invalid, match="pg_dump is not installed"):
        backup.backup("postgresql+psycopg://nobody@localhost/nothing", tmp_path / "copy")


def test_a_damaged_copy_is_found_by_its_journal(house: House, database_kind: str, tmp_path: Path) -> None:
    if database_kind != "sqlite":
        return
    reviewing(house)
    url = house.application.database.url.render_as_string(hide_password=False)
    keys = {house.application.ports.journal_key.id: house.application.ports.journal_key}
    backup.backup(url, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_no_update")
        connection.execute("UPDATE entry SET actor = 'x' WHERE subject = 'case:1' AND number = 2")

    backup.restore(tmp_path / "copy", f"sqlite:///{tmp_path}/restored.db")

    _, broken = backup.examine(f"sqlite:///{tmp_path}/restored.db", keys)
    assert [(item.subject, item.number) for item in broken] == [("case:1", 2)]
