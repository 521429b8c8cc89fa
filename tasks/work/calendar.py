"""The plant's working calendar: when work is done, and when something is due."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import SettingsInvalid

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: What is due the same day moves to the next one when less than this is left of it.
SHORTEST_SAME_DAY = timedelta(hours=2)

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """Working time within one day, by the clock on the wall."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Weekdays, shifts, holidays and make-up days of a plant, in its zone.

    Takes aware moments and gives moments in UTC. A working day (wd) is as long as the shifts of a day together.
    """

    zone: ZoneInfo
    weekdays: frozenset[int]
    shifts: tuple[Shift, ...]
    holidays: frozenset[date]
    makeup_days: frozenset[date]

    def day_of(self, at: datetime) -> date:
        """Which day a moment belongs to at the plant."""
        return _aware(at).astimezone(self.zone).date()

    def is_working_day(self, day: date) -> bool:
        """Whether work is done on a day."""
        return day in self.makeup_days or (day.weekday() in self.weekdays and day not in self.holidays)

    def is_open(self, at: datetime) -> bool:
        """Whether work is done at a moment; the moment a shift ends is no longer open."""
        local = _aware(at).astimezone(self.zone)
        within = any(shift.start <= local.time() < shift.end for shift in self.shifts)
        return within and self.is_working_day(local.date())

    def end_of(self, day: date) -> datetime:
        """When the last shift of a day ends, or would end if work were done: when something agreed for that day is due."""
        return self._moment(day, self.shifts[-1].end)

    def due_after(self, start: datetime, working_days: Decimal | int) -> datetime:
        """When something is due that starts now and may take some working days.

        Whole days: the end of the n-th working day after the start day; a start on a day off or after the last shift counts
        from the next working day. A fraction is that part of a day in working hours, counted from there (from the start itself
        when there are no whole days). 0 means "the same working day": its end, or the next one's when under two hours are left.
        Source: REQUIREMENTS 2.1, point 1.
        """
        if working_days < 0:
            raise ValueError(f"{working_days} working days")
        day = self._start_day(start)
        if not working_days:
            left = self._open_time(start, self.end_of(day))
            return self.end_of(day if left >= SHORTEST_SAME_DAY else self._working_day(day, 1))

        whole = int(working_days)
        moment = self.end_of(self._working_day(day, whole)) if whole else start.astimezone(UTC)
        return self._later(moment, self._length(Decimal(working_days) - whole))

    def add_working_days(self, at: datetime, working_days: Decimal | int) -> datetime:
        """The same time of day some working days later, or earlier when they are negative; a fraction counts working hours."""
        whole = int(working_days)
        moment = _aware(at).astimezone(UTC)
        if whole:
            local = at.astimezone(self.zone)
            moment = self._moment(self._working_day(local.date(), whole), local.time())
        rest = self._length(Decimal(working_days) - whole)
        return self._later(moment, rest) if rest >= timedelta(0) else self._earlier(moment, -rest)

    def share_of(self, start: datetime, end: datetime, percent: Decimal | int) -> datetime:
        """The moment at which some percent of the working time between two moments has passed.

        Where nobody works between them, time is taken as it passes on the wall.
        """
        share = Decimal(percent) / 100
        allotted = self._open_time(start, end)
        if not allotted:
            return start.astimezone(UTC) + _part(max(end - start, timedelta(0)), share)
        return self._later(start.astimezone(UTC), _part(allotted, share))

    def working_hours_between(self, start: datetime, end: datetime) -> Decimal:
        """Working hours from start to end; none when the end is not later."""
        return _ratio(self._open_time(start, end), _HOUR)

    def working_days_between(self, start: datetime, end: datetime) -> Decimal:
        """Working time from start to end in working days: 1.5 is a day and a half of shifts."""
        return _ratio(self._open_time(start, end), self._day_length)

    @property
    def _day_length(self) -> timedelta:
        return sum((_span(shift) for shift in self.shifts), timedelta(0))

    def _length(self, working_days: Decimal) -> timedelta:
        return _part(self._day_length, working_days)

    def _moment(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def _start_day(self, start: datetime) -> date:
        day = self.day_of(start)
        started_in_time = self.is_working_day(day) and start <= self.end_of(day)
        return day if started_in_time else self._working_day(day, 1)

    def _working_day(self, day: date, count: int) -> date:
        """The n-th working day after a day, or before it when n is negative."""
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def _spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if not self.is_working_day(day):
            return ()
        return tuple((self._moment(day, shift.start), self._moment(day, shift.end)) for shift in self.shifts)

    def _spans_after(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = self.day_of(at)
        while True:
            yield from ((max(opens, at), closes) for opens, closes in self._spans(day) if closes > at)
            day += _DAY

    def _spans_before(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = self.day_of(at)
        while True:
            yield from ((opens, min(closes, at)) for opens, closes in reversed(self._spans(day)) if opens < at)
            day -= _DAY

    def _open_time(self, start: datetime, end: datetime) -> timedelta:
        start, end = _aware(start).astimezone(UTC), _aware(end).astimezone(UTC)
        total, day, last = timedelta(0), self.day_of(start), self.day_of(end)
        while day <= last:
            total += sum(
                (max(min(closes, end) - max(opens, start), timedelta(0)) for opens, closes in self._spans(day)), timedelta(0)
            )
            day += _DAY
        return total

    def _later(self, at: datetime, left: timedelta) -> datetime:
        if not left:
            return at
        spans = self._spans_after(at)
        opens, closes = next(spans)
        while left > closes - opens:
            left -= closes - opens
            opens, closes = next(spans)
        return opens + left

    def _earlier(self, at: datetime, left: timedelta) -> datetime:
        spans = self._spans_before(at)
        opens, closes = next(spans)
        while left > closes - opens:
            left -= closes - opens
            opens, closes = next(spans)
        return closes - left


def read_calendar(text: str) -> WorkingCalendar:
    """The calendar as `calendar.toml` has it.

    Raises:
        SettingsInvalid: names the key that cannot be used.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid("calendar.toml", str(error)) from error
    weekdays = frozenset(WEEKDAYS.index(_one_of(WEEKDAYS, name, "weekdays")) for name in content.get("weekdays", ()))
    if not weekdays:
        raise SettingsInvalid("calendar.toml: weekdays", "at least one weekday must be a working day.")
    return WorkingCalendar(
        zone=_zone(content.get("zone")),
        weekdays=weekdays,
        shifts=_shifts(content.get("shifts", ())),
        holidays=_days(content, "holidays"),
        makeup_days=_days(content, "makeup_days"),
    )


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsInvalid("calendar.toml: zone", f"“{name}” is no IANA time zone.") from error


def _shifts(rows: list[Mapping[str, Any]]) -> tuple[Shift, ...]:
    shifts = tuple(Shift(_clock(row.get("start")), _clock(row.get("end"))) for row in rows)
    in_order = all(shift.start < shift.end for shift in shifts) and all(one.end <= two.start for one, two in pairwise(shifts))
    if not shifts or not in_order:
        raise SettingsInvalid("calendar.toml: shifts", "there must be shifts, each within one day, in order, without overlap.")
    return shifts


def _clock(value: object) -> time:
    if not isinstance(value, time):
        raise SettingsInvalid("calendar.toml: shifts", f"“{value}” is no time of day like 08:30:00.")
    return value


def _days(content: Mapping[str, Any], key: str) -> frozenset[date]:
    days = content.get(key, [])
    for day in days:
        if isinstance(day, datetime) or not isinstance(day, date):
            raise SettingsInvalid(f"calendar.toml: {key}", f"“{day}” is no date like 2026-10-01.")
    return frozenset(days)


def _one_of(names: tuple[str, ...], name: object, key: str) -> str:
    if name not in names:
        raise SettingsInvalid(f"calendar.toml: {key}", f"“{name}” is none of {', '.join(names)}.")
    return str(name)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment


def _span(shift: Shift) -> timedelta:
    return datetime.combine(date.min, shift.end) - datetime.combine(date.min, shift.start)


def _part(length: timedelta, share: Decimal) -> timedelta:
    return timedelta(microseconds=int(share * (length // timedelta(microseconds=1))))


def _ratio(length: timedelta, unit: timedelta) -> Decimal:
    return Decimal(length // timedelta(microseconds=1)) / Decimal(unit // timedelta(microseconds=1))
