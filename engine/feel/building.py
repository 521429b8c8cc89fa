"""Compilers of what makes new values: arithmetic, lists, contexts, ranges."""

from __future__ import annotations

from engine.feel.closures import Closure, Compile
from engine.feel.operators import add, compare, divide, multiply, negate, power, subtract
from engine.feel.runtime import Frame
from engine.feel.syntax import Arithmetic, ContextOf, InstanceOf, ListOf, Negation, Power, RangeOf
from engine.feel.types import conforms
from engine.feel.values import Range, Value

_OPERATIONS = {"+": add, "-": subtract, "*": multiply, "/": divide}


def compile_arithmetic(node: Arithmetic, compiled: Compile) -> Closure:
    """Sums and products, from left to right."""
    first = compiled(node.first)
    rest = tuple((_OPERATIONS[operator], compiled(operand)) for operator, operand in node.rest)
    if len(rest) == 1:
        operation, second = rest[0]
        return lambda frame: operation(first(frame), second(frame), frame.run)

    def calculated(frame: Frame) -> Value:
        value = first(frame)
        for operation, operand in rest:
            value = operation(value, operand(frame), frame.run)
        return value

    return calculated


def compile_power(node: Power, compiled: Compile) -> Closure:
    """`of ** exponent`."""
    of, exponent = compiled(node.of), compiled(node.exponent)
    return lambda frame: power(of(frame), exponent(frame), frame.run)


def compile_negation(node: Negation, compiled: Compile) -> Closure:
    """`-of`."""
    of = compiled(node.of)
    return lambda frame: negate(of(frame), frame.run)


def compile_list(node: ListOf, compiled: Compile) -> Closure:
    """`[a, b]`."""
    items = tuple(compiled(item) for item in node.items)
    return lambda frame: [item(frame) for item in items]


def compile_context(node: ContextOf, compiled: Compile) -> Closure:
    """`{a: 1, b: a + 1}`: later entries see earlier ones."""
    entries = tuple((name, compiled(entry)) for name, entry in node.entries)

    def made(frame: Frame) -> dict[str, Value]:
        values: dict[str, Value] = {}
        inside = Frame(values, frame, frame.run)
        for name, entry in entries:
            values[name] = entry(inside)
        return values

    return made


def compile_range(node: RangeOf, compiled: Compile) -> Closure:
    """`[start..end]`: null when the ends have no common order, or are the wrong way round."""
    start = compiled(node.start) if node.start is not None else None
    end = compiled(node.end) if node.end is not None else None

    def spanned(frame: Frame) -> Value:
        first = start(frame) if start is not None else None
        last = end(frame) if end is not None else None
        if first is not None and last is not None:
            order = compare(first, last, frame.run)
            if order is None:
                return None
            if order > 0:
                return frame.run.note("The range ends before it starts.")
        if first is None is last or (start is not None and end is not None and (first is None or last is None)):
            return frame.run.note("An end of the range is null.")
        return Range(first, last, node.start_included, node.end_included)

    return spanned


def compile_instance_of(node: InstanceOf, compiled: Compile) -> Closure:
    """`value instance of type`."""
    value = compiled(node.value)
    return lambda frame: conforms(value(frame), node.type, frame.run)
