"""How kept values are told to a person."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from web.telling import value_text

PLANT = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "–"),
        (True, "Yes"),
        ("2026-03-02T01:30:00+00:00", "2026-03-02 09:30"),
        ("2026-03-02T09:30:00+08:00", "2026-03-02 09:30"),
        ("2026-03-02T09:30", "2026-03-02 09:30"),
        ("2026-03-02", "2026-03-02"),
        ("T-shirt", "T-shirt"),
        ([{"at": "2026-03-02T01:30:00Z", "empty": None}, 3], "at: 2026-03-02 09:30; 3"),
        (list(range(10)), "0; 1; 2; 3; 4; 5; 6; 7; … 10"),
        ({"names": {"en": "Sales Rep A"}, "id": "S1"}, "Sales Rep A"),
        ({"name": "call.txt", "hash": "x"}, "call.txt"),
    ],
)
def test_a_kept_value_reads_as_a_person_would_say_it_with_times_of_the_plant(app: Flask, value: Any, told: str) -> None:
    with app.test_request_context():
        assert value_text(value, PLANT) == told
