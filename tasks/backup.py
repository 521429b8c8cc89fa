"""Backup and restore, each checked: a copy counts only when it opens, is whole and its journal verifies."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import journal
from engine.db import Database
from engine.errors import Conflict, FileInvalid, Invalid, JournalBroken
from engine.ports import JournalKey
from tasks.migrations import is_current, upgrade


def backup(url: str, target: Path) -> None:
    """Writes a consistent copy of a running database: a SQLite file, or a PostgreSQL archive.

    Raises:
        Conflict: the target exists.
        Invalid: the database's own tool is missing or refuses.
    """
    if target.exists():
        raise Conflict("%(path)s exists already.", path=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    found = sa.make_url(url)
    if found.get_backend_name() == "sqlite":
        _copy(Path(str(found.database)), target)
        return
    _run(["pg_dump", "--format=custom", f"--file={target}", f"--dbname={_libpq(found)}"])


def restore(source: Path, url: str) -> None:
    """Fills an empty database from a backup.

    Raises:
        Conflict: the database is not empty.
        FileInvalid: the backup cannot be read.
    """
    if not source.is_file():
        raise FileInvalid(source.name, "there is no such file.")
    found = sa.make_url(url)
    if found.get_backend_name() == "sqlite":
        target = Path(str(found.database))
        if target.exists():
            raise Conflict("%(path)s exists already.", path=str(target))
        _check_file(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(source, target)
    else:
        database = Database(url, owner=True)
        try:
            if sa.inspect(database.engine).get_table_names():
                raise Conflict("The database is not empty.")
        finally:
            database.close()
        _run(["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={_libpq(found)}", str(source)])
    if not is_current(url):
        upgrade(url)


def examine(url: str, keys: Mapping[str, JournalKey]) -> tuple[dict[str, int], list[JournalBroken]]:
    """How many rows each table has, and every broken chain of the journal."""
    database = Database(url)
    try:
        with database.reading() as connection:
            tables = sa.inspect(connection).get_table_names()
            counts = {
                name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
                for name in sorted(tables)
            }
            return counts, list(journal.verify(connection, keys))
    finally:
        database.close()


def _copy(source: Path, target: Path) -> None:
    """A copy of a SQLite file that may be in use: what stands in its write-ahead log comes along."""
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)


def _check_file(source: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as connection:
            answer: Any = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise FileInvalid(source.name, str(error)) from error
    if answer != ("ok",):
        raise FileInvalid(source.name, str(answer[0]))


def _libpq(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        raise Invalid("The program %(name)s is not installed.", name=command[0])
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (fixed program, no shell)
    if done.returncode:
        raise Invalid("%(name)s: %(reason)s", name=command[0], reason=done.stderr.strip()[:500])
