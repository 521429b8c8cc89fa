"""Decisions of a file, and the making of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from engine.decisions.logic import FunctionDefinition, Logic
from engine.decisions.reads import reads_of
from engine.decisions.tables import DecisionRun, Hit, Input, Output, Rule, Table, as_json
from engine.decisions.types import ItemType, fits, fitted
from engine.decisions.xml import Texts
from engine.errors import DecisionFailed, NotFound
from engine.feel.border import MOST_NODES, size_of, to_json
from engine.feel.expressions import NO_FUNCTIONS, Functions
from engine.feel.runtime import MISSING, Exceeded, Frame, Run
from engine.feel.values import Function, Value


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a decision or a piece of knowledge needs, by id; what is imported is seen `under` the name of its import."""

    inputs: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    under: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InputData:
    """A fact from outside, by the name of its variable."""

    id: str
    name: str
    labels: Texts
    type: ItemType


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: `name` is its variable; a decision that is no table has no inputs, outputs and rules."""

    id: str
    name: str
    labels: Texts
    type: ItemType
    requires: Requirements
    logic: Logic
    question: str = ""
    description: str = ""

    @property
    def table(self) -> Table | None:
        """Its decision table, if it is one."""
        return self.logic if isinstance(self.logic, Table) else None

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The columns that are tested."""
        return self.table.inputs if self.table else ()

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The columns that are given."""
        return self.table.outputs if self.table else ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rows."""
        return self.table.rules if self.table else ()

    @property
    def hit_policy(self) -> str:
        """U, A, P, F, R, O, C, C+, C<, C> or C#; "" for what is no table."""
        return self.table.hit_policy if self.table else ""

    @property
    def names(self) -> frozenset[str]:
        """The variables that it reads, those of other decisions included."""
        return frozenset(reads_of(self.logic, frozenset()))


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function that decisions share."""

    id: str
    name: str
    requires: Requirements
    function: FunctionDefinition

    @property
    def names(self) -> frozenset[str]:
        """The variables that it reads beside its parameters."""
        return frozenset(reads_of(self.function, frozenset()))


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: decisions offered as one function."""

    id: str
    name: str
    type: ItemType
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...]
    input_decisions: tuple[str, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided, and why: the rules that matched by number from 1, the inputs as they were seen, all tables asked."""

    value: Any
    matched: tuple[int, ...]
    inputs: Mapping[str, Any]
    table: str
    trail: tuple[Hit, ...] = ()
    diagnostics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of one file, by id; a service may be asked like a decision. `types` are those that the file defines."""

    decisions: Mapping[str, Decision]
    inputs: Mapping[str, InputData]
    knowledge: Mapping[str, Knowledge]
    services: Mapping[str, Service]
    name: str = ""
    file: str = ""
    types: Mapping[str, ItemType] = field(default_factory=dict)

    def evaluate(
        self,
        decision_id: str,
        scope: Mapping[str, Any],
        functions: Functions = NO_FUNCTIONS,
        now: datetime | None = None,
    ) -> Outcome:
        """The outcome of a decision for these variables; what it requires is decided first.

        Raises:
            NotFound: there is no such decision.
            DecisionFailed: rules contradict each other, or a limit is exceeded.
        """
        if decision_id not in self.decisions and decision_id not in self.services:
            raise NotFound("decision", decision_id)
        run = DecisionRun(functions, now)
        outside = Frame(scope, None, run)
        run.types = {name: partial(fits, wanted=wanted, frame=outside) for name, wanted in self.types.items()}
        try:
            value = self._served(decision_id, outside) if decision_id in self.services else self._decided(decision_id, outside, run)
        except (Exceeded, RecursionError) as limit:
            raise DecisionFailed(decision_id, str(limit)) from limit
        trail = tuple(Hit(hit.table, hit.matched, {name: as_json(value) for name, value in hit.inputs.items()}) for hit in run.hits)
        table = self.decisions[decision_id].table if decision_id in self.decisions else None
        own = next((hit for hit in reversed(trail) if table and hit.table == table.id), Hit(decision_id, (), {}))
        return Outcome(_kept(value, decision_id), own.matched, own.inputs, own.table, trail, tuple(run.notes))

    @property
    def part_names(self) -> frozenset[str]:
        """The names of all that the file draws."""
        names = {part.name for part in self.decisions.values()} | {part.name for part in self.inputs.values()}
        return frozenset(names | self.function_names)

    @property
    def function_names(self) -> frozenset[str]:
        """The names that can be called: knowledge and services."""
        return frozenset({part.name for part in self.knowledge.values()} | {part.name for part in self.services.values()})

    def facts(self, decision_id: str) -> frozenset[str]:
        """The variables that must come from outside for a decision and all that it requires."""
        facts: set[str] = set()
        waiting, met = [decision_id], {decision_id}
        while waiting:
            key = waiting.pop()
            part: Decision | Knowledge = self.decisions[key] if key in self.decisions else self.knowledge[key]
            needs = (*part.requires.decisions, *part.requires.knowledge)
            given = {part.requires.under.get(need) or self._variable(need) for need in needs}
            brought = {key: name for key in part.requires.inputs if (name := part.requires.under.get(key))}
            facts |= (part.names - given - set(brought.values())) | {self.inputs[key].name for key in brought}
            new = {*needs} - met - self.services.keys()
            met |= new
            waiting.extend(new)
        return frozenset(facts)

    def _variable(self, key: str) -> str:
        parts: Mapping[str, Decision | Knowledge | Service] = {**self.decisions, **self.knowledge, **self.services}
        return parts[key].name

    def _served(self, service_id: str, outside: Frame) -> Value:
        """What a service gives for the variables from outside."""
        function = self._service(self.services[service_id])
        given = (outside.find(name) for name in function.parameters)
        return function.call(outside.run, [None if value is MISSING else outside.take(value) for value in given])

    def _decided(self, decision_id: str, outside: Frame, run: DecisionRun) -> Value:
        if decision_id in run.made:
            return run.made[decision_id]
        decision = self.decisions[decision_id]
        inside = self._frame(decision.requires, outside, run)
        value = fitted(decision.logic.value_in(inside), decision.type, inside, decision.name)
        run.made[decision_id] = value
        return value

    def _frame(self, requires: Requirements, outside: Frame, run: DecisionRun) -> Frame:
        """The variables that something sees: what it requires, then those from outside."""
        if not (requires.inputs or requires.decisions or requires.knowledge):
            return outside
        values: dict[str, Any] = {}
        for key in requires.inputs:
            self._take_input(self.inputs[key], _place(values, requires, key), outside)
        for key in requires.decisions:
            _place(values, requires, key)[self.decisions[key].name] = self._decided(key, outside, run)
        for key in requires.knowledge:
            name, function = self._function(key, outside, run)
            _place(values, requires, key)[name] = function
        return Frame(values, outside, run)

    def _take_input(self, data: InputData, values: dict[str, Any], outside: Frame) -> None:
        """Fits a typed fact to its type; one without a type stays where it is."""
        found = outside.find(data.name)
        if data.type.name != "Any" and isinstance(found, str | int | float | list | dict):
            values[data.name] = fitted(outside.take(found), data.type, outside, data.name)
        elif "#" in data.id and found is not MISSING:
            values[data.name] = outside.take(found)

    def _function(self, key: str, outside: Frame, run: DecisionRun) -> tuple[str, Function]:
        if key in self.services:
            service = self.services[key]
            return service.name, self._service(service)
        model = self.knowledge[key]
        return model.name, model.function.value_in(self._frame(model.requires, outside, run))

    def _service(self, service: Service) -> Function:
        """A service as a function of its input data and input decisions."""
        parts: list[InputData | Decision] = [
            *(self.inputs[key] for key in service.inputs),
            *(self.decisions[key] for key in service.input_decisions),
        ]
        names, types = [part.name for part in parts], [part.type for part in parts]

        def call(run: Run, values: list[Value]) -> Value:
            if len(values) != len(names):
                return run.note(f"{service.name} takes {len(names)} values, not {len(values)}.")
            own = DecisionRun(run.functions, run.now)
            own.steps, own.calls_deep, own.notes, own.types = run.steps, run.calls_deep + 1, run.notes, run.types
            given = {
                name: fitted(value, wanted, Frame({}, None, own), name)
                for name, wanted, value in zip(names, types, values, strict=True)
            }
            own.made = {key: given[self.decisions[key].name] for key in service.input_decisions}
            frame = Frame(given, None, own)
            results = {self.decisions[key].name: self._decided(key, frame, own) for key in service.outputs}
            run.steps = own.steps
            if isinstance(run, DecisionRun):
                run.hits.extend(own.hits)
            return fitted(next(iter(results.values())) if len(results) == 1 else results, service.type, frame, service.name)

        return Function(service.name, tuple(names), call)


def _place(values: dict[str, Any], requires: Requirements, key: str) -> dict[str, Any]:
    """Where what is required is seen: among the variables, or in the context that is named like its import."""
    under = requires.under.get(key)
    if under is None:
        return values
    inside: dict[str, Any] = values.setdefault(under, {})
    return inside


def _kept(value: Value, decision_id: str) -> Any:
    """The result as JSON."""
    if size_of(value) > MOST_NODES:
        raise DecisionFailed(decision_id, f"Its result has more than {MOST_NODES} values.")
    try:
        return to_json(value)
    except (TypeError, ValueError) as error:
        raise DecisionFailed(decision_id, f"Its result cannot be kept: {error}") from error
