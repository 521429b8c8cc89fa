"""The figures that have a budget, as one JSON object: `make bench`.

CPU times are medians in milliseconds of process time; a fixed calibration loop stands beside them, since machines differ.
"""

from __future__ import annotations

import json
import logging
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from engine import feel, storage
from engine.decisions import Decisions, read_decisions
from engine.tables import instance
from tasks import cases, demonstration, play, sampling
from tasks.bootstrap import SYSTEM, Application
from tasks.migrations import upgrade
from tasks.person import Person
from tasks.settings import Settings
from tasks.tables import work_item
from tasks.work import completion, inbox, people
from tests import throughput
from tests.engine.decisions.drawn import decision, file, table
from tests.engine.world import World, process, wide_blocks
from tests.tasks.house import START, House, write_house
from web.app import create_app

ROOT = Path(__file__).parents[1]
CASES = 12
ITEMS = 1_000_000
CONDITION = 'order_class in ("NON_STANDARD", "NEW_PRODUCT") or order.total_amount >= 1000000'
# Not `getrusage`: its peak begins with that of the process from which this one came.
MEMORY = "import web.cli; print(int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) / 1024)"


def main() -> None:
    """Prints the figures."""
    logging.disable()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = {
            "calibration_ms": _median_ms(_calibrate, 9),
            **_completion(folder),
            **_long_case(folder),
            "wide_blocks_start_ms": _wide_blocks(folder),
            "inbox_page_p50_ms": _inbox(folder),
            **_startup(),
            **_rules(),
            **throughput.measure(),
        }
    sys.stdout.write(json.dumps(_rounded(figures), indent=1) + "\n")


def _rounded(value: Any) -> Any:
    return {name: _rounded(inner) for name, inner in value.items()} if isinstance(value, dict) else round(value, 3)


def _calibrate() -> None:
    total = 0
    for number in range(300_000):
        total += number % 7


def _median_ms(act: Callable[[], Any], times: int, clock: Callable[[], float] = time.process_time) -> float:
    taken = []
    for _ in range(times):
        begun = clock()
        act()
        taken.append((clock() - begun) * 1000)
    return statistics.median(taken)


def _completion(folder: Path) -> dict[str, float]:
    """Completing one of five parallel reviews of an order: on the engine alone, by the service layer, by HTTP."""
    settings = Settings(database=f"sqlite:///{folder}/orders.db", processes=ROOT / "processes", var=folder / "var")
    application = demonstration.open_stage(settings)
    mapping = play.read_mapping(settings.processes, "order_review")
    orders = json.loads((settings.processes / "shared/sample/orders.json").read_text(encoding="utf-8"))
    order = next(order for order in orders if order["special_req"])
    for _ in range(CASES):
        play.play(application, mapping, order, stop_at="write_report")
    with application.reading(SYSTEM) as ctx:
        open_reviews = sa.select(work_item).where(work_item.c.element_id == "write_report", work_item.c.status == "open")
        rows = ctx.connection.execute(open_reviews).all()
        sizes = ctx.connection.execute(sa.select(sa.func.length(instance.c.state) + sa.func.length(instance.c.variables))).scalars()
        state_bytes = statistics.median(sizes)
        bare = _median_ms(lambda: storage.look(ctx, rows[0].instance_id), 200)
    half = len(rows) // 2
    counts: list[int] = []
    commits: list[int] = []
    service = [_complete(application, row, counts, commits) for row in rows[:half]]
    http = _by_http(application, rows[half:])
    return {
        "bare_engine_cpu_ms": bare,
        "complete_service_cpu_ms": statistics.median(service),
        "complete_http_cpu_ms": statistics.median(http),
        "sql_per_completion": statistics.median(counts),
        "commits_per_completion": statistics.median(commits),
        "state_bytes": state_bytes,
    }


def _complete(application: Application, row: Any, counts: list[int], commits: list[int]) -> float:
    """CPU of one completion, in milliseconds, its commit included."""
    person, answers = _reviewer(application, row)
    statements, done = [0], [0]

    def counted(*_: Any) -> None:
        statements[0] += 1

    def committed(_: Any) -> None:
        done[0] += 1

    event.listen(application.database.engine, "before_cursor_execute", counted)
    event.listen(application.database.engine, "commit", committed)
    begun = time.process_time()
    with application.transaction(person) as ctx:
        completion.complete(ctx, row.id, answers=answers, outcome="SUBMIT", key=f"bench:{row.id}")
    taken = (time.process_time() - begun) * 1000
    event.remove(application.database.engine, "before_cursor_execute", counted)
    event.remove(application.database.engine, "commit", committed)
    counts.append(statements[0])
    commits.append(done[0])
    return taken


def _reviewer(application: Application, row: Any) -> tuple[Person, dict[str, Any]]:
    """Who reviews, and valid answers."""
    with application.reading(SYSTEM) as ctx:
        person = people.get(ctx, row.assignee) if row.assignee else people.holding(ctx, [row.role])[0]
    with application.transaction(person) as ctx:
        wanted = {"conclusion": "PASS"}
        return person, sampling.sample(ctx, completion.open_item(ctx, row.id).filling, wanted)


def _by_http(application: Application, rows: list[Any]) -> list[float]:
    """CPU of completions through the pages: one POST each."""
    with application.transaction(SYSTEM) as ctx:
        people.set_passwords(ctx, "bench password")
    app = create_app(application)
    taken = []
    for row in rows:
        person, answers = _reviewer(application, row)
        client = app.test_client()
        client.post("/sign-in", data={"login": person.login, "password": "bench password", **_token(client, "/sign-in")})
        page = client.get(f"/tasks/{row.id}").get_data(as_text=True)
        fields = {**_hidden(page), **_posted(answers), "outcome": "SUBMIT"}
        begun = time.process_time()
        answer = client.post(f"/tasks/{row.id}", data=fields)
        taken.append((time.process_time() - begun) * 1000)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.get_data(as_text=True)
    return taken


def _token(client: Any, address: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).get_data(as_text=True))
    return {"csrf_token": found[1]} if found else {}


def _hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page."""
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in inputs if not name.endswith("-rows")}


def _posted(answers: Any, prefix: str = "") -> dict[str, Any]:
    """Answers as a browser sends them."""
    if isinstance(answers, dict):
        found: dict[str, Any] = {}
        for key, value in answers.items():
            found |= _posted(value, f"{prefix}-{key}" if prefix else key)
        return found
    if isinstance(answers, list) and answers and isinstance(answers[0], dict):
        rows = {f"{prefix}-rows": [str(number) for number in range(len(answers))]}
        return rows | {k: v for number, row in enumerate(answers) for k, v in _posted(row, f"{prefix}-{number}").items()}
    if isinstance(answers, list):
        return {prefix: [str(value) for value in answers]}
    if answers is None or answers is False:
        return {}
    return {prefix: "true" if answers is True else str(answers)}


def _long_case(folder: Path) -> dict[str, float]:
    """CPU of a completion at 500 finished steps over that at 5, and at 2,000 over that at 2: cases in a loop, measured in turns."""
    url = f"sqlite:///{folder}/loop.db"
    upgrade(url)
    world = World(url)
    body = '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g"/><endEvent id="e"/>'
    world.publish(process(f"{body}\ns -> a\na -> g\ng -> a : more\ng => e"))

    def complete(key: int) -> None:
        world.complete(key, "a", more=True, text="x" * 100)

    def after(steps: int) -> int:
        key = world.start()
        for _ in range(steps):
            complete(key)
        return key

    def ratio(late: int, early: int) -> float:
        old, taken = after(late), []
        for _ in range(80):
            young = after(early)
            taken.append((_median_ms(lambda: complete(old), 1), _median_ms(lambda key=young: complete(key), 1)))
        return statistics.median(of_old for of_old, _ in taken) / statistics.median(of_young for _, of_young in taken)

    figures = {"cost_500_over_5": ratio(500, 5), "cost_2000_over_2": ratio(2_000, 2)}
    world.database.close()
    return figures


def _wide_blocks(folder: Path) -> float:
    """CPU in which an instance starts that has five parallel blocks in a row, each of five tasks."""
    url = f"sqlite:///{folder}/wide.db"
    upgrade(url)
    world = World(url)
    world.publish(process(wide_blocks()))
    taken = _median_ms(world.start, 100)
    world.database.close()
    return taken


def _inbox(folder: Path) -> float:
    """A page of 50 out of a million open items, wall time."""
    url = f"sqlite:///{folder}/inbox.db"
    upgrade(url)
    house = House(url, write_house(folder / "house"))
    with house.act("S1") as ctx:
        cases.start(ctx, "request", key="x")
    roles = sorted(house.application.house.departments.roles)
    with house.application.transaction(SYSTEM) as ctx:
        row = dict(ctx.connection.execute(sa.select(work_item)).one()._mapping)
        for first in range(0, ITEMS, 10_000):
            ctx.connection.execute(work_item.insert(), [_item(row, number, roles) for number in range(first, first + 10_000)])
    with house.look("S1") as ctx:
        return _median_ms(lambda: inbox.page(ctx, "offered"), 40, time.perf_counter)


def _item(row: dict[str, Any], number: int, roles: list[str]) -> dict[str, Any]:
    due = START + timedelta(minutes=random.randrange(-50_000, 500_000))
    own = {"step_id": f"s{number}", "id": f"1-{number}", "role": roles[number % len(roles)], "due_at": due, "sort_at": due}
    return {**row, **own, "assignee": None if number % 3 else f"P{number % 400}"}


def _startup() -> dict[str, float]:
    """Seconds until a worker process has its code, and its memory in megabytes."""
    begun = time.perf_counter()
    shown = subprocess.run([sys.executable, "-c", MEMORY], check=True, capture_output=True, text=True, cwd=ROOT)
    return {"startup_s": time.perf_counter() - begun, "rss_mb": float(shown.stdout)}


def _rules() -> dict[str, float]:
    """A typical condition, in microseconds, and compiling it, in milliseconds."""
    compiled = feel.compile_expression(CONDITION)
    scope = {"order_class": "REGULAR_NO_STOCK", "order": {"total_amount": 630000}}
    thousand = _median_ms(lambda: [compiled.evaluate(scope) for _ in range(1000)], 9)
    compiling = _median_ms(lambda: feel.compile_expression(f"{CONDITION} or {random.random()} > 1"), 50)
    drawn = _decision_table()
    facts = {"c0": "B", "c1": "NORMAL", "c2": "EU", "n0": 4500, "n1": 12, "flag": True}
    assert drawn.evaluate("big", facts).matched == (19,)
    hundred = _median_ms(lambda: [drawn.evaluate("big", facts) for _ in range(100)], 9)
    return {"condition_us": thousand, "feel_compile_ms": compiling, "decision_table_us": hundred * 10}


def _decision_table() -> Decisions:
    """A UNIQUE table of 20 rules and 6 inputs: three texts, two numbers with ranges, one truth value."""
    columns = ["c0: string", "c1: string", "c2: string", "n0: number", "n1: number", "flag: boolean"]
    rows = [
        f'"{letter}" | "NORMAL", "URGENT" | not("US") | [{low}..{low + 1000}) | > 10 | {flag} => "{letter}{low}{flag}"'
        for letter in "AB"
        for low in range(0, 5000, 1000)
        for flag in ("true", "false")
    ]
    return read_decisions(file(decision("big", table("UNIQUE", columns, ["o: string"], *rows))), "big.dmn")


if __name__ == "__main__":
    main()
