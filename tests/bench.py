"""The figures that have a budget, as one JSON object: `make bench`.

CPU times are medians in milliseconds of process time; a fixed calibration loop stands beside them, since machines differ.
"""

from __future__ import annotations

import json
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from engine import feel, instances
from engine.spiff import state
from engine.spiff.run import Budget
from engine.tables import instance
from tasks import demonstration, play, sampling
from tasks.bootstrap import SYSTEM, Application
from tasks.settings import Settings
from tasks.tables import work_item
from tasks.work import completion, inbox, people
from tests.engine.world import World, process

ROOT = Path(__file__).parents[1]
CASES = 12
ITEMS = 1_000_000


def main() -> None:
    """Prints the figures."""
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        figures = {
            "calibration_ms": _median_ms(_calibrate, 9),
            **_service(Path(folder)),
            **_loop(Path(folder)),
            **_inbox(Path(folder)),
            **_startup(),
            **_rules(),
        }
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}, indent=1))  # noqa: T201  (its purpose)


def _calibrate() -> None:
    total = 0
    for number in range(300_000):
        total += number % 7


def _median_ms(act: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.process_time()
        act()
        taken.append((time.process_time() - begun) * 1000)
    return statistics.median(taken)


def _stage(folder: Path, name: str) -> Application:
    settings = Settings(database=f"sqlite:///{folder / name}.db", processes=ROOT / "processes", var=folder / "var")
    return demonstration.open_stage(settings)


def _service(folder: Path) -> dict[str, float]:
    """Completing one of five parallel reviews, journal and inbox included."""
    application = _stage(folder, "service")
    mapping = play.read_mapping(ROOT / "processes", "order_review")
    orders = json.loads((ROOT / "processes/shared/sample/orders.json").read_text(encoding="utf-8"))
    order = next(order for order in orders if order["special_req"])
    for _ in range(CASES):
        play.play(application, mapping, order, stop_at="write_report")
    statements: list[str] = []
    commits: list[int] = []
    event.listen(application.database.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    event.listen(application.database.engine, "commit", lambda _c: commits.append(1))
    with application.reading(SYSTEM) as ctx:
        rows = ctx.connection.execute(sa.select(work_item).where(work_item.c.element_id == "write_report", work_item.c.status == "open")).all()
        sizes = ctx.connection.execute(sa.select(sa.func.length(instance.c.state), sa.func.length(instance.c.variables))).all()
    cpu, counts = [], []
    for row in rows:
        person = _who(application, row)
        with application.transaction(person.actor()) as ctx:
            answers = sampling.sample(ctx, completion.open_item(ctx, row.id).filling, {"conclusion": "PASS"})
        with application.transaction(person.actor()) as ctx:
            statements.clear()
            begun = time.process_time()
            completion.complete(ctx, row.id, answers=answers, outcome="SUBMIT", key=f"bench:{row.id}")
            counts.append(len(statements))
            half = time.process_time() - begun
            begun = time.process_time()
        cpu.append((half + time.process_time() - begun) * 1000)
    bare = _bare(application)
    http = _http(application, folder)
    return {
        "bare_engine_cpu_ms": bare,
        "complete_service_cpu_ms": statistics.median(cpu),
        "complete_http_cpu_ms": http,
        "sql_per_completion": statistics.median(counts),
        "commits_per_completion": 1.0 if commits else 0.0,
        "state_bytes": statistics.median(kept for kept, _ in sizes),
        "variables_bytes": statistics.median(kept for _, kept in sizes),
    }
