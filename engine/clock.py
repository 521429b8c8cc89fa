"""The one place where the time is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A time that stands still until it is moved: for tests and for `lanework play`."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it was last moved to."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Goes to `moment`, never backwards."""
        self._now = max(self._now, moment.astimezone(UTC))

    def advance(self, step: timedelta) -> None:
        """Goes `step` further."""
        self.move_to(self._now + step)
