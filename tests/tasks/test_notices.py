"""Notices: each person's own, unread until read."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from tasks.work import inbox, notices
from tests.tasks.house import House
from tests.tasks.test_inbox import reviewing


@pytest.fixture
def told(house: House) -> House:
    """T2 has been given a task."""
    _, item = reviewing(house)
    with house.act("T1") as ctx:
        inbox.claim(ctx, item)
        inbox.transfer(ctx, item, "T2", "away")
    return house


def test_a_notice_is_unread_until_its_receiver_reads_it(told: House) -> None:
    with told.look("T2") as ctx:
        (found,) = notices.mine(ctx, unread_only=True)
        assert notices.unread_count(ctx) == 1
    with told.act("T1") as ctx, pytest.raises(NotFound):
        notices.read(ctx, found.id)

    with told.act("T2") as ctx:
        notices.read(ctx, found.id)

    with told.look("T2") as ctx:
        assert notices.mine(ctx, unread_only=True) == []
        assert [item.kind for item in notices.mine(ctx)] == ["N-01"]


def test_all_are_read_at_once(told: House) -> None:
    with told.act("T2") as ctx:
        notices.read_all(ctx)

    with told.look("T2") as ctx:
        assert notices.unread_count(ctx) == 0
