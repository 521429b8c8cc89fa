"""Whatever is handed in, a form answers with messages, never with an exception of another kind."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import AnswersInvalid
from tasks.work.forms import Post, check, check_types, clean, parse, validate, view
from tests.tasks.work.forms.samples import ORDER, SHANGHAI, column, component, form, situation, values

EVERYTHING = form(
    *ORDER,
    component("radio", "c1", properties={"type": "checks"}),
    component("checklist", "people", properties={"type": "persons"}),
    component("datetime", "on", subtype="date"),
    component("datetime", "at", subtype="time"),
    component("checkbox", "yes", properties={"check": "=yes", "message": "Yes, please."}),
    component("radio", "verdict", values=values("PASS", "FAIL")),
    component("textarea", "reason", conditional={"hide": '=verdict != "FAIL" or count(people) > on'}),
    component(
        "dynamiclist",
        "fixed",
        allowAddRemove=False,
        properties={"default": "=for d in depts return {dept: d}"},
        components=[column("textfield", "fixed", "dept", readonly=True), column("checkbox", "fixed", "seen")],
    ),
)
KEYS = [one.key for one in EVERYTHING.fields]
SCOPE = {"depts": ["TEC", "PRD"]}

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["PHONE", "FAIL"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=12,
)
ROW = st.dictionaries(st.sampled_from(["product", "qty", "unit_price", "delivery_date", "seen", "answer", "remark", "hash"]), JSON)
ANSWERS = st.dictionaries(st.sampled_from([*KEYS, "forged"]), JSON | st.lists(ROW, max_size=3) | ROW)


@given(ANSWERS)
def test_any_answers_are_accepted_or_refused_by_field(answers: dict[str, Any]) -> None:
    where = situation(SCOPE)

    for examine in (check, check_types):
        with suppress(AnswersInvalid):
            kept = examine(EVERYTHING, answers, where)
            assert set(kept) == {one.key for one in EVERYTHING.stored}
            assert orjson.loads(orjson.dumps(kept)) == kept
            assert [row["dept"] for row in kept["fixed"]] == ["TEC", "PRD"]


@given(ANSWERS, st.sampled_from(["en", "zh-Hans", "zh-Hant"]))
def test_any_answers_can_be_shown_again_with_their_messages(answers: dict[str, Any], language: str) -> None:
    where = situation(SCOPE)
    errors = validate(EVERYTHING, clean(EVERYTHING, answers, where), where)

    assert view(EVERYTHING, answers, errors, language, where).title == "Sample"


@given(ANSWERS)
def test_what_was_accepted_once_is_accepted_again_unchanged(answers: dict[str, Any]) -> None:
    where = situation(SCOPE)

    with suppress(AnswersInvalid):
        kept = check_types(EVERYTHING, answers, where)
        assert check_types(EVERYTHING, kept, where) == kept


NAMES = st.sampled_from(
    [*KEYS, "c1-answer", "c1-remark", "items-rows", "items-0-qty", "items-0-product", "items-add", "items-remove"]
)


@given(st.dictionaries(NAMES, st.lists(st.text(max_size=30) | st.sampled_from(["0", "1e400", "2026-03-04T09:30"]), max_size=3)))
def test_any_post_becomes_answers(texts: dict[str, list[str]]) -> None:
    posted = parse(EVERYTHING, Post(texts, {}, {}, SHANGHAI, lambda _upload: {}))

    assert set(posted) == {one.key for one in EVERYTHING.fields if one.editable}
    with suppress(AnswersInvalid):
        check(EVERYTHING, posted, situation(SCOPE))


@pytest.mark.parametrize("value", ["=[1..3]", "=function(x) x", '=duration("P1D") * 1e40', "=unknown.deep"])
def test_a_value_that_cannot_be_kept_is_empty(value: str) -> None:
    read_form = form(component("textfield", "x", properties={"type": "computed", "value": value}))

    assert clean(read_form, {}, situation()) == {"x": None}
