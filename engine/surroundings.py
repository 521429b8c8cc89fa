"""What a run gets from outside: functions, operations and decisions, in the name of one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from engine.closure import Definition
from engine.decisions import Outcome
from engine.ports import Context, InstanceView
from engine.spiff.border import Call


@dataclass(slots=True)
class ActSurroundings:
    """What a run gets from outside, in the name of one act."""

    ctx: Context
    definition: Definition
    view: InstanceView | None = None
    zone: tzinfo = field(init=False)
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.zone, self.now = self.ctx.ports.zone, self.ctx.now

    def functions(self, scope: Mapping[str, Any]) -> Mapping[str, Callable[..., Any]]:
        """The host functions over a scope."""
        key = self.view.business_key if self.view else ""
        return self.ctx.ports.functions(self.ctx, key, scope)

    def knows(self, topic: str) -> bool:
        """Whether the operation book has this topic."""
        return topic in self.ctx.ports.operations

    def operate(self, call: Call) -> Mapping[str, Any]:
        """What the operation gives; its own writes are gone when it fails."""
        assert self.view is not None
        with self.ctx.connection.begin_nested():
            return self.ctx.ports.operations[call.topic](self.ctx, self.view, call)

    def decide(self, procedure: str, decision: str, scope: Mapping[str, Any]) -> Outcome:
        """The outcome of a decision of the same definition."""
        return self.definition.decisions[decision].evaluate(decision, scope, self.functions(scope), self.now)
