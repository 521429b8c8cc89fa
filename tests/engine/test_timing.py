"""Durations, moments and cycles: by the calendar where they say days, exact where they say hours."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.timing import next_ring, parse_cycle, parse_duration, parse_moment

BERLIN = ZoneInfo("Europe/Berlin")  # puts its clocks forward on 2026-03-29 and back on 2026-10-25


@pytest.mark.parametrize(
    ("text", "from_", "due"),
    [
        pytest.param("P1D", "2026-03-28T12:00+01:00", "2026-03-29T12:00+02:00", id="a day ends at the same time of day"),
        pytest.param("PT24H", "2026-03-28T12:00+01:00", "2026-03-29T13:00+02:00", id="24 hours are 24 hours"),
        pytest.param("PT2H", "2026-10-25T00:30+02:00", "2026-10-25T01:30+01:00", id="the hour that comes twice counts twice"),
        pytest.param("P1M", "2026-01-31T09:00+01:00", "2026-02-28T09:00+01:00", id="a missing day is the last of the month"),
        pytest.param("P1Y2M1W1DT1H", "2026-01-01T00:00+01:00", "2027-03-09T01:00+01:00", id="all parts together"),
        pytest.param("P1.5D", "2026-01-01T00:00+01:00", "2026-01-02T12:00+01:00", id="half a day"),
        pytest.param("PT0.5H", "2026-01-01T00:00+01:00", "2026-01-01T00:30+01:00", id="half an hour"),
    ],
)
def test_durations_end_where_the_clocks_of_the_plant_say(text: str, from_: str, due: str) -> None:
    assert parse_duration(text).after(datetime.fromisoformat(from_), BERLIN) == datetime.fromisoformat(due)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1", "1D", "-P1D", "P1H", "P1DT", "None", "P99999999999D", "PT1e5S", "P\uff11D"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["P9999Y", "P99999M", "P999999W", "P999999999D", "PT999999999H"])
def test_a_duration_beyond_the_calendar_is_refused_not_a_crash(text: str) -> None:
    with pytest.raises(ValueError, match="too far in the future"):
        parse_duration(text).after(datetime(2026, 1, 1, tzinfo=UTC), BERLIN)


def test_a_moment_without_a_zone_is_the_plants() -> None:
    assert parse_moment("2026-07-01T12:00", BERLIN) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert parse_moment("2026-07-01T12:00@Asia/Shanghai", BERLIN) == datetime(2026, 7, 1, 4, tzinfo=UTC)
    assert parse_moment("2026-07-01", BERLIN) == datetime(2026, 6, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "2026-07-01T12:00@No/Where", "2026-07-01T12:00@../x", "0001-01-01"])
def test_what_is_no_moment_is_refused_not_a_crash(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date and time"):
        parse_moment(text, BERLIN)


@pytest.mark.parametrize("text", ["R", "R0/P1D", "R-1/P1D", "3/P1D", "R/PT59S", "R/P0D", "R/x/P1D", "R/2026-01-01/2026-02-01/P1D"])
def test_what_is_no_cycle_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not|more often"):
        parse_cycle(text, BERLIN)


def test_the_last_day_of_every_month_stays_the_last() -> None:
    every, began = parse_duration("P1M"), datetime(2026, 1, 31, 8, tzinfo=UTC)
    rings, number, now = [], 0, began

    for _ in range(4):
        ring = next_ring(every, began, number, now, ZoneInfo("UTC"))
        number, now = ring.number, ring.due
        rings.append((ring.number, ring.due.date().isoformat()))

    assert rings == [(1, "2026-02-28"), (2, "2026-03-31"), (3, "2026-04-30"), (4, "2026-05-31")]


def test_rings_that_were_missed_are_left_out() -> None:
    began, now = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, 0, 0, 30, tzinfo=UTC)

    ring = next_ring(parse_duration("PT1M"), began, 1, now, BERLIN)

    assert (ring.number, ring.due) == (365 * 24 * 60 + 1, datetime(2027, 1, 1, 0, 1, tzinfo=UTC))
