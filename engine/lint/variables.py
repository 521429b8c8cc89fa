"""Variables: that everything an expression reads is written somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from engine import feel
from engine.drawing import Node, Procedure
from engine.errors import ExpressionInvalid, Problem
from engine.lint.finding import element_of, warned
from engine.lint.references import expressions_of
from engine.ports import Catalogue

#: Variables that the engine itself writes for rounds.
OF_ROUNDS = frozenset({"loopCounter", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"})


def written_by(procedure: Procedure) -> frozenset[str]:
    """The names of the variables that the elements of a procedure write, as far as the drawing tells."""
    return frozenset(name for node in procedure.nodes.values() for name in _written(node) if name) | OF_ROUNDS


def check_variables(procedure: Procedure, catalogue: Catalogue) -> Iterator[Problem]:
    """Names in expressions that nothing writes, in this drawing or in any that the catalogue knows: most often slips."""
    own = written_by(procedure)
    for element, text in expressions_of(procedure):
        try:
            names = feel.compile_attribute(text).names
        except ExpressionInvalid:
            continue
        for name in sorted(names - own):
            if not catalogue.exists("variable", name):
                near = get_close_matches(name, own, 1)
                remedy = f"Did you mean “{near[0]}”?" if near else "Write it before, or correct the name: it is null until then."
                reason = f"Nothing writes the variable “{name}” in “{text}”."
                yield warned("variable", procedure, element_of(procedure, element), reason, remedy)


def _written(node: Node) -> Iterator[str | None]:
    yield node.properties.get("record")
    yield from (f"{node.id}_outcome", f"{node.id}_comment")
    yield node.attributes.get("resultVariable") or node.attributes.get("decisionRef")
    for transfer in (*node.inputs, *node.outputs, *node.call_in, *node.call_out):
        yield transfer.target
    if node.rounds:
        yield from (node.rounds.item, node.rounds.result_list, node.rounds.result_item)
    for event in node.events:
        yield from (event.code_variable, event.message_variable)
