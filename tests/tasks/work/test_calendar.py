from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SettingsInvalid
from tasks.work.calendar import Shift, WorkingCalendar, read_calendar

PROCESSES = Path(__file__).parents[3] / "processes"
PLANT = read_calendar((PROCESSES / "calendar.toml").read_text(encoding="utf-8"))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def local(moment: datetime, zone: ZoneInfo = SHANGHAI) -> str:
    assert moment.tzinfo is UTC
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def test_the_plant_works_eight_hours_on_weekdays_and_make_up_days_but_not_on_holidays() -> None:
    days = {day: PLANT.is_working_day(date.fromisoformat(day)) for day in ("2026-03-04", "2026-03-07", "2026-10-05", "2026-10-10")}

    assert days == {"2026-03-04": True, "2026-03-07": False, "2026-10-05": False, "2026-10-10": True}
    assert PLANT.working_hours_between(at("2026-03-04T00:00"), at("2026-03-05T00:00")) == 8


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-04T08:29", False),
        ("2026-03-04T08:30", True),
        ("2026-03-04T12:00", False),
        ("2026-03-04T12:30", False),
        ("2026-03-04T13:00", True),
        ("2026-03-04T17:29", True),
        ("2026-03-04T17:30", False),
        ("2026-03-07T10:00", False),
        ("2026-10-10T10:00", True),
    ],
)
def test_work_is_done_within_the_shifts_of_working_days(moment: str, is_open: bool) -> None:
    assert PLANT.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("start", "working_days", "due"),
    [
        pytest.param("2026-03-04T09:00", 1, "2026-03-05 17:30", id="the start day is not counted"),
        pytest.param("2026-03-04T17:30", 1, "2026-03-05 17:30", id="the end of the last shift still is the start day"),
        pytest.param("2026-03-04T17:31", 1, "2026-03-06 17:30", id="after the last shift counts from the next day"),
        pytest.param("2026-03-04T06:00", 1, "2026-03-05 17:30", id="before the first shift is the start day"),
        pytest.param("2026-03-06T09:00", 3, "2026-03-11 17:30", id="a weekend is passed over"),
        pytest.param("2026-03-07T09:00", 1, "2026-03-10 17:30", id="a start on a day off counts from the next working day"),
        pytest.param("2026-09-30T09:00", 1, "2026-10-08 17:30", id="a holiday week is passed over"),
        pytest.param("2026-10-09T09:00", 1, "2026-10-10 17:30", id="a make-up day counts"),
        pytest.param("2026-03-04T09:00", Decimal("0.5"), "2026-03-04 14:00", id="half a day is four working hours"),
        pytest.param("2026-03-04T15:00", Decimal("0.5"), "2026-03-05 10:00", id="half a day runs over the night"),
        pytest.param("2026-03-06T17:45", Decimal("0.5"), "2026-03-09 13:30", id="half a day starts when work starts"),
        pytest.param("2026-03-07T10:00", Decimal("0.5"), "2026-03-09 13:30", id="half a day starts on a working day"),
        pytest.param("2026-03-04T08:00", Decimal("0.4375"), "2026-03-04 12:00", id="a fraction may end with the shift"),
        pytest.param("2026-03-04T09:00", Decimal("1.5"), "2026-03-06 13:30", id="whole days first and then the hours"),
        pytest.param("2026-03-04T15:30", 0, "2026-03-04 17:30", id="the same day while two hours are left"),
        pytest.param("2026-03-04T15:31", 0, "2026-03-05 17:30", id="the next day when less is left"),
        pytest.param("2026-03-07T10:00", 0, "2026-03-09 17:30", id="the same day of a day off is the next working day"),
    ],
)
def test_a_due_date_counts_working_days(start: str, working_days: Decimal | int, due: str) -> None:
    assert local(PLANT.due_after(at(start), working_days)) == due


def test_a_moment_belongs_to_the_day_it_is_at_the_plant() -> None:
    assert PLANT.day_of(datetime(2026, 3, 4, 17, tzinfo=UTC)) == date(2026, 3, 5)


def test_a_due_date_does_not_depend_on_the_zone_the_start_is_given_in() -> None:
    start = at("2026-03-04T09:00")

    assert PLANT.due_after(start.astimezone(ZoneInfo("America/New_York")), 3) == PLANT.due_after(start, 3)


def test_a_moment_without_a_zone_and_a_negative_term_are_refused() -> None:
    naive = datetime(2026, 3, 4, 9)  # noqa: DTZ001  the point of the test

    with pytest.raises(ValueError, match="no time zone"):
        PLANT.due_after(naive, 1)
    with pytest.raises(ValueError, match="-1 working days"):
        PLANT.due_after(at("2026-03-04T09:00"), -1)


@pytest.mark.parametrize(
    ("moment", "working_days", "expected"),
    [
        pytest.param("2026-03-06T17:30", 1, "2026-03-09 17:30", id="a day later, over the weekend"),
        pytest.param("2026-03-09T17:30", -1, "2026-03-06 17:30", id="a day earlier, over the weekend"),
        pytest.param("2026-03-04T17:30", 5, "2026-03-11 17:30", id="five days later"),
        pytest.param("2026-03-07T17:30", 1, "2026-03-09 17:30", id="later than a day off"),
        pytest.param("2026-03-07T17:30", -1, "2026-03-06 17:30", id="earlier than a day off"),
        pytest.param("2026-03-05T17:30", Decimal("-0.5"), "2026-03-05 13:30", id="four working hours earlier"),
        pytest.param("2026-03-05T10:30", Decimal("-0.5"), "2026-03-04 15:30", id="four working hours earlier, over the night"),
        pytest.param("2026-03-05T17:30", Decimal("0.25"), "2026-03-06 10:30", id="two working hours later"),
        pytest.param("2026-03-05T17:30", 0, "2026-03-05 17:30", id="not at all"),
    ],
)
def test_reminders_and_escalations_stand_some_working_days_from_the_due_date(
    moment: str, working_days: Decimal | int, expected: str
) -> None:
    assert local(PLANT.add_working_days(at(moment), working_days)) == expected


def test_half_of_the_allotted_working_time_leaves_out_nights() -> None:
    start = at("2026-03-04T13:30")

    assert local(PLANT.share_of(start, PLANT.due_after(start, 1), 50)) == "2026-03-05 10:30"


def test_where_nobody_works_half_of_the_time_is_taken_by_the_clock() -> None:
    assert local(PLANT.share_of(at("2026-03-07T10:00"), at("2026-03-07T14:00"), 50)) == "2026-03-07 12:00"


def test_working_time_is_counted_in_hours_and_in_days() -> None:
    start, end = at("2026-03-06T16:30"), at("2026-03-09T10:30")

    assert PLANT.working_hours_between(start, end) == 3
    assert PLANT.working_days_between(start, end) == Decimal("0.375")
    assert PLANT.working_hours_between(end, start) == 0


def test_a_shift_loses_an_hour_when_the_clocks_go_forward_and_gains_one_when_they_go_back() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    nights = WorkingCalendar(berlin, frozenset(range(7)), (Shift(time(1), time(5)),), frozenset(), frozenset())
    hours = {
        day: nights.working_hours_between(at(f"{day}T00:00", berlin), at(f"{day}T12:00", berlin))
        for day in ("2026-03-28", "2026-03-29", "2026-10-25")
    }

    assert hours == {"2026-03-28": 4, "2026-03-29": 3, "2026-10-25": 5}
    assert local(nights.due_after(at("2026-03-28T00:30", berlin), 1), berlin) == "2026-03-29 05:00"


MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001  aware by `timezones`
DAYS = st.decimals(min_value=0, max_value=12, places=2)


@given(MOMENTS, DAYS, DAYS)
def test_more_working_days_are_never_due_earlier(start: datetime, one: Decimal, two: Decimal) -> None:
    shorter, longer = sorted(day or Decimal("0.01") for day in (one, two))

    assert start <= PLANT.due_after(start, shorter) <= PLANT.due_after(start, longer)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)), DAYS)
def test_a_later_start_is_never_due_earlier(start: datetime, delay: timedelta, working_days: Decimal) -> None:
    assert PLANT.due_after(start, working_days) <= PLANT.due_after(start + delay, working_days)


@given(MOMENTS, st.integers(1, 15))
def test_whole_days_end_with_the_last_shift_of_a_working_day(start: datetime, working_days: int) -> None:
    due = PLANT.due_after(start, working_days).astimezone(SHANGHAI)

    assert (due.time(), PLANT.is_working_day(due.date())) == (time(17, 30), True)
    assert working_days <= PLANT.working_days_between(start, due) <= working_days + 1


@given(MOMENTS, st.decimals(min_value="0.01", max_value="0.99", places=2))
def test_a_fraction_of_a_day_is_that_share_of_eight_working_hours(start: datetime, working_days: Decimal) -> None:
    assert PLANT.working_hours_between(start, PLANT.due_after(start, working_days)) == working_days * 8


@given(MOMENTS, st.decimals(min_value="0.01", max_value="0.99", places=2))
def test_working_hours_forth_and_back_are_the_same(moment: datetime, working_days: Decimal) -> None:
    later, earlier = PLANT.add_working_days(moment, working_days), PLANT.add_working_days(moment, -working_days)

    assert PLANT.working_days_between(moment, later) == PLANT.working_days_between(earlier, moment) == working_days


@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up(one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))

    parts = PLANT.working_hours_between(first, middle) + PLANT.working_hours_between(middle, last)
    assert abs(parts - PLANT.working_hours_between(first, last)) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("zone = ", "calendar.toml"),
        ('zone = "Mars/Olympus"\nweekdays = ["mon"]', "calendar.toml: zone"),
        ('zone = "Asia/Shanghai"\nweekdays = []', "calendar.toml: weekdays"),
        ('zone = "Asia/Shanghai"\nweekdays = ["monday"]', "calendar.toml: weekdays"),
        ('zone = "Asia/Shanghai"\nweekdays = ["mon"]', "calendar.toml: shifts"),
        ('zone = "Asia/Shanghai"\nweekdays = ["mon"]\nshifts = [{start = 22:00:00, end = 06:00:00}]', "calendar.toml: shifts"),
        ('zone = "Asia/Shanghai"\nweekdays = ["mon"]\nshifts = [{start = "8", end = "9"}]', "calendar.toml: shifts"),
        (
            'zone = "Asia/Shanghai"\nweekdays = ["mon"]\nholidays = ["2026-01-01"]\nshifts = [{start = 08:00:00, end = 09:00:00}]',
            "calendar.toml: holidays",
        ),
    ],
)
def test_a_calendar_that_cannot_be_used_is_refused_by_key(text: str, name: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_calendar(text)

    assert refused.value.name == name
