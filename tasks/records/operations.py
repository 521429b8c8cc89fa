"""The operations that service tasks call, by topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.errors import StepFailed
from engine.ports import Context as EngineContext
from engine.ports import InstanceView, Operation
from engine.spiff.border import Call
from tasks.context import Context, in_house
from tasks.person import Person
from tasks.records import filed
from tasks.tables import work_item
from tasks.work import items, notices, people


def notify(ctx: EngineContext, instance: InstanceView, call: Call) -> Mapping[str, Any]:
    """Tells people of the notification in property `notification`: `recipients` are person ids, roles or departments."""
    house_ctx = in_house(ctx)
    kind = str(call.properties.get("notification", ""))
    if not kind:
        raise StepFailed(call.element, "it has no property “notification”.")
    told = _people(house_ctx, call.properties.get("recipients"))
    parameters = {"element": call.element, "labels": dict(instance.labels)}
    notices.send(house_ctx, [notices.Draft(kind, tuple(told), parameters, instance.business_key)])
    return {}


def file_record(ctx: EngineContext, instance: InstanceView, call: Call) -> Mapping[str, Any]:
    """Numbers and files the record in property `record`; gives its document number as `<record>_number`. Tells who must know."""
    house_ctx = in_house(ctx)
    record = str(call.properties.get("record", ""))
    content = call.scope.get(record)
    if not isinstance(content, Mapping):
        raise StepFailed(call.element, f"there is no record “{record}” to file.")
    document = filed.file(
        house_ctx,
        instance.id,
        instance.business_key,
        record=record,
        trace=str(call.properties.get("trace", "")),
        class_code=str(call.properties.get("class", "DD")),
        content=content,
    )
    if call.properties.get("notification"):
        notify(ctx, instance, call)
    return {f"{record}_number": document.number}


def assign_default_reviewer(ctx: EngineContext, _instance: InstanceView, call: Call) -> Mapping[str, Any]:
    """The reviewer of the department in `dept` with the fewest open tasks, as `assignment.reviewer`."""
    house_ctx = in_house(ctx)
    role = house_ctx.house.departments.resolve("DEP.rev", call.scope.get("dept"))
    reviewers = [person for person in people.holding(house_ctx, [role] if role else []) if person.working]
    if not reviewers:
        raise StepFailed(call.element, f"nobody in {call.scope.get('dept')} can review now.")
    loads = {person.id: _open_count(house_ctx, person) for person in reviewers}
    chosen = min(reviewers, key=lambda person: (loads[person.id], person.id))
    assignment = call.scope.get("assignment")
    return {"assignment": {**(assignment if isinstance(assignment, Mapping) else {}), "reviewer": chosen.id}}


BOOK: Mapping[str, Operation] = {
    "notify": notify,
    "file_record": file_record,
    "assign_default_reviewer": assign_default_reviewer,
}


def _people(ctx: Context, recipients: Any) -> list[str]:
    wanted = recipients if isinstance(recipients, list) else str(recipients or "").replace(",", " ").split()
    everybody = people.everybody(ctx)
    named = set(map(str, wanted))
    roles = {items.resolve_role(ctx, word, None) or word for word in named}
    return [person.id for person in everybody if person.id in named or person.department in named or roles & set(person.roles)]


def _open_count(ctx: Context, person: Person) -> int:
    query = sa.select(sa.func.count()).where(work_item.c.assignee == person.id, work_item.c.status == "open")
    return ctx.connection.execute(query).scalar_one()
