"""Cases: found by those who have to do with them, shown with their drawing and history, cancelled by their owner."""

from __future__ import annotations

import io

import pytest

from engine.errors import FileInvalid, Forbidden, Invalid, NotFound
from tasks import cases, drawings, timeline
from tasks.records import documents, registers
from tasks.work import completion
from tests.tasks.house import House
from tests.tasks.test_inbox import REQUEST, reviewing, started


def test_a_case_is_found_by_number_customer_step_and_status(house: House) -> None:
    number, _ = reviewing(house)
    with house.act("A0") as ctx:
        registers.put(
            ctx, "customer", [{"customer_id": "C01", "name": {"en": "Customer One Ltd", "zh_Hans": "客户一"}}], "customer_id"
        )

    found = {}
    for text in (number, "Gears", "c01 gears", "customer one", "客户一", "nothing"):
        with house.look("S1") as ctx:
            found[text] = [row.number for row in cases.search(ctx, cases.Sought(text=text)).rows]
    with house.look("S1") as ctx:
        found["step"] = [row.number for row in cases.search(ctx, cases.Sought(step="Review the")).rows]
        found["ended"] = [row.number for row in cases.search(ctx, cases.Sought(status="ended")).rows]
        found["late"] = [row.number for row in cases.search(ctx, cases.Sought(late=True)).rows]

    assert found == {
        number: [number],
        "Gears": [number],
        "c01 gears": [number],
        "customer one": [number],
        "客户一": [number],
        "nothing": [],
        "step": [number],
        "ended": [],
        "late": [],
    }


def test_only_those_with_a_part_in_it_see_a_case(house: House) -> None:
    number, _ = reviewing(house)

    seen = {}
    for who in ("S1", "S2", "SM", "T1", "TM", "Q1", "G2", "A0"):
        with house.look(who) as ctx:
            seen[who] = [row.number for row in cases.search(ctx).rows] == [number]

    assert seen == {"S1": True, "S2": True, "SM": True, "T1": True, "TM": True, "Q1": False, "G2": True, "A0": True}


def test_the_drawing_says_what_is_done_by_whom_and_what_is_active(house: House) -> None:
    number, _ = reviewing(house)

    with house.look("S1") as ctx:
        (drawing,) = drawings.drawings(ctx, number)
        localised = drawings.drawing_xml(ctx, number, "", "zh-Hans").decode()

    states = {element: (state.state, state.by and state.by["en"], state.count) for element, state in drawing.states.items()}
    assert states == {"start": ("done", None, 1), "write_request": ("done", "Person S1", 1), "review_request": ("active", None, 0)}
    assert 'name="Review the request（中）"' in localised
    with house.look("S1") as ctx, pytest.raises(NotFound):
        drawings.drawing_xml(ctx, number, "review_request.1", "en")


def test_the_history_tells_old_and_new_values(house: House) -> None:
    number, _ = reviewing(house)

    with house.look("S1") as ctx:
        line = timeline.timeline(ctx, number)[-1]

    assert {(detail.names["en"], detail.old, detail.new) for detail in line.details if detail.name == "request.title"} == {
        ("Title", None, "Gears")
    }
    assert [found.kind for found in line.happened] == ["step finished", "step offered"]


def test_only_the_owner_cancels_a_case_and_says_why(house: House) -> None:
    number, _ = reviewing(house)

    with house.act("S1") as ctx, pytest.raises(Forbidden):
        cases.cancel(ctx, number, "no")
    with house.act("SM") as ctx, pytest.raises(Invalid):
        cases.cancel(ctx, number, "")
    with house.act("SM") as ctx:
        cases.cancel(ctx, number, "The customer went away.")

    with house.look("SM") as ctx:
        case = cases.get(ctx, number)
    assert (case.row.status, list(case.open_items)) == ("cancelled", [])


def test_a_file_belongs_to_the_case_it_was_handed_in_with(house: House) -> None:
    number, item = started(house)
    with house.act("S1") as ctx:
        kept = documents.keep(ctx, "../a.pdf", "application/pdf", io.BytesIO(b"%PDF-1.4 x"))
        completion.complete(ctx, item, answers={**REQUEST, "evidence": [kept]}, key="1")

    with house.look("T1") as ctx:
        key = cases.get(ctx, number).row.id
        found, content = documents.content_of(ctx, key, kept["hash"])
    assert (found.name, content) == ("a.pdf", b"%PDF-1.4 x")
    with house.look("T1") as ctx:
        assert documents.kept(ctx, [kept["hash"]]) == {}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("a.exe", b"MZ", "are accepted", id="kind"),
        pytest.param("a.pdf", b"<html>", "is not that of", id="content"),
        pytest.param("a.pdf", b"", "is empty", id="empty"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(house: House, name: str, content: bytes, reason: str) -> None:
    with house.act("S1") as ctx, pytest.raises(FileInvalid, match=reason):
        documents.keep(ctx, name, "application/pdf", io.BytesIO(content))
