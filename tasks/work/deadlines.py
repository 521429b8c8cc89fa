"""The ladder of REQUIREMENTS 2.1: one reminder before the due time, then at the due time and every working day after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tasks.context import Context
from tasks.functions import parameter_value
from tasks.house import ESCALATION, House

#: The parameters that say at how many working days past due an escalation goes one place higher.
ESCALATIONS = ("PRM-ESC1", "PRM-ESC2", "PRM-ESC3")


@dataclass(frozen=True, slots=True)
class Rung:
    """What the ladder wants at one moment."""

    kind: str
    overdue_days: int
    #: How many rungs of the ladder are behind then.
    overdue_count: int


def reminder_at(ctx: Context, offered_at: datetime, due_at: datetime) -> datetime:
    """When to remind: PRM-REM-LEAD before the due time."""
    allotted = ctx.house.calendar.working_days_between(offered_at, due_at)
    lead = Decimal(str(parameter_value(ctx, "PRM-REM-LEAD", {"allotted_wd": allotted})))
    return ctx.house.calendar.add_working_days(due_at, -lead)


def rung(ctx: Context, due_at: datetime, *, overdue_count: int) -> Rung:
    """What a task that is reached by the ladder now calls for; rungs that were slept through are one."""
    if ctx.now < due_at:
        return Rung("N-02", 0, 0)
    repeat = _repeat(ctx)
    reached = max(overdue_count, int(ctx.house.calendar.working_days_between(due_at, ctx.now) / repeat))
    passed = [overdue_count * repeat, reached * repeat]
    escalates = any(passed[0] <= parameter_days(ctx, name) <= passed[1] for name in ESCALATIONS)
    return Rung("N-04" if escalates else "N-03", int(passed[1]), reached + 1)


def next_at(ctx: Context, due_at: datetime, *, overdue_count: int) -> datetime:
    """When the ladder comes back: at the due time, then after each PRM-REM-REP."""
    return due_at if overdue_count == 0 else ctx.house.calendar.add_working_days(due_at, overdue_count * _repeat(ctx))


def parameter_days(ctx: Context, name: str) -> Decimal:
    """A parameter that counts working days."""
    return Decimal(str(parameter_value(ctx, name, {})))


def _repeat(ctx: Context) -> Decimal:
    return parameter_days(ctx, "PRM-REM-REP")


def receivers(house: House, overdue_days: int, priority: str) -> list[str]:
    """Who is told, by rule DT-22: assignee, department head, process owner, GM.dgm, GM.gm."""
    outcome = house.escalation.evaluate(ESCALATION, {"overdue_wd": overdue_days, "priority": priority})
    value = outcome.value
    text = next(iter(value.values())) if isinstance(value, Mapping) else value
    return [word.strip() for word in str(text).split(",")]
