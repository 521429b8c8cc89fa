"""The nodes of a drawing: events, gateways and activities, each with its signs, its name, and how far it is."""

from __future__ import annotations

from typing import Protocol

from lxml import etree

from tasks.drawings import Node
from web.diagram.canvas import INK, Box, add, circle, diamond, lines, rectangle, sign
from web.diagram.lettering import fitted
from web.diagram.signs import EVENTS, FEET, GATEWAYS, STATES, TASKS

THICK, THIN = 4.0, 1.5
_CORNER = 10.0
_FOOT = 16.0
_LABEL_WIDTH, _LABEL_HEIGHT = 110.0, 60.0
_THROWN = {"intermediateThrowEvent", "endEvent"}


class Mark(Protocol):
    """How far an element is: its state, who and when, in words, how often, and where what it called is drawn."""

    @property
    def state(self) -> str: ...  # noqa: D102 - said above
    @property
    def note(self) -> str: ...  # noqa: D102 - said above
    @property
    def title(self) -> str: ...  # noqa: D102 - said above
    @property
    def count(self) -> int: ...  # noqa: D102 - said above
    @property
    def href(self) -> str | None: ...  # noqa: D102 - said above


def draw_node(sheet: etree._Element, node: Node, name: str, box: Box, label: Box | None, mark: Mark | None, *, open_: bool) -> None:
    """A node with its name; `open_` when what it holds is drawn inside it."""
    parent = add(sheet, "a", href=mark.href) if mark and mark.href else sheet
    group = add(parent, "g", class_=f"lw-node lw-{mark.state}" if mark else "lw-node", data_element=node.id)
    add(group, "title").text = f"{name}: {mark.title}" if mark and name else mark.title if mark else name or node.id
    if node.kind.endswith("Event"):
        _event(group, node, box)
    elif node.kind.endswith("Gateway"):
        diamond(group, box, "lw-shape")
        if node.kind in GATEWAYS:
            sign(group, GATEWAYS[node.kind], box.middle)
    else:
        _activity(group, node, name, box, open_=open_)
    if name and node.kind.endswith(("Event", "Gateway")):
        _label(group, name, box, label)
    if mark:
        _state(group, mark, box, is_activity=not node.kind.endswith(("Event", "Gateway")))


def _event(group: etree._Element, node: Node, box: Box) -> None:
    dashes = None if node.interrupting else "4 3"
    radius = min(box.width, box.height) / 2
    circle(group, box.middle, radius, "lw-shape", stroke=THICK if node.kind == "endEvent" else THIN, dashes=dashes)
    if node.kind.startswith("intermediate") or node.kind == "boundaryEvent":
        circle(group, box.middle, radius - 3.5, "lw-ring", stroke=THIN, dashes=dashes)
    if node.event and node.event.kind in EVENTS:
        drawn = EVENTS[node.event.kind]
        thrown = node.kind in _THROWN and node.event.kind != "timer"
        sign(group, drawn, box.middle, filled=drawn.filled or thrown, class_="lw-sign lw-envelope")


def _activity(group: etree._Element, node: Node, name: str, box: Box, *, open_: bool) -> None:
    rectangle(group, box, "lw-shape", radius=_CORNER, stroke=THICK if node.kind == "callActivity" else THIN)
    if node.kind in TASKS:
        sign(group, TASKS[node.kind], (box.x + 13, box.y + 12))
    feet = _feet(node, open_=open_)
    for number, foot in enumerate(feet):
        sign(group, FEET[foot], (box.middle[0] + (number - (len(feet) - 1) / 2) * 18, box.y + box.height - 10))
    if open_:
        lines(group, fitted(name, box.width - 40, 20), box.middle[0], box.y + 4)
        return
    room = box.height - (_FOOT if feet else 0) - 8
    top = box.y + 4 + (7 if node.kind in TASKS else 0)
    written = fitted(name, box.width - 12, room - (7 if node.kind in TASKS else 0))
    lines(group, written, box.middle[0], top + max(0.0, (room - (top - box.y - 4) - written.height) / 2) - written.size * 0.1)


def _feet(node: Node, *, open_: bool) -> list[str]:
    feet = []
    if node.rounds:
        feet.append("rounds in turn" if node.rounds.sequential else "rounds")
    elif node.looping:
        feet.append("loop")
    if node.kind in {"callActivity", "subProcess", "transaction"} and not open_:
        feet.append("inside")
    return feet


def _label(group: etree._Element, name: str, box: Box, label: Box | None) -> None:
    """A name beside its shape, where the drawing puts it, else below."""
    width = max(label.width, _LABEL_WIDTH * 0.7) if label else _LABEL_WIDTH
    written = fitted(name, width, _LABEL_HEIGHT)
    x, top = (label.middle[0], label.y) if label else (box.middle[0], box.y + box.height + 4)
    lines(group, written, x, top, "lw-name lw-beside")


def _state(group: etree._Element, mark: Mark, box: Box, *, is_activity: bool) -> None:
    """A badge with the sign of the state; how often it was passed; who and when."""
    corner = box.x + box.width - (2 if is_activity else 4), box.y + (2 if is_activity else 4)
    circle(group, corner, 8, "lw-badge", stroke=1.5)
    sign(group, STATES[mark.state], corner, class_="lw-badge-sign")
    if mark.count > 1:
        times = add(group, "text", class_="lw-times", x=corner[0] + 11, y=corner[1] + 4, font_size=10, fill=INK)
        times.text = f"×{mark.count}"
    if is_activity and mark.note:
        lines(group, fitted(mark.note, max(box.width, 100) + 10, 14), box.middle[0], box.y + box.height + 2, "lw-note-text")
