"""Rules on their page: who sees them, what is asked, what comes out, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.decisions.drawn import decision, file, input_data, literal, table
from tests.web.house import House, write_house

DISCOUNT = decision(
    "discount",
    table(
        "UNIQUE",
        ['class: string ["A", "B"]', "amount: number"],
        ["percent: number"],
        '"A" | >= 1000 => 10',
        '"A" | < 1000 => 5',
        '"B" | - => 0',
        key="discount_table",
    ),
)
PRICE = decision("price", literal("amount * (1 - discount / 100)"), "decision:discount", "input:amount_data")
CLASH = decision(
    "clash",
    table(
        "UNIQUE",
        ["day: date", "ready: boolean"],
        ["word: string"],
        '- | true => "a"',
        '@"2026-01-05" | - => "b"',
        key="clash_table",
    ),
)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house with three decisions more."""
    folder = write_house(tmp_path / "processes")
    drawn = file(DISCOUNT, PRICE, CLASH, input_data("amount_data", "number", name="amount"))
    (folder / "shared" / "prices.dmn").write_bytes(drawn)
    made = House(database_url, folder)
    yield made
    made.application.close()


def lit(page: str) -> list[str]:
    """The numbers of the rules that are lit."""
    return re.findall(r'<tr class="lw-lit">\s*<th scope="row">(\d+)', page)


def result(page: str) -> str:
    """What the page gives as the result."""
    found = re.search(r'<p class="lw-result-value">(.*?)</p>', page)
    return found[1] if found else ""


@pytest.mark.parametrize(("login", "status"), [("a0", 200), ("a1", 200), ("tm", 200), ("t1", 404)])
def test_heads_administrators_and_auditors_see_the_rules_and_nobody_else(signed_in: Any, login: str, status: int) -> None:
    reader = signed_in(login)

    assert [reader.get(path).status_code for path in ("/rules", "/rules/price")] == [status, status]
    assert ('href="/rules"' in reader.get("/inbox").get_data(as_text=True)) is (status == 200)


def test_the_list_names_every_decision_with_what_it_must_be_told(signed_in: Any) -> None:
    page = signed_in("a0").get("/rules").get_data(as_text=True)

    assert re.findall(r'href="/rules/(\w+)"', page) == ["escalation", "clash", "discount", "price"]


def test_a_decision_is_made_and_the_rules_that_matched_are_lit(signed_in: Any) -> None:
    page = signed_in("a0").get("/rules/price?class=A&amount=1200").get_data(as_text=True)

    assert result(page) == "1080"
    assert lit(page) == ["1"]


def test_what_is_left_empty_is_null_and_no_rule_matches(signed_in: Any) -> None:
    page = signed_in("a0").get("/rules/discount?class=A&amount=&ask=1").get_data(as_text=True)

    assert (result(page), lit(page)) == ("–", [])


def test_facts_that_cannot_be_read_are_marked_and_kept(signed_in: Any) -> None:
    page = signed_in("a0").get("/rules/price?class=A&amount=12+%2B").get_data(as_text=True)

    assert "Line 1, column 5: A value was expected, not the end." in page
    assert 'value="12 +"' in page
    assert result(page) == ""


def test_a_day_is_typed_without_quotes_and_a_wrong_one_is_told(signed_in: Any) -> None:
    reader = signed_in("a0")

    right, wrong = (reader.get(f"/rules/clash?day={day}&ready=").get_data(as_text=True) for day in ("2026-01-05", "2026-02-30"))

    assert (result(right), lit(right)) == ("b", ["2"])
    assert "This is no date." in wrong


def test_rules_that_contradict_each_other_are_named_with_the_facts(signed_in: Any) -> None:
    page = signed_in("a0").get("/rules/clash?day=2026-01-05&ready=true").get_data(as_text=True)

    assert "the rules 1, 2 match at once; day = 2026-01-05, ready = true" in page.replace("&#34;", '"').replace("&#39;", "'")


def test_the_analysis_stands_below_the_table(signed_in: Any) -> None:
    reader = signed_in("a0")

    assert "The rules 1 and 2 both match" in reader.get("/rules/clash").get_data(as_text=True)
    assert "No gap, no overlap and no rule without effect was found." in reader.get("/rules/discount").get_data(as_text=True)


def test_there_is_no_decision_of_another_name(signed_in: Any) -> None:
    assert signed_in("a0").get("/rules/nothing").status_code == 404
