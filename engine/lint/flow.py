"""Flows: that they lead from node to node, that every node is reached and left, that joins can be satisfied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.drawing import Flow, Node, Procedure
from engine.errors import Problem
from engine.lint.finding import DECIDING, found, warned
from engine.spiff.links import arrival_of, sources_of

_AUTOMATIC = frozenset(
    {
        *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "intermediateThrowEvent"),
        *("task", "serviceTask", "sendTask", "businessRuleTask"),
    }
)


def check_flow(procedure: Procedure) -> Iterator[Problem]:
    """Every flow and node that leads nowhere, waits for ever or goes round without end."""
    for flow in procedure.flows.values():
        yield from _ends(procedure, flow)
    sound = {f.id: f for f in procedure.flows.values() if f.source in procedure.nodes and f.target in procedure.nodes}
    for node in procedure.nodes.values():
        yield from _border(procedure, node)
        yield from _splits(procedure, node, [sound[flow] for flow in node.outgoing if flow in sound])
        if node.kind == "parallelGateway":
            yield from _join(procedure, node)
    yield from _reach(procedure)
    yield from _rounds_without_rest(procedure)


def _ends(procedure: Procedure, flow: Flow) -> Iterator[Problem]:
    source, target = procedure.nodes.get(flow.source), procedure.nodes.get(flow.target)
    if source is None or target is None:
        remedy = "Let it lead from one node to another of the same process or sub-process."
        reason = f"It leads from “{flow.source}” to “{flow.target}”, one of which is missing."
        yield found("no-disconnected", procedure, flow, reason, remedy)
    elif source.parent != target.parent:
        remedy = "Draw an end event inside and a flow from the sub-process outside, or the reverse."
        yield found("no-crossing-scopes", procedure, flow, "It crosses the border of a sub-process.", remedy)


def _border(procedure: Procedure, node: Node) -> Iterator[Problem]:
    if node.kind == "endEvent" and node.outgoing:
        yield found("end-event-outgoing", procedure, node, "A flow goes out of an end event.", "Draw a throwing event instead.")
    if node.kind in {"startEvent", "boundaryEvent"} and node.incoming:
        yield found("start-event-incoming", procedure, node, "A flow leads into it.", "Let the flow lead to the step behind it.")
    if node.kind == "boundaryEvent" and node.attached_to not in procedure.nodes:
        yield found("boundary-event", procedure, node, "It is on the border of nothing.", "Attach it to an activity.")


def _splits(procedure: Procedure, node: Node, flows: list[Flow]) -> Iterator[Problem]:
    yield from _twins(procedure, flows)
    if node.default and node.default not in node.outgoing:
        yield found("default-flow", procedure, node, f"Its default flow “{node.default}” does not go out of it.", "Choose another.")
    if node.kind in DECIDING and len(flows) > 1:
        yield from _decides(procedure, node, flows)
    if node.kind.endswith("Gateway") and len(node.incoming) == 1 and len(node.outgoing) == 1:
        yield warned("superfluous-gateway", procedure, node, "It neither splits nor joins.", "Leave it out.")
    if node.kind == "eventBasedGateway":
        for flow in flows:
            if procedure.nodes[flow.target].kind not in {"intermediateCatchEvent", "receiveTask"}:
                remedy = "Let each of its flows lead to an event that is waited for."
                yield found("event-based-gateway", procedure, node, f"“{flow.target}” behind it is no event.", remedy)


def _twins(procedure: Procedure, flows: list[Flow]) -> Iterator[Problem]:
    pairs = [(flow.target, flow.condition) for flow in flows]
    for flow in flows:
        if pairs.count((flow.target, flow.condition)) > 1:
            remedy = "Keep one of them."
            yield warned("no-duplicate-sequence-flows", procedure, flow, "There is another flow just like it.", remedy)


def _decides(procedure: Procedure, node: Node, flows: list[Flow]) -> Iterator[Problem]:
    plain = [flow for flow in flows if not flow.condition and flow.id != node.default]
    for flow in plain if node.kind == "exclusiveGateway" else ():
        remedy = "Give it a condition, or make it the default flow."
        yield warned("conditional-flows", procedure, flow, "It has no condition, so no flow after it is taken.", remedy)
    if not node.default and not plain:
        reason = "It has no default flow: where no condition holds, the case stops."
        yield warned("default-flow", procedure, node, reason, "Make one of its flows the default.")


def _join(procedure: Procedure, node: Node) -> Iterator[Problem]:
    """Two flows that come from different answers to one question never both bring a token."""
    origins: dict[str, set[str]] = {}
    for flow_id in node.incoming:
        flow = procedure.flows[flow_id]
        source = procedure.nodes.get(flow.source)
        while source is not None and len(source.incoming) == 1 and len(source.outgoing) == 1:
            flow = procedure.flows[source.incoming[0]]
            source = procedure.nodes.get(flow.source)
        if source is not None and source.kind in {"exclusiveGateway", "eventBasedGateway"} and len(source.outgoing) > 1:
            origins.setdefault(source.id, set()).add(flow.id)
    for origin, flows in origins.items():
        if len(flows) > 1:
            reason = f"It waits for several answers of “{origin}”, which gives only one."
            yield found("join-unsatisfiable", procedure, node, reason, "Join them by an exclusive gateway.")


def _reach(procedure: Procedure) -> Iterator[Problem]:
    begins = [n for n in procedure.nodes.values() if n.kind == "startEvent" or n.by_event]
    ahead = _closure(begins, lambda node: _next(procedure, node))
    ends = [n for n in procedure.nodes.values() if n.kind == "endEvent" or not n.outgoing]
    back = _closure(ends, lambda node: _previous(procedure, node))
    for node in procedure.nodes.values():
        if node.id not in ahead:
            yield found("no-disconnected", procedure, node, "It is never reached.", "Draw a flow to it, or take it away.")
        elif not node.outgoing and node.kind != "endEvent" and not node.by_event and arrival_of(procedure, node) is None:
            yield warned(
                "no-implicit-end", procedure, node, "Its token ends here, and nobody sees it.", "Draw an end event behind it."
            )
        elif node.id not in back:
            yield warned("no-way-to-end", procedure, node, "No way leads from it to an end.", "Draw a way out.")


def _closure(begins: Iterable[Node], step: Callable[[Node], Iterable[Node]]) -> set[str]:
    seen: set[str] = set()
    todo = list(begins)
    while todo:
        node = todo.pop()
        if node.id not in seen:
            seen.add(node.id)
            todo += step(node)
    return seen


def _next(procedure: Procedure, node: Node) -> Iterator[Node]:
    yield from (found for flow in node.outgoing if (found := procedure.nodes.get(procedure.flows[flow].target)))
    yield from procedure.boundary_events(node.id)
    yield from (inner for inner in procedure.inside(node.id) if inner.kind == "startEvent")
    if arrival := arrival_of(procedure, node):
        yield arrival


def _previous(procedure: Procedure, node: Node) -> Iterator[Node]:
    return (procedure.nodes[source] for source in sources_of(procedure, node) if source in procedure.nodes)


def _rounds_without_rest(procedure: Procedure) -> Iterator[Problem]:
    """A way round on which nobody is waited for."""
    for node in procedure.nodes.values():
        if _is_automatic(node) and len(node.incoming) > 1:
            automatic = [n for n in _next(procedure, node) if _is_automatic(n)]
            round_ = _closure(automatic, lambda n: [m for m in _next(procedure, n) if _is_automatic(m)])
            if node.id in round_:
                remedy = "Draw a step in the round at which a person, a timer or a message is waited for."
                yield warned("loop-without-wait", procedure, node, "A way leads back to it without any wait.", remedy)


def _is_automatic(node: Node) -> bool:
    """Whether a token passes it without a wait; a join may wait for others."""
    joins = node.kind in {"parallelGateway", "inclusiveGateway"} and len(node.incoming) > 1
    return node.kind in _AUTOMATIC and not joins
