"""ISO 8601 moments, durations and cycles, computed from a `now` that is passed in."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

_NUMBER = r"\d{1,9}(?:[.,]\d{1,9})?"
_DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,6})W)?"
    rf"(?:(?P<days>{_NUMBER})D)?(?:T(?=.)(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?(?:(?P<seconds>{_NUMBER})S)?)?",
    re.ASCII,
)
#: A cycle shorter than this would keep the machine busy with nothing else.
SHORTEST_CYCLE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and days, which end at the same time of day, and an exact rest."""

    months: int
    days: int
    rest: timedelta

    def after(self, moment: datetime, zone: tzinfo, *, times: int = 1) -> datetime:
        """The moment in UTC that lies so many times this much later, by the clocks of a zone; a missing day is the month's last.

        Raises:
            ValueError: no calendar reaches so far.
        """
        try:
            if self.months or self.days:
                moment = self._by_the_calendar(moment.astimezone(zone), times)
            return moment.astimezone(UTC) + self.rest * times
        except (OverflowError, ValueError):
            raise ValueError("it lies too far in the future.") from None

    def _by_the_calendar(self, moment: datetime, times: int) -> datetime:
        month = moment.month - 1 + self.months * times
        year, month = moment.year + month // 12, month % 12 + 1
        day = min(moment.day, monthrange(year, month)[1])
        return moment.replace(year=year, month=month, day=day) + timedelta(days=self.days * times)


def parse_duration(text: str) -> Duration:
    """A duration such as P1DT2H.

    Raises:
        ValueError: not an ISO 8601 duration, or a negative one.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"“{text}” is not a duration such as P3D or PT4H.")
    part = {name: float((value or "0").replace(",", ".")) for name, value in match.groupdict().items()}
    days = int(part["days"])
    rest = timedelta(days=part["days"] - days, hours=part["hours"], minutes=part["minutes"], seconds=part["seconds"])
    return Duration(int(part["years"]) * 12 + int(part["months"]), int(part["weeks"]) * 7 + days, rest)


def parse_moment(text: str, zone: tzinfo) -> datetime:
    """A moment in UTC; a text without a zone means the plant's.

    Raises:
        ValueError: not an ISO 8601 date or date-time, or in a zone that does not exist.
    """
    day_and_time, _, named = text.strip().partition("@")
    try:
        moment = datetime.fromisoformat(day_and_time)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(named) if named else zone)
        return moment.astimezone(UTC)
    except (KeyError, OSError, OverflowError, ValueError):
        raise ValueError(f"“{text}” is not a date and time such as 2026-03-02T17:30:00+08:00.") from None


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repeating timer: how often (None = without end), from when (None = one duration from now), how far apart."""

    times: int | None
    start: datetime | None
    every: Duration


def parse_cycle(text: str, zone: tzinfo) -> Cycle:
    """A cycle such as R3/PT10M or R/2026-03-02T09:00:00+08:00/P7D.

    Raises:
        ValueError: not such a cycle, or shorter than a minute.
    """
    head, *rest = text.strip().split("/")
    if not re.fullmatch(r"R(?:[1-9]\d{0,8})?", head, re.ASCII) or len(rest) not in {1, 2}:
        raise ValueError(f"“{text}” is not a cycle such as R3/PT10M.")
    every = parse_duration(rest[-1])
    start = parse_moment(rest[0], zone) if len(rest) == 2 else None
    if not (every.months or every.days) and every.rest < SHORTEST_CYCLE:
        raise ValueError(f"“{text}” repeats more often than once a minute.")
    return Cycle(int(head[1:]) if head[1:] else None, start, every)


@dataclass(frozen=True, slots=True)
class Ring:
    """One ring of a repeating timer: its number, counted from the moment at which the cycle began, and when it is due.

    Each is reckoned from the beginning: the last day of every month stays the last, and no hour is lost where clocks change.
    """

    number: int
    due: datetime


def next_ring(every: Duration, began: datetime, number: int, now: datetime, zone: tzinfo) -> Ring:
    """The first ring after the one of this number that is still to come.

    Those that were missed meanwhile are left out: nobody wants a hundred reminders at once.

    Raises:
        ValueError: no calendar reaches so far.
    """
    number += 1
    if not (every.months or every.days):
        number = max(number, (now - began) // every.rest + 1)
    while (due := every.after(began, zone, times=number)) <= now:
        number += 1
    return Ring(number, due)
