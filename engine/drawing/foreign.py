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
_FEEL = frozenset(
    {"", "feel", "juel", "https://www.omg.org/spec/dmn/20191111/feel/", "http://www.omg.org/spec/feel/20140401"}  # in lower case
)


def foreign_in(process: etree._Element) -> Iterator[Foreign]:
    """Everything of one process that the model does not take over, each with the id of the element it belongs to."""
    seen: set[str] = set()
    for element in process.iter(etree.Element):
        own = element.get("id", "")
        if own and own in seen:
            yield Foreign(own, "a second element with the same id")
        seen.add(own)
        for what in _foreign_of(element):
            yield Foreign(_owner(element), what)
        for name in _unknown_attributes(element):
            yield Foreign(_owner(element), name, matters=False)


def _foreign_of(element: etree._Element) -> Iterator[str]:
    is_extension = str(element.tag).startswith(_CAMUNDA)
    kind = etree.QName(element).localname
    if kind in (_CAMUNDA_ELEMENTS if is_extension else _ELEMENTS):
        yield kind
    if kind == "assignment":
        yield "a data association with an assignment"
    if kind == "conditionExpression" and element.get("language", "").lower() not in _FEEL:
        yield f"a condition in {element.get('language')}"
    for name, harmless in () if is_extension else _HARMLESS_VALUES.items():
        if (value := element.get(name, harmless)) != harmless:
            yield f"{name}={value!r}"
    for name in _camunda_attributes(element) & _CAMUNDA_ATTRIBUTES:
        yield f"camunda:{name}"


def _unknown_attributes(element: etree._Element) -> list[str]:
    return [f"camunda:{name}" for name in _camunda_attributes(element) - _CAMUNDA_ATTRIBUTES - _KNOWN_ATTRIBUTES]


def _camunda_attributes(element: etree._Element) -> set[str]:
    return {str(name).removeprefix(_CAMUNDA) for name in element.attrib if str(name).startswith(_CAMUNDA)}


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
