"""What a run tells of itself: the raw material of journal, inbox and incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "step offered",
    "step finished",
    "step withdrawn",
    "step failed",
    "step moved",
    "round added",
    "incident closed",
    "work requested",
    "decision made",
    "operation called",
    "variables set",
    "timer fired",
    "message received",
    "signal received",
    "condition met",
    "message sent",
    "signal sent",
    "error caught",
    "escalation caught",
]


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a step. `step` is our own step id, `element` its id in the drawing."""

    kind: Kind
    step: str
    element: str
    procedure: str
    details: Mapping[str, Any] = field(default_factory=dict)
