"""The long trials, each on a line when it is over and then all as one JSON object: `make campaign`."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tasks.migrations import upgrade
from tests.postgres import running_cluster
from tests.reliability.test_campaigns import campaign

TRIALS = {"hammer": 100, "kill": 1_000, "timers": 10_000}


def main() -> None:
    """Runs every trial on both databases; exit code 1 when something was lost, doubled or wrong."""
    wanted = {work: int(count) for work, count in (argument.split("=") for argument in sys.argv[1:])} or TRIALS
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name, running_cluster() as cluster:
        for work, count in wanted.items():
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


if __name__ == "__main__":
    main()
