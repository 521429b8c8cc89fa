"""How a rule of lint tells what it found."""

from __future__ import annotations

from typing import Literal

from engine.drawing import Flow, Lane, Node, Procedure
from engine.errors import Problem

Element = Node | Flow | Lane | Procedure
Severity = Literal["error", "warning"]

#: Gateways that choose among their flows.
DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})


def found(
    rule: str,
    procedure: Procedure,
    about: Element,
    reason: str,
    remedy: str,
    severity: Severity = "error",
) -> Problem:
    """A problem of an element of a procedure."""
    return Problem(rule, reason, remedy, about.id, about.names.get("en", ""), procedure.file, severity)


def warned(rule: str, procedure: Procedure, about: Element, reason: str, remedy: str) -> Problem:
    """A problem that does not keep a procedure from being published."""
    return found(rule, procedure, about, reason, remedy, "warning")


def element_of(procedure: Procedure, element: str) -> Node | Flow | Procedure:
    """The node or flow with an id, else the procedure itself."""
    return procedure.nodes.get(element) or procedure.flows.get(element) or procedure
