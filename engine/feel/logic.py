"""Compilers of conditions: three-valued logic, comparisons, choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from engine.feel.closures import Closure, Compile
from engine.feel.operators import compare, equal
from engine.feel.runtime import Frame, Run
from engine.feel.syntax import Between, Comparison, Empty, If, Junction, Literal, Not
from engine.feel.values import Value, kind_of


def compile_junction(node: Junction, compiled: Compile) -> Closure:
    """`and`, `or`: what decides the result wins, else null wins over the rest."""
    operands = tuple(compiled(operand) for operand in node.operands)
    deciding = node.operator == "or"
    other = not deciding

    def joined(frame: Frame) -> bool | None:
        known = True
        for operand in operands:
            value = operand(frame)
            if value is deciding:
                return not other
            if value is not other:
                known = False
                if value is not None:
                    frame.run.note(f"“{node.operator}” does not go with a {kind_of(value)}.")
        return other if known else None

    return joined


def compile_comparison(node: Comparison, compiled: Compile) -> Closure:
    """`=`, `!=`, `<` and so on."""
    left, operator = compiled(node.left), node.operator
    if operator in {"=", "!="}:
        return _equality(node, left, compiled)
    right, holds = compiled(node.right), HOLDS[operator]

    def compared(frame: Frame) -> bool | None:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            return holds(a, b)
        order = compare(a, b, frame.run)
        return None if order is None else holds(order, 0)

    return compared


#: Kinds whose equality in Python is that of FEEL.
SAME_IN_PYTHON = frozenset({type(None), bool, Decimal, str})

HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def _equality(node: Comparison, left: Closure, compiled: Compile) -> Closure:
    wanted = node.operator == "="
    if isinstance(node.right, Literal):
        return _equality_with(node.right.value, left, wanted)
    right = compiled(node.right)

    def equals(frame: Frame) -> bool | None:
        result = equal(left(frame), right(frame), frame.run)
        return None if result is None else result is wanted

    return equals


def _equality_with(literal: Value, left: Closure, wanted: bool) -> Closure:
    kind = type(literal) if type(literal) in SAME_IN_PYTHON else None

    def equals(frame: Frame) -> bool | None:
        value = left(frame)
        if type(value) is kind:
            return bool(value == literal) is wanted
        result = equal(value, literal, frame.run)
        return None if result is None else result is wanted

    return equals


def compile_between(node: Between, compiled: Compile) -> Closure:
    """`value between least and most`, both included."""
    value, least, most = compiled(node.value), compiled(node.least), compiled(node.most)

    def between(frame: Frame) -> bool | None:
        found = value(frame)
        return both(_at_least(found, least(frame), frame.run), _at_least(most(frame), found, frame.run))

    return between


def _at_least(value: Value, bound: Value, run: Run) -> bool | None:
    order = compare(value, bound, run)
    return None if order is None else order >= 0


def both(left: bool | None, right: bool | None) -> bool | None:
    """`left and right`."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def compile_if(node: If, compiled: Compile) -> Closure:
    """`if … then … else …`: whatever is not true is the else."""
    condition, yes, no = compiled(node.condition), compiled(node.yes), compiled(node.no)

    def chosen(frame: Frame) -> Value:
        value = condition(frame)
        if value is True:
            return yes(frame)
        if value is not False and value is not None:
            frame.run.note(f"The condition of “if” is a {kind_of(value)}.")
        return no(frame)

    return chosen


def compile_not(node: Not, compiled: Compile) -> Closure:
    """`!of`."""
    of = compiled(node.of)

    def negated(frame: Frame) -> bool | None:
        value = of(frame)
        if value is None or type(value) is bool:
            return None if value is None else not value
        frame.run.note(f"“!” does not go with a {kind_of(value)}.")
        return None

    return negated


def compile_empty(node: Empty, compiled: Compile) -> Closure:
    """`empty of`: null, "", [] or {}."""
    of = compiled(node.of)

    def empty(frame: Frame) -> bool:
        value = of(frame)
        return value is None or (type(value) in {str, list, dict} and not value)

    return empty
