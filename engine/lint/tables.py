"""Decision tables: that they can be read, what their expressions call, and what their analysis finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from engine.decisions import Decisions, Models, Table, read_decisions
from engine.decisions.analysis import analyse
from engine.decisions.logic import BoxedContext, FunctionDefinition, Logic
from engine.errors import DrawingInvalid, Problem
from engine.feel import Expression, UnaryTests
from engine.lint.calls import unknown_calls
from engine.ports import Catalogue


def lint_decisions(content: bytes, file: str, models: Models, catalogue: Catalogue) -> list[Problem]:
    """The problems of all decisions in a DMN file; `models` are those that it may import."""
    found, problems = _read(content, file, tuple(models.items()))
    return [*problems, *_calls(found, file, catalogue)] if found else list(problems)


@lru_cache(maxsize=256)  # the same table is published with every procedure that asks it
def _read(content: bytes, file: str, models: tuple[tuple[str, bytes], ...]) -> tuple[Decisions | None, tuple[Problem, ...]]:
    try:
        found = read_decisions(content, file, dict(models))
    except DrawingInvalid as error:
        return None, error.problems
    own = (decision for key, decision in found.decisions.items() if "#" not in key)
    analysed = (problem for decision in own for problem in analyse(decision))
    return found, tuple(replace(problem, file=file) for problem in analysed)


def _calls(found: Decisions, file: str, catalogue: Catalogue) -> Iterator[Problem]:
    parts: list[tuple[str, str, Logic]] = [(part.id, part.name, part.logic) for part in found.decisions.values()]
    parts += [(part.id, part.name, part.function) for part in found.knowledge.values()]
    for key, name, logic in parts:
        known = found.part_names.union(*map(_bound, _all(logic)))
        for expression in (expression for inside in _all(logic) for expression in _expressions(inside)):
            for rule, reason, remedy in unknown_calls(expression.text, expression.calls - known, catalogue):
                yield Problem(rule, reason, remedy, key, name, file)


def _all(logic: Logic) -> Iterator[Logic]:
    yield logic
    for part in logic.parts():
        yield from _all(part)


def _bound(logic: Logic) -> set[str]:
    """The names that a boxed expression gives to what is inside."""
    if isinstance(logic, BoxedContext):
        return {name for name, _, _ in logic.entries}
    return {name for name, _ in logic.parameters} if isinstance(logic, FunctionDefinition) else set()


def _expressions(logic: Logic) -> Iterator[Expression | UnaryTests]:
    yield from logic.expressions()
    if isinstance(logic, Table):
        for rule in logic.rules:
            yield from rule.tests
