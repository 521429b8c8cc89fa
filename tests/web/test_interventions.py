"""Interventions in a running case: who may, what happens, what is refused, and that the case stays readable afterwards."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tasks import interventions, publishing
from tasks.house import read_house
from tasks.work import completion
from tests.web.house import House


def steps(house: House, number: str) -> list[str]:
    """The live steps of a case."""
    with house.look("A0") as ctx:
        return [one.step for one in interventions.live_steps(ctx, number)]


def publish_changed(house: House, change: Any) -> None:
    """Publishes the inquiry with a changed drawing, as `lanework publish` would in the same house."""
    path = house.application.settings.processes / "inquiry" / "inquiry.bpmn"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    house.application.house = read_house(house.application.settings.processes, house.application.settings.company)
    publishing.publish(house.application)


def page(reader: Any, path: str) -> str:
    """The text of a page that must be there."""
    answer = reader.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.get_data(as_text=True))


@pytest.mark.parametrize(("login", "status"), [("a0", 200), ("sm", 200), ("s1", 403), ("w1", 404)])
def test_only_the_owner_and_administrators_intervene(signed_in: Any, house: House, login: str, status: int) -> None:
    number = house.case_in_check()
    reader = signed_in(login)

    assert reader.get(f"/cases/{number}/interventions").status_code == status
    reader.get("/inbox")
    sent = {"step": "x", "target": "y", "way": "instead", "reason": "z", "item": "QUA"}
    answers = [reader.post(f"/cases/{number}/interventions/{verb}", sent).status_code for verb in ("move", "round", "migrate")]
    if status != 200:
        assert answers == [status] * 3


def test_a_case_is_sent_back_to_its_first_step(signed_in: Any, house: House) -> None:
    number = house.case_in_check()
    reader = signed_in("a0")
    shown = page(reader, f"/cases/{number}/interventions")
    assert "Whatever you do here stands in the timeline" in shown
    step = steps(house, number)[0]

    answer = reader.post(
        f"/cases/{number}/interventions/move",
        {"step": step, "target": "write_inquiry", "way": "instead", "reason": "The customer has changed all."},
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{number}")
    assert steps(house, number) == ["write_inquiry.2"]
    history = page(reader, f"/cases/{number}/timeline")
    assert "moved a step" in history
    assert "The customer has changed all." in history
    assert house.offered("S1", number)


def test_a_further_department_is_asked(signed_in: Any, house: House) -> None:
    number = house.case_in_check()
    reader = signed_in("a0")
    page(reader, f"/cases/{number}/interventions")
    before = steps(house, number)

    answer = reader.post(
        f"/cases/{number}/interventions/round", {"step": before[-1], "item": "QUA", "reason": "Quality is concerned too."}
    )

    assert answer.status_code == 303
    assert house.offered("Q1", number)


@pytest.mark.parametrize(
    ("verb", "sent", "told"),
    [
        ("move", {"target": "write_inquiry", "way": "instead", "reason": " "}, "Say why."),
        ("move", {"target": "write_inquiry", "way": "", "reason": "x"}, "Choose how the case goes on from there."),
        ("round", {"item": "", "reason": "x"}, "Say for what the round is added."),
    ],
)
def test_what_is_missing_is_told_and_nothing_changes(
    signed_in: Any, house: House, verb: str, sent: dict[str, str], told: str
) -> None:
    number = house.case_in_check()
    reader = signed_in("a0")
    page(reader, f"/cases/{number}/interventions")
    before = steps(house, number)

    answer = reader.post(f"/cases/{number}/interventions/{verb}", {"step": before[0], **sent})

    assert (answer.status_code, told in answer.get_data(as_text=True)) == (422, True)
    assert steps(house, number) == before


def test_a_case_migrates_with_its_claim_and_draft_and_stays_readable(signed_in: Any, house: House) -> None:
    number = house.case_in_check()
    item = house.offered("P1", number)
    with house.act("P1") as ctx:
        completion.save_draft(ctx, item, {"verdict": "NO", "reason": "not yet"})
    publish_changed(house, lambda text: text.replace("</process>", "<documentation>Newer.</documentation></process>", 1))
    reader = signed_in("a0")
    shown = page(reader, f"/cases/{number}/interventions")
    assert "The case goes by version 1; the latest is 2." in shown
    assert "Its steps, tasks, drafts and running times stay." in shown

    answer = reader.post(f"/cases/{number}/interventions/migrate", {"reason": "New rules."})

    assert answer.status_code == 303
    assert "The case goes by the latest version, 2." in page(reader, f"/cases/{number}/interventions")
    assert "put the case on a newer version" in page(reader, f"/cases/{number}/timeline")
    for part in ("", "/timeline", "/papers", "/papers/1", "/files"):
        page(reader, f"/cases/{number}{part}")
    with house.look("P1") as ctx:
        assert completion.open_item(ctx, item).answers["reason"] == "not yet"
    house.check("P1", number)


def test_a_case_whose_form_is_gone_cannot_migrate_and_says_so(signed_in: Any, house: House) -> None:
    number = house.case_in_check()
    folder = house.application.settings.processes / "check"
    form = json.loads((folder / "check_form.form").read_text(encoding="utf-8"))
    (folder / "check_form.form").unlink()
    (folder / "other.form").write_text(json.dumps({**form, "id": "other_form"}), encoding="utf-8")
    drawing = folder / "check.bpmn"
    drawing.write_text(drawing.read_text(encoding="utf-8").replace("check_form", "other_form"), encoding="utf-8")
    house.application.house = read_house(house.application.settings.processes, "LW")
    publishing.publish(house.application)
    reader = signed_in("a0")

    shown = page(reader, f"/cases/{number}/interventions")
    answer = reader.post(f"/cases/{number}/interventions/migrate", {"reason": "New rules."})

    assert "The latest definition has no form “check_form”." in shown
    assert answer.status_code == 422


AMENDED = """<boundaryEvent id="amended" name="Amended by the customer" attachedToRef="check_in_departments" cancelActivity="true">
<outgoing>f_amended</outgoing><messageEventDefinition messageRef="amendment"/></boundaryEvent>
<sequenceFlow id="f_amended" sourceRef="amended" targetRef="write_inquiry"/></process>"""


def with_amendment(text: str) -> str:
    """The inquiry, which the customer may amend while the departments check."""
    drawn = text.replace("</process>", AMENDED, 1).replace("<process ", '<message id="amendment" name="amendment"/><process ', 1)
    lane = "<flowNodeRef>write_inquiry</flowNodeRef>"
    return drawn.replace(lane, f"{lane}<flowNodeRef>amended</flowNodeRef>", 1)


@pytest.mark.parametrize(("login", "may"), [("s1", True), ("sm", True), ("a0", True), ("p1", False)])
def test_what_a_case_waits_for_is_reported_by_who_stands_in_its_lane(signed_in: Any, house: House, login: str, may: bool) -> None:
    publish_changed(house, with_amendment)
    number = house.case_in_check()
    reader = signed_in(login)

    shown = page(reader, f"/cases/{number}")
    empty = reader.post(f"/cases/{number}/report", {"step": "check_in_departments.1!amended", "text": " "})
    page(reader, f"/cases/{number}")
    told = reader.post(f"/cases/{number}/report", {"step": "check_in_departments.1!amended", "text": "Twice as many."})

    assert ("Report: Amended by the customer" in shown) is may
    assert (empty.status_code, told.status_code) == ((422, 303) if may else (422, 404))
    assert steps(house, number)[0].startswith("write_inquiry.2" if may else "check_in_departments")
    if may:
        assert "Twice as many." in page(reader, f"/cases/{number}/timeline")
        assert "Report: Amended" not in page(reader, f"/cases/{number}")


def test_a_report_reaches_the_event_that_may_be_reported_and_no_other_that_waits_for_the_same(signed_in: Any, house: House) -> None:
    def twice(text: str) -> str:
        other = AMENDED.replace("amended", "system_told").replace('messageRef="amendment"', 'messageRef="amendment"')
        drawn = with_amendment(text).replace("</process>", other.replace("</process>", "") + "</process>", 1)
        lane = re.search(r'<lane id="lane_system".*?<flowNodeRef>', drawn, re.DOTALL)
        assert lane
        return drawn.replace(lane[0], f"{lane[0]}system_told</flowNodeRef><flowNodeRef>", 1)

    publish_changed(house, twice)
    number = house.case_in_check()
    reader = signed_in("s1")

    shown = page(reader, f"/cases/{number}")
    refused = reader.post(f"/cases/{number}/report", {"step": "check_in_departments.1!system_told", "text": "x"})
    page(reader, f"/cases/{number}")
    told = reader.post(f"/cases/{number}/report", {"step": "check_in_departments.1!amended", "text": "x"})

    assert shown.count("Report: ") == 1
    assert (refused.status_code, told.status_code) == (404, 303)
    assert steps(house, number) == ["write_inquiry.2"]
