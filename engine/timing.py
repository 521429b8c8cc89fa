"""ISO 8601 moments, durations and cycles, computed from a `now` that is passed in."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

_DURATION = re.compile(
    r"(?P<sign>-)?P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?",
    re.ASCII,
)
#: A cycle shorter than this would keep the machine busy with nothing else.
SHORTEST_CYCLE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and an exact rest."""

    months: int
    rest: timedelta

    def after(self, moment: datetime) -> datetime:
        """The moment this much later; the day is kept, or is the month's last."""
        month = moment.month - 1 + self.months
        year, month = moment.year + month // 12, month % 12 + 1
        day = min(moment.day, monthrange(year, month)[1])
        return moment.replace(year=year, month=month, day=day) + self.rest


def parse_duration(text: str) -> Duration:
    """A duration such as P1DT2H.

    Raises:
        ValueError: not an ISO 8601 duration, or a negative one.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or match["sign"]:
        raise ValueError(f"“{text}” is not a duration such as P3D or PT4H.")
    part = {k: float((v or "0").replace(",", ".")) for k, v in match.groupdict().items() if k != "sign"}
    rest = timedelta(weeks=part["weeks"], days=part["days"], hours=part["hours"], minutes=part["minutes"], seconds=part["seconds"])
    return Duration(int(part["years"]) * 12 + int(part["months"]), rest)


def parse_moment(text: str, zone: tzinfo) -> datetime:
    """A moment in UTC; a text without a zone means the plant's.

    Raises:
        ValueError: not an ISO 8601 date or date-time.
    """
    text, _, named = text.strip().partition("@")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a date and time such as 2026-03-02T17:30:00+08:00.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(named) if named else zone)
    return moment.astimezone(UTC)


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
    if not re.fullmatch(r"R\d*", head, re.ASCII) or len(rest) not in {1, 2}:
        raise ValueError(f"“{text}” is not a cycle such as R3/PT10M.")
    every = parse_duration(rest[-1])
    start = parse_moment(rest[0], zone) if len(rest) == 2 else None
    if every.after(datetime(2024, 1, 1, tzinfo=UTC)) - datetime(2024, 1, 1, tzinfo=UTC) < SHORTEST_CYCLE:
        raise ValueError(f"“{text}” repeats more often than once a minute.")
    return Cycle(int(head[1:]) if head[1:] else None, start, every)
