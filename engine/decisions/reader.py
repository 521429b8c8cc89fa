"""Reads the decisions of a DMN file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.decisions.boxed import read_function, read_logic
from engine.decisions.imports import Models, keys_of, merged, read_imports
from engine.decisions.logic import FunctionDefinition
from engine.decisions.model import Decision, Decisions, InputData, Knowledge, Requirements, Service
from engine.decisions.reading import Reading
from engine.decisions.xml import child, children, labels, local, parse
from engine.errors import DrawingInvalid

NO_MODELS: Models = {}
_REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")


@dataclass(frozen=True, slots=True)
class Imports:
    """What references may mean: the names of imports by namespace, the ids that unnamed ones bring, the file's own ids."""

    names: Mapping[str, str]
    unnamed: Mapping[str, str]
    own: frozenset[str]


def read_decisions(xml: bytes, file: str = "", models: Models = NO_MODELS) -> Decisions:
    """All decisions of a DMN file, every expression parsed; `models` are the files that it may import, by namespace.

    Raises:
        DrawingInvalid: with every problem at once.
    """
    return _read(xml, file, models, frozenset())


def _read(xml: bytes, file: str, models: Models, way: frozenset[str]) -> Decisions:
    root = parse(xml, file)
    reading = Reading(root, file)
    imported = read_imports(reading, root, models, way | {root.get("namespace", "")}, _read)
    for one in imported:
        reading.bring(one.name, one.decisions.types, one.decisions.part_names)
    complete = not reading.problems
    names = Imports({one.namespace: one.name for one in imported}, keys_of(imported), _own_ids(root))
    own = Decisions(
        {d.id: d for d in (_decision(reading, item, names) for item in children(root, "decision"))},
        {i.id: i for i in (_input_data(reading, item) for item in children(root, "inputData"))},
        {k.id: k for k in (_knowledge(reading, item, names) for item in children(root, "businessKnowledgeModel"))},
        {s.id: s for s in (_service(reading, item, names) for item in children(root, "decisionService"))},
        root.get("name", ""),
        file,
        reading.types(),
    )
    found = merged(own, imported)
    _check_ids(reading, root)
    if complete:
        _check_references(reading, root, found, names)
    if not reading.problems:
        _check_circles(reading, root, found)
    if reading.problems:
        raise DrawingInvalid(reading.problems)
    return found


def _decision(reading: Reading, element: etree._Element, imported: Imports) -> Decision:
    name, wanted = reading.variable(element)
    return Decision(
        element.get("id", ""),
        name,
        labels(element, element.get("name", "")),
        wanted,
        _requirements(element, imported),
        read_logic(reading, element, element.get("name", "")),
        _text(element, "question"),
        _text(element, "description"),
    )


def _input_data(reading: Reading, element: etree._Element) -> InputData:
    name, wanted = reading.variable(element)
    return InputData(element.get("id", ""), name, labels(element, element.get("name", "")), wanted)


def _knowledge(reading: Reading, element: etree._Element, imported: Imports) -> Knowledge:
    name, wanted = reading.variable(element)
    logic = child(element, "encapsulatedLogic")
    if logic is None:
        reading.problem("empty", f"“{name}” has no logic.", "Give it a decision table or an expression.", element)
        function = read_function(reading, element, name)
    else:
        function = read_function(reading, logic, name)
    if wanted.is_function:
        wanted = wanted.result or reading.type(None, element)
    return Knowledge(
        element.get("id", ""),
        name,
        _requirements(element, imported),
        FunctionDefinition(name, function.parameters, function.body, wanted),
    )


def _service(reading: Reading, element: etree._Element, imported: Imports) -> Service:
    name, wanted = reading.variable(element)
    return Service(
        element.get("id", ""),
        name,
        wanted.result or reading.type(None, element) if wanted.is_function else wanted,
        _references(element, "outputDecision", imported),
        _references(element, "encapsulatedDecision", imported),
        _references(element, "inputDecision", imported),
        _references(element, "inputData", imported),
    )


def _requirements(element: etree._Element, imported: Imports) -> Requirements:
    information, knowledge = list(children(element, "informationRequirement")), list(children(element, "knowledgeRequirement"))
    inputs = tuple(key for item in information for key in _references(item, "requiredInput", imported))
    decisions = tuple(key for item in information for key in _references(item, "requiredDecision", imported))
    functions = tuple(key for item in knowledge for key in _references(item, "requiredKnowledge", imported))
    spaces = {key: key.rpartition("#")[0] for key in (*inputs, *decisions, *functions) if "#" in key}
    return Requirements(
        inputs, decisions, functions, {key: imported.names[space] for key, space in spaces.items() if imported.names.get(space)}
    )


def _references(element: etree._Element, name: str, imported: Imports) -> tuple[str, ...]:
    return tuple(_key(item.get("href", ""), imported) for item in children(element, name))


def _key(href: str, imported: Imports) -> str:
    """The id that a reference means: with its namespace, if that is imported."""
    namespace, _, key = href.rpartition("#")
    if namespace in imported.names:
        return href
    return key if key in imported.own else imported.unnamed.get(key, key)


def _own_ids(root: etree._Element) -> frozenset[str]:
    """The ids of what the file itself draws."""
    parts = children(root, "decision", "inputData", "businessKnowledgeModel", "decisionService")
    return frozenset(part.get("id", "") for part in parts)


def _text(element: etree._Element, name: str) -> str:
    inside = child(element, name)
    return (inside.text or "").strip() if inside is not None else ""


def _check_ids(reading: Reading, root: etree._Element) -> None:
    counts = Counter(str(element.get("id")) for element in root.iter() if element.get("id"))
    for element in children(root, "decision", "inputData", "businessKnowledgeModel", "decisionService"):
        if not element.get("id"):
            reading.problem("unique", f"“{element.get('name', '')}” has no id.", "Give it an id.", element)
        elif counts[element.get("id", "")] > 1:
            reading.problem("unique", "The id is there twice.", "Rename one.", element)


def _check_references(reading: Reading, root: etree._Element, found: Decisions, imported: Imports) -> None:
    known: Mapping[str, Mapping[str, object]] = {
        "requiredInput": found.inputs,
        "requiredDecision": found.decisions,
        "requiredKnowledge": {**found.knowledge, **found.services},
        "outputDecision": found.decisions,
        "encapsulatedDecision": found.decisions,
        "inputDecision": found.decisions,
        "inputData": found.inputs,
    }
    for element in _referring(root):
        for reference in element:
            kind = local(reference)
            if kind in known and _key(reference.get("href", ""), imported) not in known[kind]:
                reading.problem(
                    "reference", f"{reference.get('href')} is not in this file.", "Draw it, import it, or remove the line.", element
                )


def _referring(root: etree._Element) -> Iterator[etree._Element]:
    for element in children(root, "decision", "businessKnowledgeModel"):
        yield from children(element, *_REQUIREMENTS)
    yield from children(root, "decisionService")


def _check_circles(reading: Reading, root: etree._Element, found: Decisions) -> None:
    """Decisions may not need themselves, however long the way round."""
    needs = {
        **{d.id: (*d.requires.decisions, *d.requires.knowledge) for d in found.decisions.values()},
        **{k.id: k.requires.knowledge for k in found.knowledge.values()},
        **{s.id: s.outputs for s in found.services.values()},
    }
    for element in children(root, "decision", "businessKnowledgeModel"):
        if element.get("id") in _reached(element.get("id", ""), needs):
            reading.problem("circle", "It needs itself.", "Remove one of the lines of the circle.", element)


def _reached(start: str, needs: Mapping[str, tuple[str, ...]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(needs.get(start, ()))
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting.extend(needs.get(key, ()))
    return reached
