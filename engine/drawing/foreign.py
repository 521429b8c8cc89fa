"""What a BPMN file may say that the model does not take over: found here, so that lint can refuse it instead of ignoring it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.drawing.model import Foreign

_CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"

#: Attributes of BPMN that change how a step runs, unless they have this value.
_HARMLESS_VALUES = {
    "startQuantity": "1",
    "completionQuantity": "1",
    "isForCompensation": "false",
    "instantiate": "false",
    "eventGatewayType": "Exclusive",
    "behavior": "All",
}
_ELEMENTS = frozenset(
    {
        *("ioSpecification", "performer", "humanPerformer", "potentialOwner", "resourceRole", "complexBehaviorDefinition"),
        *("noneBehaviorEventRef", "oneBehaviorEventRef", "correlationSubscription"),
    }
)
_CAMUNDA_ELEMENTS = frozenset({"executionListener", "taskListener", "script", "connector", "formData", "field"})
_CAMUNDA_ATTRIBUTES = frozenset(
    {"class", "delegateExpression", "expression", "variableName", "variableEvents", "candidateUsers", "caseRef", "resource"}
)
_KNOWN_ATTRIBUTES = frozenset(
    {
        *("assignee", "candidateGroups", "formKey", "dueDate", "priority", "decisionRef", "resultVariable", "mapDecisionResult"),
        *("type", "topic", "collection", "elementVariable", "errorCodeVariable", "errorMessageVariable", "escalationCodeVariable"),
        *("initiator", "versionTag", "historyTimeToLive", "candidateStarterGroups", "decisionRefBinding", "calledElementBinding"),
        *("formRef", "formRefBinding", "isStartableInTasklist", "modelerTemplate", "taskPriority", "diagramRelationId"),
    }
)
_FEEL = ("", "feel", "juel", "https://www.omg.org/spec/DMN/20191111/FEEL/", "http://www.omg.org/spec/FEEL/20140401")


def foreign_in(process: etree._Element) -> Iterator[Foreign]:
    """Everything of one process that the model does not take over, each with the id of the element it belongs to."""
    seen: set[str] = set()
    for element in process.iter(etree.Element):
        own = element.get("id", "")
        if own and own in seen:
            yield Foreign(own, "a second element with the same id")
        seen.add(own)
        owner = _owner(element)
        kind = etree.QName(element).localname
        if kind in (_CAMUNDA_ELEMENTS if str(element.tag).startswith(_CAMUNDA) else _ELEMENTS):
            yield Foreign(owner, kind)
        if kind == "assignment":
            yield Foreign(owner, "a data association with an assignment")
        if kind == "conditionExpression" and (element.get("language") or "").lower() not in {text.lower() for text in _FEEL}:
            yield Foreign(owner, f"a condition in {element.get('language')}")
        yield from _attributes_of(element, owner)


def _attributes_of(element: etree._Element, owner: str) -> Iterator[Foreign]:
    is_extension = str(element.tag).startswith(_CAMUNDA)
    for key, value in element.attrib.items():
        name = str(key)
        if name in _HARMLESS_VALUES and not is_extension and value != _HARMLESS_VALUES[name]:
            yield Foreign(owner, f"{name}={str(value)!r}")
        if name.startswith(_CAMUNDA):
            own = name.removeprefix(_CAMUNDA)
            if own in _CAMUNDA_ATTRIBUTES:
                yield Foreign(owner, f"camunda:{own}")
            elif own not in _KNOWN_ATTRIBUTES:
                yield Foreign(owner, f"camunda:{own}", matters=False)


def _owner(element: etree._Element) -> str:
    """The id of the flow element, flow, lane or process to which an element belongs."""
    found: etree._Element | None = element
    while found is not None:
        holder = found.getparent()
        is_member = holder is None or etree.QName(holder).localname in {"process", "subProcess", "transaction", "adHocSubProcess"}
        if is_member and found.get("id"):
            return str(found.get("id"))
        found = holder
    return ""
