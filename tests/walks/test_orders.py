"""The order review survives whatever people decide, and its journal alone leads to the same state."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import VirtualClock
from engine.journal import Entry
from engine.spiff.run import Run
from tasks import demonstration
from tasks.bootstrap import Application
from tasks.settings import Settings
from tests.tasks.house import START
from tests.walks import orders

PROCESSES = Path(__file__).parents[2] / "processes"
WALKS = 16


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """A stage in memory."""
    settings = Settings(database="sqlite://", processes=PROCESSES, var=tmp_path_factory.mktemp("var"))
    opened = demonstration.open_stage(settings)
    opened.clock = VirtualClock(START)
    yield opened
    opened.close()


def test_orders_walk_at_random_and_their_journals_lead_to_the_same_state(application: Application) -> None:
    found = [orders.walk(application, seed) for seed in range(WALKS)]

    assert [walk for walk in found if walk["wrong"]] == []
    assert sum(walk["status"] == "ended" for walk in found) > WALKS // 3
    assert len({walk["end"] for walk in found}) > 2
    assert sum(walk["acts"] for walk in found) > 10 * WALKS


def test_a_journal_that_says_something_else_would_be_seen(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    again = orders._again

    def altered(run: Run, entry: Entry) -> None:
        again(run, entry)
        run.variables[""]["altered"] = True

    monkeypatch.setattr(orders, "_again", altered)

    (wrong,) = orders.walk(application, WALKS)["wrong"]

    assert wrong.startswith("the journal leads to other variables")
