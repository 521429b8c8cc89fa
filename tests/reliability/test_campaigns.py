"""Many processes at once, killed or not: nothing lost, nothing doubled, every join right."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import works

ROOT = Path(__file__).parents[2]
CLEAN: dict[str, Any] = {"doubled": [], "lost": [], "wrong": [], "refused": [], "faults": []}


def campaign(work: str, url: str, folder: Path, count: int, *broken: str) -> dict[str, Any]:
    """What a campaign found, in processes of its own."""
    command = [sys.executable, "-m", "tests.reliability.campaign", work, url, str(folder), str(count), *broken]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=3600)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_four_processes_on_the_same_cases_lose_and_double_nothing(database_url, tmp_path):
    found = campaign("hammer", database_url, tmp_path / "works", 8)

    assert found == {**CLEAN, "acknowledged": 8 * works.STEPS, "ended": {f"C-{number}": works.STEPS for number in range(8)}}


@pytest.mark.postgres
def test_without_the_lock_on_a_case_the_loss_is_seen(postgres, postgres_template, tmp_path):
    with postgres.database(postgres_template) as url:
        found = campaign("hammer", url, tmp_path / "works", 8, "lock")

    assert found["faults"] or found["wrong"] or found["doubled"] or found["lost"]


def test_nothing_is_lost_or_doubled_however_often_a_process_is_killed(database_url, tmp_path):
    found = campaign("kill", database_url, tmp_path / "works", 100)

    assert {name: found[name] for name in CLEAN} == CLEAN
    assert found["killed_inside"] > 10
    assert found["acknowledged"] > 50


def test_every_timer_fires_once_however_often_a_process_is_killed(database_url, tmp_path):
    found = campaign("timers", database_url, tmp_path / "works", 500)

    assert found["once"]
    assert found["kills"] >= 2
    assert found["faults"] == []


def test_without_the_keys_of_acts_the_loss_is_seen(database_url, tmp_path):
    found = campaign("kill", database_url, tmp_path / "works", 20, "keys")

    assert any("finished without a key" in fault for fault in found["faults"])


def test_a_timer_that_rings_twice_is_seen(database_url, tmp_path):
    found = campaign("timers", database_url, tmp_path / "works", 100, "ring")

    assert not found["once"]
