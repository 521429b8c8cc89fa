"""Compilers of unary tests: the cells of decision tables, and `in`."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.closures import Closure, Compile, Test
from engine.feel.logic import HOLDS, SAME_IN_PYTHON
from engine.feel.operators import compare, equal, matches
from engine.feel.runtime import Frame
from engine.feel.syntax import Comparison, In, Literal, Name, Node, RangeOf, Tests

INPUT = Name("?")


def compile_tests(node: Tests, compiled: Compile) -> Test:
    """The test of a whole cell."""
    if not node.tests:
        return lambda value, frame: True
    test = _any_of(node, compiled)
    if not node.negated:
        return test

    def negated(value: object, frame: Frame) -> bool | None:
        result = test(value, frame)
        return None if result is None else not result

    return negated


def compile_in(node: In, compiled: Compile) -> Closure:
    """`value in tests`."""
    value, test = compiled(node.value), compile_tests(node.tests, compiled)
    return lambda frame: test(value(frame), frame)


def _any_of(node: Tests, compiled: Compile) -> Test:
    if len(node.tests) == 1:
        return _one(node.tests[0], compiled)
    if all(isinstance(test, Literal) and type(test.value) is str for test in node.tests):
        return _one_of_texts(frozenset(test.value for test in node.tests if isinstance(test, Literal)))
    tests = tuple(_one(test, compiled) for test in node.tests)

    def any_of(value: object, frame: Frame) -> bool | None:
        known = True
        for test in tests:
            result = test(value, frame)
            if result:
                return True
            known = known and result is not None
        return False if known else None

    return any_of


def _one_of_texts(texts: frozenset[str]) -> Test:
    some = next(iter(texts))

    def one_of(value: object, frame: Frame) -> bool | None:
        return value in texts if type(value) is str else equal(value, some, frame.run)

    return one_of


def _one(node: Node, compiled: Compile) -> Test:
    if isinstance(node, Comparison) and node.left == INPUT and not reads_input(node.right):
        return _operator(node.operator, node.right, compiled)
    if isinstance(node, Literal):
        return _value(node)
    if isinstance(node, RangeOf):
        start, end = _number(node.start), _number(node.end)
        if start is not None and end is not None:
            return _numbers(start, end, node)
    return _expression(node, compiled)


def _operator(operator: str, right: Node, compiled: Compile) -> Test:
    bound = compiled(right)
    if operator in {"=", "!="}:
        wanted = operator == "="

        def equals(value: object, frame: Frame) -> bool | None:
            result = equal(value, bound(frame), frame.run)
            return None if result is None else result is wanted

        return equals
    holds = HOLDS[operator]

    def compares(value: object, frame: Frame) -> bool | None:
        limit = bound(frame)
        if type(value) is Decimal and type(limit) is Decimal:
            return holds(value, limit)
        order = compare(value, limit, frame.run)
        return None if order is None else holds(order, 0)

    return compares


def _value(node: Literal) -> Test:
    wanted = node.value
    kind = type(wanted) if type(wanted) in SAME_IN_PYTHON else None

    def equals(value: object, frame: Frame) -> bool | None:
        return bool(value == wanted) if type(value) is kind else equal(value, wanted, frame.run)

    return equals


def _number(node: Node | None) -> Decimal | None:
    return node.value if isinstance(node, Literal) and isinstance(node.value, Decimal) else None


def _numbers(start: Decimal, end: Decimal, node: RangeOf) -> Test:
    wide_start, wide_end = node.start_included, node.end_included

    def inside(value: object, frame: Frame) -> bool | None:
        if not isinstance(value, Decimal):
            return None if compare(value, start, frame.run) is None else False
        after = value >= start if wide_start else value > start
        return after and (value <= end if wide_end else value < end)

    return inside


def _expression(node: Node, compiled: Compile) -> Test:
    if node == INPUT:
        return lambda value, frame: True
    expression = compiled(node)
    if reads_input(node):

        def asks(value: object, frame: Frame) -> bool | None:
            result = expression(Frame({"?": value}, frame, frame.run))
            return result if result is None or type(result) is bool else matches(value, result, frame.run)

        return asks

    is_range = isinstance(node, RangeOf)

    def names(value: object, frame: Frame) -> bool | None:
        result = expression(frame)
        if result is None and is_range:
            return None  # a range that cannot be made holds nothing, not even null
        if type(result) is bool and type(value) is not bool:
            return result
        return matches(value, result, frame.run)

    return names


def reads_input(node: Node) -> bool:
    """Whether `?` occurs in an expression."""
    return node == INPUT or any(map(reads_input, node.parts()))
