from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Message
from tasks.work.forms import FieldView, Form, GroupView, OptionView, RowView, Said, TextView, clean, validate, view, view_filled
from tests.tasks.work.forms.samples import DRAWING, ORDER, ORDER_ANSWERS, column, component, form, required, situation, values


def seen(read_form: Form, answers: dict[str, Any], language: str = "en", **where: Any) -> FieldView:
    """The first part on the page."""
    part = view(read_form, answers, {}, language, situation(**where)).parts[0]
    assert isinstance(part, FieldView)
    return part


def test_a_choice_is_drawn_with_labels_in_the_readers_language() -> None:
    i18n = {"zh-Hans": {"title": "样本", "channel": {"label": "接收方式", "description": "选一个", "values.FAX": "传真"}}}
    read_form = form(required("select", "channel", description="Choose", values=values("FAX", "MAIL")), i18n=i18n)

    page = view(read_form, {"channel": "FAX"}, {"channel": [Message("No.", {})]}, "zh-Hant", situation())

    assert (page.title, page.errors) == ("样本", (("field-channel", "接收方式", Message("No.", {})),))
    assert page.parts == (
        FieldView(
            kind="field",
            id="field-channel",
            name="channel",
            label="接收方式",
            description="选一个",
            input="select",
            value="FAX",
            required=True,
            options=(OptionView("FAX", "传真", True), OptionView("MAIL", "Mail", False)),
            lines=(Said("传真"),),
            errors=(Message("No.", {}),),
        ),
    )


@pytest.mark.parametrize(
    ("part", "value", "expected"),
    [
        (component("textfield", "x"), "a", ("text", "a", "", {"maxlength": "200"})),
        (component("textarea", "x"), None, ("textarea", "", "", {"maxlength": "4000"})),
        (component("number", "x"), "a dozen", ("number", "a dozen", "decimal", {"step": "any", "min": "0"})),
        (
            component("number", "x", decimalDigits=0, validate={"max": 9}),
            4,
            ("number", "4", "numeric", {"step": "1", "min": "0", "max": "9"}),
        ),
        (component("number", "x", properties={"type": "money"}), 4.5, ("number", "4.5", "decimal", {"step": "0.01", "min": "0"})),
        (component("checkbox", "x"), True, ("checkbox", "", "", {})),
        (component("radio", "x", values=values("A")), "A", ("radio", "A", "", {})),
        (component("checklist", "x", values=values("A")), ["A"], ("checkboxes", "", "", {})),
        (component("datetime", "x", subtype="date"), "2026-03-04", ("date", "2026-03-04", "", {})),
        (component("datetime", "x", subtype="time"), "09:30", ("time", "09:30", "", {})),
        (
            component("datetime", "x", subtype="datetime"),
            "2026-03-04T01:30:00+00:00",
            ("datetime-local", "2026-03-04T09:30", "", {}),
        ),
        (component("datetime", "x", subtype="datetime"), "soon", ("datetime-local", "soon", "", {})),
        (
            component("filepicker", "x", accept=".PDF", multiple=True),
            [DRAWING],
            ("file", "", "", {"accept": ".pdf", "multiple": "multiple"}),
        ),
        (component("select", "x", properties={"type": "person"}), "U1", ("select", "U1", "", {})),
        (
            component("textfield", "x", properties={"type": "reference", "register": "product"}),
            "G-1",
            ("suggest", "G-1", "", {"maxlength": "200"}),
        ),
        (component("radio", "x", properties={"type": "checks"}), {"answer": "NO", "remark": "no"}, ("check", "", "", {})),
        (component("textfield", "x", properties={"type": "signature"}), None, ("signature", "", "", {"maxlength": "200"})),
        (component("textfield", "x", readonly=True), "a", ("shown", "a", "", {"maxlength": "200"})),
    ],
)
def test_every_field_has_its_input(part: dict[str, Any], value: Any, expected: tuple[str, str, str, dict[str, str]]) -> None:
    drawn = seen(form(part), {"x": value})

    assert (drawn.input, drawn.value, drawn.inputmode) == expected[:3]
    if part["type"] != "textfield" or drawn.input not in {"signature", "shown"}:
        assert drawn.attributes == expected[3]


@pytest.mark.parametrize(
    ("part", "value", "language", "lines"),
    [
        (component("number", "x"), 1234.5, "en", ("1,234.5",)),
        (component("number", "x", properties={"type": "money"}), 1234.5, "zh-Hans", ("¥1,234.50",)),
        (component("number", "x", properties={"type": "percent"}), 15, "en", ("15 %",)),
        (component("checkbox", "x"), True, "zh-Hans", ("是",)),
        (component("checkbox", "x"), False, "en", ("No",)),
        (component("datetime", "x", subtype="date"), "2026-03-04", "zh-Hans", ("2026年3月4日",)),
        (component("datetime", "x", subtype="date"), "soon", "en", ("soon",)),
        (component("datetime", "x", subtype="time"), "09:30", "en", ("09:30",)),
        (component("datetime", "x", subtype="datetime"), "2026-03-04T01:30:00+00:00", "zh-Hans", ("2026/3/4 09:30",)),
        (component("checklist", "x", properties={"type": "departments"}), ["TEC", "OLD"], "en", ("Technical", "OLD")),
        (component("select", "x", properties={"type": "person"}), "U2", "zh-Hant", ("Supervisor（简）",)),
        (component("textfield", "x", properties={"type": "reference", "register": "product"}), "G-1", "en", ("Gear",)),
        (
            component("radio", "x", properties={"type": "checks"}),
            {"answer": "CONDITION", "remark": "soon"},
            "zh-Hant",
            ("有條件", "soon"),
        ),
        (component("textfield", "x", readonly=True), {"a": 1}, "en", ("a: 1",)),
        (component("textfield", "x"), None, "en", ()),
    ],
)
def test_an_answer_reads_as_the_readers_language_writes_it(
    part: dict[str, Any], value: Any, language: str, lines: tuple[str, ...]
) -> None:
    assert tuple(line.text for line in seen(form(part), {"x": value}, language).lines) == lines


def test_a_signature_and_a_file_can_be_read() -> None:
    signature = {
        "person": "U1",
        "names": {"en": "Technician"},
        "role": "TEC.rev",
        "at": "2026-03-04T01:30:00+00:00",
        "comment": "Fine.",
    }
    read_form = form(component("textfield", "sign", properties={"type": "signature"}), component("filepicker", "file"))

    page = view_filled(read_form, {"sign": signature, "file": [DRAWING]}, "zh-Hans", situation())

    assert [(part.input, part.lines) for part in page.parts if isinstance(part, FieldView)] == [
        ("shown", (Said("Technician · TEC.rev · 2026/3/4 09:30"), Said("Fine."))),
        ("shown", (Said("drawing.pdf", DRAWING),)),
    ]


def test_hidden_parts_are_not_drawn_and_what_others_depend_on_is_live() -> None:
    read_form = form(
        component("radio", "conclusion", values=values("PASS", "FAIL")),
        {
            "type": "group",
            "id": "bad",
            "label": "If not",
            "conditional": {"hide": '=conclusion != "FAIL"'},
            "components": [required("textarea", "reason")],
        },
        {"type": "text", "id": "good", "text": "Well done.\n\nGo on.", "conditional": {"hide": '=conclusion != "PASS"'}},
        {"type": "separator", "id": "line"},
    )

    fail, passed = (view(read_form, {"conclusion": code}, {}, "en", situation()).parts for code in ("FAIL", "PASS"))

    assert [(part.kind, part.id) for part in fail] == [("field", "field-conclusion"), ("group", "bad"), ("line", "line")]
    assert isinstance(fail[1], GroupView)
    assert [part.id for part in fail[1].parts] == ["field-reason"]
    assert passed[1:] == (TextView("text", "good", ("Well done.", "Go on.")), TextView("line", "line"))
    assert [part.live for part in fail if isinstance(part, FieldView)] == [True]


def test_a_table_is_drawn_row_by_row_with_errors_at_the_cells() -> None:
    order = form(*ORDER)
    answers = {**ORDER_ANSWERS, "items": [{**ORDER_ANSWERS["items"][0], "qty": 0}]}
    errors = validate(order, clean(order, answers, situation()), situation())

    page = view(order, answers, errors, "en", situation())

    table = next(part for part in page.parts if isinstance(part, FieldView) and part.name == "items")
    (row,) = table.rows
    cells = [(cell.name, cell.input, cell.value, [str(each) for each in cell.errors]) for cell in row.cells if cell]
    assert (table.input, table.may_add, table.required, table.headings[:2]) == ("table", True, True, ("Product", "Qty"))
    assert cells == [
        ("items-0-product", "suggest", "G-1", []),
        ("items-0-qty", "number", "0", ["More than 0."]),
        ("items-0-unit_price", "number", "2.5", []),
        ("items-0-amount", "shown", "0", []),
        ("items-0-delivery_date", "date", "2026-04-01", []),
    ]
    assert page.errors == (("field-items-0-qty", "Qty", Message("More than 0.", {})),)


def test_a_shown_table_and_a_shown_value_come_from_the_case() -> None:
    read_form = form(
        component("textfield", "customer", readonly=True, properties={"value": "=order.customer"}),
        component(
            "dynamiclist",
            "items",
            readonly=True,
            properties={"value": "=order.items"},
            components=[column("textfield", "items", "name")],
        ),
        component("textfield", "phone", readonly=True),
    )

    customer, items, phone = view(
        read_form, {}, {}, "en", situation({"order": {"customer": "C-1", "items": [{"name": "Gear"}]}}, {"phone": "123"})
    ).parts

    assert isinstance(customer, FieldView)
    assert isinstance(items, FieldView)
    assert isinstance(phone, FieldView)
    assert (customer.lines, phone.lines) == ((Said("C-1"),), (Said("123"),))
    assert (items.input, items.may_add, items.rows[0].cells[0] and items.rows[0].cells[0].lines) == (
        "shown table",
        False,
        (Said("Gear"),),
    )


def test_a_cell_that_a_condition_hides_is_left_out() -> None:
    table = component(
        "dynamiclist",
        "t",
        components=[column("checkbox", "t", "a"), column("textfield", "t", "b", conditional={"hide": "=a = false"})],
    )

    drawn = seen(form(table), {"t": [{"a": False, "b": None}, {"a": True, "b": "x"}]})

    assert [[cell is not None for cell in row.cells] for row in drawn.rows] == [[True, False], [True, True]]
    assert isinstance(drawn.rows[0], RowView)


def test_a_filled_form_takes_no_input_and_keeps_its_computed_values() -> None:
    total = component("number", "total", properties={"type": "computed", "value": "=price"})
    page = view_filled(form(required("textfield", "x"), total), {"x": "a", "total": 3}, "en", situation({"price": 5}))

    assert [(part.input, part.required, part.lines) for part in page.parts if isinstance(part, FieldView)] == [
        ("shown", False, (Said("a"),)),
        ("shown", False, (Said("3"),)),
    ]
