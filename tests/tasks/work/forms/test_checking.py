from __future__ import annotations

from typing import Any

import pytest

from engine.errors import AnswersInvalid, Message
from tasks.work.forms import Form, OwnMessage, check, check_types, clean, validate
from tests.tasks.work.forms.samples import DRAWING, ORDER, ORDER_ANSWERS, column, component, form, required, situation, values

ORDER_FORM = form(*ORDER)


def said(read_form: Form, answers: dict[str, Any], scope: dict[str, Any] | None = None) -> dict[str, list[str]]:
    """What is said about answers, by field."""
    where = situation(scope)
    return {
        path: [str(each) for each in messages]
        for path, messages in validate(read_form, clean(read_form, answers, where), where).items()
    }


def order(**changes: Any) -> dict[str, Any]:
    """The sample order with changes."""
    return {**ORDER_ANSWERS, **changes}


def line(**changes: Any) -> dict[str, Any]:
    """The sample order with a changed line."""
    return order(items=[{**ORDER_ANSWERS["items"][0], **changes}])


def test_answers_that_fit_come_back_clean() -> None:
    assert check(ORDER_FORM, order(forged="x"), situation()) == clean(ORDER_FORM, ORDER_ANSWERS, situation())


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param(order(customer_po="  "), {"customer_po": ["Please fill this in."]}, id="required"),
        pytest.param(order(customer_po="X1"), {"customer_po": ["No X, please."]}, id="own check"),
        pytest.param(
            order(received_at="2026-03-04T10:01:00+08:00"),
            {"received_at": ["The order cannot be received in the future."]},
            id="time",
        ),
        pytest.param(order(channel="PIGEON"), {"channel": ["Please choose one of the answers offered."]}, id="no such code"),
        pytest.param(order(channel=None), {"channel": ["Please choose an answer."]}, id="no code"),
        pytest.param(order(channel="PHONE"), {"confirmation": ["Please attach a file."]}, id="required once visible"),
        pytest.param(order(channel="PHONE", confirmation=[DRAWING]), {}, id="visible and given"),
        pytest.param(order(items=[]), {"items": ["Please fill in at least one row."]}, id="no rows"),
        pytest.param(
            order(items=ORDER_ANSWERS["items"] * 4),
            {"items": ["There may be at most 3 rows.", "Three items are too many."]},
            id="too many rows, and the table's own check",
        ),
        pytest.param(line(qty=0), {"items.0.qty": ["More than 0."]}, id="check of a column"),
        pytest.param(line(qty=1.5), {"items.0.qty": ["The number must be whole."]}, id="whole number"),
        pytest.param(line(qty=None), {"items.0.qty": ["Please fill this in."]}, id="required column"),
        pytest.param(line(unit_price=1.234), {"items.0.unit_price": ["The number may have at most 2 decimal places."]}, id="cents"),
        pytest.param(line(unit_price=-1), {"items.0.unit_price": ["The number must be at least 0."]}, id="negative money"),
        pytest.param(line(product="X-9"), {"items.0.product": ["Please choose one of the answers offered."]}, id="register"),
        pytest.param(
            line(delivery_date="2026-03-04"),
            {"items.0.delivery_date": ["The delivery must be after the receipt of the order."]},
            id="a column against a field outside",
        ),
    ],
)
def test_what_the_form_demands_is_said_at_the_field(answers: dict[str, Any], expected: dict[str, list[str]]) -> None:
    assert said(ORDER_FORM, answers) == expected


WRONG_SORTS: list[tuple[dict[str, Any], Any, str]] = [
    (component("textfield", "x"), 7, "Please write a text."),
    (component("textfield", "x"), "a\x00b", "The text holds characters that cannot be kept."),
    (component("textarea", "x"), ["a"], "Please write a text."),
    (component("number", "x"), "a dozen", "Please write a number."),
    (component("number", "x"), True, "Please write a number."),
    (component("number", "x"), 1234567890123456, "The number has too many digits."),
    (component("checkbox", "x"), "yes", "Please answer yes or no."),
    (component("select", "x", values=values("A")), ["A"], "Please choose one of the answers offered."),
    (component("checklist", "x", values=values("A")), "A", "Please choose among the answers offered."),
    (component("checklist", "x", values=values("A")), ["A", "B"], "Please choose one of the answers offered."),
    (component("datetime", "x", subtype="date"), "4 March", "Please write a date."),
    (component("datetime", "x", subtype="date"), "2026-02-30", "Please write a date."),
    (component("datetime", "x", subtype="time"), "25:00", "Please write a time of day."),
    (component("datetime", "x", subtype="datetime"), "2026-03-04T09:30", "Please write a date and a time."),
    (component("datetime", "x", subtype="datetime"), 5, "Please write a date and a time."),
    (component("filepicker", "x"), "drawing.pdf", "Please attach a file."),
    (component("filepicker", "x"), [{"name": "drawing.pdf"}], "Please attach a file."),
    (component("dynamiclist", "x", components=[column("textfield", "x", "y")]), "row", "Please fill in rows."),
    (component("dynamiclist", "x", components=[column("textfield", "x", "y")]), ["row"], "Please fill in rows."),
    (component("radio", "x", properties={"type": "checks"}), "YES", "Please choose one of the answers offered."),
    (component("radio", "x", properties={"type": "checks"}), {"answer": "?"}, "Please choose one of the answers offered."),
    (component("radio", "x", properties={"type": "checks"}), {"answer": "YES", "remark": 5}, "Please write a text."),
    (component("select", "x", properties={"type": "person"}), "U9", "Please choose one of the answers offered."),
    (component("select", "x", properties={"type": "person", "role": "TEC.rev"}), "U2", "Please choose one of the answers offered."),
    (
        component("select", "x", properties={"type": "person", "department": "=dept"}),
        "U2",
        "Please choose one of the answers offered.",
    ),
    (component("checklist", "x", properties={"type": "persons"}), ["U1", "U9"], "Please choose one of the answers offered."),
    (
        component("select", "x", values=values("TEC"), properties={"type": "department"}),
        "PRD",
        "Please choose one of the answers offered.",
    ),
    (component("select", "x", valuesExpression='=["A"]'), "B", "Please choose one of the answers offered."),
    (component("select", "x", valuesExpression="=unknown"), "B", "Please choose one of the answers offered."),
]


@pytest.mark.parametrize(("part", "value", "message"), WRONG_SORTS)
def test_what_is_not_of_the_right_sort_is_refused_whether_checked_or_not(part: dict[str, Any], value: Any, message: str) -> None:
    for examine in (check, check_types):
        with pytest.raises(AnswersInvalid) as refused:
            examine(form(part), {"x": value}, situation({"dept": "TEC"}))

        assert {path: [str(each) for each in messages] for path, messages in refused.value.fields.items()} == {"x": [message]}


RIGHT_SORTS: list[tuple[dict[str, Any], Any]] = [
    (component("textarea", "x"), "two\nlines\t"),
    (component("number", "x"), 0.1),
    (component("checkbox", "x"), True),
    (component("checklist", "x", values=values("A", "B")), ["B", "A"]),
    (component("datetime", "x", subtype="time"), "09:30"),
    (component("filepicker", "x"), [DRAWING]),
    (component("radio", "x", properties={"type": "checks"}), {"answer": "YES", "remark": ""}),
    (component("select", "x", properties={"type": "person", "department": "=dept"}), "U1"),
    (component("checklist", "x", properties={"type": "persons"}), ["U1", "U2"]),
    (component("checklist", "x", properties={"type": "departments"}), ["PRD"]),
    (component("select", "x", valuesExpression='=[{value: "A", label: "Alpha"}, "B"]'), "A"),
    (component("select", "x", valuesExpression="=[dept]", properties={"type": "department"}), "TEC"),
    (component("textfield", "x", properties={"type": "reference", "register": "customer"}), "anybody: no such register is kept"),
    (component("textfield", "x", properties={"type": "reference", "register": "product", "new": "allowed"}), "N-1"),
    (component("checklist", "x", properties={"type": "references", "register": "product"}), ["G-1"]),
]


@pytest.mark.parametrize(("part", "value"), RIGHT_SORTS)
def test_what_is_of_the_right_sort_is_kept(part: dict[str, Any], value: Any) -> None:
    expected = {"x": value.strip() if isinstance(value, str) else value}

    assert check(form(part), {"x": value}, situation({"dept": "TEC"})) == expected


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        (component("textfield", "x"), "a" * 201, "Please write at most 200 characters; these are 201."),
        (component("textarea", "x"), "a" * 4001, "Please write at most 4000 characters; these are 4001."),
        (component("textfield", "x", validate={"minLength": 3}), "ab", "Please write at least 3 characters."),
        (component("textfield", "x", validate={"pattern": "^[0-9]+$"}), "ab", "This does not have the form that is expected."),
        (component("textfield", "x", validate={"pattern": "^[0-9]+$", "patternMessage": "Digits only."}), "ab", "Digits only."),
        (component("number", "x", validate={"min": 5, "max": 9}), 4, "The number must be at least 5."),
        (component("number", "x", validate={"min": 5, "max": 9}), 9.5, "The number must be at most 9."),
        (component("filepicker", "x"), [DRAWING, DRAWING], "Please attach one file only."),
        (
            component("filepicker", "x", accept=".png, image/*"),
            [DRAWING],
            "The file “drawing.pdf” is not of a kind that is accepted here: .png, image/*.",
        ),
        (component("radio", "x", properties={"type": "checks"}), {"answer": "NO", "remark": " "}, "This answer needs a remark."),
        (component("radio", "x", properties={"type": "checks"}), {"answer": "CONDITION"}, "This answer needs a remark."),
        (
            component("textfield", "x", properties={"type": "reference", "register": "customer"}),
            "a" * 201,
            "Please write at most 200 characters; these are 201.",
        ),
        (component("checkbox", "x", validate={"required": True}), False, "Please tick this to go on."),
        (component("checkbox", "x", properties={"check": "=x", "message": "Say yes."}), False, "Say yes."),
    ],
)
def test_limits_are_for_checked_outcomes_only(part: dict[str, Any], value: Any, message: str) -> None:
    assert said(form(part), {"x": value}) == {"x": [message]}
    check_types(form(part), {"x": value}, situation())


def test_a_table_may_demand_several_rows() -> None:
    read_form = form(component("dynamiclist", "t", properties={"min_rows": "2"}, components=[column("textfield", "t", "a")]))

    assert said(read_form, {"t": [{"a": "one"}]}) == {"t": ["Please fill in at least 2 rows."]}
    assert said(read_form, {"t": [{"a": "one"}, {"a": "two"}]}) == {}


def test_a_remark_has_the_length_of_a_long_text() -> None:
    read_form = form(component("radio", "c1", properties={"type": "checks"}))

    assert said(read_form, {"c1": {"answer": "NO", "remark": "a" * 4001}}) == {
        "c1": ["Please write at most 4000 characters; these are 4001."]
    }


def test_a_column_can_be_hidden_and_is_not_demanded_then() -> None:
    columns = [
        column("checkbox", "t", "late"),
        {**required("textfield", "why"), "id": "t_why", "conditional": {"hide": "=late = false"}},
    ]
    read_form = form(component("dynamiclist", "t", components=[column("textfield", "t", "a"), *columns]))

    assert said(read_form, {"t": [{"a": "x", "late": False, "why": "stale"}, {"a": "y", "late": True}]}) == {
        "t.1.why": ["Please fill this in."]
    }
    assert clean(read_form, {"t": [{"a": "x", "late": False, "why": "stale"}]}, situation()) == {
        "t": [{"a": "x", "late": False, "why": None}]
    }


def test_a_picture_is_accepted_by_its_family() -> None:
    picture = {"name": "scan.PNG", "hash": "cd", "size": 1, "media_type": "image/png"}

    for accept in (".png", "image/*", "image/png"):
        assert said(form(component("filepicker", "x", accept=accept)), {"x": [picture]}) == {}


def test_a_condition_can_demand_an_answer() -> None:
    read_form = form(component("textarea", "reason", properties={"required_when": "=verdict != suggested"}))

    assert said(read_form, {}, {"verdict": "OK", "suggested": "HOLD"}) == {"reason": ["Please fill this in."]}
    assert said(read_form, {}, {"verdict": "OK", "suggested": "OK"}) == {}


def test_a_hidden_field_is_never_demanded() -> None:
    group = {"type": "group", "id": "g", "label": "G", "conditional": {"hide": "=calm"}, "components": [required("textfield", "x")]}

    assert said(form(group), {}, {"calm": True}) == {}
    assert said(form(group), {}, {"calm": False}) == {"x": ["Please fill this in."]}


def test_a_check_that_gives_null_does_not_hold_and_is_not_asked_of_an_empty_field() -> None:
    read_form = form(component("textfield", "x", properties={"check": "=date(x) > date(limit)", "message": "Later, please."}))

    assert said(read_form, {"x": "soon"}) == {"x": ["Later, please."]}
    assert said(read_form, {}) == {}


def test_an_unchecked_outcome_keeps_what_is_there_without_demanding_anything() -> None:
    half = {"customer_po": "X1", "items": [{"qty": 0}]}

    assert check_types(ORDER_FORM, half, situation()) == clean(ORDER_FORM, half, situation())
    with pytest.raises(AnswersInvalid) as refused:
        check_types(ORDER_FORM, {"items": [{"qty": "some"}]}, situation())
    assert list(refused.value.fields) == ["items.0.qty"]


def test_the_sentence_of_a_form_is_said_in_the_readers_language() -> None:
    i18n = {"zh-Hans": {"x": {"message": "必须晚一点。"}}}
    read_form = form(component("textfield", "x", properties={"check": "=false", "message": "100% later, please."}), i18n=i18n)

    (message,) = validate(read_form, {"x": "a"}, situation())["x"]

    assert isinstance(message, OwnMessage)
    assert str(message) == "100% later, please."
    assert message.said_in("zh-Hant") == Message("必须晚一点。", {})
