"""The syntax tree of FEEL; what the parser makes and the compiler reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression."""

    def parts(self) -> Iterator[Node]:
        """The nodes directly below this one."""
        for field in fields(self):
            yield from _nodes(getattr(self, field.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value written down."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable; `?` is the input of a unary test."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`subject.name`."""

    subject: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`subject[condition]`."""

    subject: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(arguments)`; `names` has one name per argument, or is empty."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """`{a: 1, b: a + 1}`."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """`[start..end)`, `(< end)`; a side that is None is unbounded."""

    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """`a and b and c`, or the same with `or`."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`first + a - b`, or the same with `*` and `/`: flat, so that long sums do not nest."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Power(Node):
    """`of ** exponent`."""

    of: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`-of`."""

    of: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left < right` and the like."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between least and most`."""

    value: Node
    least: Node
    most: Node


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """Unary tests, of which one must hold; none means any input; an operator test is a Comparison with `?`."""

    tests: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in (tests)`."""

    value: Node
    tests: Tests


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then yes else no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """`name in domain`, or `name in first..last`."""

    name: str
    domain: Node
    last: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for iterators return result`."""

    iterators: tuple[Iteration, ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some iterators satisfies condition`, or the same with `every`."""

    quantifier: str
    iterators: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class TypeOf(Node):
    """A type: its name, the types inside by name (`list` has one without a name), and what a function gives."""

    name: str
    inside: tuple[tuple[str, TypeOf], ...] = ()
    result: TypeOf | None = None


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: TypeOf


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """`function(a: number, b) result`."""

    parameters: tuple[tuple[str, TypeOf | None], ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    """JUEL's `!of`."""

    of: Node


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """JUEL's `empty of`."""

    of: Node


def weight(node: Node) -> int:
    """How many nodes a tree has: what one evaluation of it costs, apart from its loops and calls."""
    return 1 + sum(map(weight, node.parts()))
