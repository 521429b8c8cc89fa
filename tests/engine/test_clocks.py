"""Timers when clocks change, jump, or nobody was there for a week: each rings when it should, once."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.clock import VirtualClock
from tests.engine.world import START, World, process

BERLIN = ZoneInfo("Europe/Berlin")


def timed(timer: str) -> str:
    event = f'<intermediateCatchEvent id="later"><timerEventDefinition>{timer}</timerEventDefinition></intermediateCatchEvent>'
    return process(f'<startEvent id="s"/>{event}<endEvent id="e"/>\ns -> later\nlater -> e')


def in_berlin(world: World, now: datetime) -> None:
    world.ports = dataclasses.replace(world.ports, zone=BERLIN)
    world.clock = VirtualClock(now)


def wakes(world: World, key: int) -> Any:
    return world.row(key).wake_at.astimezone(UTC)


@pytest.mark.parametrize(
    ("timer", "due"),
    [
        pytest.param("<timeDate>2026-07-01T08:00:00</timeDate>", datetime(2026, 7, 1, 6, tzinfo=UTC), id="summer, begun in winter"),
        pytest.param("<timeDuration>P1D</timeDuration>", datetime(2026, 3, 29, 10, tzinfo=UTC), id="a day of 23 hours"),
        pytest.param("<timeDuration>PT24H</timeDuration>", datetime(2026, 3, 29, 11, tzinfo=UTC), id="24 hours"),
        pytest.param("<timeCycle>R/P1D</timeCycle>", datetime(2026, 3, 29, 10, tzinfo=UTC), id="every day at noon"),
    ],
)
def test_a_timer_rings_by_the_clock_on_the_wall_when_that_was_changed(world: World, timer: str, due: datetime) -> None:
    in_berlin(world, datetime(2026, 3, 28, 11, tzinfo=UTC))  # noon in Berlin, the day before the clocks are changed
    world.publish(timed(timer))

    assert wakes(world, world.start()) == due


def test_a_timer_that_waits_keeps_its_moment_when_the_plant_gets_another_zone(world: World) -> None:
    world.publish(timed("<timeDate>2026-03-02T12:00:00</timeDate>"))
    key = world.start()
    before = wakes(world, key)
    in_berlin(world, START)

    assert (before, wakes(world, key)) == (datetime(2026, 3, 2, 4, tzinfo=UTC),) * 2
    assert world.wake(hours=3) == 1
    assert world.status(key) == ("ended", "e")


def test_a_clock_that_jumps_ahead_and_back_lets_a_timer_ring_once(world: World) -> None:
    world.publish(timed("<timeDuration>PT1H</timeDuration>"))
    first = world.start()
    fired = [world.wake(hours=2)]
    world.clock = VirtualClock(START)
    second = world.start()

    fired += [world.wake(minutes=30), world.wake(minutes=31), world.wake(hours=5)]

    assert fired == [1, 0, 1, 0]
    assert {world.status(key) for key in (first, second)} == {("ended", "e")}


def test_who_was_away_for_a_week_rings_each_timer_once(world: World) -> None:
    world.publish(timed("<timeDuration>PT1H</timeDuration>"))
    keys = [world.start() for _ in range(5)]

    fired = [world.wake(days=7), world.wake(days=7)]

    assert fired == [5, 0]
    assert {world.status(key) for key in keys} == {("ended", "e")}
    assert {row.ended_at for row in map(world.row, keys)} == {START + timedelta(days=7)}
