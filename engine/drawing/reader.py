"""Reads a BPMN file with Camunda 7 extension attributes and OMG translations into the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml import etree

from engine.drawing.foreign import foreign_in
from engine.drawing.layout import read_layout
from engine.drawing.model import Drawing, EventDefinition, Flow, Lane, Node, Procedure, Rounds, Texts, Transfer
from engine.drawing.xml import parse

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
I18N = "{http://www.omg.org/spec/BPMN/non-normative/extensions/i18n/1.0}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

ACTIVITIES = frozenset(
    {
        *("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "scriptTask"),
        *("subProcess", "callActivity", "transaction", "adHocSubProcess"),
    }
)
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
#: Elements that say nothing about how a procedure runs.
SILENT = frozenset(
    {
        *("sequenceFlow", "laneSet", "documentation", "extensionElements", "incoming", "outgoing", "ioSpecification", "property"),
        *("dataObject", "dataObjectReference", "dataStoreReference", "dataInputAssociation", "dataOutputAssociation"),
        *("textAnnotation", "association", "group", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"),
        *("conditionExpression", "supportedInterfaceRef", "monitoring", "auditing", "category", "categoryValueRef"),
    }
)


@lru_cache(maxsize=64)  # publishing looks at the same drawing several times; nobody can change what was read
def read_drawing(content: bytes, file: str) -> Drawing:
    """The drawing in a BPMN file.

    Raises:
        FileInvalid: the file is not XML that may be read.
    """
    root = parse(content, file)
    names = _Names(root)
    procedures = {
        element.get("id", ""): _read_procedure(element, file, names)
        for element in root.iter(f"{BPMN}process")
        if element.get("isExecutable") == "true"
    }
    participants = {p.get("processRef", ""): p.get("id", "") for p in root.iter(f"{BPMN}participant") if p.get("processRef")}
    participant_names = {p.get("id", ""): _texts(p) for p in root.iter(f"{BPMN}participant")}
    return Drawing(file, procedures, read_layout(root, file), participants, participant_names)


class _Names:
    """What the references of event definitions stand for."""

    def __init__(self, root: etree._Element) -> None:
        self.messages = {m.get("id"): m.get("name") or m.get("id") for m in root.iter(f"{BPMN}message")}
        self.signals = {s.get("id"): s.get("name") or s.get("id") for s in root.iter(f"{BPMN}signal")}
        self.errors = {e.get("id"): e.get("errorCode") or e.get("name") or e.get("id") for e in root.iter(f"{BPMN}error")}
        self.escalations = {
            e.get("id"): e.get("escalationCode") or e.get("name") or e.get("id") for e in root.iter(f"{BPMN}escalation")
        }

    def of(self, kind: str, element: etree._Element) -> str | None:
        tables: Mapping[str, Mapping[str | None, str | None]] = {
            "message": self.messages,
            "signal": self.signals,
            "error": self.errors,
            "escalation": self.escalations,
        }
        if kind == "link":
            return element.get("name")
        reference = element.get(f"{kind}Ref")
        if kind not in tables or reference is None:
            return None
        # A dangling reference is kept as it stands, with a mark that no name can have: lint reports it.
        return tables[kind].get(reference, f"?{reference}")


def _read_procedure(process: etree._Element, file: str, names: _Names) -> Procedure:
    lanes = tuple(_read_lanes(process))
    lane_of = {node: lane.id for lane in lanes for node in lane.nodes}
    flows = {f.id: f for f in map(_read_flow, process.iter(f"{BPMN}sequenceFlow"))}
    incoming, outgoing = defaultdict(list), defaultdict(list)
    for flow in flows.values():
        outgoing[flow.source].append(flow.id)
        incoming[flow.target].append(flow.id)
    nodes: dict[str, Node] = {}
    for element, parent in _flow_elements(process, process.get("id", "")):
        node = _read_node(
            element, parent, names, lane_of, tuple(incoming[element.get("id", "")]), tuple(outgoing[element.get("id", "")])
        )
        nodes[node.id] = node
    about = _texts(process), _properties(process)
    return Procedure(process.get("id", ""), file, *about, nodes, flows, lanes, _documentation(process), tuple(foreign_in(process)))


def _flow_elements(holder: etree._Element, parent: str) -> Iterator[tuple[etree._Element, str]]:
    for child in holder:
        kind = _kind(child)
        if kind in FLOW_NODES or (kind not in SILENT and child.get("id") and child.tag.startswith(BPMN)):
            yield child, parent
        if kind in SUB_PROCESSES:
            yield from _flow_elements(child, child.get("id", ""))


def _read_node(
    element: etree._Element,
    parent: str,
    names: _Names,
    lane_of: Mapping[str, str],
    incoming: tuple[str, ...],
    outgoing: tuple[str, ...],
) -> Node:
    node_id = element.get("id", "")
    return Node(
        id=node_id,
        kind=_kind(element),
        parent=parent,
        names=_texts(element),
        documentation=_documentation(element),
        attributes={k.removeprefix(CAMUNDA): str(v) for k, v in _attributes(element) if k.startswith(CAMUNDA)},
        properties=_properties(element),
        outcome_names=_outcome_names(element),
        lane=lane_of.get(node_id),
        line=int(str(element.sourceline)),
        inputs=_parameters(element, "inputParameter"),
        outputs=_parameters(element, "outputParameter"),
        call_in=_call_transfers(element, "in"),
        call_out=_call_transfers(element, "out"),
        called=element.get("calledElement"),
        rounds=_read_rounds(element),
        looping=element.find(f"{BPMN}standardLoopCharacteristics") is not None,
        events=tuple(_read_events(element, names)),
        attached_to=element.get("attachedToRef"),
        interrupting=(element.get("cancelActivity") or element.get("isInterrupting") or "true") == "true",
        by_event=element.get("triggeredByEvent") == "true",
        default=element.get("default"),
        incoming=incoming,
        outgoing=outgoing,
        unknown=_unknown_children(element),
    )


def _read_flow(element: etree._Element) -> Flow:
    condition = element.find(f"{BPMN}conditionExpression")
    text = None if condition is None else (condition.text or "").strip()
    return Flow(element.get("id", ""), element.get("sourceRef", ""), element.get("targetRef", ""), text, _texts(element))


def _read_lanes(process: etree._Element) -> Iterator[Lane]:
    for lane in process.iter(f"{BPMN}lane"):
        named = _properties(lane).get("role")
        nodes = frozenset((ref.text or "").strip() for ref in lane.findall(f"{BPMN}flowNodeRef"))
        yield Lane(lane.get("id", ""), _texts(lane), named or lane.get("name") or "", named is not None, nodes)


def _read_rounds(element: etree._Element) -> Rounds | None:
    loop = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    input_item, output_item = loop.find(f"{BPMN}inputDataItem"), loop.find(f"{BPMN}outputDataItem")
    return Rounds(
        sequential=loop.get("isSequential") == "true",
        collection=loop.get(f"{CAMUNDA}collection") or _child_text(loop, "loopDataInputRef"),
        cardinality=_child_text(loop, "loopCardinality"),
        item=loop.get(f"{CAMUNDA}elementVariable")
        or (None if input_item is None else input_item.get("name") or input_item.get("id")),
        condition=_child_text(loop, "completionCondition"),
        result_list=_child_text(loop, "loopDataOutputRef"),
        result_item=None if output_item is None else output_item.get("name") or output_item.get("id"),
    )


def _read_events(element: etree._Element, names: _Names) -> Iterator[EventDefinition]:
    if _kind(element) in {"sendTask", "receiveTask"} and element.get("messageRef"):
        yield EventDefinition("message", names.of("message", element))
    for child in element:
        kind = _kind(child)
        if not kind.endswith("EventDefinition"):
            continue
        kind = kind.removesuffix("EventDefinition")
        if kind == "timer":
            timer = next((c for c in child if _kind(c) in {"timeDate", "timeDuration", "timeCycle"}), None)
            form = None if timer is None else _kind(timer).removeprefix("time").lower()
            yield EventDefinition("timer", None, form, None if timer is None else (timer.text or "").strip())
        elif kind == "conditional":
            yield EventDefinition("conditional", None, None, _child_text(child, "condition"))
        else:
            variables = (child.get(f"{CAMUNDA}{kind}{part}Variable") for part in ("Code", "Message"))
            yield EventDefinition(kind, names.of(kind, child), None, None, *variables)


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield str(name), str(value)


def _parameters(element: etree._Element, tag: str) -> tuple[Transfer, ...]:
    path = f"{BPMN}extensionElements/{CAMUNDA}inputOutput/{CAMUNDA}{tag}"
    return tuple(Transfer(p.get("name", ""), (p.text or "").strip()) for p in element.findall(path))


def _call_transfers(element: etree._Element, tag: str) -> tuple[Transfer, ...]:
    found = []
    for item in element.findall(f"{BPMN}extensionElements/{CAMUNDA}{tag}"):
        if item.get("businessKey"):
            continue  # A called procedure is a scope of the same case: it has its number anyway.
        if item.get("variables") == "all":
            found.append(Transfer(None, ""))
        else:
            expression = item.get("sourceExpression") or f"${{{item.get('source', '')}}}"
            found.append(Transfer(item.get("target", ""), expression))
    return tuple(found)


def _unknown_children(element: etree._Element) -> tuple[str, ...]:
    known = {*SILENT, *FLOW_NODES}
    return tuple(
        kind
        for child in element
        if child.tag.startswith(BPMN) and (kind := _kind(child)) not in known and not kind.endswith("EventDefinition")
    )


def _properties(element: etree._Element) -> dict[str, str]:
    path = f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property"
    return {p.get("name", ""): p.get("value") or "" for p in element.findall(path)}


def _translations(element: etree._Element, *targets: str) -> dict[str, str]:
    found = {}
    for item in element.findall(f"{BPMN}extensionElements/{I18N}translation"):
        if item.get("target", "@name") in targets and (item.text or "").strip():
            found[item.get(XML_LANG, "")] = (item.text or "").strip()
    return found


def _texts(element: etree._Element) -> Texts:
    return {"en": element.get("name", ""), **_translations(element, "@name", "name")}


def _documentation(element: etree._Element) -> Texts:
    text = _child_text(element, "documentation")
    return {**({"en": text} if text else {}), **_translations(element, "documentation")}


def _outcome_names(element: etree._Element) -> dict[str, Texts]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for item in element.findall(f"{BPMN}extensionElements/{I18N}translation"):
        target = item.get("target", "")
        if target.startswith("outcome:") and (item.text or "").strip():
            found[target.removeprefix("outcome:")][item.get(XML_LANG, "en")] = (item.text or "").strip()
    return dict(found)


def _child_text(element: etree._Element, tag: str) -> str | None:
    child = element.find(f"{BPMN}{tag}")
    return None if child is None or child.text is None else child.text.strip() or None


def _kind(element: etree._Element) -> str:
    return etree.QName(element).localname
