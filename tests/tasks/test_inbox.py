"""The inbox: offered by role, claimed by one, completed once, with whatever was typed kept."""

from __future__ import annotations

import pytest

from engine.errors import AlreadyFinished, AnswersInvalid, Claimed, Conflict, Forbidden, Invalid, NotFound
from tasks import cases
from tasks.records import filed
from tasks.work import completion, inbox, notices
from tests.tasks.house import House

REQUEST = {"title": "Gears", "customer": "C01", "amount": 12.5, "dept": "TEC"}


def started(house: House) -> tuple[str, str]:
    """A new case and its first item."""
    with house.act("S1") as ctx:
        made = cases.start(ctx, "request", key="start")
    assert made.item_id is not None
    return made.case_number, made.item_id


def reviewing(house: House) -> tuple[str, str]:
    """A case that waits for a technical review, and the item."""
    number, item = started(house)
    with house.act("S1") as ctx:
        completion.complete(ctx, item, answers=REQUEST, key="write")
    with house.look("T1") as ctx:
        return number, inbox.page(ctx, "offered").items[0].id


def test_a_case_gets_its_number_and_its_first_item_is_the_starters(house: House) -> None:
    number, item = started(house)

    with house.look("S1") as ctx:
        row = inbox.page(ctx, "mine").items[0]
    assert (number, row.id, row.case_number, row.assignee_id) == ("REQ-202603-0001", item, number, "S1")
    assert row.due_at is not None
    assert row.due_at.isoformat() == "2026-03-03T09:30:00+00:00"


def test_starting_again_with_the_same_key_gives_the_same_case(house: House) -> None:
    first = started(house)

    assert started(house) == first
    with house.look("S1") as ctx:
        assert [row.number for row in cases.search(ctx).rows] == [first[0]]


def test_an_item_is_offered_to_the_role_of_the_addressed_department_only(house: House) -> None:
    number, item = reviewing(house)

    offered = {}
    for who in ("T1", "T2", "Q1", "S1", "A0"):
        with house.look(who) as ctx:
            offered[who] = [row.id for row in inbox.page(ctx, "offered").items]
    assert offered == {"T1": [item], "T2": [item], "Q1": [], "S1": [], "A0": []}
    with house.look("Q1") as ctx, pytest.raises(NotFound):
        completion.open_item(ctx, item)
    with house.look("Q1") as ctx, pytest.raises(NotFound):
        cases.get(ctx, number)


def test_a_number_and_a_signature_are_filled_by_the_server(house: House) -> None:
    number, item = reviewing(house)

    with house.act("T1") as ctx:
        completion.complete(ctx, item, answers={"opinion": "fine", "reviewer": "forged"}, outcome="PASS", key="review")

    with house.look("S1") as ctx:
        forms = filed.forms_of(ctx, cases.get(ctx, number).row.id)
    assert forms[0].answers == {**REQUEST, "evidence": [], "number": number}
    signature = forms[1].answers["reviewer"]
    assert (signature["person"], signature["role"], signature["outcome"], signature["at"]) == (
        "T1",
        "TEC.rev",
        "PASS",
        "2026-03-02T01:00:00+00:00",
    )
    assert forms[1].form_hash == signature["form_hash"]


def test_claiming_what_another_has_claimed_names_who_was_faster(house: House) -> None:
    _, item = reviewing(house)

    with house.act("T1") as ctx:
        inbox.claim(ctx, item)
    with house.act("T2") as ctx, pytest.raises(Claimed) as refused:
        inbox.claim(ctx, item)

    assert refused.value.by == "Person T1"
    with house.act("T1") as ctx:
        inbox.release(ctx, item)
    with house.act("T2") as ctx:
        assert inbox.claim(ctx, item).assignee_id == "T2"


def test_completing_a_work_item_twice_is_a_conflict_that_names_the_first(house: House) -> None:
    _, item = reviewing(house)
    with house.act("T1") as ctx:
        completion.complete(ctx, item, answers={"opinion": "fine"}, outcome="PASS", key="one")

    with house.act("T2") as ctx, pytest.raises(AlreadyFinished) as refused:
        completion.complete(ctx, item, answers={"opinion": "no"}, outcome="PASS", key="two")

    assert refused.value.by == "Person T1"


def test_the_same_key_again_gives_the_first_answer_and_does_nothing(house: House) -> None:
    number, item = started(house)

    answers = []
    for _ in range(2):
        with house.act("S1") as ctx:
            answers.append(completion.complete(ctx, item, answers=REQUEST, key="same"))

    assert answers[0] == answers[1]
    with house.look("S1") as ctx:
        assert len(cases.get(ctx, number).open_items) == 1


def test_a_key_of_somebody_else_is_refused(house: House) -> None:
    _, item = started(house)
    with house.act("S1") as ctx:
        completion.complete(ctx, item, answers=REQUEST, key="mine")

    with house.act("S2") as ctx, pytest.raises(Conflict):
        completion.complete(ctx, item, answers=REQUEST, key="mine")


def test_answers_that_do_not_fit_are_named_by_field_and_nothing_changes(house: House) -> None:
    _, item = started(house)

    with house.act("S1") as ctx, pytest.raises(AnswersInvalid) as refused:
        completion.complete(ctx, item, answers={"amount": "many", "unknown": 1}, key="bad")

    assert sorted(refused.value.fields) == ["amount", "title"]
    with house.look("S1") as ctx:
        assert [row.id for row in inbox.page(ctx, "mine").items] == [item]


def test_an_outcome_that_needs_a_comment_is_refused_without_one_and_skips_the_form_when_drawn_so(house: House) -> None:
    _, item = reviewing(house)

    with house.act("T1") as ctx, pytest.raises(AnswersInvalid) as refused:
        completion.complete(ctx, item, answers={}, outcome="ASK", key="1")
    assert list(refused.value.fields) == ["comment"]
    with house.act("T1") as ctx:
        completion.complete(ctx, item, answers={}, outcome="ASK", comment="Which gears?", key="2")

    with house.look("S1") as ctx:
        assert [row.element_id for row in inbox.page(ctx, "offered").items] == ["write_request"]


def test_an_outcome_that_the_step_does_not_offer_is_refused(house: House) -> None:
    _, item = reviewing(house)

    with house.act("T1") as ctx, pytest.raises(Invalid, match="APPROVE"):
        completion.complete(ctx, item, answers={"opinion": "x"}, outcome="APPROVE", key="1")


def test_somebody_without_the_role_cannot_complete_even_when_the_head_sees_the_item(house: House) -> None:
    _, item = reviewing(house)

    with house.act("TM") as ctx, pytest.raises(Forbidden):
        completion.complete(ctx, item, answers={"opinion": "x"}, outcome="PASS", key="1")


def test_the_head_hands_an_item_over_with_a_reason_and_the_due_time_stays(house: House) -> None:
    _, item = reviewing(house)
    with house.act("T1") as ctx:
        before = inbox.claim(ctx, item)
    with house.act("TM") as ctx, pytest.raises(Invalid):
        inbox.transfer(ctx, item, "T2", " ")
    with house.act("TM") as ctx, pytest.raises(Forbidden):
        inbox.transfer(ctx, item, "Q1", "away")

    with house.act("TM") as ctx:
        after = inbox.transfer(ctx, item, "T2", "away")

    assert (after.assignee_id, after.due_at) == ("T2", before.due_at)
    with house.look("T2") as ctx:
        assert [(found.kind, found.item_id) for found in notices.mine(ctx)] == [("N-01", item)]


def test_a_draft_is_kept_for_the_one_who_typed_it(house: House) -> None:
    _, item = reviewing(house)
    with house.act("T1") as ctx:
        completion.save_draft(ctx, item, {"opinion": "half a th"})

    with house.look("T1") as ctx:
        assert completion.open_item(ctx, item).answers == {"opinion": "half a th"}
    with house.look("T2") as ctx:
        assert completion.open_item(ctx, item).answers == {"opinion": None}


def test_pages_follow_one_another_without_gap(house: House) -> None:
    for number in range(5):
        with house.act("S1") as ctx:
            cases.start(ctx, "request", key=f"start {number}")

    seen, after = [], None
    while True:
        with house.look("S1") as ctx:
            page = inbox.page(ctx, "mine", after=after, size=2)
        seen += [row.case_number for row in page.items]
        after = page.next
        if after is None:
            break

    assert sorted(seen) == [f"REQ-202603-000{number}" for number in range(1, 6)]
    assert page.counts == {"mine": 5, "offered": 0, "overdue": 0}
