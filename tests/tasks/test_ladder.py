"""The ladder: reminded before, told at the due time, escalated after; nothing is ever approved by time."""

from __future__ import annotations

from datetime import UTC, datetime

from tasks import timeline
from tasks.work import inbox, notices
from tests.tasks.house import House
from tests.tasks.test_inbox import reviewing


def told(house: House) -> dict[str, list[str]]:
    """Who has which notices, oldest first."""
    found = {}
    for who in ("T1", "T2", "TM", "SM", "G2", "S1"):
        with house.look(who) as ctx:
            found[who] = [item.kind for item in reversed(notices.mine(ctx))]
    return found


def tick_at(house: House, year: int, month: int, day: int, hour: int, minute: int) -> None:
    """Goes to a moment (UTC) and wakes what is due."""
    house.clock.move_to(datetime(year, month, day, hour, minute, tzinfo=UTC))
    house.ticker.tick()


def test_a_task_of_three_days_climbs_the_ladder(house: House) -> None:
    reviewing(house)  # offered on Monday 9:00, due on Thursday 17:30 (9:30 UTC)

    tick_at(house, 2026, 3, 4, 9, 0)
    assert told(house) == {"T1": [], "T2": [], "TM": [], "SM": [], "G2": [], "S1": []}
    tick_at(house, 2026, 3, 4, 9, 30)
    assert told(house) == {"T1": ["N-02"], "T2": ["N-02"], "TM": [], "SM": [], "G2": [], "S1": []}
    tick_at(house, 2026, 3, 5, 9, 30)
    assert told(house)["T1"] == ["N-02", "N-03"]
    assert told(house)["TM"] == ["N-03"]
    tick_at(house, 2026, 3, 6, 9, 30)
    assert told(house)["TM"] == ["N-03", "N-04"]
    assert told(house)["SM"] == []
    for day in (9, 10):
        tick_at(house, 2026, 3, day, 9, 30)
    assert told(house)["SM"] == ["N-04"]
    assert told(house)["G2"] == ["N-04"]
    with house.look("T1") as ctx:
        page = inbox.page(ctx, "overdue")
    assert [(row.element_id, row.late) for row in page.items] == [("review_request", True)]
    assert page.counts["overdue"] == 1


def test_a_tick_with_nothing_due_tells_nobody_twice(house: House) -> None:
    reviewing(house)
    tick_at(house, 2026, 3, 4, 9, 30)

    assert house.ticker.tick() == 0
    assert told(house)["T1"] == ["N-02"]


def test_every_rung_stands_in_the_journal(house: House) -> None:
    number, _ = reviewing(house)
    tick_at(house, 2026, 3, 4, 9, 30)

    with house.look("S1") as ctx:
        lines = timeline.timeline(ctx, number)

    assert [(line.kind, line.actor["en"]) for line in lines] == [
        ("instance started", "Person S1"),
        ("task claimed", "Person S1"),
        ("step completed", "Person S1"),
        ("deadline noticed", "System"),
    ]


def test_a_process_that_slept_for_weeks_tells_each_person_once(house: House) -> None:
    reviewing(house)

    tick_at(house, 2026, 3, 27, 9, 30)

    assert told(house) == {"T1": ["N-04"], "T2": ["N-04"], "TM": ["N-04"], "SM": ["N-04"], "G2": ["N-04"], "S1": []}
    assert house.ticker.tick() == 0
