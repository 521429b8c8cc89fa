"""Papers: every form as it was filled, with the version of the form; files only with their case."""

from __future__ import annotations

import io

import pytest

from engine.errors import NotFound
from tasks import papers
from tasks.records import documents
from tasks.work import completion
from tests.tasks.house import House
from tests.tasks.test_inbox import REQUEST, reviewing, started


def test_a_paper_shows_what_was_filled_and_by_whom(house: House) -> None:
    number, item = reviewing(house)
    with house.act("T1") as ctx:
        completion.complete(ctx, item, answers={"opinion": "fine"}, outcome="PASS", key="1")

    with house.look("S1") as ctx:
        found = papers.papers(ctx, number).filled
        second = papers.paper(ctx, number, 2)

    assert [(paper.step["en"], paper.by["en"], paper.outcome) for paper in found] == [
        ("Write the request", "Person S1", None),
        ("Review the request", "Person T1", {"en": "Pass", "zh-Hans": "通过"}),
    ]
    assert second.situation.scope["request"]["title"] == "Gears"
    assert second.form.id == "review_form"


@pytest.mark.parametrize("position", [0, 3])
def test_a_paper_that_the_case_does_not_have_is_not_found(house: House, position: int) -> None:
    number, _ = reviewing(house)

    with house.look("S1") as ctx, pytest.raises(NotFound):
        papers.paper(ctx, number, position)


def test_files_are_shown_with_their_case_and_to_nobody_else(house: House) -> None:
    number, item = started(house)
    with house.act("S1") as ctx:
        kept = documents.keep(ctx, "a.txt", "text/plain", io.BytesIO(b"hello"))
        assert documents.kept(ctx, [kept["hash"]]) == {kept["hash"]: kept}
        completion.complete(ctx, item, answers={**REQUEST, "evidence": [kept]}, key="1")

    with house.look("S1") as ctx:
        (found,) = papers.files(ctx, number)
        assert papers.file_content(ctx, number, found.hash)[1] == b"hello"
        with pytest.raises(NotFound):
            papers.file_content(ctx, number, "0" * 64)
    with house.look("Q1") as ctx, pytest.raises(NotFound):
        papers.files(ctx, number)


def test_the_form_of_a_finished_item_can_still_be_shown_to_who_lost(house: House) -> None:
    _, item = reviewing(house)
    with house.act("T1") as ctx:
        completion.complete(ctx, item, answers={"opinion": "fine"}, outcome="PASS", key="1")

    with house.look("T2") as ctx:
        row, form, _ = papers.form_of_item(ctx, item)

    assert (row.status, form and form.id) == ("finished", "review_form")
