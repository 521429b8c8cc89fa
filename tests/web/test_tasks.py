"""A task on its page: filled, refused, kept, completed once, and invisible to whom it does not concern."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

import pytest

from engine.errors import Busy
from tasks import papers
from tasks.work import completion
from tests.web.conftest import KEY
from tests.web.house import House

WRITTEN = {
    "subject": "200 gears",
    "customer": "C01",
    "priority": "P2",
    "channel": "WRITTEN",
    "wanted_on": "2026-03-20",
    "departments": ["TEC", "PRD"],
    "items-rows": "0",
    "items-0-product": "Gear",
    "items-0-qty": "200",
    "items-0-price": "12.5",
    "remark": "As last year.",
}


def form(reader: Any, item: str, **more: Any) -> dict[str, Any]:
    """What the page of a task would send, with these fields."""
    text = reader.get(f"/tasks/{item}").get_data(as_text=True)
    key = KEY.search(text)
    version = re.search(r'name="version" value="(\d+)"', text)
    outcome = re.search(r'name="outcome" value="([^"]*)"', text)
    assert key
    assert version
    assert outcome
    return {"key": key[1], "version": version[1], "outcome": outcome[1], **more}


def test_a_task_is_completed_and_the_case_goes_on_to_the_departments(signed_in: Any, house: House) -> None:
    number, item = house.start_inquiry("S1")
    reader = signed_in("s1")

    answer = reader.post(f"/tasks/{item}", form(reader, item, **WRITTEN))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox")
    assert f"Done: case {number} goes on." in reader.get("/inbox").get_data(as_text=True)
    assert house.offered("T1", number)
    assert house.offered("P1", number)


def test_the_same_form_sent_twice_is_done_once_and_answered_the_same(signed_in: Any, house: House) -> None:
    number, item = house.start_inquiry("S1")
    reader = signed_in("s1")
    fields = form(reader, item, **WRITTEN)

    answers = [reader.post(f"/tasks/{item}", fields) for _ in range(2)]

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(303, "/inbox")] * 2
    timeline = reader.get(f"/cases/{number}/timeline").get_data(as_text=True)
    assert timeline.count("Write down the inquiry") >= 1


@pytest.mark.parametrize(
    ("language", "words"), [("en", "This cannot be completed yet"), ("zh-Hans", "还不能完成"), ("zh-Hant", "還不能完成")]
)
def test_what_does_not_fit_comes_back_with_the_field_named_and_everything_kept(
    signed_in: Any, house: House, language: str, words: str
) -> None:
    _, item = house.start_inquiry("S1")
    reader = signed_in("s1", language)

    answer = reader.post(f"/tasks/{item}", form(reader, item, **{**WRITTEN, "subject": "", "items-0-qty": "many"}))

    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in text
    assert 'href="#field-subject"' in text
    assert 'value="many"' in text
    assert "As last year." in text
    assert reader.get(f"/tasks/{item}").status_code == 200


def test_a_file_is_kept_when_another_field_does_not_fit(signed_in: Any, house: House) -> None:
    _, item = house.start_inquiry("S1")
    reader = signed_in("s1")
    fields = form(reader, item, **{**WRITTEN, "subject": ""})
    fields["evidence"] = (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "letter.pdf")

    answer = reader.post(f"/tasks/{item}", fields, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert "letter.pdf" in answer.get_data(as_text=True)
    assert "letter.pdf" in reader.get(f"/tasks/{item}").get_data(as_text=True)


def test_a_forged_outcome_changes_nothing(signed_in: Any, house: House) -> None:
    number = house.case_in_check()
    item = house.offered("P1", number)
    reader = signed_in("p1")

    answer = reader.post(f"/tasks/{item}", {**form(reader, item), "outcome": "APPROVE"})

    assert answer.status_code == 422
    assert house.offered("P1", number) == item


def test_a_finished_task_is_told_with_who_was_faster_and_what_was_typed(signed_in: Any, house: House) -> None:
    number, _ = house.start_inquiry("S1")
    item = house.offered_to_all(number)
    slow = signed_in("s2")
    fields = form(slow, item, **{**WRITTEN, "subject": "Typed by the second one"})
    house.write(item, "S1")

    answer = slow.post(f"/tasks/{item}", fields)

    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Sales Rep A was faster" in text
    assert "Typed by the second one" in text


def test_a_task_that_somebody_else_has_taken_is_read_but_not_completed(signed_in: Any, house: House) -> None:
    _, item = house.start_inquiry("S1")
    other = signed_in("s2")

    text = other.get(f"/tasks/{item}").get_data(as_text=True)

    assert "is working on this task" in text
    assert 'name="outcome"' not in text


def test_what_a_person_may_not_see_is_not_found(signed_in: Any, house: House) -> None:
    number, item = house.start_inquiry("S1")
    stranger = signed_in("w1")
    stranger.get("/inbox")

    paths = [f"/tasks/{item}", f"/cases/{number}", f"/cases/{number}/timeline", f"/cases/{number}/drawing.bpmn", "/incidents"]
    seen = {path: stranger.get(path).status_code for path in paths}
    verbs = [f"/tasks/{item}{verb}" for verb in ("", "/claim", "/release", "/transfer")]
    posted = {path: stranger.post(path).status_code for path in (*verbs, "/incidents/1-1/retry")}

    assert set(seen.values()) <= {403, 404}
    assert {status for path, status in seen.items() if path != "/incidents"} == {404}
    assert set(posted.values()) <= {403, 404}


def test_a_task_is_taken_and_given_back(signed_in: Any, house: House) -> None:
    number = house.case_in_check()
    item = house.offered("P1", number)
    reader = signed_in("p1")
    reader.get("/inbox")

    assert reader.post(f"/tasks/{item}/claim").status_code == 303
    assert house.mine("P1", number) == item
    assert reader.post(f"/tasks/{item}/release").status_code == 303
    assert house.offered("P1", number) == item


@pytest.mark.parametrize(("language", "name"), [("en", "Check the inquiry"), ("zh-Hans", "核查询价"), ("zh-Hant", "核查詢價")])
def test_the_inbox_and_the_case_read_in_the_language_of_the_reader(signed_in: Any, house: House, language: str, name: str) -> None:
    number = house.case_in_check()
    reader = signed_in("t1", language)

    paths = ("/inbox?view=offered", f"/cases/{number}", f"/cases/{number}/timeline")
    pages = [reader.get(path).get_data(as_text=True) for path in paths]

    assert all(f'lang="{language}"' in page for page in pages)
    assert all(name in page for page in pages[:2])


def test_a_case_shows_its_drawing_its_papers_and_its_history(signed_in: Any, house: House) -> None:
    number = house.case_in_check()
    house.check("T1", number)
    reader = signed_in("s1")

    case = reader.get(f"/cases/{number}").get_data(as_text=True)
    drawing = reader.get(f"/cases/{number}/drawing.bpmn")
    timeline = reader.get(f"/cases/{number}/timeline").get_data(as_text=True)
    found = reader.get(f"/cases?text={number}").get_data(as_text=True)

    assert "<svg" in case
    assert drawing.mimetype == "application/xml"
    assert "Technical Reviewer A" in timeline
    assert number in found


def test_only_administrators_see_incidents(signed_in: Any) -> None:
    assert signed_in("s1").get("/incidents").status_code in {403, 404}
    assert signed_in("a0").get("/incidents").status_code == 200


def test_a_form_that_came_in_the_way_of_others_is_tried_again_with_all_its_files(
    signed_in: Any, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, item = house.start_inquiry("S1")
    reader = signed_in("s1")
    fields = form(reader, item, **WRITTEN)
    contents = [f"%PDF-1.4\n% {name}\n%%EOF\n".encode() for name in ("first", "second")]
    fields["evidence"] = [(io.BytesIO(content), f"{index}.pdf") for index, content in enumerate(contents)]
    tries = []
    done = completion.complete

    def busy_at_first(*given: Any, **more: Any) -> Any:
        tries.append(given)
        if len(tries) < 2:
            raise Busy
        return done(*given, **more)

    monkeypatch.setattr(completion, "complete", busy_at_first)

    answer = reader.post(f"/tasks/{item}", fields, content_type="multipart/form-data")

    assert (answer.status_code, len(tries)) == (303, 2)
    with house.look("S1") as ctx:
        kept = {one.name: one.hash for one in papers.files(ctx, number)}
    assert kept == {f"{index}.pdf": hashlib.sha256(content).hexdigest() for index, content in enumerate(contents)}
