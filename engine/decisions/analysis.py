"""What is wrong with a decision table before anybody asks it: gaps, overlaps, rules without effect, contradictions, types.

Gaps, overlaps and contradictions are shown by an example that was put to the cells themselves, so there are no false alarms. That
a rule has no effect is said only when its cells compare inputs with values. Rules that read other variables are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from engine.decisions.domains import exact, passing, samples
from engine.decisions.logic import Logic
from engine.decisions.model import Decision
from engine.decisions.tables import Input, Rule, Table
from engine.errors import Problem
from engine.feel.expressions import UnaryTests
from engine.feel.functions.conversion import text_of_value
from engine.feel.runtime import Exceeded
from engine.feel.syntax import Comparison, ListOf, Literal, Name, Node, RangeOf, Tests
from engine.feel.values import Value, kind_of

MOST_FINDINGS = 50
MOST_RULES = 400
_MOST_STATES = 20_000

_ONE_HIT = frozenset("UAPF")

#: Which samples of each axis a rule lets pass, as bits; None for a rule that cannot be judged alone.
Boxes = Mapping[int, tuple[int, ...] | None]


@dataclass(frozen=True, slots=True)
class Axis:
    """An input with its samples; columns that test the same expression are one."""

    text: str
    samples: tuple[Value, ...]
    columns: tuple[int, ...]

    @property
    def everything(self) -> int:
        """All bits."""
        return (1 << len(self.samples)) - 1


def analyse(decision: Decision) -> list[Problem]:
    """The findings about all tables of a decision; errors make decisions fail, warnings are worth a look."""
    found = (problem for table in _tables(decision.logic) for problem in _of_table(table))
    return list(islice(found, MOST_FINDINGS))


def _tables(logic: Logic) -> Iterator[Table]:
    if isinstance(logic, Table):
        yield logic
    for part in logic.parts():
        yield from _tables(part)


def _of_table(table: Table) -> Iterator[Problem]:
    yield from _type_misfits(table)
    if len(table.rules) > MOST_RULES:
        yield _finding(
            "size", table, f"The table has more than {MOST_RULES} rules: they are not compared.", "Split the table.", None
        )
        return
    try:
        axes = _axes(table)
    except (Exceeded, RecursionError):
        return
    boxes = {rule.number: _box(table, rule, axes) for rule in table.rules}
    yield from _never_matching(table, axes, boxes)
    yield from _contradictions(table, axes, boxes)
    if table.hit_policy in _ONE_HIT and all(output.default is None for output in table.outputs):
        yield from _gaps(table, axes, boxes)


def _axes(table: Table) -> list[Axis]:
    columns: dict[str, list[int]] = {}
    for index, column in enumerate(table.inputs):
        columns.setdefault(column.expression.text, []).append(index)
    axes = []
    for text, indices in columns.items():
        cells = [rule.tests[index] for rule in table.rules for index in indices]
        found = samples(table.inputs[indices[0]], cells)
        axes.append(Axis(text, tuple(found or [None]), tuple(indices)))
    return axes


def _box(table: Table, rule: Rule, axes: Sequence[Axis]) -> tuple[int, ...] | None:
    if any(map(_opaque, rule.tests, table.inputs)):
        return None
    try:
        return tuple(_bits(axis, [rule.tests[index] for index in axis.columns]) for axis in axes)
    except (Exceeded, RecursionError):
        return None


def _opaque(test: UnaryTests, column: Input) -> bool:
    """Whether a cell depends on more than its input, or on what kind of value nobody knows."""
    return bool(test.names or test.calls or test.perhaps) or (column.type.feel == "Any" and not exact(test.node))


def _bits(axis: Axis, cells: Sequence[UnaryTests]) -> int:
    bits = axis.everything
    for cell in cells:
        if cell.node.tests:
            bits &= passing(cell, axis.samples)
    return bits


def _type_misfits(table: Table) -> Iterator[Problem]:
    for rule in table.rules:
        for column, test in zip(table.inputs, rule.tests, strict=True):
            wanted = column.type.feel
            for kind in sorted(_misfits(_compared(test.node), wanted)):
                reason = f"Rule {rule.number} compares “{column.label}”, a {wanted}, with a {kind}."
                yield _finding("type", table, reason, "Correct the cell or the type of the column.", rule)
        for output, given in zip(table.outputs, rule.outputs, strict=True):
            written = [given.node.value] if isinstance(given.node, Literal) else []
            for kind in sorted(_misfits(written, output.type.feel)):
                reason = f"Rule {rule.number} gives a {kind} for “{output.label}”, a {output.type.feel}."
                yield _finding("type", table, reason, "Correct the cell or the type of the column.", rule)


def _misfits(values: Sequence[Value], wanted: str) -> set[str]:
    if wanted == "Any":
        return set()
    called = {
        "dateTime": "date and time",
        "dayTimeDuration": "days and time duration",
        "yearMonthDuration": "years and months duration",
    }
    kinds = {kind_of(value) for value in values if value is not None}
    return kinds - {called.get(wanted, wanted)} if wanted != "list" else set()


def _compared(node: Node) -> list[Value]:
    """The values that the input itself is compared with; those inside functions may be of any kind."""
    if isinstance(node, Literal):
        return [node.value]
    if isinstance(node, Comparison):
        return _compared(node.right) if node.left == Name("?") else []
    if isinstance(node, RangeOf | ListOf | Tests):
        return [value for part in node.parts() for value in _compared(part)]
    return []


def _never_matching(table: Table, axes: Sequence[Axis], boxes: Boxes) -> Iterator[Problem]:
    earlier: list[tuple[int, ...]] = []
    for rule in table.rules:
        box = boxes[rule.number]
        if box is None or not all(exact(test.node) for test in rule.tests):
            continue
        if 0 in box:
            column = axes[box.index(0)].text
            yield _finding(
                "unreachable", table, f"Rule {rule.number} can never match: no “{column}” passes.", "Correct its cell.", rule
            )
        elif table.hit_policy == "F" and _uncovered(list(box), earlier) is None:
            reason = f"Rule {rule.number} can never be the first to match: the rules before it take all its inputs."
            yield _finding("unreachable", table, reason, "Move it up, or remove it.", rule)
        else:
            earlier.append(box)


def _contradictions(table: Table, axes: Sequence[Axis], boxes: Boxes) -> Iterator[Problem]:
    if table.hit_policy not in {"U", "A"}:
        return
    for one, other in combinations(table.rules, 2):
        first, second = boxes[one.number], boxes[other.number]
        if first is None or second is None:
            continue
        shared = [a & b for a, b in zip(first, second, strict=True)]
        if 0 in shared:
            continue
        both, example = f"The rules {one.number} and {other.number} both match", _example(axes, shared)
        if table.hit_policy == "U":
            yield _finding(
                "overlap", table, f"{both} {example}.", "Make them exclude each other, or choose another hit policy.", other
            )
        elif _differ(one, other):
            yield _finding("conflict", table, f"{both} {example}, but give different results.", "Give the same result.", other)


def _differ(one: Rule, other: Rule) -> bool:
    """Whether results that are written down differ; computed ones are left to the run."""
    pairs = zip(one.outputs, other.outputs, strict=True)
    return any(isinstance(a.node, Literal) and isinstance(b.node, Literal) and a.node != b.node for a, b in pairs)


def _gaps(table: Table, axes: Sequence[Axis], boxes: Boxes) -> Iterator[Problem]:
    if None in boxes.values():
        return
    covered = [box for box in boxes.values() if box is not None]
    while len(covered) < len(table.rules) + MOST_FINDINGS:
        gap = _uncovered([axis.everything for axis in axes], covered)
        if gap is None:
            return
        yield _finding("gap", table, f"No rule matches {_example(axes, gap)}.", "Add a rule, or a default output.", None)
        covered.append(tuple(gap))


def _uncovered(space: list[int], boxes: Sequence[tuple[int, ...]]) -> list[int] | None:
    """A part of the space that no box covers, as large as it comes, or None.

    Takes away one box after the other; what is left of a part beside a box are at most as many parts as there are axes.
    """
    states = 0
    waiting = [(space, 0)]
    while waiting:
        part, index = waiting.pop()
        states += 1
        if states > _MOST_STATES:
            return None
        if 0 in part:
            continue
        if index == len(boxes):
            return part
        box = boxes[index]
        if any(not a & b for a, b in zip(part, box, strict=True)):
            waiting.append((part, index + 1))
            continue
        for axis, bits in enumerate(box):
            if part[axis] & ~bits:
                waiting.append(([*part[:axis], part[axis] & ~bits, *part[axis + 1 :]], index + 1))
            part = [*part[:axis], part[axis] & bits, *part[axis + 1 :]]
    return None


def _example(axes: Sequence[Axis], bits: Sequence[int]) -> str:
    """An input out of a part, naming only what matters."""
    shown = [
        f"{axis.text} = {text_of_value([axis.samples[_lowest(found)]])[1:-1]}"
        for axis, found in zip(axes, bits, strict=True)
        if found != axis.everything
    ]
    return ", ".join(shown) or "any input"


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _finding(kind: str, table: Table, reason: str, remedy: str, rule: Rule | None) -> Problem:
    element = rule.id if rule is not None and rule.id else table.id
    if kind in {"gap", "unreachable", "size"}:
        return Problem(kind, reason, remedy, element, table.name, severity="warning")
    return Problem(kind, reason, remedy, element, table.name)
