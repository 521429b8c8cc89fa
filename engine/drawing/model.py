"""What a drawing says, as plain values: the one reading that engine, lint and pages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Texts = Mapping[str, str]

#: Elements that wait for what happens outside.
CATCHING = frozenset({"startEvent", "boundaryEvent", "intermediateCatchEvent", "receiveTask"})


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is the text as drawn."""

    id: str
    source: str
    target: str
    condition: str | None
    names: Texts


@dataclass(frozen=True, slots=True)
class Transfer:
    """One camunda:in, camunda:out, inputParameter or outputParameter: `target` gets the value of `expression`.

    `target` is None for “all variables”.
    """

    target: str | None
    expression: str


@dataclass(frozen=True, slots=True)
class Rounds:
    """Multi-instance: one round for each item of `collection` (or `cardinality` rounds)."""

    sequential: bool
    collection: str | None
    cardinality: str | None
    item: str | None
    condition: str | None
    result_list: str | None
    result_item: str | None


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event throws or waits for.

    kind: message, signal, timer, error, escalation, conditional, link, terminate, cancel, compensate.
    name: of the message, signal or link; the code of an error or escalation. timer: date, duration or cycle, as drawn in `text`.
    code_variable, message_variable: what takes the code of a caught error or escalation, and the error's message.
    """

    kind: str
    name: str | None = None
    timer: str | None = None
    text: str | None = None
    code_variable: str | None = None
    message_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node of a drawing. `parent` is the id of the process or sub-process that holds it."""

    id: str
    kind: str
    parent: str
    names: Texts
    documentation: Texts
    attributes: Mapping[str, str]
    properties: Mapping[str, str]
    outcome_names: Mapping[str, Texts]
    lane: str | None
    line: int
    inputs: tuple[Transfer, ...] = ()
    outputs: tuple[Transfer, ...] = ()
    call_in: tuple[Transfer, ...] = ()
    call_out: tuple[Transfer, ...] = ()
    called: str | None = None
    rounds: Rounds | None = None
    looping: bool = False
    events: tuple[EventDefinition, ...] = ()
    attached_to: str | None = None
    interrupting: bool = True
    by_event: bool = False
    default: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def event(self) -> EventDefinition | None:
        """The one event definition, or None for a plain event."""
        return self.events[0] if self.events else None

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The codes a person may choose among, in the order of the buttons."""
        return codes(self.properties.get("outcomes"))


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: whose steps stand in it. `role` is the property `role`, else its name."""

    id: str
    names: Texts
    role: str
    role_is_named: bool
    nodes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something in a drawing that the model does not take over: on which element, what, and whether running without it is wrong."""

    element: str
    what: str
    matters: bool = True


@dataclass(frozen=True, slots=True)
class Procedure:
    """One executable process of a drawing with all its nodes, those of embedded sub-processes included, in the order of the XML."""

    id: str
    file: str
    names: Texts
    properties: Mapping[str, str]
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    lanes: tuple[Lane, ...]
    documentation: Texts = field(default_factory=dict)
    foreign: tuple[Foreign, ...] = ()

    @property
    def awaited_messages(self) -> frozenset[str]:
        """The names of the messages for which something in it waits."""
        nodes = (node for node in self.nodes.values() if node.kind in CATCHING and node.event and node.event.kind == "message")
        return frozenset(node.event.name or "" for node in nodes if node.event)

    def inside(self, parent: str) -> list[Node]:
        """The nodes directly inside the process or one sub-process."""
        return [node for node in self.nodes.values() if node.parent == parent]

    def boundary_events(self, activity: str) -> list[Node]:
        """The boundary events on an activity."""
        return [node for node in self.nodes.values() if node.attached_to == activity]

    def lane_of(self, node: Node) -> Lane | None:
        """The innermost lane that holds the node, or the one that holds its sub-process."""
        found: Node | None = node
        while found is not None:
            for lane in reversed(self.lanes):
                if found.id in lane.nodes:
                    return lane
            found = self.holder_of(found)
        return None

    def holder_of(self, node: Node) -> Node | None:
        """The sub-process that holds the node, if it is in one."""
        return None if node.parent == self.id else self.nodes.get(node.parent)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a shape or label stands, in the drawing's points."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: shapes and labels by element id, edges as lists of points."""

    shapes: Mapping[str, Bounds]
    labels: Mapping[str, Bounds]
    edges: Mapping[str, tuple[tuple[float, float], ...]]
    expanded: frozenset[str]
    horizontal: frozenset[str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A BPMN file: its executable processes and how they are laid out."""

    file: str
    procedures: Mapping[str, Procedure]
    layout: Layout
    participants: Mapping[str, str]
    participant_names: Mapping[str, Texts]


def expression_text(text: str) -> str:
    """A text that is an expression even where it is written bare: the collection of a multi-instance, and the number of its rounds.

    >>> expression_text("people"), expression_text("${people}"), expression_text("= people")
    ('${people}', '${people}', '= people')
    """
    return text if "${" in text or text.startswith("=") else f"${{{text}}}"


def codes(text: str | None) -> tuple[str, ...]:
    """The words of a list that is separated by commas or spaces.

    >>> codes("PASS, FAIL RETURN")
    ('PASS', 'FAIL', 'RETURN')
    """
    return tuple((text or "").replace(",", " ").split())


def text_in(texts: Texts, language: str) -> str:
    """A text in a language, falling back from zh-Hant to zh-Hans to English.

    >>> text_in({"en": "Order", "zh-Hans": "订单"}, "zh-Hant")
    '订单'
    """
    order = {"zh-Hant": ("zh-Hant", "zh-Hans"), "zh-Hans": ("zh-Hans", "zh-Hant")}.get(language, (language,))
    return next((texts[code] for code in (*order, "en") if texts.get(code)), "")
