"""The picture: that everything is drawn, nothing on top of another, nothing outside its lane, no flow through a shape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from engine.drawing import Bounds, Drawing, Node, Procedure
from engine.errors import Problem
from engine.lint.finding import Element, warned

#: Shapes may touch by so much.
_SLACK = 2.0


def check_layout(drawing: Drawing, procedure: Procedure) -> Iterator[Problem]:
    """What makes a drawing hard to read; a drawing without any picture is told once."""
    shapes = drawing.layout.shapes
    placed = {node.id: shapes[node.id] for node in procedure.nodes.values() if node.id in shapes}
    if not placed:
        yield warned("no-bpmndi", procedure, procedure, "It has no picture.", "Lay it out in an editor.")
        return
    for node in procedure.nodes.values():
        if node.id not in shapes:
            yield warned("no-bpmndi", procedure, node, "It is not in the picture.", "Lay it out in an editor.")
    yield from _overlaps(procedure, placed)
    yield from _outside(drawing, procedure, placed)
    yield from _through(drawing, procedure, placed)
    yield from _labels(drawing, procedure, placed)


def _overlaps(procedure: Procedure, placed: dict[str, Bounds]) -> Iterator[Problem]:
    for one, other in combinations(placed, 2):
        first, second = procedure.nodes[one], procedure.nodes[other]
        related = first.parent != second.parent or first.attached_to == other or second.attached_to == one
        if not related and _overlap(placed[one], placed[other]):
            reason = f"It lies on “{one}”."
            yield warned("no-overlapping-elements", procedure, second, reason, "Move one of the two.")


def _outside(drawing: Drawing, procedure: Procedure, placed: dict[str, Bounds]) -> Iterator[Problem]:
    for lane in procedure.lanes:
        around = drawing.layout.shapes.get(lane.id)
        for node_id in sorted(lane.nodes & placed.keys()) if around else ():
            if around and not _holds(around, placed[node_id]):
                remedy = "Move it into its lane, or give it to the lane in which it stands."
                yield warned("outside-lane", procedure, procedure.nodes[node_id], f"It stands outside “{lane.id}”.", remedy)


def _through(drawing: Drawing, procedure: Procedure, placed: dict[str, Bounds]) -> Iterator[Problem]:
    for flow in procedure.flows.values():
        points = drawing.layout.edges.get(flow.id, ())
        own = {flow.source, flow.target, *_holders(procedure, flow.source), *_holders(procedure, flow.target)}
        for node_id, bounds in placed.items():
            hosts = procedure.nodes[node_id].attached_to in own
            if node_id not in own and not hosts and any(_cuts(a, b, bounds) for a, b in pairwise(points)):
                reason = f"It runs through “{node_id}”."
                yield warned("flow-through-element", procedure, flow, reason, "Lead it around.")


def _labels(drawing: Drawing, procedure: Procedure, placed: dict[str, Bounds]) -> Iterator[Problem]:
    known: dict[str, Element] = {**procedure.nodes, **procedure.flows}
    labels = {key: bounds for key, bounds in drawing.layout.labels.items() if key in known}
    for key, bounds in labels.items():
        under = [node for node, shape in placed.items() if node != key and _is_leaf(procedure, node) and _overlap(bounds, shape)]
        under += [f"label of {other}" for other, second in labels.items() if other < key and _overlap(bounds, second)]
        for other in under:
            yield warned("label-overlap", procedure, known[key], f"Its label lies on “{other}”.", "Move the label.")


def _is_leaf(procedure: Procedure, node: str) -> bool:
    return procedure.nodes[node].kind != "subProcess"


def _holders(procedure: Procedure, node_id: str) -> Iterator[str]:
    node: Node | None = procedure.nodes.get(node_id)
    while node is not None:
        if node.attached_to:
            yield node.attached_to
        node = procedure.holder_of(node)
        if node is not None:
            yield node.id


def _overlap(one: Bounds, other: Bounds) -> bool:
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return wide > _SLACK and high > _SLACK


def _holds(around: Bounds, inner: Bounds) -> bool:
    return (
        around.x <= inner.x
        and around.y <= inner.y
        and inner.x + inner.width <= around.x + around.width
        and inner.y + inner.height <= around.y + around.height
    )


def _cuts(start: tuple[float, float], end: tuple[float, float], bounds: Bounds) -> bool:
    """Whether a straight line passes through the inside of a box (clipped after Liang and Barsky)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    left, right = bounds.x + _SLACK, bounds.x + bounds.width - _SLACK
    top, bottom = bounds.y + _SLACK, bounds.y + bounds.height - _SLACK
    enters, leaves = 0.0, 1.0
    for step, room in ((-dx, start[0] - left), (dx, right - start[0]), (-dy, start[1] - top), (dy, bottom - start[1])):
        if step == 0:
            if room <= 0:
                return False
        elif step < 0:
            enters = max(enters, room / step)
        else:
            leaves = min(leaves, room / step)
    return enters < leaves
