"""Sample values of an input column: one for every region that the cells of the column can tell apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.decisions.tables import Input
from engine.feel.cells import INPUT
from engine.feel.expressions import NO_FUNCTIONS, UnaryTests
from engine.feel.operators import add, negate
from engine.feel.runtime import Frame, Run
from engine.feel.syntax import Between, Call, Comparison, In, Junction, ListOf, Literal, Name, Node, RangeOf, Tests
from engine.feel.types import TYPES
from engine.feel.values import Months, Value

_WHOLE = {"integer", "long"}


def samples(column: Input, cells: Sequence[UnaryTests]) -> list[Value]:
    """Values that stand for all inputs of the column; null only where a cell speaks of it."""
    allowed = [column.allowed] if column.allowed is not None else []
    literals = [value for cell in (*cells, *allowed) for value in literals_of(cell.node)]
    found = list(_of_kind(column, literals))
    if any(value is None for value in literals):
        found.append(None)
    if column.allowed is None:
        return found
    allowed_bits = passing(column.allowed, found)
    return [value for bit, value in enumerate(found) if allowed_bits >> bit & 1]


def passing(tests: UnaryTests, values: Sequence[Value]) -> int:
    """Which of these values a cell that reads no variables lets pass, as bits.

    Raises:
        Exceeded: the cell asks for more than it may have.
    """
    frame = Frame({}, None, Run(NO_FUNCTIONS, None))
    return sum(1 << bit for bit, value in enumerate(values) if tests.holds_in(value, frame) is True)


def exact(node: Node) -> bool:
    """Whether a cell only compares the input with values, so that the samples tell all that there is to tell about it."""
    match node:
        case Literal():
            return True
        case Comparison(_, left, right):
            return left == INPUT and isinstance(right, Literal)
        case RangeOf(start, end):
            return all(isinstance(bound, Literal | None) for bound in (start, end))
        case Between(value, least, most):
            return value == INPUT and isinstance(least, Literal) and isinstance(most, Literal)
        case In(value, tests):
            return value == INPUT and exact(tests)
        case Tests() | ListOf() | Junction():
            return all(map(exact, node.parts()))
        case Call(Name("not"), (negated,)):
            return exact(negated)
    return False


def literals_of(node: Node) -> Iterator[Value]:
    """All values written down in a cell."""
    if isinstance(node, Literal):
        yield node.value
    for part in node.parts():
        yield from literals_of(part)


def _of_kind(column: Input, literals: list[Value]) -> Iterable[Value]:
    kind = column.type.feel
    texts = sorted({value for value in literals if isinstance(value, str)})
    if kind == "list":
        return [[], *([text] for text in texts), texts]
    if kind == "boolean" or (kind == "Any" and any(isinstance(value, bool) for value in literals)):
        return [True, False]
    if kind == "string" or (kind == "Any" and texts):
        return [*texts, _other(texts)]
    for ordered in (Decimal, datetime, date, time, timedelta, Months):
        points = _sorted({value for value in literals if type(value) is ordered})
        if points and (kind == "Any" or TYPES.get(kind) is ordered):
            return _regions(points, _STEPS[ordered], whole=column.type.name in _WHOLE)
    return []


def _sorted(values: set[Value]) -> list[Value]:
    try:
        return sorted(values)
    except TypeError:  # moments with and without an offset have no common order
        return []


def _other(texts: list[str]) -> str:
    """A text that no cell names."""
    text = "other"
    while text in texts:
        text += "'"
    return text


def _regions(points: list[Value], step: tuple[Value, Middle], *, whole: bool) -> Iterator[Value]:
    """Every point, and one value in every gap between, before and behind them."""
    one, middle = step
    yield from _stepped(points[0], negate(one, Run(NO_FUNCTIONS, None)))
    for point, following in zip(points, [*points[1:], None], strict=True):
        yield point
        if following is None:
            yield from _stepped(point, one)
            continue
        between = middle(point, following)
        if whole:
            between = between.to_integral_value()
        if point < between < following:
            yield between


def _stepped(point: Value, step: Value) -> Iterator[Value]:
    """The value a step away, unless the calendar ends there or the clock goes round."""
    stepped = add(point, step, Run(NO_FUNCTIONS, None))
    if stepped is not None and type(stepped) is type(point):
        yield stepped


Middle = Callable[[Value, Value], Value]


def _half(start: Value, end: Value) -> Value:
    return start + (end - start) / 2


def _middle_day(start: date, end: date) -> date:
    return start + timedelta(days=(end - start).days // 2)


def _middle_time(start: time, end: time) -> time:
    return start.replace(minute=start.minute + 1) if start.minute < 59 else start


def _middle_months(start: Months, end: Months) -> Months:
    return Months((start.months + end.months) // 2)


_STEPS: Mapping[type, tuple[Value, Middle]] = {
    Decimal: (Decimal(1), _half),
    datetime: (timedelta(seconds=1), _half),
    date: (timedelta(days=1), _middle_day),
    time: (timedelta(minutes=1), _middle_time),
    timedelta: (timedelta(microseconds=1), _half),
    Months: (Months(1), _middle_months),
}
