"""The sample orders, played through the same verbs as the pages, end as they are expected to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Invalid
from tasks import demonstration, play
from tasks.bootstrap import Application
from tasks.settings import Settings

PROCESSES = Path(__file__).parents[2] / "processes"
ORDERS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "orders.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Application:
    """A Lanework in memory."""
    return demonstration.open_stage(Settings(database="sqlite://", processes=PROCESSES, var=tmp_path_factory.mktemp("var")))


@pytest.fixture(scope="module")
def mapping() -> play.PlayMapping:
    """How orders are played."""
    return play.read_mapping(PROCESSES, "order_review")


@pytest.mark.parametrize("order", ORDERS, ids=[order["order_no"] for order in ORDERS])
def test_a_sample_order_ends_as_expected(memory: Application, mapping: play.PlayMapping, order: dict[str, Any]) -> None:
    (case,) = play.check_cases(mapping, [order])

    assert play.play(memory, mapping, case) == {"order_no": order["order_no"], "result": order["expected"]}


@pytest.mark.slow
def test_the_orders_end_the_same_on_either_database(database_url: str, tmp_path: Path, mapping: play.PlayMapping) -> None:
    settings = Settings(database=database_url, processes=PROCESSES, var=tmp_path / "var")
    application = demonstration.open_stage(settings)
    chosen = [ORDERS[number] for number in (0, 8, 17)]

    found = [play.play(application, mapping, case)["result"] for case in play.check_cases(mapping, chosen)]

    application.close()
    assert found == [order["expected"] for order in chosen]


def varied(**changes: Any) -> dict[str, Any]:
    """The second sample order with something else decided."""
    order = next(order for order in ORDERS if order["order_no"] == "ORD-202603-0002")
    decisions = {**order["decisions"], **changes.pop("decisions", {})}
    return {**order, "order_no": "ORD-X", **changes, "decisions": decisions}


@pytest.mark.parametrize(
    ("order", "end", "approver"),
    [
        pytest.param(
            varied(decisions={"approver": "reject", "customer": "accepts refusal"}), "E2", "DGM", id="the approver rejects"
        ),
        pytest.param(
            varied(decisions={"meeting": ["NOT_PASS"], "customer": "accepts refusal"}), "E2", None, id="the meeting refuses"
        ),
        pytest.param(varied(decisions={"customer": "cancels"}), "E2", "DGM", id="the customer cancels"),
        pytest.param(varied(decisions={"approver": "return"}), "E1", "DGM", id="the approver returns it once"),
        pytest.param(
            varied(decisions={"meeting": ["FURTHER_WORK", "FURTHER_WORK", "PASS"]}), "E1", "DGM", id="two rounds of further work"
        ),
        pytest.param(
            varied(written_confirmation=False, decisions={"clarify": "customer withdraws"}),
            "E3",
            None,
            id="withdrawn before it is clear",
        ),
        pytest.param(varied(review_results={"fail": 2, "conditional": 3}), "E1", "DGM", id="all departments have something"),
    ],
)
def test_orders_nobody_has_seen_play_just_as_well(
    memory: Application, mapping: play.PlayMapping, order: dict[str, Any], end: str, approver: str | None
) -> None:
    (case,) = play.check_cases(mapping, [order])

    result = play.play(memory, mapping, case)["result"]

    assert (result["end"], result["final_approver"]) == (end, approver)


def test_the_expected_results_are_never_read(memory: Application, mapping: play.PlayMapping) -> None:
    lying = {**ORDERS[0], "expected": {"order_class": "NEW_PRODUCT", "end": "E3"}}

    (case,) = play.check_cases(mapping, [lying])

    assert "expected" not in case
    assert play.play(memory, mapping, case)["result"] == ORDERS[0]["expected"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"customer": None}, "customer", id="no customer"),
        pytest.param({"items": []}, "items", id="no lines"),
        pytest.param({"received_at": "yesterday"}, "received_at", id="no moment"),
        pytest.param({"channel": "PIGEON"}, "channel", id="unknown channel"),
        pytest.param({"facts": {}}, "facts", id="no facts"),
    ],
)
def test_an_order_file_with_a_wrong_field_is_refused_with_its_name(
    mapping: play.PlayMapping, change: dict[str, Any], named: str
) -> None:
    with pytest.raises(Invalid, match=f"ORD-202603-0001: {named} is missing or wrong"):
        play.check_cases(mapping, [{**ORDERS[0], **change}])


def test_a_file_that_is_no_list_is_refused(mapping: play.PlayMapping) -> None:
    with pytest.raises(Invalid, match="list of cases"):
        play.check_cases(mapping, {"orders": []})
