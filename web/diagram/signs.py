"""The signs of BPMN, each as the path of a pen; where none is drawn, the shape alone says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi, sin


@dataclass(frozen=True, slots=True)
class Sign:
    """A path around its own middle; `filled` with ink or only outlined."""

    path: str
    filled: bool = False
    stroke: float = 1.2


def _ring(radius: float) -> str:
    return f"M {radius} 0 A {radius} {radius} 0 1 0 {-radius} 0 A {radius} {radius} 0 1 0 {radius} 0 Z"


def _gear(teeth: int, outer: float, inner: float) -> str:
    """A wheel with teeth: four corners each."""
    corners = []
    for tooth in range(teeth):
        for share, radius in ((-0.32, inner), (-0.2, outer), (0.2, outer), (0.32, inner)):
            angle = (tooth + share) * 2 * pi / teeth
            corners.append(f"{radius * cos(angle):.2f} {radius * sin(angle):.2f}")
    return f"M {' L '.join(corners)} Z"


def _ticks(count: int, outer: float, inner: float) -> str:
    marks = ((cos(turn * 2 * pi / count), sin(turn * 2 * pi / count)) for turn in range(count))
    return " ".join(f"M {x * inner:.2f} {y * inner:.2f} L {x * outer:.2f} {y * outer:.2f}" for x, y in marks)


_ENVELOPE = "M -8 -5.5 H 8 V 5.5 H -8 Z M -8 -5.5 L 0 1 L 8 -5.5"
_SMALL_ENVELOPE = "M -6.5 -4.5 H 6.5 V 4.5 H -6.5 Z M -6.5 -4.5 L 0 1 L 6.5 -4.5"
_CLOCK = f"{_ring(10)} {_ticks(12, 10, 8)} M 0 -6 L 0 0 L 4.5 2"

#: What a task is, in its upper left corner.
TASKS: Mapping[str, Sign] = {
    "userTask": Sign("M 3 -3.2 A 3 3 0 1 1 -3 -3.2 A 3 3 0 1 1 3 -3.2 Z M -6 6.5 C -6 2.4 -3.4 0.9 0 0.9 S 6 2.4 6 6.5 Z"),
    "manualTask": Sign("M -6 6 V -1 L -2 -5 H 1 V -2.5 H 6 M -2 -2.5 H 6 V 0 H 5.5 V 2.5 H 5 V 5 H -6"),
    "serviceTask": Sign(f"{_gear(8, 6.6, 4.9)} {_ring(2)}"),
    "businessRuleTask": Sign("M -6.5 -5 H 6.5 V 5 H -6.5 Z M -6.5 -1.8 H 6.5 M -6.5 1.6 H 6.5 M -2.2 -1.8 V 5"),
    "sendTask": Sign(_SMALL_ENVELOPE, filled=True),
    "receiveTask": Sign(_SMALL_ENVELOPE),
}

#: What an event waits for or tells, in its middle.
EVENTS: Mapping[str, Sign] = {
    "message": Sign(_ENVELOPE),
    "timer": Sign(_CLOCK, stroke=1.1),
    "error": Sign("M -8 7 L -3 -6 L 2.5 2 L 8 -7 L 3.4 6.5 L -2.4 -1.2 Z"),
    "escalation": Sign("M 0 -9 L 6.5 7.5 L 0 1.5 L -6.5 7.5 Z"),
    "signal": Sign("M 0 -8.5 L 8 6 H -8 Z"),
    "conditional": Sign("M -6 -8 H 6 V 8 H -6 Z M -4 -4.5 H 4 M -4 -1.5 H 4 M -4 1.5 H 4 M -4 4.5 H 4"),
    "link": Sign("M -8 -3.5 H 1.5 V -7.5 L 8.5 0 L 1.5 7.5 V 3.5 H -8 Z"),
    "terminate": Sign(_ring(10), filled=True),
    "cancel": Sign("M -7 -7 L 7 7 M -7 7 L 7 -7", stroke=3),
}

#: How a gateway decides.
GATEWAYS: Mapping[str, Sign] = {
    "exclusiveGateway": Sign("M -6 -7.5 L 6 7.5 M -6 7.5 L 6 -7.5", stroke=3),
    "parallelGateway": Sign("M -10 0 H 10 M 0 -10 V 10", stroke=3.4),
    "inclusiveGateway": Sign(_ring(10), stroke=2.6),
    "eventBasedGateway": Sign(f"{_ring(12)} {_ring(9.5)} M 0 -6.5 L 6.2 -2 L 3.8 5.3 H -3.8 L -6.2 -2 Z", stroke=1.1),
}

#: How an activity is repeated or what is in it, at its lower edge.
FEET: Mapping[str, Sign] = {
    "rounds": Sign("M -4 -5 V 5 M 0 -5 V 5 M 4 -5 V 5", stroke=2),
    "rounds in turn": Sign("M -5 -4 H 5 M -5 0 H 5 M -5 4 H 5", stroke=2),
    "loop": Sign("M 2 4.6 A 5 5 0 1 0 -3.5 3.6 M -3.5 0 V 3.8 H -7", stroke=1.5),
    "inside": Sign("M -6.5 -6.5 H 6.5 V 6.5 H -6.5 Z M -3.8 0 H 3.8 M 0 -3.8 V 3.8"),
}

#: How far an element is, besides its colour.
STATES: Mapping[str, Sign] = {
    "done": Sign("M -3.6 0.2 L -1 3 L 3.8 -2.8", stroke=2),
    "active": Sign("M -2.4 -3.8 L 4 0 L -2.4 3.8 Z", filled=True, stroke=0.5),
    "late": Sign("M 0 -4.2 V 1 M 0 3.2 V 4.2", stroke=2.2),
    "failed": Sign("M -3.2 -3.2 L 3.2 3.2 M -3.2 3.2 L 3.2 -3.2", stroke=2),
}
