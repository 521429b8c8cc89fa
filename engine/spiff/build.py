"""From a drawing to specifications: one class for each kind of step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.specs import WorkflowSpec

from engine.drawing import Node, Procedure
from engine.errors import StepFailed
from engine.spiff.activities import CallStep, Holder, PassStep, PersonStep, RuleStep, WorkerStep
from engine.spiff.events import CatchEvent, EndEvent, ReceiveStep, SendStep, StartEvent, ThrowEvent
from engine.spiff.gateways import EventBasedGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.spiff.rounds import RoundsStep
from engine.spiff.steps import Root, Step

#: Which class runs which element.
CLASSES: Mapping[str, type[Step]] = {
    "userTask": PersonStep,
    "manualTask": PersonStep,
    "task": PassStep,
    "serviceTask": WorkerStep,
    "sendTask": WorkerStep,
    "receiveTask": ReceiveStep,
    "businessRuleTask": RuleStep,
    "subProcess": Holder,
    "callActivity": CallStep,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "eventBasedGateway": EventBasedGateway,
    "startEvent": StartEvent,
    "endEvent": EndEvent,
    "intermediateCatchEvent": CatchEvent,
    "intermediateThrowEvent": ThrowEvent,
    "boundaryEvent": CatchEvent,
}


class ProcessSpec(WorkflowSpec):
    """One procedure as specifications, by element id; `<id>*` is one round of a multi-instance activity."""

    def __init__(self, procedure: Procedure) -> None:
        super().__init__(name=procedure.id, filename=procedure.file)
        self.procedure = procedure
        self.root = Root(self, None, "")
        for node in procedure.nodes.values():
            self._add(node)

    def start_of(self, scope: str, element: str | None = None) -> Any:
        """The start event of a process or sub-process: the named one, or the plain one.

        Raises:
            StepFailed: there is none.
        """
        starts = [node for node in self.procedure.inside(scope) if node.kind == "startEvent"]
        for node in starts:
            if node.id == element or (element is None and (not node.events or self._is_by_event(scope))):
                return self.task_specs[node.id]
        raise StepFailed(scope, "it has no start event that could begin it.")

    def listeners_in(self, scope: str) -> list[Any]:
        """The start events of the event sub-processes in a process or sub-process."""
        by_event = [node.id for node in self.procedure.inside(scope) if node.by_event]
        return [self.start_of(node) for node in by_event]

    def _is_by_event(self, scope: str) -> bool:
        return scope != self.procedure.id and self.procedure.nodes[scope].by_event

    def _add(self, node: Node) -> None:
        kind = CLASSES[node.kind]
        if node.kind == "sendTask" and node.event is not None:
            kind = SendStep
        if node.rounds is None:
            kind(self, node, node.id)
            return
        RoundsStep(self, node, node.id)
        one = kind(self, node, f"{node.id}*")
        one.is_round = True


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a run of one definition needs: its own specifications and those of all procedures it calls. Read-only."""

    main: ProcessSpec
    procedures: Mapping[str, ProcessSpec]

    def spec(self, reference: str) -> Any:
        """The specification that `<procedure>:<name>` stands for."""
        procedure, _, name = reference.partition(":")
        return self.procedures[procedure].task_specs[name]


def make_plan(main: Procedure, called: Mapping[str, Procedure]) -> Plan:
    """The plan of a procedure and all that it calls."""
    specs = {name: ProcessSpec(procedure) for name, procedure in called.items() if name != main.id}
    own = ProcessSpec(main)
    return Plan(own, {**specs, main.id: own})
