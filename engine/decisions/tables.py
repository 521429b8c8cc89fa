"""Decision tables: which rules hit, and what the hit policy makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.decisions.logic import Logic
from engine.decisions.types import ItemType, fitted
from engine.decisions.xml import Texts
from engine.errors import DecisionFailed
from engine.feel.border import to_json
from engine.feel.expressions import Expression, UnaryTests
from engine.feel.functions import BUILTINS
from engine.feel.functions.conversion import text_of_value
from engine.feel.operators import equal
from engine.feel.runtime import Frame, Run
from engine.feel.values import Value

#: Hit policies by their letters; a COLLECT with an aggregation has its sign behind.
POLICIES = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
AGGREGATIONS = {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}

#: Hit policies that give a list.
_LISTS = frozenset("CRO")
_AGGREGATORS = {"C+": "sum", "C<": "min", "C>": "max", "C#": "count"}


@dataclass(frozen=True, slots=True)
class Hit:
    """What a table did: its rules that matched, by number from 1, and the inputs it saw."""

    table: str
    matched: tuple[int, ...]
    inputs: Mapping[str, Value]


class DecisionRun(Run):
    """An evaluation that remembers what its tables did, and the decisions already made."""

    __slots__ = ("hits", "made")

    def __init__(self, functions: Mapping[str, Callable[..., Any]], now: datetime | None) -> None:
        super().__init__(functions, now)
        self.hits: list[Hit] = []
        self.made: dict[str, Value] = {}


@dataclass(frozen=True, slots=True)
class Input:
    """A column that is tested."""

    id: str
    label: str
    labels: Texts
    expression: Expression
    type: ItemType
    allowed: UnaryTests | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column that is given; `ranks` are its allowed values in order of priority."""

    id: str
    name: str
    label: str
    labels: Texts
    type: ItemType
    allowed: UnaryTests | None
    ranks: tuple[Expression, ...]
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row, numbered from 1."""

    number: int
    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table(Logic):
    """A decision table."""

    id: str
    name: str
    hit_policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...]
    _rows: tuple[tuple[Rule, tuple[tuple[int, Callable[..., bool | None]], ...]], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Leaves out the cells that any input passes."""
        rows = tuple(
            (rule, tuple((index, test.holds_in) for index, test in enumerate(rule.tests) if test.node.tests)) for rule in self.rules
        )
        object.__setattr__(self, "_rows", rows)

    def value_in(self, frame: Frame) -> Value:
        """The result by the hit policy: one value, or a list; several outputs make contexts."""
        values = [self._input(column, frame) for column in self.inputs]
        hits = self._hits(values, frame)
        seen = dict(zip((column.expression.text for column in self.inputs), values, strict=True))
        if isinstance(frame.run, DecisionRun):
            frame.run.hits.append(Hit(self.id, tuple(rule.number for rule in hits), seen))
        if self.hit_policy == "U" and len(hits) > 1:
            raise self._failed(f"the rules {_numbers(hits)} match at once", seen)
        return self._result([self._outputs(rule, frame) for rule in hits], hits, seen, frame)

    def expressions(self) -> Iterator[Expression]:
        """The expressions of inputs and outputs."""
        yield from (column.expression for column in self.inputs)
        for output in self.outputs:
            yield from (() if output.default is None else (output.default,))
        for rule in self.rules:
            yield from rule.outputs

    def _input(self, column: Input, frame: Frame) -> Value:
        name = column.expression.text
        value = fitted(column.expression.value_in(frame), column.type, frame, name)
        return _allowed(value, column.allowed, name, frame)

    def _hits(self, values: list[Value], frame: Frame) -> list[Rule]:
        hits: list[Rule] = []
        frame.run.spend(len(self.rules))
        for rule, tests in self._rows:
            for index, holds in tests:
                if holds(values[index], frame) is not True:
                    break
            else:
                hits.append(rule)
                if self.hit_policy == "F":
                    break
        return hits

    def _outputs(self, rule: Rule, frame: Frame) -> list[Value]:
        values = []
        for expression, output in zip(rule.outputs, self.outputs, strict=True):
            name = output.name or output.label or self.name
            values.append(_allowed(fitted(expression.value_in(frame), output.type, frame, name), output.allowed, name, frame))
        return values

    def _result(self, rows: list[list[Value]], hits: list[Rule], seen: Mapping[str, Value], frame: Frame) -> Value:
        if not rows:
            return self._without_hit(frame)
        if self.hit_policy in _AGGREGATORS:
            return BUILTINS[_AGGREGATORS[self.hit_policy]].call(frame.run, [[row[0] for row in rows]], ())
        if self.hit_policy in {"P", "O"}:
            rows = self._ranked(rows, frame)
        if self.hit_policy in _LISTS:
            return [self._shaped(row) for row in rows]
        if self.hit_policy == "A" and not all(equal(row, rows[0], frame.run) for row in rows[1:]):
            raise self._failed(f"the rules {_numbers(hits)} match at once and differ", seen)
        return self._shaped(rows[0])

    def _without_hit(self, frame: Frame) -> Value:
        if any(output.default is not None for output in self.outputs):
            row = [output.default.value_in(frame) if output.default is not None else None for output in self.outputs]
            return [self._shaped(row)] if self.hit_policy in _LISTS else self._shaped(row)
        if self.hit_policy == "C#":
            return BUILTINS["count"].call(frame.run, [[]], ())
        return [] if self.hit_policy in _LISTS else None

    def _shaped(self, row: list[Value]) -> Value:
        if len(self.outputs) == 1:
            return row[0]
        return dict(zip((output.name for output in self.outputs), row, strict=True))

    def _ranked(self, rows: list[list[Value]], frame: Frame) -> list[list[Value]]:
        """The rows by the priority of their outputs; a value without a rank comes last."""
        ranks = [[rank.value_in(frame) for rank in output.ranks] for output in self.outputs]

        def priority(row: list[Value]) -> list[int]:
            return [
                next((i for i, rank in enumerate(ordered) if equal(value, rank, frame.run)), len(ordered))
                for value, ordered in zip(row, ranks, strict=True)
            ]

        return sorted(rows, key=priority)

    def _failed(self, reason: str, inputs: Mapping[str, Value]) -> DecisionFailed:
        shown = ", ".join(f"{name} = {_shown(value)}" for name, value in inputs.items())
        return DecisionFailed(self.id, f"In the table “{self.name}” {reason}; {shown}.")


def _allowed(value: Value, allowed: UnaryTests | None, name: str, frame: Frame) -> Value:
    """The value, or null with a note when it is none of those that are allowed."""
    if allowed is None or value is None or allowed.holds_in(value, frame) is True:
        return value
    return frame.run.note(f"“{name}” is {_shown(value)}, which is none of {allowed.text}.")


def as_json(value: Value) -> Any:
    """A value for the journal: what JSON cannot hold is written as text."""
    try:
        return to_json(value)
    except (TypeError, ValueError):
        return text_of_value(value)


def _numbers(rules: Sequence[Rule]) -> str:
    return ", ".join(str(rule.number) for rule in rules)


def _shown(value: Value) -> str:
    return text_of_value([value])[1:-1][:200]
