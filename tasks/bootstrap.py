"""The composition root: settings in, a Lanework out."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine import incidents, scheduler, timers
from engine.clock import Clock, SystemClock
from engine.db import Database
from engine.errors import Busy
from engine.ports import Actor, JournalKey, Ports
from tasks.context import Context
from tasks.functions import host_functions
from tasks.house import House, HouseCatalogue, read_house
from tasks.person import Person
from tasks.records.operations import BOOK
from tasks.settings import Settings
from tasks.work import people
from tasks.work.items import WorkObserver

LOG = logging.getLogger("lanework.ticker")
#: How long an instance waits that could not be woken.
PATIENCE = timedelta(minutes=1)
SYSTEM = Actor("system", "system")
TIMER = Actor("timer", "timer")


@dataclass(slots=True)
class Application:
    """A running Lanework: opens transactions in somebody's name."""

    settings: Settings
    house: House
    database: Database
    clock: Clock
    ports: Ports
    catalogue: HouseCatalogue = field(repr=False)

    @contextmanager
    def transaction(self, who: Actor | Person) -> Iterator[Context]:
        """An act of somebody: one transaction, committed at the end, rolled back whole on any error."""
        with self.database.transaction() as connection:
            yield self._context(connection, who)

    @contextmanager
    def reading(self, who: Actor | Person) -> Iterator[Context]:
        """A look at one moment, which changes nothing."""
        with self.database.reading() as connection:
            yield self._context(connection, who)

    def close(self) -> None:
        """Closes all connections."""
        self.database.close()

    def _context(self, connection: Any, who: Actor | Person) -> Context:
        if isinstance(who, Person):
            return Context(connection, self.clock.now(), who.actor(), self.ports, self.house, who)
        ctx = Context(connection, self.clock.now(), who, self.ports, self.house)
        return dataclasses.replace(ctx, acting=people.get(ctx, who.id)) if who.kind == "person" else ctx


def open_application(
    settings: Settings, *, clock: Clock | None = None, key: JournalKey | None = None, owner: bool = False
) -> Application:
    """A Lanework on the settings' database, whose schema must be there.

    Raises:
        SettingsInvalid, FileInvalid, DrawingInvalid: the house cannot be read.
    """
    house = read_house(settings.processes, settings.company)
    catalogue = HouseCatalogue(house, frozenset(BOOK))
    ports = Ports(WorkObserver(), BOOK, host_functions, catalogue, key or settings.journal_key(), house.zone)
    return Application(settings, house, Database(settings.database, owner=owner), clock or SystemClock(), ports, catalogue)


@dataclass(frozen=True, slots=True)
class Ticker:
    """Wakes what is due. Any number of processes may do it at once: each instance is woken by one."""

    application: Application
    batch: int = 50

    def tick(self) -> int:
        """Wakes the instances that are due now, each in a transaction of its own; how many."""
        application = self.application
        with application.reading(TIMER) as ctx:
            due = timers.due(ctx.connection, application.clock.now(), self.batch)
        return sum(map(self._wake, due))

    def _wake(self, instance: int) -> bool:
        """Whether an instance moved. One that cannot be woken is tried again later and stands in the way of no other."""
        application = self.application
        try:
            with application.transaction(TIMER) as ctx:
                return timers.wake(ctx, instance)
        except Busy:
            return False  # the next tick tries again
        except Exception as error:  # whatever is wrong with one case must not keep the others from being woken
            LOG.exception("instance %s cannot be woken", instance)
            reason = f"The case cannot be woken ({type(error).__name__}: {error})."
        with application.transaction(TIMER) as ctx:
            timers.put_off(ctx.connection, instance, application.clock.now() + PATIENCE)
            incidents.keep_unwoken(ctx, instance, reason)
        return False

    def start(self, seconds: float) -> Callable[[], None]:
        """Ticks in the background until the returned function is called."""
        return scheduler.every(seconds, self.tick)

    def next_wake(self) -> datetime | None:
        """When something is due next."""
        with self.application.reading(TIMER) as ctx:
            return timers.next_wake(ctx.connection)
