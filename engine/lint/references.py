"""What a drawing names: expressions that must parse, roles, topics, parameters and messages that must exist."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.drawing import CATCHING, Drawing, Node, Procedure, codes, expression_text
from engine.errors import ExpressionInvalid, Problem
from engine.lint.calls import unknown_calls
from engine.lint.finding import element_of, found, warned
from engine.ports import Catalogue

_PEOPLE = frozenset({"userTask", "manualTask"})


def check_references(drawing: Drawing, procedure: Procedure, catalogue: Catalogue) -> Iterator[Problem]:
    """Every expression that does not parse, and every name that nothing bears."""
    for element, text in expressions_of(procedure):
        about = element_of(procedure, element)
        try:
            calls = feel.compile_attribute(text).calls
        except ExpressionInvalid as error:
            reason = f"“{text}” does not parse: {error}"
            yield found("expression", procedure, about, reason, "Mend the expression.")
            continue
        for rule, reason, remedy in unknown_calls(text, calls, catalogue):
            yield found(rule, procedure, about, reason, remedy)
    for node in procedure.nodes.values():
        yield from _roles(procedure, node, catalogue)
        topic = node.attributes.get("topic", "")
        if node.kind in {"serviceTask", "sendTask"} and topic and not catalogue.exists("topic", topic):
            remedy = "Name an operation of the book, unless an outside worker does the work."
            yield warned("topic", procedure, node, f"There is no operation “{topic}”.", remedy)
    yield from _lanes(procedure, catalogue)
    yield from _messages(drawing, procedure, catalogue)


def expressions_of(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """All expressions of a procedure, each with the element in which it stands."""
    for flow in procedure.flows.values():
        if flow.condition:
            yield flow.id, flow.condition
    for node in procedure.nodes.values():
        texts = [transfer.expression for transfer in (*node.inputs, *node.outputs, *node.call_in, *node.call_out)]
        texts += [*node.attributes.values(), *(event.text or "" for event in node.events)]
        if node.rounds:
            texts += [
                node.rounds.condition or "",
                *map(expression_text, filter(None, (node.rounds.collection, node.rounds.cardinality))),
            ]
        yield from ((node.id, text) for text in texts if text)
    for name, text in procedure.properties.items():
        if name.startswith("label:"):
            yield procedure.id, text


def _roles(procedure: Procedure, node: Node, catalogue: Catalogue) -> Iterator[Problem]:
    groups = node.attributes.get("candidateGroups", "")
    for name in () if "${" in groups else codes(groups):
        if not catalogue.exists("role", name):
            yield found("role", procedure, node, f"There is no role “{name}”.", "Name one of departments.toml.")
    if node.kind in _PEOPLE and not groups and not node.attributes.get("assignee") and procedure.lane_of(node) is None:
        remedy = "Draw it in a lane, or give it camunda:candidateGroups."
        yield warned("role", procedure, node, "Nobody is named who does it: it goes to the administrators.", remedy)


def _lanes(procedure: Procedure, catalogue: Catalogue) -> Iterator[Problem]:
    for lane in procedure.lanes:
        serves = any(
            node.kind in _PEOPLE and not node.attributes.get("candidateGroups") and procedure.lane_of(node) is lane
            for node in procedure.nodes.values()
        )
        if serves and "${" not in lane.role and not catalogue.exists("role", lane.role):
            yield found("role", procedure, lane, f"There is no role “{lane.role}”.", "Name one of departments.toml.")


def _messages(drawing: Drawing, procedure: Procedure, catalogue: Catalogue) -> Iterator[Problem]:
    caught = frozenset[str]().union(*(other.awaited_messages for other in drawing.procedures.values()))
    for node in procedure.nodes.values():
        name = node.event.name or "" if node.event and node.event.kind == "message" and node.kind not in CATCHING else None
        if name is not None and name not in caught and not catalogue.exists("message", name):
            remedy = "Draw the event that receives it; until then it is only kept in the journal."
            yield warned("message-unanswered", procedure, node, f"Nobody receives the message “{name}”.", remedy)
