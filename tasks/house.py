"""The house: its calendar, departments, parameters and drawn procedures, read once from `processes/`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.closure import Library, Resource
from engine.decisions import Decisions, namespace_of, read_decisions
from engine.drawing import Node, Procedure, codes, read_drawing
from engine.drawing.xml import parse
from engine.errors import DrawingInvalid, Problem
from engine.lint import written_by
from tasks.work.calendar import WorkingCalendar, read_calendar
from tasks.work.departments import Departments, read_departments
from tasks.work.forms import Field, Form, examine
from tasks.work.parameters import Parameters, read_parameters

#: Functions that expressions may call besides those of FEEL.
FUNCTIONS = ("workdays", "due", "parameter", "case_number")
#: The variables that operations give, by topic, from the properties of the step.
GIVEN: Mapping[str, Callable[[Mapping[str, str]], Sequence[str]]] = {
    "file_record": lambda properties: (f"{properties.get('record', '')}_number",),
    "assign_default_reviewer": lambda _properties: ("assignment",),
}
#: The rule of REQUIREMENTS 2.1 that says who hears of a late task.
ESCALATION = "escalation"


@dataclass(frozen=True, slots=True)
class House:
    """What is the same for all cases and changes only with the files."""

    calendar: WorkingCalendar
    departments: Departments
    parameters: Parameters
    library: Library
    escalation: Decisions
    company: str

    @property
    def zone(self) -> ZoneInfo:
        """The plant's time zone."""
        return self.calendar.zone

    @property
    def procedures(self) -> list[str]:
        """The ids of all drawn procedures."""
        return sorted(name for kind, name in self.library if kind == "drawing")


def read_house(folder: Path, company: str) -> House:
    """The house as the files in `processes/` describe it.

    Raises:
        FileInvalid, DrawingInvalid: a file does not say what it must.
    """
    library = read_library(folder)
    escalation = library.get(("decision", ESCALATION))
    if escalation is None:
        raise DrawingInvalid([Problem("exists", "There is no decision table “escalation”.", "Add shared/rules/escalation.dmn.")])
    return House(
        read_calendar((folder / "calendar.toml").read_text("utf-8")),
        read_departments((folder / "departments.toml").read_text("utf-8")),
        read_parameters((folder / "parameters.toml").read_text("utf-8")),
        library,
        read_decisions(escalation.content, escalation.path),
        company,
    )


def read_library(folder: Path) -> Library:
    """All drawings, decision tables and forms of a folder, by kind and id.

    Raises:
        DrawingInvalid: two files have the same id.
    """
    found: dict[tuple[str, str], Resource] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*")):
        for item in _resources(path, path.relative_to(folder).as_posix()):
            if (item.kind, item.name) in found:
                problems.append(
                    Problem("unique", f"The {item.kind} “{item.name}” stands in two files.", "Rename one.", file=item.path)
                )
            found[item.kind, item.name] = item
    if problems:
        raise DrawingInvalid(problems)
    return found | _models(folder)


def _models(folder: Path) -> dict[tuple[str, str], Resource]:
    """The files of decisions that others may import: those whose namespace no other file has."""
    found: dict[str, list[Resource]] = {}
    for path in sorted(folder.rglob("*.dmn")):
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        namespace = namespace_of(content, name)
        found.setdefault(namespace, []).append(Resource("model", namespace, name, content))
    return {("model", namespace): items[0] for namespace, items in found.items() if len(items) == 1}


def _resources(path: Path, name: str) -> list[Resource]:
    if path.suffix == ".bpmn":
        content = path.read_bytes()
        return [Resource("drawing", procedure, name, content) for procedure in read_drawing(content, name).procedures]
    if path.suffix == ".dmn":
        content = path.read_bytes()
        decisions = (element.get("id") or "" for element in parse(content, name).iter("{*}decision"))
        return [Resource("decision", decision, name, content) for decision in decisions]
    if path.suffix == ".form":
        content = path.read_bytes()
        return [Resource("form", json.loads(content)["id"], name, content)]
    return []


def forms_of(node: Node) -> Sequence[str]:
    """The ids of all forms that a step may show."""
    key = node.attributes.get("formKey", "")
    return codes(node.properties.get("forms")) if "${" in key else (key,) if key else ()


@dataclass(frozen=True, slots=True)
class HouseCatalogue:
    """Tells lint which names exist in the house."""

    house: House
    topics: frozenset[str]
    #: All that any drawing writes, once somebody has asked.
    _variables: set[str] = field(default_factory=set, repr=False, compare=False)

    def exists(self, kind: str, name: str) -> bool:
        """Whether there is a role, parameter, topic, function or form of this name."""
        known: Mapping[str, Any] = {
            "topic": self.topics,
            "function": FUNCTIONS,
            "parameter": self.house.parameters,
        }
        if kind == "variable":
            if not self._variables:
                self._variables.update(name for procedure in self._procedures() for name in _written(procedure, self.house.library))
            return name in self._variables
        if kind == "message":
            return any(name in found.awaited_messages for found in self._procedures())
        if kind == "role":
            return self.house.departments.role_by_name(name) is not None
        if kind in known:
            return name in known[kind]
        return (kind, name) in self.house.library

    def _procedures(self) -> Iterator[Procedure]:
        drawings = (read_drawing(item.content, item.path) for item in self.house.library.values() if item.kind == "drawing")
        return (procedure for drawing in drawings for procedure in drawing.procedures.values())

    def needs(self, node: Node) -> Sequence[tuple[str, str]]:
        """The forms of a step."""
        return [("form", form) for form in forms_of(node)]

    def problems(self, item: Resource) -> Sequence[Problem]:
        """What is wrong with a form."""
        return _form_problems(item.content, item.path) if item.kind == "form" else ()


def _written(procedure: Procedure, library: Library) -> Iterator[str]:
    """The variables that a procedure writes: by its drawing, by forms whose answers are no record, and by operations."""
    yield from written_by(procedure)
    for node in procedure.nodes.values():
        if "record" not in node.properties:
            items = (library.get(("form", name)) for name in forms_of(node))
            yield from (one.key for item in items if item for one in _fields(item.content, item.path))
        if node.attributes.get("topic") in GIVEN:
            yield from GIVEN[node.attributes["topic"]](node.properties)


def _form_problems(content: bytes, path: str) -> Sequence[Problem]:
    return _examined(content, path)[1]


def _fields(content: bytes, path: str) -> Sequence[Field]:
    form = _examined(content, path)[0]
    return form.fields if form else ()


@lru_cache(maxsize=512)
def _examined(content: bytes, path: str) -> tuple[Form | None, Sequence[Problem]]:
    return examine(content, path)
