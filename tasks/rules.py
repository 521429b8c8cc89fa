"""Decisions to be tried out: as the files say, on the facts of whoever asks. Nothing is kept, and no case is touched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine import feel
from engine.clock import SystemClock
from engine.decisions import Decision, Decisions, Input, Outcome, Table, read_decisions
from engine.decisions.analysis import analyse
from engine.decisions.conformance import CaseResult, models_in, run_cases
from engine.decisions.domains import literals_of
from engine.definitions import models_of
from engine.errors import AnswersInvalid, ExpressionInvalid, FileInvalid, Message, NotFound, Problem
from engine.feel.syntax import Literal, Tests
from engine.feel.types import TYPES
from tasks.context import Context
from tasks.functions import house_functions
from tasks.house import House, read_house
from tasks.settings import Settings
from tasks.texts import Texts

__all__ = ["Fact", "Outcome", "Rules", "TableView", "ask", "decide", "get", "listed", "read_facts", "read_json", "test_cases"]

#: How a fact of these types is written in FEEL, where people write only what stands between the quotes.
_WRITTEN = {
    "date": 'date("{}")',
    "time": 'time("{}")',
    "dateTime": 'date and time("{}")',
    "dayTimeDuration": 'duration("{}")',
    "yearMonthDuration": 'duration("{}")',
}
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Fact:
    """What a decision must be told: `type` is a type of FEEL, `choices` are all texts that it may be, if they are known."""

    name: str
    labels: Texts
    type: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as it is written: one text a column."""

    number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as it is read: the labels of its columns, and its rules."""

    id: str
    names: Texts
    hit_policy: str
    inputs: tuple[Texts, ...]
    outputs: tuple[Texts, ...]
    annotations: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A decision that may be tried: what it must be told, the tables that are asked for it, and what is wrong with them."""

    id: str
    names: Texts
    file: str
    facts: tuple[Fact, ...]
    tables: tuple[TableView, ...]
    problems: tuple[Problem, ...]


def listed(ctx: Context) -> list[Rules]:
    """All decisions of the house, by file.

    Raises:
        NotFound: this person does not see the rules.
    """
    _check(ctx, "rules")
    names = [(item.path, name) for (kind, name), item in ctx.house.library.items() if kind == "decision"]
    return [_rules(*_found(ctx.house, name), name) for _, name in sorted(names)]


def get(ctx: Context, decision_id: str) -> Rules:
    """A decision of the house.

    Raises:
        NotFound: there is none, or this person does not see the rules.
    """
    _check(ctx, decision_id)
    return _rules(*_found(ctx.house, decision_id), decision_id)


def ask(ctx: Context, decision_id: str, written: Mapping[str, str]) -> Outcome:
    """The outcome of a decision for facts as somebody wrote them; what is left empty is null.

    Raises:
        NotFound: there is no such decision, or this person does not see the rules.
        AnswersInvalid: a fact cannot be read; messages by its name.
        DecisionFailed: rules contradict each other for these facts.
    """
    _check(ctx, decision_id)
    decisions, _ = _found(ctx.house, decision_id)
    return _ask(decisions, decision_id, read_facts(facts_of(decisions, decision_id), written), ctx.house, ctx.now)


def decide(settings: Settings, file: Path, decision_id: str, facts: Mapping[str, Any], at: datetime | None = None) -> Outcome:
    """The outcome of a decision of a DMN file for JSON facts, with the functions of the house if there is one.

    Raises:
        DrawingInvalid: the file is no DMN.
        NotFound: it has no such decision.
        DecisionFailed: rules contradict each other for these facts.
    """
    decisions = read_decisions(file.read_bytes(), file.name, models_in(file.parent))
    here = (settings.processes / "departments.toml").exists()
    house = read_house(settings.processes, settings.company) if here else None
    return _ask(decisions, decision_id, facts, house, at or SystemClock().now())


def test_cases(folder: Path) -> dict[tuple[str, str], list[CaseResult]]:
    """What came of the expected values of a compatibility kit's test cases, by file and case."""
    found: dict[tuple[str, str], list[CaseResult]] = {}
    for result in run_cases(folder):
        found.setdefault((result.file, result.case), []).append(result)
    return found


def read_json(text: str, name: str) -> dict[str, Any]:
    """The facts that a JSON file holds.

    Raises:
        FileInvalid: it holds no JSON object.
    """
    try:
        facts = json.loads(text)
    except json.JSONDecodeError as error:
        reason = "line %(line)s, column %(column)s: %(problem)s."
        raise FileInvalid(name, reason, line=error.lineno, column=error.colno, problem=error.msg) from error
    if not isinstance(facts, dict):
        raise FileInvalid(name, "it must be one JSON object: the facts by their names.")
    return facts


def facts_of(decisions: Decisions, decision_id: str) -> tuple[Fact, ...]:
    """What a decision must be told, in the order of its columns."""
    columns = {column.expression.text: column for table in _asked(decisions, decision_id) for column in table.inputs}
    data = {item.name: item for item in decisions.inputs.values()}
    facts = decisions.facts(decision_id)
    order = [name for name in columns if name in facts] + sorted(facts - columns.keys())

    def fact(name: str) -> Fact:
        column, item = columns.get(name), data.get(name)
        labels = column.labels if column else item.labels if item else {}
        kind = column.type.feel if column else item.type.feel if item else "Any"
        return Fact(name, labels or {"en": name}, kind, _choices(column) if column else ())

    return tuple(fact(name) for name in order)


def read_facts(facts: Sequence[Fact], written: Mapping[str, str]) -> dict[str, Any]:
    """Facts as FEEL values: texts as they stand, everything else as FEEL writes it, dates without their quotes.

    Raises:
        AnswersInvalid: some cannot be read; messages by their names.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, list[Message]] = {}
    for fact in facts:
        try:
            values[fact.name] = _read(fact.type, written.get(fact.name, "").strip())
        except ExpressionInvalid as error:
            wrong[fact.name] = [Message(error.template, error.parameters)]
        except ValueError:
            wrong[fact.name] = [Message("This is no %(kind)s.", {"kind": fact.type})]
    if wrong:
        raise AnswersInvalid(wrong)
    return values


def _check(ctx: Context, key: str) -> None:
    if not ctx.person.tries_rules:
        raise NotFound("decision", key)


def _found(house: House, decision_id: str) -> tuple[Decisions, str]:
    item = house.library.get(("decision", decision_id))
    if item is None:
        raise NotFound("decision", decision_id)
    return _read_file(item.content, item.path, tuple(models_of(house.library).items())), item.path


@lru_cache(maxsize=256)
def _read_file(content: bytes, path: str, models: tuple[tuple[str, bytes], ...]) -> Decisions:
    return read_decisions(content, path, dict(models))


def _rules(decisions: Decisions, path: str, decision_id: str) -> Rules:
    decision = decisions.decisions[decision_id]
    tables = tuple(_view(table, decisions) for table in _asked(decisions, decision_id))
    problems = tuple(problem for part in _required(decisions, decision_id) for problem in analyse(part))
    return Rules(decision_id, _names(decision), path, facts_of(decisions, decision_id), tables, problems)


def _names(decision: Decision) -> Texts:
    return decision.labels or {"en": decision.name}


def _ask(decisions: Decisions, decision_id: str, facts: Mapping[str, Any], house: House | None, now: datetime) -> Outcome:
    return decisions.evaluate(decision_id, facts, house_functions(house, now, facts) if house else {}, now)


def _required(decisions: Decisions, decision_id: str) -> list[Decision]:
    """A decision and all that it requires, itself first."""
    found: dict[str, Decision] = {}
    waiting = [decision_id]
    while waiting:
        key = waiting.pop(0)
        if key not in found and key in decisions.decisions:
            found[key] = decisions.decisions[key]
            waiting.extend(found[key].requires.decisions)
    return list(found.values())


def _asked(decisions: Decisions, decision_id: str) -> Iterator[Table]:
    return (part.table for part in _required(decisions, decision_id) if part.table is not None)


def _view(table: Table, decisions: Decisions) -> TableView:
    owner = next(part for part in decisions.decisions.values() if part.table is table)
    rows = tuple(
        Row(rule.number, tuple(test.text for test in rule.tests), tuple(cell.text for cell in rule.outputs), rule.annotations)
        for rule in table.rules
    )
    inputs = tuple(column.labels or {"en": column.label} for column in table.inputs)
    outputs = tuple(column.labels or {"en": column.label or column.name} for column in table.outputs)
    return TableView(table.id, _names(owner), table.hit_policy, inputs, outputs, table.annotations, rows)


def _choices(column: Input) -> tuple[str, ...]:
    if column.allowed is None or not isinstance(column.allowed.node, Tests):
        return ()
    if not all(isinstance(test, Literal) for test in column.allowed.node.tests):
        return ()
    return tuple(value for value in literals_of(column.allowed.node) if isinstance(value, str))


def _read(kind: str, text: str) -> Any:
    if not text:
        return None
    if kind == "string":
        return text
    if kind == "boolean":
        if text not in _TRUTHS:
            raise ValueError(text)
        return _TRUTHS[text]
    if kind in _WRITTEN and '"' not in text:
        text = _WRITTEN[kind].format(text)
    value = feel.compile_expression(text).evaluate({}).value
    wanted = TYPES.get(kind)
    if (value is None and text != "null") or (value is not None and wanted is not None and type(value) is not wanted):
        raise ValueError(text)
    return value
