"""Which variables and functions an expression reads, for those who check drawings."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.feel.functions import BUILTINS
from engine.feel.syntax import Call, ContextOf, Filter, For, FunctionOf, Iteration, Name, Node, Quantified


@dataclass(slots=True)
class Reads:
    """What is read: `names` for certain, `perhaps` in filters, where they may be entries of items; `calls` are of the host."""

    names: set[str] = field(default_factory=set)
    perhaps: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)


def reads_of(*nodes: Node) -> Reads:
    """What these trees read from outside."""
    reads = Reads()
    for node in nodes:
        _read(node, frozenset({"?"}), reads, reads.names)
    return reads


def _read(node: Node, bound: frozenset[str], reads: Reads, into: set[str]) -> None:
    match node:
        case Name(name):
            into.update({name} - bound)
        case Call(Name(name), arguments):
            reads.calls.update({name} - bound - BUILTINS.keys())
            _read_all(arguments, bound, reads, into)
        case Filter(subject, condition):
            _read(subject, bound, reads, into)
            _read(condition, bound | {"item"}, reads, reads.perhaps)
        case ContextOf(entries):
            for name, entry in entries:
                _read(entry, bound, reads, into)
                bound |= {name}
        case FunctionOf(parameters, result):
            _read(result, bound | {name for name, _ in parameters}, reads, into)
        case For(iterators, inside) | Quantified(_, iterators, inside):
            _read(inside, _iterated(iterators, bound, reads, into) | {"partial"}, reads, into)
        case _:
            _read_all(tuple(node.parts()), bound, reads, into)


def _read_all(nodes: tuple[Node, ...], bound: frozenset[str], reads: Reads, into: set[str]) -> None:
    for node in nodes:
        _read(node, bound, reads, into)


def _iterated(iterators: tuple[Iteration, ...], bound: frozenset[str], reads: Reads, into: set[str]) -> frozenset[str]:
    for iterator in iterators:
        _read_all((iterator.domain, *((iterator.last,) if iterator.last else ())), bound, reads, into)
        bound |= {iterator.name}
    return bound
