"""Processes that act at once and are killed at random moments: `python -m tests.reliability.campaign WORK URL FOLDER COUNT`.

It is a program of its own because only a process without threads may fork. It prints one JSON object of what it found.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import acts, instances, storage
from engine.errors import Conflict
from engine.tables import entry, instance
from tasks.bootstrap import Application
from tests.reliability import works

PROCESSES = 4
_AT_ONCE = 2
#: A worker is killed within so many seconds from its first act on; a completion takes a few milliseconds.
_LIFE = 0.03


def hammer(application: Application, count: int) -> dict[str, Any]:
    """Four processes complete everything at once, every item tried by two people and with the same key twice."""
    works.start_cases(application, "parallel", count)
    workers = [_finishing(application, seed) for seed in range(PROCESSES)]
    said = [line for worker in workers for line in worker.reports()]
    return {**_judged(application, said), "ended": works.ended(application)}


def kill(application: Application, count: int) -> dict[str, Any]:
    """Workers are killed at random moments; after each, everything is checked and the act in doubt is sent again."""
    order, said, found, batch, inside = random.Random(count), list[str](), list[str](), 0, 0
    for _ in range(0, count, _AT_ONCE):
        if len(works.open_items(application)) < 8:
            works.start_cases(application, "parallel", 4, prefix=f"B{batch}")
            batch += 1
        workers = [_finishing(application, seed) for seed in order.sample(range(10**9), _AT_ONCE)]
        time.sleep(order.random() * _LIFE + 0.005)
        for worker in workers:
            os.kill(worker.pid, signal.SIGKILL)
            lines = worker.reports()
            said += lines
            if lines and lines[-1].startswith("try"):
                inside += 1
                found += _sent_again(application, *lines[-1].split()[1:])
        found += works.faults(application)
    return {**_judged(application, said), "faults": found, "killed_inside": inside}


def timers(application: Application, count: int) -> dict[str, Any]:
    """Two processes wake what is due, and are killed now and then; how often each timer fired."""
    keys = works.start_cases(application, "timed", count)
    with application.database.transaction() as connection:
        connection.execute(instance.update().values(wake_at=works.SystemClock().now() - timedelta(days=7)))
    order, kills = random.Random(count), 0
    begun = time.monotonic()
    while _waiting(application):
        workers = [works.fork(application, lambda report: works.tick(application, report)) for _ in range(_AT_ONCE)]
        time.sleep(order.random() * 0.4)
        kills += len(workers)
        for worker in workers:
            os.kill(worker.pid, signal.SIGKILL)
            worker.reports()
    with application.database.reading() as connection:
        fired = sa.select(entry.c.subject, sa.func.count()).where(entry.c.kind == "timer fired").group_by(entry.c.subject)
        times = [number for _, number in connection.execute(fired)]
    seconds = round(time.monotonic() - begun, 1)
    return {
        "once": times.count(1) == len(keys) == len(times),
        "kills": kills,
        "seconds": seconds,
        "faults": [*works.faults(application)],
    }


def _finishing(application: Application, seed: int) -> works.Worker:
    return works.fork(application, lambda report: works.finish(application, seed, report))


def _waiting(application: Application) -> bool:
    with application.database.reading() as connection:
        return bool(connection.execute(sa.select(sa.func.count()).where(instance.c.status == "running")).scalar())


def _sent_again(application: Application, item: str, who: str) -> list[str]:
    """Nobody knows whether it was done: the same key must now be answered, twice the same, unless another was faster."""
    try:
        answers = [works.complete(application, item, who, f"{who}:{item}") for _ in range(2)]
    except Conflict:
        return []
    return [] if answers[0] == answers[1] else [f"{item}: {answers}"]


def _judged(application: Application, said: Sequence[str]) -> dict[str, Any]:
    """What was told to the senders, held against what the database knows; who finished an item is never refused with its key."""
    acknowledged = _told(said, "done")
    with application.database.reading() as connection:
        table = works.work_item
        rows = connection.execute(sa.select(table.c.id, table.c.finished_by).where(table.c.status == "finished"))
        finished = {key: {who} for key, who in rows}
    return {
        "doubled": sorted(item for item, people in acknowledged.items() if len(people) > 1),
        "lost": sorted(item for item, people in acknowledged.items() if finished.get(item) != people),
        "wrong": sorted({line for line in said if line.startswith("wrong")}),
        "refused": sorted(item for item, people in _told(said, "refused").items() if finished.get(item, set()) & people),
        "acknowledged": len(acknowledged),
        "faults": [*works.faults(application)],
    }


def _told(said: Sequence[str], word: str) -> dict[str, set[str]]:
    """The people who were told `word` of each item."""
    told = defaultdict[str, set[str]](set)
    for line in said:
        if line.startswith(f"{word} "):
            _, item, who = line.split()
            told[item].add(who)
    return told


#: Mistakes that are made on purpose, to see that they are found.
def _forget_the_lock() -> None:
    storage._LOCK = storage._LOCK_FREE = storage._LOOK
    storage._UPDATE = instance.update().where(instance.c.id == sa.bindparam("key"), sa.bindparam("seen") >= 0)


def _forget_the_keys() -> None:
    acts._INSERT = sa.select(sa.literal(1))


def _ring_twice() -> None:
    once = instances.advance_and_save

    def twice(ctx: Any, found: instances.Instance, kind: str, content: Any) -> None:
        once(ctx, found, kind, content)
        if kind == "timer fired":
            storage.note(ctx, found, kind, content)

    instances.advance_and_save = twice


BREAKS: dict[str, Callable[[], None]] = {"lock": _forget_the_lock, "keys": _forget_the_keys, "ring": _ring_twice}


def main() -> None:
    """Runs one campaign on a fresh database that has the schema."""
    work, url, folder, count, *broken = sys.argv[1:]
    application = works.open_works(url, Path(folder)).application
    application.database.close()
    application = works.enter(url, Path(folder))
    for name in broken:
        BREAKS[name]()
    found = {"hammer": hammer, "kill": kill, "timers": timers}[work](application, int(count))
    application.close()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
