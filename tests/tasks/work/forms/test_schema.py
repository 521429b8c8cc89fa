from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import DrawingInvalid
from tasks.work.forms import Group, Kind, Source, Space, Text, examine, read
from tests.tasks.work.forms.samples import ORDER, column, component, form, required, schema, values


def problems(*components: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """Rule and element of every error."""
    return [(each.rule, each.element) for each in examine(schema(*components, **more))[1] if each.severity == "error"]


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("textfield", {}, Kind.TEXT),
        ("textarea", {}, Kind.LONG_TEXT),
        ("number", {}, Kind.NUMBER),
        ("number", {"properties": {"type": "money"}}, Kind.MONEY),
        ("number", {"properties": {"type": "percent"}}, Kind.PERCENT),
        ("checkbox", {}, Kind.BOOLEAN),
        ("select", {"values": values("A")}, Kind.CHOICE),
        ("radio", {"values": values("A")}, Kind.CHOICE),
        ("checklist", {"valuesExpression": "=depts"}, Kind.CHOICES),
        ("datetime", {"subtype": "date"}, Kind.DATE),
        ("datetime", {"subtype": "time"}, Kind.TIME),
        ("datetime", {"subtype": "datetime"}, Kind.DATETIME),
        ("filepicker", {}, Kind.FILES),
        ("dynamiclist", {"components": [column("textfield", "x", "y")]}, Kind.TABLE),
        ("radio", {"properties": {"type": "checks"}}, Kind.CHECK_ITEM),
        ("textfield", {"properties": {"type": "signature"}}, Kind.SIGNATURE),
        ("textfield", {"properties": {"type": "number", "counter": "ORD"}}, Kind.SERIAL),
        ("select", {"properties": {"type": "person", "role": "TEC.rev", "department": "=dept"}}, Kind.PERSON),
        ("checklist", {"properties": {"type": "persons", "department": "TEC"}}, Kind.PERSONS),
        ("select", {"properties": {"type": "department"}}, Kind.DEPARTMENT),
        ("checklist", {"properties": {"type": "departments"}}, Kind.DEPARTMENTS),
        ("textfield", {"properties": {"type": "reference", "register": "customer"}}, Kind.REFERENCE),
        ("checklist", {"properties": {"type": "references", "register": "document"}}, Kind.REFERENCES),
        ("number", {"properties": {"type": "computed", "value": "=1"}}, Kind.NUMBER),
        ("checklist", {"properties": {"type": "computed", "format": "departments", "value": "=depts"}}, Kind.DEPARTMENTS),
    ],
)
def test_every_type_of_field_is_read(kind: str, more: dict[str, Any], expected: Kind) -> None:
    assert form(component(kind, "x", **more)).fields[0].kind is expected


@pytest.mark.parametrize(
    ("more", "source"),
    [
        ({}, Source.PERSON),
        ({"readonly": True}, Source.EARLIER),
        ({"readonly": True, "properties": {"value": "=order.customer"}}, Source.SHOWN),
        ({"properties": {"type": "computed", "value": "=1"}}, Source.COMPUTED),
        ({"properties": {"type": "signature"}}, Source.SERVER),
        ({"readonly": True, "properties": {"type": "signature"}}, Source.EARLIER),
    ],
)
def test_a_field_knows_where_its_answer_comes_from(more: dict[str, Any], source: Source) -> None:
    assert form(component("textfield", "x", **more)).fields[0].source is source


def test_the_parts_of_a_form_keep_their_order_and_fields_come_out_of_groups() -> None:
    read_form = form(
        {"type": "text", "id": "note", "text": "Hello.\n\nRead on."},
        {
            "type": "group",
            "id": "inner",
            "label": "Inner",
            "conditional": {"hide": "=a = null"},
            "components": [component("textfield", "b", conditional={"hide": "=c = null"})],
        },
        {"type": "separator", "id": "line"},
        component("textfield", "a"),
    )

    assert [type(part) for part in read_form.parts] == [Text, Group, Space, type(read_form.fields[0])]
    assert [(one.key, [condition.text for condition in one.hidden_when]) for one in read_form.fields] == [
        ("b", ["a = null", "c = null"]),
        ("a", []),
    ]


def test_limits_are_those_of_the_requirements_unless_the_form_says_less() -> None:
    text, long_text, shorter, number, money, whole = form(
        component("textfield", "a"),
        component("textarea", "b"),
        component("textfield", "c", validate={"maxLength": 9999}),
        component("number", "d", validate={"min": "-5", "max": 200}),
        component("number", "e", properties={"type": "money"}),
        component("number", "f", decimalDigits=0),
    ).fields

    assert [one.limits.max_length for one in (text, long_text, shorter)] == [200, 4000, 200]
    assert (number.limits.minimum, number.limits.maximum, number.limits.digits) == (Decimal(-5), Decimal(200), None)
    assert (money.limits.minimum, money.limits.digits, whole.limits.digits) == (Decimal(0), 2, 0)


def test_texts_come_in_three_languages_by_component_id() -> None:
    i18n = {
        "zh-Hans": {"title": "样本", "channel": {"label": "接收方式", "values.FAX": "传真", "message": "不行"}},
        "zh-Hant": {"title": "樣本", "channel": {"label": "接收方式"}},
    }
    read_form = form(
        component("select", "channel", values=values("FAX"), properties={"check": "=true", "message": "No."}), i18n=i18n
    )

    (channel,) = read_form.fields
    assert read_form.titles == {"en": "Sample", "zh-Hans": "样本", "zh-Hant": "樣本"}
    assert channel.labels == {"en": "Channel", "zh-Hans": "接收方式", "zh-Hant": "接收方式"}
    assert channel.options[0].labels == {"en": "Fax", "zh-Hans": "传真"}
    assert channel.message == {"en": "No.", "zh-Hans": "不行"}


def test_a_missing_translation_is_a_warning_only() -> None:
    read_form, found = examine(schema(component("textfield", "a")))

    assert read_form is not None
    assert [(each.severity, each.rule, each.reason) for each in found] == [
        ("warning", "form-untranslated", "The label has no zh-Hans, zh-Hant.")
    ]


def test_a_form_tells_what_it_keeps_and_whether_it_demands_evidence() -> None:
    read_form = form(
        component("textfield", "a"),
        component("textfield", "b", readonly=True),
        component("textfield", "c", properties={"type": "signature"}),
        required("filepicker", "d"),
    )

    assert [one.key for one in read_form.stored] == ["a", "c", "d"]
    assert (read_form.demands_evidence, form(component("filepicker", "d")).demands_evidence) == (True, False)


@pytest.mark.parametrize("kind", ["iframe", "html", "image", "button", "table", "expression", "taglist", "documentPreview", None])
def test_components_that_do_not_run_are_refused_by_name(kind: str | None) -> None:
    assert problems({"type": kind, "id": "x"}) == [("form-type", "x")]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param(component("textfield", "Big"), ("form-key", "Big"), id="key in capitals"),
        pytest.param({**component("textfield", "x"), "id": "a-b"}, ("form-id", "a-b"), id="id with a hyphen"),
        pytest.param({**component("textfield", "x"), "id": "title"}, ("form-id", "title"), id="reserved id"),
        pytest.param(component("textfield", "x", defualt="y"), ("form-attribute", "x"), id="misspelt attribute"),
        pytest.param(component("textfield", "x", properties={"defualt": "=1"}), ("form-attribute", "x"), id="misspelt property"),
        pytest.param(component("textfield", "x", validate={"requird": True}), ("form-attribute", "x"), id="misspelt validation"),
        pytest.param(component("textfield", "x", conditional={"show": "=1"}), ("form-attribute", "x"), id="unknown condition"),
        pytest.param(component("textfield", "x", conditional={"hide": "y = 1"}), ("form-expression", "x"), id="no equals sign"),
        pytest.param(component("textfield", "x", conditional={"hide": "=y = "}), ("form-expression", "x"), id="does not parse"),
        pytest.param(component("textfield", "x", properties={"type": "colour"}), ("form-type", "x"), id="unknown type"),
        pytest.param(component("checkbox", "x", properties={"type": "money"}), ("form-type", "x"), id="type on wrong component"),
        pytest.param(component("datetime", "x", subtype="week"), ("form-type", "x"), id="unknown subtype"),
        pytest.param(component("textfield", "x", properties={"value": "=1"}), ("form-value", "x"), id="value on a typed field"),
        pytest.param(
            component("textfield", "x", properties={"type": "computed"}), ("form-value", "x"), id="computed without value"
        ),
        pytest.param(component("textfield", "x", properties={"check": "=true"}), ("form-check", "x"), id="check without message"),
        pytest.param(component("textfield", "x", properties={"type": "reference"}), ("form-register", "x"), id="no register"),
        pytest.param(component("textfield", "x", properties={"type": "number"}), ("form-counter", "x"), id="no counter"),
        pytest.param(component("select", "x"), ("form-options", "x"), id="nothing to choose from"),
        pytest.param(
            component("radio", "x", values=values("MAYBE"), properties={"type": "checks"}),
            ("form-options", "x"),
            id="unknown check answer",
        ),
        pytest.param(component("number", "x", validate={"min": "few"}), ("form-limit", "x"), id="limit is no number"),
        pytest.param(component("textfield", "x", validate={"maxLength": 1.5}), ("form-limit", "x"), id="limit is not whole"),
        pytest.param(component("textfield", "x", validate={"pattern": "("}), ("form-limit", "x"), id="pattern does not parse"),
        pytest.param(component("textfield", "x", label="Hi {{name}}"), ("form-text", "x"), id="template in a label"),
        pytest.param({"type": "text", "id": "x", "text": "=a"}, ("form-text", "x"), id="expression as text"),
        pytest.param({"type": "group", "id": "x", "path": "a", "components": []}, ("form-type", "x"), id="group with a path"),
        pytest.param(component("dynamiclist", "x", components=[]), ("form-table", "x"), id="table without columns"),
        pytest.param(
            component("dynamiclist", "x", components=[{"type": "group", "id": "g"}]), ("form-type", "g"), id="group in a table"
        ),
        pytest.param(
            component("dynamiclist", "x", components=[column("textfield", "x", "y", properties={"type": "signature"})]),
            ("form-type", "x_y"),
            id="signature in a table",
        ),
        pytest.param(
            component("dynamiclist", "x", components=[column("textfield", "x", "y", readonly=True)]),
            ("form-table", "x_y"),
            id="read-only column with free rows",
        ),
        pytest.param(
            component("dynamiclist", "x", components=[column("textfield", "x", "y"), column("textfield", "z", "y")]),
            ("form-key", "x"),
            id="two columns with one key",
        ),
    ],
)
def test_what_would_not_work_as_drawn_is_refused(part: dict[str, Any], expected: tuple[str, str]) -> None:
    assert problems(part) == [expected]


def test_every_problem_is_reported_at_once() -> None:
    with pytest.raises(DrawingInvalid) as refused:
        read(schema({"type": "text", "id": "a", "text": "=b"}, component("select", "b"), component("number", "b")), "sample.form")

    assert [str(problem) for problem in refused.value.problems] == [
        "error: sample.form a “=b”: The text is an expression. Write plain text; show values in fields. [form-text]",
        "error: sample.form b “B”: There is nothing to choose from. Give values or a valuesExpression. [form-options]",
        "error: sample.form b “B”: Another component has the same id. Give it an id of its own. [form-id]",
        "error: sample.form: Two fields have the key “b”. Give every field a key of its own. [form-key]",
    ]


@pytest.mark.parametrize(
    ("i18n", "element"),
    [
        ({"zh": {}}, ""),
        ({"zh-Hans": {"nobody": {"label": "无"}}}, "nobody"),
        ({"zh-Hans": {"a": {"lable": "甲"}}}, "a"),
        ({"zh-Hans": {"a": "甲"}}, "a"),
    ],
)
def test_translations_of_nothing_are_refused(i18n: dict[str, Any], element: str) -> None:
    assert problems(component("textfield", "a"), i18n=i18n) == [("form-translation", element)]


@pytest.mark.parametrize("text", ["{", "[]", '{"components": {}}'])
def test_what_is_no_form_is_refused(text: str) -> None:
    with pytest.raises(DrawingInvalid, match=r"\[form-json\]"):
        read(text)


def test_the_top_of_a_schema_is_checked_as_well() -> None:
    assert problems(component("textfield", "a"), type="page", id="Bad id", colour="red") == [
        ("form-attribute", ""),
        ("form-json", ""),
        ("form-id", ""),
    ]


def test_an_order_form_reads_without_errors() -> None:
    read_form, found = examine(json.dumps(json.loads(schema(*ORDER))))

    assert read_form is not None
    assert [each for each in found if each.severity == "error"] == []
