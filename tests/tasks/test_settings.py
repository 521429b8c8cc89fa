"""Settings: read once, checked, refused by name; secrets made on first use and readable by their owner only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from engine.errors import SettingsInvalid
from tasks.settings import Settings, read_settings

PROCESSES = Path(__file__).parents[2] / "processes"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE", "VAR", "SETTINGS", "PORT", "HTTPS", "COMPANY"):
        monkeypatch.delenv(f"LANEWORK_{name}", raising=False)
    monkeypatch.setenv("LANEWORK_PROCESSES", str(PROCESSES))


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('company = "FILE"\nport = 9000\nhttps = true\n', encoding="utf-8")
    monkeypatch.setenv("LANEWORK_SETTINGS", str(tmp_path / "s.toml"))
    monkeypatch.setenv("LANEWORK_COMPANY", "ENV")

    found = read_settings()

    assert (found.company, found.port, found.https, found.processes) == ("ENV", 9000, True, PROCESSES)


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("COLOUR", "red", "colour"),
        ("PORT", "many", "port"),
        ("HTTPS", "perhaps", "https"),
        ("COMPANY", "A", "company"),
        ("PROCESSES", "/nowhere", "processes"),
        ("DATABASE", "a file", "database"),
        ("SETTINGS", "/nowhere.toml", "settings"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str) -> None:
    monkeypatch.setenv(f"LANEWORK_{name}", value)

    with pytest.raises(SettingsInvalid) as refused:
        read_settings()

    assert refused.value.name == named


def test_the_demonstration_stays_on_this_machine() -> None:
    with pytest.raises(SettingsInvalid, match="loopback"):
        Settings(processes=PROCESSES, demonstration=True, host="0.0.0.0").check()  # noqa: S104  (that it is refused is the test)


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path / "var")

    first, session = settings.journal_key(), settings.session_secret()

    assert settings.journal_key() == first
    assert settings.session_secret() == session
    assert session != first.secret.hex()
    assert stat.S_IMODE((tmp_path / "var" / "journal.key").stat().st_mode) == 0o600
