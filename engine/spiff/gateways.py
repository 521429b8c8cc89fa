"""Gateways: deciding in the order of the XML, joining by the tokens that wait on each flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.drawing import Flow, Node, Procedure
from engine.errors import StepFailed
from engine.spiff.links import sources_of
from engine.spiff.run import Run
from engine.spiff.steps import Step


class ExclusiveGateway(Step):
    """The first flow whose condition holds, else the default."""

    def onward(self, run: Run, task: Task) -> Sequence[Flow]:
        """One flow.

        Raises:
            StepFailed: no condition holds and there is no default.
        """
        for flow in self.flows():
            if flow.id != self.default and (not flow.condition or self.holds(run, task, flow)):
                return [flow]
        return self.otherwise()


class Join(Step):
    """A gateway that may wait for several flows."""

    def __init__(self, process: Any, node: Node | None, name: str) -> None:
        super().__init__(process, node, name)
        incoming = node.incoming if node else ()
        #: For each incoming flow, the nodes from which a token can still come by it.
        self.upstream: Mapping[str, frozenset[str]] = {flow: _upstream(self.procedure, flow, name) for flow in incoming}

    def waiting(self, task: Task) -> dict[str, Task]:
        """The tokens that wait here in the scope of `task`, one for each flow they came by; `task` itself counts."""
        found = {task.internal_data["via"]: task}
        for other in task.parent.children:
            if other.task_spec is self and other is not task and other.state == TaskState.WAITING:
                found.setdefault(other.internal_data["via"], other)
        return found

    def stand_in(self, task: Task) -> None:
        """The token stands for a flow that misses one: the first by which no other token can come any more, if there is one."""
        others = [token for token in task.workflow.tokens(task.parent) if token is not task]
        waiting = {token.internal_data["via"] for token in others if token.task_spec is self}
        to_come = set[str]().union(*(self.flows_ahead(token) for token in others if token.task_spec is not self))
        missing = [flow for flow in self.upstream if flow not in waiting] or list(self.upstream)
        best = [flow for flow in missing if flow not in to_come] or missing
        task.internal_data["via"] = best[0] if best else ""

    def consume(self, run: Run, task: Task, tokens: Mapping[str, Task]) -> None:
        """Takes one token of each flow; `task` goes on for all of them."""
        run.close_incident(task)
        for token in tokens.values():
            if token is not task:
                run.absorb(token)

    def flows_ahead(self, token: Task) -> set[str]:
        """The incoming flows by which a token elsewhere can still come here."""
        return {flow for flow, nodes in self.upstream.items() if token.task_spec.bpmn_id in nodes}

    def why_stuck(self, run: Run, task: Task) -> StepFailed | None:
        """It waits for a flow that no token can reach, or every token of its scope waits at a join, each for another."""
        tokens = run.tokens(task.parent)
        others = [token for token in tokens if token.task_spec is not self]
        if any("incident" in token.internal_data for token in tokens if token.task_spec is self):
            return None  # once is enough
        missing = self.wanted() - set(self.waiting(task))
        to_come = set[str]().union(*(self.flows_ahead(token) for token in others))
        if missing <= to_come and not all(_waits_for_others(token) for token in others):
            return None
        sources = ", ".join(sorted(self.procedure.flows[flow].source for flow in missing)) or "other joins"
        return StepFailed(self.bpmn_id, f"it waits for a token that cannot come any more (from {sources}).")

    def wanted(self) -> set[str]:
        """The flows without which it never goes on."""
        return set()


class ParallelGateway(Join):
    """Goes on when every incoming flow has a token, with one token on every outgoing flow."""

    def arrive(self, run: Run, task: Task) -> bool:
        """Whether the last missing token has come."""
        tokens = self.waiting(task)
        if self.wanted() - set(tokens):
            task._set_state(TaskState.WAITING)
            return False
        self.consume(run, task, tokens)
        return True

    def wanted(self) -> set[str]:
        """All of them."""
        return set(self.upstream)

    def onward(self, run: Run, task: Task) -> Sequence[Flow]:
        """Every outgoing flow, whatever stands on it."""
        return self.flows()


class InclusiveGateway(Join):
    """Goes on when no token elsewhere in its scope can come by a flow that has none, unless it can as well come by one that has.

    So says BPMN 2.0 in 13.4.3.
    """

    settles = True

    def arrive(self, run: Run, task: Task) -> bool:
        """A split goes on at once; a join is looked at when everything else has come to rest."""
        if len(self.upstream) > 1:
            task._set_state(TaskState.WAITING)
            return False
        return True

    def settle(self, run: Run, task: Task) -> bool:
        """Goes on if nothing more can come."""
        tokens = self.waiting(task)
        for other in run.tokens(task.parent):
            ahead = self.flows_ahead(other) if other.task_spec is not self else set()
            if ahead and not ahead & set(tokens):
                return False
        self.consume(run, task, tokens)
        task._ready()
        return True


class EventBasedGateway(Step):
    """Waits for several events; the first that happens wins."""

    def enter(self, run: Run, task: Task) -> bool:
        """Lets every event behind the gateway listen."""
        for flow in self.flows():
            run.listen(task, self._wf_spec.task_specs[flow.target])
        return False


def _waits_for_others(token: Task) -> bool:
    return token.state == TaskState.WAITING and not token.internal_data.get("away")


def _upstream(procedure: Procedure, flow_id: str, gateway: str) -> frozenset[str]:
    """The nodes from which a token can come by a flow without passing the gateway to which it leads."""
    seen: set[str] = set()
    todo = [procedure.flows[flow_id].source]
    while todo:
        node_id = todo.pop()
        if node_id != gateway and node_id not in seen:
            seen.add(node_id)
            todo += sources_of(procedure, procedure.nodes[node_id])
    return frozenset(seen)
