from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

import pytest

from tasks.work.forms import Post, Upload, asks_for_rows, check, parse
from tests.tasks.work.forms.samples import DRAWING, ORDER, ORDER_ANSWERS, SHANGHAI, column, component, form, situation, values

ORDER_FORM = form(*ORDER)
ORDER_POST = {
    "customer_po": [" PO 7 "],
    "received_at": ["2026-03-04T09:30"],
    "channel": ["WRITTEN"],
    "items-rows": ["0"],
    "items-0-product": ["G-1"],
    "items-0-qty": ["3"],
    "items-0-unit_price": ["2.50"],
    "items-0-delivery_date": ["2026-04-01"],
}


@dataclass
class Sent:
    filename: str | None
    mimetype: str = "application/pdf"
    stream: IO[bytes] = field(default_factory=lambda: BytesIO(b"content"))


def keep(upload: Upload) -> Mapping[str, Any]:
    return {"name": upload.filename, "hash": f"hash of {upload.filename}", "size": 7, "media_type": upload.mimetype}


def post(
    texts: Mapping[str, list[str]], files: Mapping[str, list[Sent]] | None = None, shown: Mapping[str, Any] | None = None
) -> Post:
    return Post(texts, files or {}, shown or {}, SHANGHAI, keep)


def one(part: dict[str, Any], texts: Mapping[str, list[str]]) -> Any:
    return parse(form(part), post(texts))["x"]


def test_a_posted_order_becomes_typed_answers_that_fit() -> None:
    posted = parse(ORDER_FORM, post({**ORDER_POST, "forged": ["1"], "total": ["1"], "items-0-forged": ["1"]}))

    assert posted == {**ORDER_ANSWERS, "items": [{**ORDER_ANSWERS["items"][0], "amount": None}]}
    assert check(ORDER_FORM, posted, situation())["total"] == 7.5


@pytest.mark.parametrize(
    ("part", "texts", "answer"),
    [
        (component("textfield", "x"), {}, None),
        (component("textfield", "x"), {"x": ["  "]}, None),
        (component("textarea", "x"), {"x": ["a\r\nb "]}, "a\nb"),
        (component("number", "x"), {"x": ["12"]}, 12),
        (component("number", "x"), {"x": ["1,250.50"]}, 1250.5),
        (component("number", "x"), {"x": ["-0.1"]}, -0.1),
        (component("number", "x"), {"x": ["a dozen"]}, "a dozen"),
        (component("number", "x"), {"x": ["NaN"]}, "NaN"),
        (component("number", "x"), {"x": ["Infinity"]}, "Infinity"),
        (component("number", "x"), {"x": ["1e999999999"]}, "1e999999999"),
        (component("number", "x"), {"x": ["9" * 41]}, "9" * 41),
        (component("checkbox", "x"), {}, False),
        (component("checkbox", "x"), {"x": ["on"]}, True),
        (component("select", "x", values=values("A")), {"x": ["A"]}, "A"),
        (component("checklist", "x", values=values("A", "B")), {"x": ["B", "A", "B", ""]}, ["B", "A"]),
        (component("datetime", "x", subtype="date"), {"x": ["2026-03-04"]}, "2026-03-04"),
        (component("datetime", "x", subtype="datetime"), {"x": ["2026-03-04T09:30"]}, "2026-03-04T09:30:00+08:00"),
        (component("datetime", "x", subtype="datetime"), {"x": ["2026-02-30T09:30"]}, "2026-02-30T09:30"),
        (component("datetime", "x", subtype="datetime"), {"x": ["soon"]}, "soon"),
        (component("radio", "x", properties={"type": "checks"}), {"x-answer": ["NO"]}, {"answer": "NO", "remark": ""}),
        (component("radio", "x", properties={"type": "checks"}), {"x-remark": ["but"]}, {"answer": None, "remark": "but"}),
        (component("radio", "x", properties={"type": "checks"}), {}, None),
    ],
)
def test_a_posted_text_becomes_an_answer_of_the_right_sort_or_stays_as_it_is(
    part: dict[str, Any], texts: dict[str, list[str]], answer: Any
) -> None:
    assert one(part, texts) == answer


def test_what_a_person_may_not_fill_is_never_read() -> None:
    read_form = form(
        component("textfield", "a", readonly=True),
        component("textfield", "b", properties={"type": "signature"}),
        component("textfield", "c", properties={"type": "number", "counter": "ORD"}),
        component("textfield", "d", properties={"type": "computed", "value": "=1"}),
    )

    assert parse(read_form, post({key: ["forged"] for key in "abcd"})) == {}


def test_files_are_kept_on_only_when_the_form_was_shown_with_them() -> None:
    read_form = form(component("filepicker", "x", multiple=True))

    posted = parse(
        read_form,
        post({"x-kept": ["ab12", "somebody else's"]}, {"x": [Sent("new.pdf"), Sent("")], "y": [Sent("no.pdf")]}, {"x": [DRAWING]}),
    )

    assert posted == {"x": [DRAWING, {"name": "new.pdf", "hash": "hash of new.pdf", "size": 7, "media_type": "application/pdf"}]}
    assert parse(read_form, post({}, shown={"x": [DRAWING]})) == {"x": []}


def test_a_row_is_added_and_removed_by_a_round_trip() -> None:
    read_form = form(component("dynamiclist", "t", components=[column("textfield", "t", "a"), column("checkbox", "t", "b")]))
    rows = {"t-rows": ["0", "1"], "t-0-a": ["first"], "t-1-a": ["second"], "t-1-b": ["on"]}

    assert parse(read_form, post(rows))["t"] == [{"a": "first", "b": False}, {"a": "second", "b": True}]
    assert parse(read_form, post({**rows, "t-add": [""]}))["t"][2:] == [{"a": None, "b": False}]
    assert parse(read_form, post({**rows, "t-remove": ["0"]}))["t"] == [{"a": "second", "b": True}]
    assert [asks_for_rows(read_form, {**rows, **more}) for more in ({}, {"t-add": [""]}, {"t-remove": ["0"]})] == [
        False,
        True,
        True,
    ]


def test_row_numbers_that_are_none_and_rows_beyond_all_measure_are_not_read() -> None:
    read_form = form(component("dynamiclist", "t", components=[column("textfield", "t", "a")]))

    assert parse(read_form, post({"t-rows": ["-1", "x", "1e3", "99999", "7"], "t-7-a": ["seventh"]}))["t"] == [{"a": "seventh"}]
    assert len(parse(read_form, post({"t-rows": [str(number) for number in range(9999)]}))["t"]) == 501


def test_fixed_rows_keep_their_read_only_cells_and_cannot_be_added_or_removed() -> None:
    read_form = form(
        component(
            "dynamiclist",
            "t",
            allowAddRemove=False,
            components=[column("textfield", "t", "a", readonly=True), column("textfield", "t", "b")],
        )
    )
    texts = {"t-rows": ["0"], "t-0-a": ["forged"], "t-0-b": ["typed"], "t-add": [""], "t-remove": ["0"]}

    assert parse(read_form, post(texts, shown={"t": [{"a": "given", "b": None}]}))["t"] == [{"a": "given", "b": "typed"}]


def test_a_file_in_a_row_stays_with_its_row() -> None:
    read_form = form(component("dynamiclist", "t", components=[column("filepicker", "t", "f")]))
    shown = {"t": [{"f": []}, {"f": [DRAWING]}]}

    assert parse(read_form, post({"t-rows": ["0", "1"], "t-1-f-kept": ["ab12"], "t-remove": ["0"]}, shown=shown))["t"] == [
        {"f": [DRAWING]}
    ]
