"""Which variables a boxed expression reads."""

from __future__ import annotations

from collections.abc import Iterator

from engine.decisions.logic import BoxedContext, BoxedFilter, FunctionDefinition, Logic, Loop
from engine.decisions.tables import Table


def reads_of(logic: Logic, bound: frozenset[str]) -> Iterator[str]:
    """The variables that a boxed expression reads from outside; in a filter, entries of the items are not told apart."""
    yield from (name for expression in logic.expressions() for name in expression.names - bound)
    if isinstance(logic, Table):
        yield from (name for rule in logic.rules for test in rule.tests for name in test.names - bound)
    match logic:
        case BoxedContext():
            for name, _, entry in logic.entries:
                yield from reads_of(entry, bound)
                bound |= {name}
            return
        case FunctionDefinition():
            bound |= {name for name, _ in logic.parameters}
        case Loop():
            bound |= {logic.variable, "partial"}
        case BoxedFilter():
            yield from reads_of(logic.domain, bound)
            return
    for part in logic.parts():
        yield from reads_of(part, bound)
