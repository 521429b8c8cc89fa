"""Compiled expressions and unary tests, ready to be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from engine.errors import ExpressionInvalid
from engine.feel.border import MOST_NODES, size_of
from engine.feel.compiler import compiled, compiled_tests
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.reads import reads_of
from engine.feel.runtime import Exceeded, Frame, Run
from engine.feel.syntax import Node, Tests
from engine.feel.values import Value

T = TypeVar("T")

Functions = Mapping[str, Callable[..., Any]]

NO_FUNCTIONS: Functions = MappingProxyType({})

_CONTAINERS = frozenset({list, dict})


class Result(NamedTuple):
    """A FEEL value, and why parts of it became null."""

    value: Value
    diagnostics: tuple[str, ...] = ()


class Expression:
    """An expression: `names` are the variables it reads, `calls` the functions of the host."""

    __slots__ = ("_closure", "calls", "names", "node", "perhaps", "text")

    def __init__(self, text: str, node: Node) -> None:
        reads = reads_of(node)
        self.text, self.node = text, node
        self.names, self.calls, self.perhaps = frozenset(reads.names), frozenset(reads.calls), frozenset(reads.perhaps)
        self._closure = compiled(node)

    def evaluate(self, scope: Mapping[str, Any], functions: Functions = NO_FUNCTIONS, *, now: datetime | None = None) -> Result:
        """The value in this scope of JSON or FEEL values; null with diagnostics instead of an exception."""
        run = Run(functions, now)
        try:
            value = within_size(self._closure(Frame(scope, None, run)))
        except (Exceeded, RecursionError) as limit:
            value = None
            run.note(str(limit))
        return Result(value, tuple(run.notes))

    def value_in(self, frame: Frame) -> Value:
        """The value as a part of a larger evaluation."""
        return self._closure(frame)


class UnaryTests:
    """A cell of a decision table."""

    __slots__ = ("calls", "holds_in", "names", "node", "perhaps", "text")

    def __init__(self, text: str, node: Tests) -> None:
        reads = reads_of(node)
        self.text, self.node = text, node
        self.names, self.calls, self.perhaps = frozenset(reads.names), frozenset(reads.calls), frozenset(reads.perhaps)
        #: Whether a FEEL value passes, as a part of a larger evaluation.
        self.holds_in = compiled_tests(node)

    def evaluate(
        self, value: Any, scope: Mapping[str, Any], functions: Functions = NO_FUNCTIONS, *, now: datetime | None = None
    ) -> Result:
        """Whether the value passes: true, false or null."""
        run = Run(functions, now)
        frame = Frame(scope, None, run)
        try:
            result = self.holds_in(frame.take(value), frame)
        except (Exceeded, RecursionError) as limit:
            result = None
            run.note(str(limit))
        return Result(result, tuple(run.notes))


def compile_expression(text: str, names: Iterable[str] = ()) -> Expression:
    """The compiled expression; `names` are variables with spaces or operators in their names.

    Raises:
        ExpressionInvalid: it does not parse; says where and what was expected.
    """
    return _expression(text, frozenset(names))


def compile_unary_tests(text: str, names: Iterable[str] = ()) -> UnaryTests:
    """The compiled cell of a decision table.

    Raises:
        ExpressionInvalid: it does not parse; says where and what was expected.
    """
    return _unary_tests(text, frozenset(names))


@lru_cache(maxsize=4096)
def _expression(text: str, names: frozenset[str]) -> Expression:
    return built(text, lambda: Expression(text, parse_expression(text, names)))


@lru_cache(maxsize=8192)
def _unary_tests(text: str, names: frozenset[str]) -> UnaryTests:
    return built(text, lambda: UnaryTests(text, parse_unary_tests(text, names)))


def built(text: str, build: Callable[[], T]) -> T:
    """What is built of a text.

    Raises:
        ExpressionInvalid: it is nested too deep.
    """
    try:
        return build()
    except RecursionError:
        raise ExpressionInvalid(text, "The expression is nested too deep.") from None


def within_size(value: Value) -> Value:
    """The value, if it is not too large.

    Raises:
        Exceeded: it holds more than MOST_NODES values.
    """
    if type(value) in _CONTAINERS and size_of(value) > MOST_NODES:
        raise Exceeded(f"The result has more than {MOST_NODES} values.")
    return value
