from __future__ import annotations

from typing import Any

import pytest

from tasks.work.forms import clean, defaults, fill
from tests.tasks.work.forms.samples import ORDER, ORDER_ANSWERS, column, component, form, required, situation, values

CONCLUSION = component("radio", "conclusion", values=values("PASS", "FAIL"))
REASON = component("textarea", "reason", conditional={"hide": '=conclusion != "FAIL"'})


def test_a_form_starts_with_the_records_earlier_answers_and_else_with_its_defaults() -> None:
    read_form = form(
        component("textfield", "place", properties={"default": "=order.place"}),
        component("textfield", "subject", defaultValue="Review"),
        component("textfield", "agenda", properties={"default": '="Review of " + place'}),
        component("checkbox", "told"),
        component("checklist", "depts", properties={"type": "departments", "default": "=[dept]"}),
        component("textarea", "remark"),
    )

    started = defaults(read_form, situation({"order": {"place": "Plant 1"}, "dept": "TEC"}, {"subject": "Second review"}))

    assert started == {
        "place": "Plant 1",
        "subject": "Second review",
        "agenda": "Review of Plant 1",
        "told": False,
        "depts": ["TEC"],
        "remark": None,
    }


def test_a_table_starts_with_empty_rows_earlier_rows_or_its_default() -> None:
    columns = [column("textfield", "t", "item"), column("number", "t", "count", defaultValue=1)]
    free = form(component("dynamiclist", "t", components=columns, defaultRepetitions=2))
    given = form(component("dynamiclist", "t", components=columns, properties={"default": "=for i in order return {item: i}"}))

    assert defaults(free, situation())["t"] == [{"item": None, "count": 1}] * 2
    assert defaults(free, situation(record={"t": [{"item": "A", "count": 4}]}))["t"] == [{"item": "A", "count": 4}]
    assert defaults(given, situation({"order": ["B", "C"]}))["t"] == [{"item": "B", "count": 1}, {"item": "C", "count": 1}]
    assert defaults(given, situation({"order": ["B"]}, {"t": [{"item": "A", "count": 4}]}))["t"] == [{"item": "A", "count": 4}]


FIXED = form(
    component(
        "dynamiclist",
        "rows",
        allowAddRemove=False,
        properties={"default": "=for r in results return {dept: r.dept, conclusion: r.conclusion}"},
        components=[
            column("textfield", "rows", "dept", readonly=True, properties={"type": "department"}),
            column("textfield", "rows", "conclusion", readonly=True),
            column("textfield", "rows", "remark"),
        ],
    )
)
RESULTS = {"results": [{"dept": "TEC", "conclusion": "PASS"}, {"dept": "PRD", "conclusion": "FAIL"}]}


def test_fixed_rows_keep_what_the_form_gave_them_whatever_is_handed_in() -> None:
    forged = [{"dept": "FIN", "conclusion": "PASS", "remark": " fine "}, {"conclusion": "PASS"}, {"dept": "QUA"}]

    assert clean(FIXED, {"rows": forged}, situation(RESULTS)) == {
        "rows": [
            {"dept": "TEC", "conclusion": "PASS", "remark": "fine"},
            {"dept": "PRD", "conclusion": "FAIL", "remark": None},
        ]
    }


def test_fixed_rows_follow_their_default_when_the_case_has_moved_on() -> None:
    record = {"rows": [{"dept": "TEC", "conclusion": "FAIL", "remark": "old"}]}

    assert defaults(FIXED, situation(RESULTS, record))["rows"][0] == {"dept": "TEC", "conclusion": "PASS", "remark": None}


def test_a_hidden_answer_becomes_empty() -> None:
    read_form = form(CONCLUSION, REASON)

    kept = clean(read_form, {"conclusion": "FAIL", "reason": " too late "}, situation())
    dropped = clean(read_form, {"conclusion": "PASS", "reason": " too late "}, situation())

    assert kept == {"conclusion": "FAIL", "reason": "too late"}
    assert dropped == {"conclusion": "PASS", "reason": None}


def test_an_empty_field_hides_a_fact_of_the_case_with_the_same_name() -> None:
    read_form = form(CONCLUSION, REASON)

    assert clean(read_form, {"reason": "stale"}, situation({"conclusion": "FAIL"})) == {"conclusion": None, "reason": None}


def test_conditions_see_facts_of_the_case_and_earlier_answers_of_the_record() -> None:
    read_form = form(
        component("textfield", "a", conditional={"hide": "=amount < 1000"}),
        component("textfield", "b", conditional={"hide": "=stock_ok"}),
    )

    assert clean(read_form, {"a": "x", "b": "y"}, situation({"amount": 999}, {"stock_ok": False})) == {"a": None, "b": "y"}


def test_what_depends_on_a_hidden_answer_is_hidden_too_in_either_order() -> None:
    forward = form(
        CONCLUSION,
        component("checkbox", "late", conditional={"hide": '=conclusion != "FAIL"'}),
        component("textfield", "since", conditional={"hide": "=late != true"}),
    )
    backward = form(
        component("textfield", "since", conditional={"hide": "=late != true"}),
        component("checkbox", "late", conditional={"hide": '=conclusion != "FAIL"'}),
        CONCLUSION,
    )
    answers = {"conclusion": "PASS", "late": True, "since": "Monday"}

    assert clean(forward, answers, situation()) == {"conclusion": "PASS", "late": False, "since": None}
    assert clean(backward, answers, situation()) == {"conclusion": "PASS", "late": False, "since": None}


def test_conditions_that_never_settle_come_to_an_end() -> None:
    read_form = form(component("textfield", "a", conditional={"hide": "=a != null"}))

    assert clean(read_form, {"a": "x"}, situation()) == {"a": None}


def test_empty_rows_are_dropped_and_computed_values_filled() -> None:
    blank = {"product": None, "qty": None, "unit_price": None, "delivery_date": ""}

    cleaned = clean(
        form(*ORDER), {**ORDER_ANSWERS, "items": [*ORDER_ANSWERS["items"], blank], "forged": 1, "total": 1}, situation()
    )

    assert cleaned == {
        **ORDER_ANSWERS,
        "items": [{"product": "G-1", "qty": 3, "unit_price": 2.5, "delivery_date": "2026-04-01", "amount": 7.5}],
        "total": 7.5,
    }


def test_a_computed_field_sees_the_fact_of_the_case_that_has_its_name() -> None:
    reviewers = component("checklist", "reviewers", properties={"type": "computed", "value": "=reviewers.dept"})
    scope = {"reviewers": [{"dept": "TEC"}, {"dept": "PRD"}]}

    assert clean(form(reviewers), {}, situation(scope, {"reviewers": ["OLD"]})) == {"reviewers": ["TEC", "PRD"]}


def test_computed_fields_are_evaluated_in_order_and_may_call_the_house() -> None:
    read_form = form(
        component("number", "net", properties={"type": "computed", "value": '=parameter("PRM-X")'}),
        component("number", "gross", properties={"type": "computed", "value": "=net * 2"}),
        component("number", "none", properties={"type": "computed", "value": "=unknown"}),
    )

    assert clean(read_form, {}, situation()) == {"net": 1000, "gross": 2000, "none": None}


@pytest.mark.parametrize(
    ("value", "tidied"),
    [
        ({"answer": None, "remark": ""}, None),
        ({"answer": "NO", "remark": ""}, {"answer": "NO", "remark": ""}),
        ({"answer": None, "remark": "but"}, {"answer": None, "remark": "but"}),
    ],
)
def test_a_check_item_without_answer_and_remark_is_empty(value: Any, tidied: Any) -> None:
    assert clean(form(component("radio", "c1", properties={"type": "checks"})), {"c1": value}, situation()) == {"c1": tidied}


def test_the_server_signs_and_numbers_and_keeps_a_number_once_drawn() -> None:
    read_form = form(
        component("textfield", "order_no", properties={"type": "number", "counter": "ORD"}),
        required("textfield", "po"),
        component("textfield", "reviewer", properties={"type": "signature"}),
        component("textfield", "dgm", properties={"type": "signature"}, conditional={"hide": "=amount < 1000"}),
        component("textfield", "earlier", readonly=True, properties={"type": "signature"}),
    )
    signature = {"person": "U1", "outcome": "SIGN"}

    def filled(record: dict[str, Any]) -> dict[str, Any]:
        return fill(
            read_form, {"po": "7"}, situation({"amount": 1}, record), signature=signature, number=lambda name: f"{name}-0001"
        )

    assert filled({}) == {"order_no": "ORD-0001", "po": "7", "reviewer": signature}
    assert filled({"order_no": "ORD-0000"}) == {"order_no": "ORD-0000", "po": "7", "reviewer": signature}
