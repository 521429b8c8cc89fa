"""The drawing of a case: which steps are done, active, late or failed, with who and when; called procedures one below the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from lxml import etree

from engine import definitions, incidents, journal
from engine.closure import Definition
from engine.drawing import Drawing, Layout, Node, Procedure, text_in
from engine.errors import NotFound
from tasks import cases
from tasks.context import Context
from tasks.tables import work_item
from tasks.texts import Texts
from tasks.work import people

__all__ = ["CaseDrawing", "Drawing", "Layout", "Node", "Procedure", "State", "drawing_xml", "drawings"]

_NAMED = "{http://www.omg.org/spec/BPMN/non-normative/extensions/i18n/1.0}translation"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class State:
    """How far an element is: done, active, late or failed; by whom and when it was last; how often it was passed."""

    state: str
    by: Texts | None
    at: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class CaseDrawing:
    """One procedure of a case. `scope` is "" for the case's own, else the step that called it."""

    scope: str
    procedure_id: str
    names: Texts
    drawing: Drawing
    procedure: Procedure
    states: Mapping[str, State]
    called: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Mark:
    """One passing of an element, or what it waits for now."""

    scope: str
    element: str
    state: str
    by: Texts | None
    at: datetime


def drawings(ctx: Context, number: str) -> list[CaseDrawing]:
    """The drawing of a case, then those of the procedures it has called.

    Raises:
        NotFound: there is no such case, or the acting person has nothing to do with it.
    """
    row = cases.visible_row(ctx, number)
    definition = definitions.load(ctx.connection, row.definition_id)
    marks = [*_passed(ctx, row.id, definition), *_live(ctx, row.id, definition)]
    scopes = sorted({"", *(mark.scope for mark in marks), *(outer for mark in marks for outer in _outer(mark.scope, definition))})
    return [_drawing(definition, scope, marks, scopes) for scope in scopes]


def drawing_xml(ctx: Context, number: str, scope: str, language: str) -> bytes:
    """The BPMN of one drawing of a case, with the names in a language.

    Raises:
        NotFound: the case has no such drawing.
    """
    row = cases.visible_row(ctx, number)
    definition = definitions.load(ctx.connection, row.definition_id)
    if scope and call_of(definition, f"{scope}/.") != scope:
        raise NotFound("drawing", scope)
    return localised(definition.resources["drawing", procedure_of(definition, scope)].content, language)


def localised(content: bytes, language: str) -> bytes:
    """A drawing whose names read in a language."""
    root = etree.fromstring(content)
    for element in root.iter():
        names = {"en": element.get("name", "")}
        for item in element.iterchildren("{http://www.omg.org/spec/BPMN/20100524/MODEL}extensionElements"):
            names |= {t.get(_LANG) or "en": t.text for t in item.iter(_NAMED) if t.get("target", "@name") == "@name" and t.text}
        if element.get("name") is not None and len(names) > 1:
            element.set("name", text_in(names, language))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def call_of(definition: Definition, step: str) -> str:
    """The call in which a step stands, as the path of the calling step; "" for the case's own procedure.

    Embedded sub-processes and rounds are parts of the path too, but they are drawn with what holds them.
    """
    procedure, path, call = definition.procedures[definition.procedure_id], "", ""
    for segment in step.split("/")[:-1]:
        path = f"{path}/{segment}" if path else segment
        node = procedure.nodes.get(segment.partition(".")[0])
        if node and node.called and node.called in definition.procedures:
            procedure, call = definition.procedures[node.called], path
    return call


def procedure_of(definition: Definition, scope: str) -> str:
    """The id of the procedure that a call runs.

    Raises:
        NotFound: no step of this path calls anything.
    """
    if not scope:
        return definition.procedure_id
    outer = definition.procedures[procedure_of(definition, call_of(definition, scope))]
    node = outer.nodes.get(scope.rpartition("/")[2].partition(".")[0])
    if node is None or node.called is None or node.called not in definition.procedures:
        raise NotFound("drawing", scope)
    return node.called


def _passed(ctx: Context, instance_id: int, definition: Definition) -> list[_Mark]:
    names = {person.id: person.names for person in people.everybody(ctx)}
    return [
        _Mark(
            call_of(definition, told["step"]),
            told["element"],
            "done",
            names.get(entry.actor) if told["step"] == entry.content.get("step") else None,
            entry.at,
        )
        for entry in journal.entries_of(ctx.connection, journal.case_subject(instance_id))
        for told in entry.content.get("happened", [])
        if told["kind"] == "step finished"
    ]


def _live(ctx: Context, instance_id: int, definition: Definition) -> list[_Mark]:
    items = ctx.connection.execute(sa.select(work_item).where(work_item.c.instance_id == instance_id, work_item.c.status == "open"))
    marks = [
        _Mark(
            call_of(definition, i.step_id),
            i.element_id,
            "late" if i.due_at and i.due_at < ctx.now else "active",
            None,
            i.offered_at,
        )
        for i in items
    ]
    failed = [item for item in incidents.unresolved(ctx.connection) if item.instance_id == instance_id]
    return marks + [_Mark(call_of(definition, i.step_id), i.element_id, "failed", None, i.occurred_at) for i in failed]


def _outer(scope: str, definition: Definition) -> list[str]:
    """The calls around a call."""
    found = []
    while scope:
        scope = call_of(definition, scope)
        found.append(scope)
    return found


#: Of several states that an element is in at once, the one that matters most.
_WEIGHT = {"done": 0, "active": 1, "late": 2, "failed": 3}


def _drawing(definition: Definition, scope: str, marks: Sequence[_Mark], scopes: Sequence[str]) -> CaseDrawing:
    procedure_id = procedure_of(definition, scope)
    called: dict[str, list[str]] = defaultdict(list)
    live = {mark.scope for mark in marks if mark.state != "done"}
    mine = [mark for mark in marks if mark.scope == scope]
    for inner in scopes:
        if inner and call_of(definition, inner) == scope:
            element = inner.removeprefix(scope).strip("/").rpartition("/")[2].partition(".")[0]
            called[element].append(inner)
            since = [mark.at for mark in marks if mark.scope == inner]
            if inner in live:
                mine.append(_Mark(scope, element, "active", None, min(since)))
    states: dict[str, State] = {}
    for mark in sorted(mine, key=lambda mark: (_WEIGHT[mark.state], mark.at)):
        passed = sum(other.element == mark.element and other.state == "done" for other in mine)
        states[mark.element] = State(mark.state, mark.by, mark.at, passed)
    procedure = definition.procedures[procedure_id]
    return CaseDrawing(scope, procedure_id, procedure.names, definition.drawings[procedure_id], procedure, states, called)
