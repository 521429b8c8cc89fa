"""How tokens travel from node to node: by flows, from the border of activities, and over links."""

from __future__ import annotations

from engine.drawing import Node, Procedure


def sources_of(procedure: Procedure, node: Node) -> list[str]:
    """The nodes from which a token can come to a node in one go."""
    found = [procedure.flows[flow].source for flow in node.incoming]
    if node.attached_to:
        found.append(node.attached_to)
    if node.kind == "intermediateCatchEvent":
        found += [other.id for other in _ends(procedure, node, "intermediateThrowEvent")]
    return found


def arrival_of(procedure: Procedure, node: Node) -> Node | None:
    """Where the link of a throwing event leads, if it is one."""
    return next(iter(_ends(procedure, node, "intermediateCatchEvent")), None)


def _ends(procedure: Procedure, node: Node, kind: str) -> list[Node]:
    """The events of a kind at the other end of a node's link: in the same process or sub-process, of the same name."""
    if node.event is None or node.event.kind != "link":
        return []
    return [other for other in procedure.inside(node.parent) if other.kind == kind and other.event == node.event]
