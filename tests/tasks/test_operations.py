"""Operations: what service tasks call, and what becomes of them when they fail."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from engine import definitions
from engine.errors import Forbidden, NotFound, StepFailed
from engine.ports import InstanceView
from engine.spiff.border import Call
from tasks import incidents
from tasks.bootstrap import SYSTEM
from tasks.house import read_library
from tasks.records import operations
from tasks.records.numbering import drawn
from tasks.work import completion, inbox, notices
from tests.tasks.house import House
from tests.tasks.test_inbox import REQUEST, reviewing, started


def called(house: House, name: str, scope: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """What an operation gives for the first case."""
    with house.application.transaction(SYSTEM) as ctx:
        view = InstanceView(1, "REQ-202603-0001", definitions.latest(ctx.connection, "request"), {})
        return dict(operations.BOOK[name](ctx, view, Call("step", "element", name, {}, properties, scope or {})))


@pytest.mark.parametrize(
    ("recipients", "told"),
    [
        pytest.param(["T1", "Q1"], {"T1", "Q1"}, id="people"),
        pytest.param("TEC", {"T1", "T2", "TM"}, id="a department"),
        pytest.param("SAL.mgr, QUA.rev", {"SM", "Q1"}, id="roles"),
        pytest.param("", set(), id="nobody"),
    ],
)
def test_people_roles_and_departments_are_told(house: House, recipients: Any, told: set[str]) -> None:
    reviewing(house)

    assert called(house, "notify", notification="N-05", recipients=recipients) == {}

    found = set()
    for who in ("S1", "S2", "SM", "T1", "T2", "TM", "Q1"):
        with house.look(who) as ctx:
            found |= {who for item in notices.mine(ctx) if item.kind == "N-05"}
    assert found == told


def test_a_record_is_numbered_and_filed(house: House) -> None:
    reviewing(house)

    assert called(house, "file_record", {"minutes": {"a": 1}}, record="minutes", **{"class": "DD"}) == {
        "minutes_number": "ABC-2026-R0001-DD-001"
    }
    with house.application.reading(SYSTEM) as ctx:
        assert drawn(ctx, "R-2026-NNNN") == 1


@pytest.mark.parametrize(
    ("name", "properties", "reason"),
    [
        pytest.param("notify", {}, "notification", id="no notification"),
        pytest.param("file_record", {"record": "minutes"}, "no record", id="no record"),
        pytest.param("assign_default_reviewer", {}, "can review now", id="no department"),
    ],
)
def test_an_operation_that_cannot_be_done_says_why(house: House, name: str, properties: dict[str, Any], reason: str) -> None:
    reviewing(house)

    with pytest.raises(StepFailed, match=reason):
        called(house, name, **properties)


def test_the_reviewer_with_the_fewest_open_tasks_is_chosen(house: House) -> None:
    _, item = reviewing(house)
    with house.act("T1") as ctx:
        inbox.claim(ctx, item)

    assert called(house, "assign_default_reviewer", {"dept": "TEC"}) == {"assignment": {"reviewer": "T2"}}


def draw_a_post(house: House, post: Any) -> None:
    """Adds a service task behind the verdict and publishes the drawing anew."""
    ports = house.application.ports
    house.application.ports = dataclasses.replace(ports, operations={**ports.operations, "post": post})
    drawing = house.application.settings.processes / "request" / "request.bpmn"
    text = drawing.read_text(encoding="utf-8")
    added = '<serviceTask id="post" name="Post" camunda:type="external" camunda:topic="post"/>'
    added += '<sequenceFlow id="f6" sourceRef="post" targetRef="end"/>'
    text = text.replace('id="f4" sourceRef="verdict" targetRef="end"', 'id="f4" sourceRef="verdict" targetRef="post"')
    text = text.replace("<flowNodeRef>verdict</flowNodeRef>", "<flowNodeRef>verdict</flowNodeRef><flowNodeRef>post</flowNodeRef>")
    drawing.write_text(text.replace('<endEvent id="end"', added + '<endEvent id="end"'), encoding="utf-8")
    with house.application.transaction(SYSTEM) as ctx:
        definitions.publish(ctx, read_library(house.application.settings.processes), "request")


def test_a_failed_step_is_an_incident_that_only_administrators_see_and_retry(house: House) -> None:
    broken = [True]

    def post(_ctx: Any, _instance: InstanceView, call: Call) -> dict[str, Any]:
        if broken[0]:
            raise StepFailed(call.element, "the post is closed.")
        return {}

    draw_a_post(house, post)
    number, item = started(house)
    with house.act("S1") as ctx:
        completion.complete(ctx, item, answers=REQUEST, key="w")
    with house.look("T1") as ctx:
        review = inbox.page(ctx, "offered").items[0].id
    with house.act("T1") as ctx:
        completion.complete(ctx, review, answers={"opinion": "fine"}, outcome="PASS", key="r")

    with house.look("A0") as ctx:
        (found,) = incidents.open_incidents(ctx)
    assert (found.case_number, found.element["en"], found.reason) == (number, "Post", "The step “post” failed: the post is closed.")
    with house.act("S1") as ctx, pytest.raises(Forbidden):
        incidents.retry(ctx, found.id)
    with house.act("A0") as ctx, pytest.raises(NotFound):
        incidents.retry(ctx, "9-9")

    broken[0] = False
    with house.act("A0") as ctx:
        assert incidents.retry(ctx, found.id) == number
    with house.look("A0") as ctx:
        assert incidents.open_incidents(ctx) == []
