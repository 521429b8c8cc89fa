"""Elements and events that do not run here, each with what to draw instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.drawing import EventDefinition, Node, Procedure
from engine.errors import Problem
from engine.lint.finding import element_of, found, warned
from engine.spiff.build import CLASSES

_UNDO = "Draw the steps that undo what was done, behind an error or a message."
_INSTEAD = {
    "scriptTask": "Draw a service task with an operation, an output parameter, or a business rule task.",
    "transaction": "Draw a sub-process with an error on its border, and the steps that undo what was done.",
    "adHocSubProcess": "Draw a sub-process with an inclusive gateway, or a loop in which a person chooses the next step.",
    "complexGateway": "Draw inclusive and exclusive gateways, or a multi-instance with a completion condition.",
    "correlationSubscription": "Leave it out: messages are correlated by the case number.",
}
_RULES = {"complexGateway": "no-complex-gateway"}
_FOREIGN = {
    "startQuantity": "Draw a parallel gateway, or a multi-instance.",
    "completionQuantity": "Draw a parallel gateway, or a multi-instance.",
    "isForCompensation": _UNDO,
    "instantiate": "Draw a start event for each beginning.",
    "eventGatewayType": "Draw a parallel gateway with the events behind it.",
    "behavior": "Draw a sub-process around the task, with an event in it.",
    "ioSpecification": "Use camunda:inputOutput, or camunda:in and camunda:out.",
    "performer": "Name the role by the lane, or by camunda:candidateGroups.",
    "humanPerformer": "Name the role by the lane, or by camunda:candidateGroups.",
    "potentialOwner": "Name the role by the lane, or by camunda:candidateGroups.",
    "camunda:candidateUsers": "Name the role by the lane, or by camunda:candidateGroups.",
    "camunda:class": 'Use camunda:type="external" with a topic.',
    "camunda:delegateExpression": 'Use camunda:type="external" with a topic.',
    "camunda:expression": 'Use camunda:type="external" with a topic, or an output parameter.',
    "executionListener": "Draw a service task, a notice or a message.",
    "taskListener": "Draw a service task, a notice or a message.",
    "script": "Write an expression: ${…}.",
    "a condition": "Write the condition in FEEL: ${…}.",
    "a second element": "Give each element an id of its own.",
}

_STARTS = frozenset({"message", "signal", "timer", "conditional", "error", "escalation"})
_EVENTS = {
    "startEvent": frozenset({"message"}),
    "boundaryEvent": frozenset({"message", "signal", "timer", "conditional", "error", "escalation"}),
    "intermediateCatchEvent": frozenset({"message", "signal", "timer", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "link"}),
    "endEvent": frozenset({"message", "signal", "error", "escalation", "terminate"}),
}
_EVENT_REMEDIES = {
    "startEvent": "Begin with a plain start event or a message; let another case send it.",
    "boundaryEvent": "Use a message, signal, timer, condition, error or escalation.",
    "intermediateCatchEvent": "Say what it waits for: a message, signal, timer or condition; errors are caught on a border.",
    "intermediateThrowEvent": "Throw a message, signal or escalation; for compensation, draw the steps that undo what was done.",
    "endEvent": "End plainly, or with a message, signal, error, escalation or terminate.",
}


def check_constructs(procedure: Procedure) -> Iterator[Problem]:
    """Every element that does not run."""
    for foreign in procedure.foreign:
        about = element_of(procedure, foreign.element)
        what = foreign.what.split("=")[0]
        remedy = next((text for key, text in _FOREIGN.items() if what.startswith(key)), "Leave it out.")
        tell = found if foreign.matters else warned
        problem = tell("supported", procedure, about, f"It has {foreign.what}, which is not run here.", remedy)
        yield replace(problem, element=foreign.element)
    for node in procedure.nodes.values():
        if node.kind not in CLASSES:
            remedy = _INSTEAD.get(node.kind, "Draw it with the elements that processes/README.md lists.")
            yield found(_RULES.get(node.kind, "supported"), procedure, node, f"A {node.kind} is not run here.", remedy)
        for child in node.unknown:
            yield found("supported", procedure, node, f"It has a {child}, which is not run here.", "Leave it out.")
        yield from _activity(procedure, node)
        if node.kind in _EVENTS:
            yield from _event(procedure, node)
    yield from _starts(procedure)
    yield from _links(procedure)


def _activity(procedure: Procedure, node: Node) -> Iterator[Problem]:
    if node.looping:
        remedy = "Draw an exclusive gateway behind it with a flow back, or a sequential multi-instance."
        yield found("supported", procedure, node, "The loop marker is not run here.", remedy)
    if node.rounds and not node.rounds.collection and not node.rounds.cardinality:
        yield found("rounds-required", procedure, node, "It has no rounds.", "Give it camunda:collection or a loop cardinality.")
    if node.kind == "callActivity" and (not node.called or "${" in node.called):
        remedy = "Name the procedure that it calls; for a choice, draw a gateway with a call activity for each."
        yield found("called-element-required", procedure, node, "It does not name the procedure that it calls.", remedy)
    topic = node.attributes.get("topic")
    if node.kind == "serviceTask" and not topic:
        yield found("topic-required", procedure, node, "It names no operation.", 'Give it camunda:type="external" and a topic.')
    if node.kind == "sendTask" and not topic and node.event is None:
        yield found("topic-required", procedure, node, "It sends nothing.", "Give it a message, or a topic.")
    if node.kind == "receiveTask" and node.event is None:
        yield found("event-definition-required", procedure, node, "It waits for nothing.", "Give it a message.")
    if node.kind == "businessRuleTask" and not node.attributes.get("decisionRef"):
        yield found("decision-required", procedure, node, "It names no decision.", "Give it camunda:decisionRef.")


def _event(procedure: Procedure, node: Node) -> Iterator[Problem]:
    holder = procedure.holder_of(node)
    by_event = node.kind == "startEvent" and holder is not None and holder.by_event
    if len(node.events) > 1:
        yield found("single-event-definition", procedure, node, "It has several events.", "Draw one event for each.")
        return
    if node.event is None:
        if node.kind in {"boundaryEvent", "intermediateCatchEvent"}:
            yield found("event-definition-required", procedure, node, "It waits for nothing.", _EVENT_REMEDIES[node.kind])
        return
    allowed = _STARTS if by_event else _EVENTS[node.kind]
    if holder is not None and node.kind == "startEvent" and not by_event:
        remedy = "Draw a plain start event and a catching event behind it."
        yield found("sub-process-blank-start-event", procedure, node, "A sub-process begins by its flow, not by an event.", remedy)
    elif node.event.kind not in allowed:
        yield found("supported", procedure, node, f"A {node.event.kind} event is not run here.", _EVENT_REMEDIES[node.kind])
    elif node.event.kind == "error" and not node.interrupting:
        remedy = "Let it interrupt: what has failed does not go on. Use an escalation for what does."
        yield found("supported", procedure, node, "An error is always interrupting.", remedy)
    yield from _definition(procedure, node, node.event)


def _definition(procedure: Procedure, node: Node, event: EventDefinition) -> Iterator[Problem]:
    name = event.name or ""
    if name.startswith("?"):
        yield found("reference", procedure, node, f"There is no {event.kind} “{name[1:]}”.", "Choose one that is defined.")
    if event.kind in {"message", "signal"} and not name:
        yield found("event-definition-required", procedure, node, f"It names no {event.kind}.", f"Choose the {event.kind}.")
    if event.kind in {"message", "signal"} and "${" in name:
        yield found("supported", procedure, node, "The name of a message or signal is no expression.", "Write the name out.")
    if event.kind in {"timer", "conditional"} and not event.text:
        yield found("event-definition-required", procedure, node, f"The {event.kind} says nothing.", "Say when it happens.")


def _starts(procedure: Procedure) -> Iterator[Problem]:
    holders = [node for node in procedure.nodes.values() if node.kind == "subProcess"]
    scopes: list[Node | Procedure] = [procedure, *holders]
    for scope in scopes:
        inside = procedure.inside(scope.id)
        starts = [node for node in inside if node.kind == "startEvent"]
        if isinstance(scope, Node) and scope.by_event:
            yield from _event_sub_process(procedure, scope, starts)
            continue
        if not starts:
            yield found("start-event-required", procedure, scope, "It has no start event.", "Draw where it begins.")
        if inside and not any(node.kind == "endEvent" for node in inside):
            yield warned("end-event-required", procedure, scope, "It has no end event.", "Draw where it ends.")
        for node in [start for start in starts if not start.events][1:]:
            remedy = "Keep one plain start event, and a gateway behind it if the beginnings differ."
            yield found("single-blank-start-event", procedure, node, "It is the second plain start event.", remedy)


def _event_sub_process(procedure: Procedure, node: Node, starts: list[Node]) -> Iterator[Problem]:
    if len(starts) != 1:
        remedy = "Draw one event sub-process for each start event."
        yield found("event-sub-process-start", procedure, node, f"It has {len(starts)} start events instead of one.", remedy)
    elif not starts[0].events:
        remedy = "Give the start event a message, signal, timer, condition, error or escalation."
        yield found("event-sub-process-typed-start-event", procedure, node, "Its start event does not say when it begins.", remedy)
    if node.incoming or node.outgoing:
        remedy = "Take the flow away: an event begins it, and it ends by itself."
        yield found("event-sub-process-flow", procedure, node, "An event sub-process has no flow into or out of it.", remedy)


def _links(procedure: Procedure) -> Iterator[Problem]:
    seen: set[tuple[str, str | None]] = set()
    links = [node for node in procedure.nodes.values() if node.event and node.event.kind == "link"]
    caught = {(node.parent, node.event.name) for node in links if node.kind == "intermediateCatchEvent" and node.event}
    for node in links:
        key = (node.parent, node.event.name if node.event else None)
        if node.kind == "intermediateThrowEvent" and key not in caught:
            remedy = "Draw a catching link of the same name in the same process or sub-process."
            yield found("link-event", procedure, node, f"The link “{key[1]}” leads nowhere.", remedy)
        if node.kind == "intermediateCatchEvent" and key in seen:
            remedy = "Keep one catching link, and draw a gateway behind it."
            yield found("link-event", procedure, node, f"There is another catching link “{key[1]}”.", remedy)
        if node.kind == "intermediateCatchEvent":
            seen.add(key)
