"""Ticks in the background: APScheduler in memory, with no store of its own. What is due stands in the database."""

from __future__ import annotations

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

LOG = logging.getLogger(__name__)
# A tick that takes longer than the interval is no event: the next one comes after it.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


def every(seconds: float, tick: Callable[[], int]) -> Callable[[], None]:
    """Calls `tick` again and again until the returned function is called; at once again when it had something to do."""

    def run() -> None:
        try:
            while tick():
                pass
        except Exception:  # a sweep must survive whatever one round meets; the next round tries again
            LOG.exception("a tick failed")

    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(run, "interval", seconds=seconds, max_instances=1, coalesce=True)
    scheduler.start()

    def stop() -> None:
        scheduler.shutdown(wait=True)

    return stop
