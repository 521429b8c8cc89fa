"""Boxed expressions: what a decision computes. Each gives a value in a frame of variables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.decisions.types import ANY, ItemType, fitted
from engine.feel.calling import call_function, run_deeper
from engine.feel.expressions import Expression
from engine.feel.iterating import item_frame, listed, nth, values_of
from engine.feel.runtime import Frame, Run, items_within_limit
from engine.feel.values import Function, Value


@dataclass(frozen=True, slots=True)
class Logic:
    """A boxed expression."""

    def value_in(self, frame: Frame) -> Value:
        """Its value."""
        raise NotImplementedError

    def parts(self) -> Iterator[Logic]:
        """The boxed expressions inside, with what they bind left aside."""
        return iter(())

    def expressions(self) -> Iterator[Expression]:
        """The FEEL expressions directly in it."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Literal(Logic):
    """One FEEL expression."""

    expression: Expression

    def value_in(self, frame: Frame) -> Value:
        """What the expression gives."""
        return self.expression.value_in(frame)

    def expressions(self) -> Iterator[Expression]:
        """The expression."""
        yield self.expression


@dataclass(frozen=True, slots=True)
class Typed(Logic):
    """A boxed expression whose result must be of a type."""

    logic: Logic
    type: ItemType

    def value_in(self, frame: Frame) -> Value:
        """The result, null where it is of another type."""
        return fitted(self.logic.value_in(frame), self.type, frame, "result")

    def parts(self) -> Iterator[Logic]:
        """What is inside."""
        yield self.logic


@dataclass(frozen=True, slots=True)
class BoxedContext(Logic):
    """Entries that see the earlier ones; the last may be the result, without a name."""

    entries: tuple[tuple[str, ItemType, Logic], ...]

    def value_in(self, frame: Frame) -> Value:
        """The context, or the result entry."""
        values: dict[str, Value] = {}
        inside = Frame(values, frame, frame.run)
        for name, wanted, logic in self.entries:
            value = fitted(logic.value_in(inside), wanted, inside, name or "result")
            if not name:
                return value
            values[name] = value
        return values

    def parts(self) -> Iterator[Logic]:
        """The entries."""
        return (logic for _, _, logic in self.entries)


@dataclass(frozen=True, slots=True)
class BoxedList(Logic):
    """A list of boxed expressions."""

    items: tuple[Logic, ...]

    def value_in(self, frame: Frame) -> Value:
        """The list."""
        return [item.value_in(frame) for item in self.items]

    def parts(self) -> Iterator[Logic]:
        """The items."""
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Relation(Logic):
    """A list of contexts with the same entries."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Logic, ...], ...]

    def value_in(self, frame: Frame) -> Value:
        """The list of contexts."""
        return [dict(zip(self.columns, (cell.value_in(frame) for cell in row), strict=True)) for row in self.rows]

    def parts(self) -> Iterator[Logic]:
        """The cells."""
        return (cell for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True)
class Invocation(Logic):
    """A call with arguments by name."""

    function: Logic
    bindings: tuple[tuple[str, Logic], ...]

    def value_in(self, frame: Frame) -> Value:
        """What the function gives."""
        function = self.function.value_in(frame)
        if type(function) is not Function:
            return frame.run.note("What is invoked is no function.")
        values = [logic.value_in(frame) for _, logic in self.bindings]
        return call_function(function, frame.run, values, tuple(name for name, _ in self.bindings))

    def parts(self) -> Iterator[Logic]:
        """The function and its arguments."""
        yield self.function
        yield from (logic for _, logic in self.bindings)


@dataclass(frozen=True, slots=True)
class FunctionDefinition(Logic):
    """A function with a boxed body."""

    name: str
    parameters: tuple[tuple[str, ItemType], ...]
    body: Logic
    result: ItemType = ANY

    def value_in(self, frame: Frame) -> Function:
        """The function, which sees the variables of where it is defined."""

        def call(run: Run, values: list[Value]) -> Value:
            if len(values) != len(self.parameters):
                return run.note(f"{self.name} takes {len(self.parameters)} values, not {len(values)}.")
            run.spend(10)
            inside = Frame({}, frame, run)
            inside.values = {
                name: fitted(value, wanted, inside, name) for (name, wanted), value in zip(self.parameters, values, strict=True)
            }
            return run_deeper(run, lambda: fitted(self.body.value_in(inside), self.result, inside, self.name))

        return Function(self.name, tuple(name for name, _ in self.parameters), call)

    def parts(self) -> Iterator[Logic]:
        """The body."""
        yield self.body


@dataclass(frozen=True, slots=True)
class Conditional(Logic):
    """Boxed if, then, else."""

    condition: Logic
    yes: Logic
    no: Logic

    def value_in(self, frame: Frame) -> Value:
        """What the condition chooses."""
        return (self.yes if self.condition.value_in(frame) is True else self.no).value_in(frame)

    def parts(self) -> Iterator[Logic]:
        """All three."""
        yield from (self.condition, self.yes, self.no)


@dataclass(frozen=True, slots=True)
class BoxedFilter(Logic):
    """Boxed filter: the items for which `match` holds, or the item at its number."""

    domain: Logic
    match: Logic

    def value_in(self, frame: Frame) -> Value:
        """The list kept."""
        items, kept = listed(self.domain.value_in(frame)), []
        if items is None:
            return None
        for index, item in enumerate(items):
            frame.run.spend(10)
            value = self.match.value_in(item_frame(item, frame))
            if index == 0 and type(value) is Decimal:
                return nth(items, value, frame.run)
            if value is True:
                kept.append(item)
        return kept

    def parts(self) -> Iterator[Logic]:
        """The list and the match."""
        yield from (self.domain, self.match)


@dataclass(frozen=True, slots=True)
class Loop(Logic):
    """Boxed for, some and every."""

    kind: str
    variable: str
    domain: Logic
    body: Logic

    def value_in(self, frame: Frame) -> Value:
        """The results in order, or whether the condition holds for some or every value."""
        domain = values_of(self.domain.value_in(frame), frame.run)
        if domain is None:
            return None
        results: list[Value] = []
        for value in domain:
            frame.run.spend(10)
            result = self.body.value_in(Frame({self.variable: value, "partial": results.copy()}, frame, frame.run))
            if self.kind != "for" and result is (self.kind == "some"):
                return result
            items_within_limit(results).append(result)
        if self.kind == "for":
            return results
        return None if None in results else self.kind == "every"

    def parts(self) -> Iterator[Logic]:
        """The domain and the body."""
        yield from (self.domain, self.body)
