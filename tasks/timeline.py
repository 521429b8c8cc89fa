"""The history of a case, read from the journal: who did what, when, for whom and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import definitions, journal
from engine.closure import Definition
from tasks import cases
from tasks.context import Context
from tasks.house import forms_of
from tasks.texts import Texts
from tasks.work import people
from tasks.work.completion import outcome_names
from tasks.work.filling import read_form

#: Whose doing an entry is when no person acted.
SYSTEM: Texts = {"en": "System", "zh-Hans": "系统", "zh-Hant": "系統"}


@dataclass(frozen=True, slots=True)
class Detail:
    """A value that changed: its name in the case, what a form calls it, and what it was and is."""

    name: str
    names: Texts
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Happened:
    """What followed from an act by itself."""

    kind: str
    element_id: str
    element: Texts
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One act in the history of a case."""

    number: int
    at: datetime
    actor: Texts
    on_behalf_of: Texts | None
    kind: str
    element_id: str
    element: Texts
    outcome: Texts | None
    reason: str
    details: Sequence[Detail]
    happened: Sequence[Happened]
    definition_number: int | None


def timeline(ctx: Context, number: str) -> list[Line]:
    """The acts of a case, oldest first.

    Raises:
        NotFound: there is no such case, or the acting person has nothing to do with it.
    """
    row = cases.visible_row(ctx, number)
    current = definitions.load(ctx.connection, row.definition_id)
    names = {person.id: person.names for person in people.everybody(ctx)}
    known: dict[int | None, tuple[Definition, Mapping[str, Texts]]] = {None: (current, _labels(current))}
    lines = []
    for entry in journal.entries_of(ctx.connection, journal.case_subject(row.id)):
        used: int | None = entry.content.get("definition")
        if used is not None and used not in known:
            definition = definitions.numbered(ctx.connection, current.procedure_id, used)
            known[used] = definition, _labels(definition)
        lines.append(_line(entry, known[used][0], names, known[used][1]))
    return lines


def _line(entry: journal.Entry, definition: Definition, names: Mapping[str, Texts], labels: Mapping[str, Texts]) -> Line:
    content = entry.content
    happened = content.get("happened", [])
    changed = {k: v for told in happened if told["kind"] == "variables set" for k, v in told["changed"].items()}
    outcome = content.get("outcome")
    return Line(
        number=entry.number,
        at=entry.at,
        actor=names.get(entry.actor, SYSTEM),
        on_behalf_of=names.get(entry.on_behalf_of) if entry.on_behalf_of else None,
        kind=entry.kind,
        element_id=content.get("element", ""),
        element=_names(definition, content.get("procedure", ""), content.get("element", "")),
        outcome=_outcome(definition, content) if outcome else None,
        reason=str(content.get("reason") or content.get("comment") or ""),
        details=[
            Detail(key, labels.get(key, {"en": key}), old, new)
            for name, value in changed.items()
            for key, old, new in _fields(name, value["old"], value["new"])
        ],
        happened=[_happened(told, definition) for told in happened if told["kind"] != "variables set"],
        definition_number=content.get("definition"),
    )


def _happened(told: Mapping[str, Any], definition: Definition) -> Happened:
    details = {k: v for k, v in told.items() if k not in {"kind", "step", "element", "procedure", "attributes"}}
    return Happened(told["kind"], told["element"], _names(definition, told["procedure"], told["element"]), details)


def _fields(name: str, old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    """Each field of a record that changed, with what it was and is."""
    if not isinstance(new, Mapping):
        return [(name, old, new)]
    before = old if isinstance(old, Mapping) else {}
    return [(f"{name}.{key}", before.get(key), value) for key, value in new.items() if before.get(key) != value]


def _labels(definition: Definition) -> Mapping[str, Texts]:
    """What the forms of a definition call the fields of each record, by `record.field`."""
    asked = [
        (node.properties["record"], definition.resources["form", name])
        for procedure in definition.procedures.values()
        for node in procedure.nodes.values()
        if "record" in node.properties
        for name in forms_of(node)
    ]
    return {f"{record}.{one.key}": one.labels for record, form in asked for one in read_form(form.hash, form.content).fields}


def _names(definition: Definition, procedure: str, element: str) -> Texts:
    found = definition.procedures.get(procedure)
    node = found.nodes.get(element) if found else None
    return node.names if node else {"en": element}


def _outcome(definition: Definition, content: Mapping[str, Any]) -> Texts:
    found = definition.procedures.get(content.get("procedure", ""))
    node = found.nodes.get(content.get("element", "")) if found else None
    code = str(content["outcome"])
    return outcome_names(node, code) if node else {"en": code}
