"""Runs test cases in the form of the public DMN Technology Compatibility Kit: `.dmn` files beside XML files of expected values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from lxml import etree

from engine.decisions.imports import Models, namespace_of
from engine.decisions.model import Decision, Decisions, Service
from engine.decisions.reader import read_decisions
from engine.errors import DrawingInvalid, LaneworkError
from engine.feel import to_json
from engine.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from engine.feel.values import Value

Status = Literal["passed", "failed", "unsupported"]

_CASES = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_CLOSE_ENOUGH = 1e-8

_READ: Mapping[str, Callable[[str], Value]] = {
    "boolean": lambda text: text in {"true", "1"},
    "decimal": Decimal,
    "double": Decimal,
    "integer": Decimal,
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_date_time,
    "duration": parse_duration,
}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one expected value: the file of cases, the case, the decision, and why it did not pass."""

    file: str
    case: str
    decision: str
    status: Status
    reason: str = ""


def run_cases(folder: Path) -> list[CaseResult]:
    """The results of all test cases in a folder and those inside, in the order of their files."""
    return [result for path in sorted(folder.rglob("*.xml")) for result in _run_file(path, path.relative_to(folder).as_posix())]


def models_in(folder: Path) -> Models:
    """The DMN files of a folder and those inside that may be imported, by namespace; one that is there twice is nobody's."""
    found: dict[str, list[bytes]] = {}
    for path in sorted(folder.rglob("*.dmn")):
        with suppress(DrawingInvalid):
            found.setdefault(namespace_of(path.read_bytes(), path.name), []).append(path.read_bytes())
    return {namespace: contents[0] for namespace, contents in found.items() if len(contents) == 1}


def _run_file(path: Path, name: str) -> Iterator[CaseResult]:
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    if root.tag != f"{_CASES}testCases":
        return
    try:
        model = path.parent / root.findtext(f"{_CASES}modelName", "")
        decisions = read_decisions(model.read_bytes(), model.name, models_in(path.parent))
    except (DrawingInvalid, OSError) as error:
        for case, node in _expectations(root):
            yield CaseResult(name, case.get("id", ""), node.get("name", ""), "unsupported", str(error))
        return
    for case, node in _expectations(root):
        yield _result(decisions, name, case, node)


def _expectations(root: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    for case in root.iterfind(f"{_CASES}testCase"):
        for node in case.iterfind(f"{_CASES}resultNode"):
            yield case, node


def _result(decisions: Decisions, file: str, case: etree._Element, node: etree._Element) -> CaseResult:
    called = case.get("invocableName") if case.get("type", "decision") != "decision" else None
    asked: str = called or node.get("name") or ""
    key = _key(decisions, asked)
    if key is None:
        return CaseResult(file, case.get("id", ""), asked, "unsupported", f"“{asked}” is no decision or decision service.")
    scope = {item.get("name", ""): _value(item) for item in case.iterfind(f"{_CASES}inputNode")}
    expected = node.find(f"{_CASES}expected")
    wanted = to_json(_value(expected)) if expected is not None else None
    try:
        given = decisions.evaluate(key, scope).value
    except LaneworkError as error:
        given, reason = None, str(error)
    else:
        reason = f"{given!r} instead of {wanted!r}"
    if _same(given, wanted):
        return CaseResult(file, case.get("id", ""), asked, "passed")
    return CaseResult(file, case.get("id", ""), asked, "failed", reason)


def _key(decisions: Decisions, name: str) -> str | None:
    parts: list[Decision | Service] = [*decisions.decisions.values(), *decisions.services.values()]
    return next((part.id for part in parts if name in {part.name, part.id}), None)


def _value(element: etree._Element) -> Value:
    """The value that an element holds: one of `value`, `list` and components."""
    components = element.findall(f"{_CASES}component")
    if components:
        return {item.get("name", ""): _value(item) for item in components}
    inside = next(iter(element), None)
    if inside is None or inside.get(f"{_XSI}nil") == "true":
        return None
    if inside.tag == f"{_CASES}list":
        return [_value(item) for item in inside.iterfind(f"{_CASES}item")]
    kind = inside.get(f"{_XSI}type", "string").rpartition(":")[2]
    text = inside.text or ""
    return _READ[kind](text.strip()) if kind in _READ else text


def _same(given: Any, wanted: Any) -> bool:
    """Whether two JSON values are the same, numbers to eight places: expected ones are often cut there."""
    if isinstance(given, bool) or isinstance(wanted, bool):
        return given is wanted
    if isinstance(given, int | float) and isinstance(wanted, int | float):
        return abs(given - wanted) <= _CLOSE_ENOUGH * max(1, abs(wanted))
    if isinstance(given, list) and isinstance(wanted, list):
        return len(given) == len(wanted) and all(map(_same, given, wanted))
    if isinstance(given, dict) and isinstance(wanted, dict):
        return given.keys() == wanted.keys() and all(_same(value, wanted[key]) for key, value in given.items())
    return bool(given == wanted)
