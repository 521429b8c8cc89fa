"""The ladder of REQUIREMENTS 2.1: one reminder before the due time, then at the due time and every working day after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tasks.house import ESCALATION, House

#: From this many working days on, the reminder comes one working day before the due time; otherwise at half of the time.
LONG_ENOUGH = Decimal(2)
#: The working days late at which an escalation goes to the next higher place.
ESCALATED_AT = {1: 1, 3: 2, 5: 3}


@dataclass(frozen=True, slots=True)
class Rung:
    """What the ladder wants at one moment."""

    kind: str
    overdue_days: int
    level: int = 0


def reminder_at(house: House, offered_at: datetime, due_at: datetime) -> datetime:
    """When to remind: one working day before, or at half of a short time."""
    calendar = house.calendar
    if calendar.working_days_between(offered_at, due_at) >= LONG_ENOUGH:
        return calendar.add_working_days(due_at, -1)
    return calendar.share_of(offered_at, due_at, 50)


def rung(house: House, due_at: datetime, now: datetime, *, overdue_count: int) -> Rung:
    """What a task that is reached by the ladder at `now` calls for."""
    if now < due_at:
        return Rung("N-02", 0)
    level = ESCALATED_AT.get(overdue_count, 0)
    return Rung("N-04" if level else "N-03", overdue_count, level)


def next_at(house: House, due_at: datetime, *, overdue_count: int) -> datetime:
    """When the ladder comes back: at the due time, then each working day."""
    return due_at if overdue_count == 0 else house.calendar.add_working_days(due_at, overdue_count)


def receivers(house: House, overdue_days: int, priority: str) -> list[str]:
    """Who is told, by rule DT-22: assignee, department head, process owner, GM.dgm, GM.gm."""
    outcome = house.escalation.evaluate(ESCALATION, {"overdue_wd": overdue_days, "priority": priority})
    value = outcome.value
    text = next(iter(value.values())) if isinstance(value, Mapping) else value
    return [word.strip() for word in str(text).split(",")]
