"""The long trials, each on a line when it is over and then all as one JSON object: `make campaign`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from engine.clock import VirtualClock
from tasks import demonstration
from tasks.migrations import upgrade
from tasks.settings import Settings
from tests.postgres import running_cluster
from tests.reliability.test_campaigns import campaign
from tests.tasks.house import PROCESSES, START
from tests.walks import orders

#: Cases that stay open are woken with all others; after so many orders a new house is opened.
ORDERS_IN_A_HOUSE = 50
TRIALS = {"hammer": 100, "kill": 1_000, "timers": 10_000, "walks": 500}


def main() -> None:
    """Runs every trial on both databases; exit code 1 when something was lost, doubled or wrong."""
    wanted = {work: int(count) for work, count in (argument.split("=") for argument in sys.argv[1:])} or TRIALS
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name, running_cluster() as cluster:
        for work, count in wanted.items():
            if work == "walks":
                trial = found[work] = walked(count, Path(name))
                sys.stderr.write(f"{work}: {json.dumps(trial)}\n")
                continue
            for kind in ("sqlite", "postgres"):
                folder = Path(name, f"{work}-{kind}")
                url = f"sqlite:///{folder}.db" if kind == "sqlite" else cluster.url(cluster.create())
                upgrade(url)
                trial = found[f"{work} on {kind}"] = campaign(work, url, folder, count)
                sys.stderr.write(f"{work} on {kind}: {json.dumps(trial)}\n")
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    wrong = ("doubled", "lost", "wrong", "refused", "faults")
    sys.exit(
        any(trial.get(name) for trial in found.values() for name in wrong) or not all(t.get("once", True) for t in found.values())
    )


def walked(count: int, folder: Path) -> dict[str, Any]:
    """Orders that people walked through at random: where they ended, and what was wrong."""
    ends: Counter[str] = Counter()
    wrong: list[Any] = []
    for first in range(0, count, ORDERS_IN_A_HOUSE):
        settings = Settings(database="sqlite://", processes=PROCESSES, var=folder / "var")
        application = demonstration.open_stage(settings)
        application.clock = VirtualClock(START)
        for seed in range(first, min(count, first + ORDERS_IN_A_HOUSE)):
            walk = orders.walk(application, seed)
            ends[walk["end"] or walk["status"]] += 1
            wrong += [walk] if walk["wrong"] else []
        application.close()
        sys.stderr.write(f"walked {sum(ends.values())}, wrong {len(wrong)}\n")
    return {"ends": ends, "wrong": wrong}


if __name__ == "__main__":
    main()
