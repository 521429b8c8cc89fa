"""What crosses the border of a run: what it needs from outside, what it is given, what it throws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Protocol

from engine.decisions import Outcome


@dataclass(frozen=True, slots=True)
class Call:
    """What an operation is given: which step calls it and with which inputs."""

    step: str
    element: str
    topic: str
    inputs: Mapping[str, Any]
    properties: Mapping[str, str]
    scope: Mapping[str, Any]


class Surroundings(Protocol):
    """What a run needs from outside itself."""

    @property
    def now(self) -> datetime:
        """The moment of this act."""

    @property
    def zone(self) -> tzinfo:
        """The plant's time zone."""

    def functions(self, scope: Mapping[str, Any]) -> Mapping[str, Any]:
        """The host functions that expressions may call."""

    def knows(self, topic: str) -> bool:
        """Whether the operation book has this topic; otherwise an outside worker does the work."""

    def operate(self, call: Call) -> Mapping[str, Any]:
        """The variables that the operation gives; nothing it did is left when it fails."""

    def decide(self, procedure: str, decision: str, scope: Mapping[str, Any]) -> Outcome:
        """The outcome of a decision that was published with the procedure."""


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal on its way to other cases. `to` is the case number that a message is addressed to, if it is."""

    kind: str
    name: str
    step: str
    payload: Mapping[str, Any]
    to: str | None = None


class Specifications(Protocol):
    """The specifications of one definition: its own and those of all procedures it calls."""

    @property
    def main(self) -> Any:
        """The procedure that the instance runs."""

    @property
    def procedures(self) -> Mapping[str, Any]:
        """All procedures of the definition, by id."""

    def spec(self, reference: str) -> Any:
        """The specification that `<procedure>:<name>` stands for."""
