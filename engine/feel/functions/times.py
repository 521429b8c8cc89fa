"""Functions on dates and times, on truth and on sameness."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from engine.feel.functions.book import Book
from engine.feel.operators import equal
from engine.feel.runtime import Refused, Run
from engine.feel.temporal import offset
from engine.feel.values import Value

TIMES = Book()

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@TIMES.define("now")
def _now(run: Run) -> Value:
    return _given(run)


@TIMES.define("today")
def _today(run: Run) -> Value:
    return _given(run).date()


@TIMES.define("day of year", "date: date|moment")
def _day_of_year(run: Run, day: date) -> Value:
    return Decimal(day.timetuple().tm_yday)


@TIMES.define("day of week", "date: date|moment")
def _day_of_week(run: Run, day: date) -> Value:
    return _DAYS[day.weekday()]


@TIMES.define("month of year", "date: date|moment")
def _month_of_year(run: Run, day: date) -> Value:
    return _MONTHS[day.month - 1]


@TIMES.define("week of year", "date: date|moment")
def _week_of_year(run: Run, day: date) -> Value:
    return Decimal(day.isocalendar().week)


@TIMES.define("is", "value1: any", "value2: any")
def _is(run: Run, left: Value, right: Value) -> Value:
    """Whether two values are the same in every respect, offsets included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, time | datetime):
        return left.replace(tzinfo=None) == right.replace(tzinfo=None) and offset(left) == offset(right)
    return left is None or equal(left, right, run) is True


@TIMES.define("not", "negand: any")
def _not(run: Run, negand: Value) -> Value:
    return not negand if type(negand) is bool else None


def _given(run: Run) -> datetime:
    if run.now is None:
        raise Refused("there is no clock here")
    return run.now
