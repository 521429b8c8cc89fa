"""Completions a second on PostgreSQL that keeps what it says: the house with one, two and four clients, and plain SQL beside it.

The plain SQL is what one case of the house sent to the database, recorded once and sent again with the numbers of other cases: the
same rows read and written, and no engine.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event

from engine import definitions, instances
from engine.ports import Actor
from engine.tables import instance
from tasks.bootstrap import SYSTEM, Application
from tasks.migrations import upgrade
from tasks.work import completion
from tasks.work.items import item_id
from tests.postgres import Cluster, running_cluster
from tests.reliability import works
from tests.tasks.house import NAMESPACES, House

CLIENTS = (1, 2, 4)
#: Two clients are as many as the machine has processors.
COMPARED = 2
CASES = 400
WARM_UP = 10
STEPS = ("register.1", "sales.1", "technical.1", "quality.1", "decide.1")
FIELDS = ("order_no", "customer", "product", "quantity", "price", "currency", "delivery", "terms", "packing", "remark")
_NODES = ("start", "register", "split", "sales", "technical", "quality", "join", "decide", "late", "reminded", "end")
_FLOWS = (
    *(("start", "register"), ("register", "split"), ("split", "sales"), ("split", "technical"), ("split", "quality")),
    *(("sales", "join"), ("technical", "join"), ("quality", "join"), ("join", "decide"), ("decide", "end"), ("late", "reminded")),
)


def _task(key: str, form: str, record: str) -> str:
    properties = f'<camunda:properties><camunda:property name="record" value="{record}"/></camunda:properties>'
    inside = f"<extensionElements>{properties}</extensionElements>"
    return f'<userTask id="{key}" name="{key}" camunda:formKey="{form}" camunda:dueDate="${{workdays(2)}}">{inside}</userTask>'


DRAWING = f"""<definitions {NAMESPACES}><process id="measured" name="Measured" isExecutable="true">
<laneSet id="lanes"><lane id="l1" name="SAL.rep">{"".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in _NODES)}</lane></laneSet>
<startEvent id="start"/>{_task("register", "order_form", "order")}<parallelGateway id="split"/>
{"".join(_task(name, "opinion_form", name) for name in ("sales", "technical", "quality"))}
<parallelGateway id="join"/>
{_task("decide", "opinion_form", "decision")}
<boundaryEvent id="late" attachedToRef="decide" cancelActivity="false"><timerEventDefinition><timeDuration>P5D</timeDuration>
</timerEventDefinition></boundaryEvent><endEvent id="reminded"/><endEvent id="end"/>
{"".join(f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(_FLOWS))}
</process></definitions>"""


def _form(name: str, *keys: str) -> str:
    components = [{"type": "textfield", "id": key, "key": key, "label": key} for key in keys]
    return json.dumps({"type": "default", "schemaVersion": 19, "id": name, "title": name, "components": components})


def measure() -> dict[str, Any]:
    """The figures, by the key that each has in `make bench`."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name, running_cluster(durable=True) as cluster:
        per_second, latency = {}, {}
        for clients in CLIENTS:
            application = _opened(cluster, Path(name, str(clients)))
            before = _wal(cluster)
            done = _together(application, clients, _by_the_house)
            per_second[clients] = sum(len(worker.times) / worker.seconds for worker in done)
            times = sorted(taken for worker in done for taken in worker.times)
            latency[clients] = {"p50_ms": statistics.median(times) * 1000, "p95_ms": times[int(len(times) * 0.95)] * 1000}
            if clients == COMPARED:
                figures["pg_wal_bytes_per_case"] = (_wal(cluster) - before) / (clients * (CASES + WARM_UP))
                figures["pg_sql_per_case"] = statistics.median(worker.statements for worker in done)
                bare = _bare_rate(cluster, application)
        figures["pg_completions_per_s"], figures["pg_latency"] = per_second, latency
        figures["pg_bare_completions_per_s"] = bare
        figures["pg_completions_over_bare"] = per_second[COMPARED] / bare
        figures["timers_10k_s"] = _timers(cluster, Path(name, "timers"))
    return figures


@dataclass
class Measured:
    """What a client took: seconds of each completion and in all, and statements a case."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    statements: float = 0.0


def _opened(cluster: Cluster, folder: Path) -> Application:
    url = cluster.url(cluster.create())
    upgrade(url)
    works.write_works(folder)
    (folder / "measured").mkdir()
    (folder / "measured" / "measured.bpmn").write_text(DRAWING, encoding="utf-8")
    for name, keys in (("order_form", FIELDS), ("opinion_form", ("opinion",))):
        (folder / "measured" / f"{name}.form").write_text(_form(name, *keys), encoding="utf-8")
    return House(url, folder).application


def _together(application: Application, clients: int, work: Callable[[Application, int], Measured]) -> list[Measured]:
    """What some processes took that work at the same time."""

    def reporting(client: int) -> Callable[[Any], None]:
        return lambda report: report(json.dumps(work(application, client).__dict__))

    workers = [works.fork(application, reporting(client)) for client in range(clients)]
    return [Measured(**json.loads(line)) for worker in workers for line in worker.reports()]


def _by_the_house(application: Application, client: int) -> Measured:
    found, count = Measured(), [0]

    def counted(_connection: Any, _cursor: Any, _statement: str, parameters: Any, _context: Any, many: bool) -> None:
        count[0] += len(parameters) if many and isinstance(parameters, list) else 1

    for number in range(-WARM_UP, CASES):
        if number == 0:
            event.listen(application.database.engine, "before_cursor_execute", counted)
            begun = time.perf_counter()
        times = list(_case(application, f"{client}-{number}"))
        found.times += times if number >= 0 else []
    found.seconds, found.statements = time.perf_counter() - begun, count[0] / CASES
    return found


def _case(application: Application, key: str) -> Iterator[float]:
    """Plays one case; the seconds of each completion."""
    with application.transaction(SYSTEM) as ctx:
        made = instances.start(ctx, definitions.latest(ctx.connection, "measured"), key, {})
    seller = Actor("S1")
    for step in STEPS:
        answers = {name: f"{name} of {key}" for name in (FIELDS if step == "register.1" else ("opinion",))}
        begun = time.perf_counter()
        with application.transaction(seller) as ctx:
            completion.complete(ctx, item_id(made, step), answers=answers, key=f"{key}:{step}")
        yield time.perf_counter() - begun


def _bare_rate(cluster: Cluster, application: Application) -> float:
    """Completions a second by plain SQL: the statements of one case, with other numbers."""
    recorded: list[list[tuple[str, Any]]] = []
    engine = application.database.engine

    def noted(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        recorded[-1].append((statement, parameters))

    event.listen(engine, "begin", lambda _connection: recorded.append([]))
    event.listen(engine, "before_cursor_execute", noted)
    list(_case(application, "recorded"))
    with application.reading(SYSTEM) as ctx:
        made = ctx.connection.execute(sa.select(instance.c.id).where(instance.c.business_key == "recorded")).scalar_one()
    transactions = [statements for statements in recorded if statements][: 1 + len(STEPS)]
    name = engine.url.database

    def by_hand(_application: Application, client: int) -> Measured:
        with psycopg.connect(host=str(cluster.folder), user="lanework", dbname=name) as connection:
            found = Measured()
            for number in range(-WARM_UP, CASES):
                if number == 0:
                    begun = time.perf_counter()
                times = list(_replayed(connection, transactions, made, f"bare-{client}-{number}"))
                found.times += times if number >= 0 else []
            found.seconds = time.perf_counter() - begun
            return found

    application.close()
    return sum(len(worker.times) / worker.seconds for worker in _together(application, COMPARED, by_hand))


def _replayed(
    connection: psycopg.Connection[Any], transactions: list[list[tuple[str, Any]]], made: int, key: str
) -> Iterator[float]:
    """Sends the recorded transactions of a case again as another case."""
    new = None
    for position, statements in enumerate(transactions):
        begun = time.perf_counter()
        with connection.transaction():
            for statement, parameters in statements:
                renamed = _renamed(parameters, made, new, key)
                if isinstance(renamed, list):
                    connection.cursor().executemany(statement.encode(), renamed)
                    continue
                cursor = connection.execute(statement.encode(), renamed)
                rows = cursor.fetchall() if cursor.description else []
                if statement.startswith("INSERT INTO instance "):
                    new = rows[0][0]
        if position:
            yield time.perf_counter() - begun


def _renamed(value: Any, made: int, new: int | None, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _renamed(inner, made, new, key) for name, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, made, new, key) for inner in value]
    if type(value) is int and value == made and new is not None:
        return new
    if isinstance(value, str):
        value = value.replace("recorded", key)
        return value.replace(f"{made}-", f"{new}-").replace(f"case:{made}", f"case:{new}")
    return value


def _wal(cluster: Cluster) -> int:
    with psycopg.connect(host=str(cluster.folder), user="lanework", dbname="postgres") as connection:
        row = connection.execute("SELECT pg_current_wal_lsn() - '0/0'").fetchone()
    assert row
    return int(row[0])


def _timers(cluster: Cluster, folder: Path) -> float:
    """Seconds in which one process wakes 10,000 timers that are due."""
    url = cluster.url(cluster.create())
    upgrade(url)
    application = works.open_works(url, folder).application
    for batch in range(20):
        works.start_cases(application, "timed", 500, prefix=f"T{batch}")
    application.clock.advance(timedelta(days=1))
    begun = time.perf_counter()
    works.tick(application, lambda _line: None)
    taken = time.perf_counter() - begun
    application.close()
    return taken
