"""Filing: documents are numbered without gaps, by case and class."""

from __future__ import annotations

import contextlib

from tasks import cases
from tasks.bootstrap import SYSTEM
from tasks.records import filed, numbering
from tests.tasks.house import House
from tests.tasks.test_inbox import started


def test_documents_of_a_case_are_numbered_one_after_the_other(house: House) -> None:
    number, _ = started(house)
    with house.look("S1") as ctx:
        key = cases.get(ctx, number).row.id

    with house.application.transaction(SYSTEM) as ctx:
        made = [
            filed.file(ctx, key, number, record="minutes", trace="F-ORD-MIN", class_code=code, content={"a": 1})
            for code in ("DD", "DD", "BG")
        ]

    assert [item.number for item in made] == ["ABC-2026-R0001-DD-001", "ABC-2026-R0001-DD-002", "ABC-2026-R0001-BG-001"]
    with house.look("S1") as ctx:
        assert {item.number for item in filed.documents_of(ctx, key)} == {item.number for item in made}


def test_a_number_that_was_rolled_back_is_drawn_again(house: House) -> None:
    drawn = []
    for fails in (True, False):
        with contextlib.suppress(ZeroDivisionError), house.application.transaction(SYSTEM) as ctx:
            drawn.append(numbering.next_number(ctx, "ORD-YYYYMM-NNNN"))
            assert 1 / (not fails)

    assert drawn == ["ORD-202603-0001", "ORD-202603-0001"]


def test_a_count_that_outgrows_its_digits_takes_one_more(house: House) -> None:
    with house.application.transaction(SYSTEM) as ctx:
        numbers = [numbering.next_number(ctx, "X-N") for _ in range(11)]

    assert numbers[8:] == ["X-9", "X-10", "X-11"]
