"""The settings: the one place where the environment is read."""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.errors import SettingsInvalid
from engine.ports import JournalKey

PREFIX = "LANEWORK_"


@dataclass(frozen=True, slots=True)
class Settings:
    """How this Lanework runs. Every field is an environment variable LANEWORK_<NAME> or a key of the settings file."""

    #: Where the cases are: sqlite:///path or postgresql+psycopg://…
    database: str = "sqlite:///var/lanework.db"
    #: The folder of the drawn procedures.
    processes: Path = Path("processes")
    #: Where secrets and, on SQLite, the database lie; never under version control.
    var: Path = Path("var")
    #: Address and port to listen on.
    host: str = "127.0.0.1"
    port: int = 8000
    #: The short name at the head of document numbers, 2 to 8 letters.
    company: str = "ABC"
    #: Whether pages are reached by https only; cookies are then marked so.
    https: bool = False
    #: The address of a proxy in front, which is believed about who asks; empty where there is none.
    proxy: str = ""
    #: Sample people with known logins; loopback only.
    demonstration: bool = False

    def check(self) -> Settings:
        """The same settings, if Lanework may start with them.

        Raises:
            SettingsInvalid: names the setting and why.
        """
        if not (self.processes / "departments.toml").is_file():
            raise SettingsInvalid("processes", f"there is no departments.toml in {self.processes}.")
        if not (2 <= len(self.company) <= 8 and self.company.isalpha()):
            raise SettingsInvalid("company", "it must be 2 to 8 letters.")
        if self.demonstration and self.host not in {"127.0.0.1", "::1", "localhost"}:
            raise SettingsInvalid("host", "the demonstration listens on loopback only.")
        try:
            sa.make_url(self.database)
        except sa.exc.ArgumentError as error:
            raise SettingsInvalid("database", "it is not a database address such as sqlite:///var/lanework.db.") from error
        return self

    def journal_key(self) -> JournalKey:
        """The key of the journal, made on first use; a file that only its owner may read."""
        name, _, secret = self._secret("journal.key").partition(":")
        return JournalKey(name, bytes.fromhex(secret))

    def session_secret(self) -> str:
        """What signs forms against forgery, made on first use."""
        return self._secret("session.key").split(":", 1)[1]

    def _secret(self, name: str) -> str:
        path = self.var / name
        if not path.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"{secrets.token_hex(4)}:{secrets.token_hex(32)}\n")
        return path.read_text(encoding="ascii").strip()


def read_settings() -> Settings:
    """The settings from the environment and, when LANEWORK_SETTINGS names one, a TOML file; the environment wins.

    Raises:
        SettingsInvalid: an unknown name or a value of the wrong kind.
    """
    found = dict(_from_file(os.environ[PREFIX + "SETTINGS"]) if PREFIX + "SETTINGS" in os.environ else {})
    found |= {k.removeprefix(PREFIX).lower(): v for k, v in os.environ.items() if k.startswith(PREFIX) and k != PREFIX + "SETTINGS"}
    known = {field.name: field.type for field in fields(Settings)}
    for name in found.keys() - known.keys():
        raise SettingsInvalid(name, f"there is no such setting; there are {', '.join(known)}.")
    typed: dict[str, Any] = {name: _typed(name, str(known[name]), value) for name, value in found.items()}
    return Settings(**typed).check()


def _from_file(path: str) -> dict[str, object]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid("settings", str(error)) from error


def _typed(name: str, kind: str, value: object) -> object:
    if kind == "bool":
        if str(value).lower() not in {"true", "false", "1", "0", "yes", "no"}:
            raise SettingsInvalid(name, f"“{value}” is neither true nor false.")
        return str(value).lower() in {"true", "1", "yes"}
    if kind == "int":
        if not str(value).isdigit():
            raise SettingsInvalid(name, f"“{value}” is not a whole number.")
        return int(str(value))
    return Path(str(value)) if kind == "Path" else str(value)
