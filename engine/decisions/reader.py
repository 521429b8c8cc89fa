"""Reads the decisions of a DMN file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.decisions.boxed import read_function, read_logic
from engine.decisions.logic import FunctionDefinition
from engine.decisions.model import Decision, Decisions, InputData, Knowledge, Requirements, Service
from engine.decisions.reading import Reading
from engine.decisions.xml import child, children, labels, local, parse
from engine.errors import DrawingInvalid

_REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")


def read_decisions(xml: bytes, file: str = "") -> Decisions:
    """All decisions of a DMN file, every expression parsed.

    Raises:
        DrawingInvalid: with every problem at once.
    """
    root = parse(xml, file)
    reading = Reading(root, file)
    for item in children(root, "import"):
        reading.problem("unsupported", "Imports are not supported.", "Bring what is imported into this file.", item)
    found = Decisions(
        {d.id: d for d in (_decision(reading, item) for item in children(root, "decision"))},
        {i.id: i for i in (_input_data(reading, item) for item in children(root, "inputData"))},
        {k.id: k for k in (_knowledge(reading, item) for item in children(root, "businessKnowledgeModel"))},
        {s.id: s for s in (_service(reading, item) for item in children(root, "decisionService"))},
        root.get("name", ""),
        file,
    )
    _check_ids(reading, root)
    _check_references(reading, root, found)
    if not reading.problems:
        _check_circles(reading, root, found)
    if reading.problems:
        raise DrawingInvalid(reading.problems)
    return found


def _decision(reading: Reading, element: etree._Element) -> Decision:
    name, wanted = reading.variable(element)
    return Decision(
        element.get("id", ""),
        name,
        labels(element, element.get("name", "")),
        wanted,
        _requirements(element),
        read_logic(reading, element, element.get("name", "")),
        _text(element, "question"),
        _text(element, "description"),
    )


def _input_data(reading: Reading, element: etree._Element) -> InputData:
    name, wanted = reading.variable(element)
    return InputData(element.get("id", ""), name, labels(element, element.get("name", "")), wanted)


def _knowledge(reading: Reading, element: etree._Element) -> Knowledge:
    name, wanted = reading.variable(element)
    logic = child(element, "encapsulatedLogic")
    if logic is None:
        reading.problem("empty", f"“{name}” has no logic.", "Give it a decision table or an expression.", element)
        function = read_function(reading, element, name)
    else:
        function = read_function(reading, logic, name)
    if wanted.is_function:
        wanted = reading.type(None, element)
    return Knowledge(
        element.get("id", ""),
        name,
        _requirements(element),
        FunctionDefinition(name, function.parameters, function.body, wanted),
    )


def _service(reading: Reading, element: etree._Element) -> Service:
    name, wanted = reading.variable(element)
    return Service(
        element.get("id", ""),
        name,
        reading.type(None, element) if wanted.is_function else wanted,
        _references(element, "outputDecision"),
        _references(element, "encapsulatedDecision"),
        _references(element, "inputDecision"),
        _references(element, "inputData"),
    )


def _requirements(element: etree._Element) -> Requirements:
    information, knowledge = list(children(element, "informationRequirement")), children(element, "knowledgeRequirement")
    return Requirements(
        tuple(key for item in information for key in _references(item, "requiredInput")),
        tuple(key for item in information for key in _references(item, "requiredDecision")),
        tuple(key for item in knowledge for key in _references(item, "requiredKnowledge")),
    )


def _references(element: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(item.get("href", "").rpartition("#")[2] for item in children(element, name))


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


def _check_references(reading: Reading, root: etree._Element, found: Decisions) -> None:
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
            if kind in known and reference.get("href", "").rpartition("#")[2] not in known[kind]:
                reading.problem(
                    "reference", f"{reference.get('href')} is not in this file.", "Draw it, or remove the line.", element
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
