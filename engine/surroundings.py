"""What a run gets from outside: functions, operations and decisions, in the name of one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

import orjson
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from engine.closure import Definition
from engine.decisions import Outcome
from engine.errors import LaneworkError, StepFailed
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
        """What the operation gives; its own writes are gone when it fails, and whatever it raises is a failed step.

        Raises:
            StepFailed: the operation failed, or gave what cannot be kept.
        """
        assert self.view is not None
        try:
            with self.ctx.connection.begin_nested():
                given = self.ctx.ports.operations[call.topic](self.ctx, self.view, call)
                orjson.dumps(dict(given))
        except (LaneworkError, OperationalError, InternalError, InterfaceError):
            raise  # one of ours, or the database's own trouble: then the whole act is undone
        except Exception as error:
            raise StepFailed(call.element, f"the operation “{call.topic}” failed ({type(error).__name__}: {error}).") from error
        return given

    def decide(self, procedure: str, decision: str, scope: Mapping[str, Any]) -> Outcome:
        """The outcome of a decision of the same definition."""
        return self.definition.decisions[decision].evaluate(decision, scope, self.functions(scope), self.now)
