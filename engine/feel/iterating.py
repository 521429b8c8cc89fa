"""Compilers of loops: for, some, every and filters. Each round is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from engine.feel.closures import Closure, Compile
from engine.feel.operators import compare
from engine.feel.reading import compile_kept
from engine.feel.runtime import Exceeded, Frame, Run, items_within_limit
from engine.feel.syntax import Filter, For, Iteration, Literal, Name, Node, Quantified, weight
from engine.feel.values import DECIMAL, Range, Value, kind_of

#: The values of one iterator, null when there is nothing to go through.
Domain = Callable[[Frame], "Iterable[Value] | None"]

_STEPS: Mapping[type, Value] = {Decimal: Decimal(1), date: timedelta(days=1)}


def compile_for(node: For, compiled: Compile) -> Closure:
    """`for … return …`: the results in order; `partial` holds those so far."""
    iterators = _iterators(node.iterators, compiled)
    result, cost = compiled(node.result), weight(node.result)
    partial = _mentions_partial(node.result)

    def looped(frame: Frame) -> Value:
        results: list[Value] = []
        for inside in _rounds(frame, iterators, cost):
            if inside is None:
                return None
            results.append(result(_with_partial(inside, results) if partial else inside))
            items_within_limit(results)
        return results

    return looped


def _with_partial(inside: Frame, results: list[Value]) -> Frame:
    """A frame with a copy of the results so far: a round may keep it, and they go on growing."""
    inside.run.spend(len(results))
    return Frame({"partial": results.copy()}, inside, inside.run)


def compile_quantified(node: Quantified, compiled: Compile) -> Closure:
    """`some …`, `every …`: true or false as soon as one round decides, else null if one was null."""
    iterators = _iterators(node.iterators, compiled)
    condition, cost = compiled(node.condition), weight(node.condition)
    deciding = node.quantifier == "some"
    other = not deciding

    def quantified(frame: Frame) -> bool | None:
        known = True
        for inside in _rounds(frame, iterators, cost):
            if inside is None:
                return None
            value = condition(inside)
            if value is deciding:
                return not other
            known = known and value is other
        return other if known else None

    return quantified


def compile_filter(node: Filter, compiled: Compile) -> Closure:
    """`list[condition]` or `list[number]`."""
    subject, condition = compile_kept(node.subject, compiled), compiled(node.condition)
    cost = weight(node.condition)
    if _is_number(node.condition):

        def picked(frame: Frame) -> Value:
            items = listed(subject(frame))
            return None if items is None else frame.take(nth(items, condition(frame), frame.run))

        return picked

    def filtered(frame: Frame) -> Value:
        items = listed(subject(frame))
        if items is None:
            return frame.run.note("There is nothing to filter: it is null.")
        kept: list[Value] = []
        for index, item in enumerate(items):
            frame.run.spend(cost)
            value = condition(item_frame(item, frame))
            if index == 0 and type(value) is Decimal:
                return frame.take(nth(items, value, frame.run))
            if value is True:
                kept.append(frame.take(item))
        return kept

    return filtered


def _iterators(iterations: tuple[Iteration, ...], compiled: Compile) -> tuple[tuple[str, Domain], ...]:
    return tuple((iteration.name, _domain(iteration, compiled)) for iteration in iterations)


def _domain(iteration: Iteration, compiled: Compile) -> Domain:
    first = compile_kept(iteration.domain, compiled) if iteration.last is None else compiled(iteration.domain)
    if iteration.last is None:
        return lambda frame: values_of(first(frame), frame.run)
    last = compiled(iteration.last)
    return lambda frame: _counted(first(frame), last(frame), frame.run)


def _rounds(frame: Frame, iterators: tuple[tuple[str, Domain], ...], cost: int) -> Iterator[Frame | None]:
    """The frames of all rounds, the last iterator turning fastest; None when a domain is null."""
    (name, domain), rest = iterators[0], iterators[1:]
    values = domain(frame)
    if values is None:
        yield None
        return
    for value in values:
        frame.run.spend(cost)
        inside = Frame({name: value}, frame, frame.run)
        if rest:
            yield from _rounds(inside, rest, cost)
        else:
            yield inside


def values_of(domain: Value, run: Run) -> Iterable[Value] | None:
    """What a loop over a value goes through, or None with a note."""
    if type(domain) is list:
        return domain
    if type(domain) is Range:
        return _range_values(domain, run)
    if domain is None:
        run.note("There is nothing to go through: it is null.")
        return None
    return [domain]


def _range_values(span: Range, run: Run) -> Iterable[Value] | None:
    if span.start is None or span.end is None:
        run.note("A range without an end cannot be gone through.")
        return None
    values = _counted(span.start, span.end, run)
    if values is None:
        return None
    return (value for value in values if (span.start_included or value != span.start) and (span.end_included or value != span.end))


def _counted(first: Value, last: Value, run: Run) -> Iterable[Value] | None:
    """All whole steps from one number or date to another, up or down."""
    order = compare(first, last, run)
    if order is None:
        return None
    step = _STEPS.get(type(first))
    if step is None:
        run.note(f"There are no steps from one {kind_of(first)} to another.")
        return None
    return _steps(first, last, step if order <= 0 else -step)


def _steps(first: Value, last: Value, step: Value) -> Iterator[Value]:
    value, upwards = first, step > type(step)(0)
    while value <= last if upwards else value >= last:
        yield value
        if value == last:
            return
        following = DECIMAL.add(value, step) if type(value) is Decimal else value + step
        if following == value:
            raise Exceeded("The numbers are too large to be counted.")
        value = following


def _is_number(node: Node) -> bool:
    return isinstance(node, Literal) and type(node.value) is Decimal


def listed(value: Value) -> list[Value] | None:
    """What a filter of a value goes through: a value stands for its list, null for nothing."""
    return value if type(value) is list else None if value is None else [value]


def item_frame(item: Value, frame: Frame) -> Frame:
    """The variables that a filter's condition sees: the item's entries, then `item`, then those outside."""
    inside = Frame({"item": item}, frame, frame.run)
    return Frame(item, inside, frame.run) if type(item) is dict else inside


def nth(items: list[Value], position: Decimal, run: Run) -> Value:
    """The item at a position, or null with a note."""
    if position != position.to_integral_value():
        return run.note(f"{position} is no position in a list.")
    index = int(position) if abs(position) <= len(items) else 0
    if index == 0:
        return run.note(f"A list of {len(items)} has no item {position}.")
    return items[index - 1 if index > 0 else index]


def _mentions_partial(node: Node) -> bool:
    return node == Name("partial") or any(map(_mentions_partial, node.parts()))
