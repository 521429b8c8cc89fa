"""Gateways: deciding in the order of the XML, joining by the tokens that wait on each flow."""

from __future__ import annotations

from collections.abc import Sequence

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.drawing import Flow
from engine.errors import StepFailed
from engine.spiff.run import Run
from engine.spiff.steps import Step


class ExclusiveGateway(Step):
    """The first flow whose condition holds, else the default."""

    def onward(self, run: Run, task: Task) -> Sequence[Flow]:
        """One flow.

        Raises:
            StepFailed: no condition holds and there is no default.
        """
        flows = self.flows()
        for flow in flows:
            if flow.id != self.default and (not flow.condition or self.holds(run, task, flow)):
                return [flow]
        default = [flow for flow in flows if flow.id == self.default]
        if not default and flows:
            asked = ", ".join(flow.condition or "" for flow in flows)
            raise StepFailed(self.bpmn_id, f"none of its conditions holds ({asked}), and it has no default flow.")
        return default


class Join(Step):
    """A gateway that may wait for several flows."""

    def waiting(self, task: Task) -> dict[str, Task]:
        """The tokens that wait here in the scope of `task`, one for each flow they came by; `task` itself counts."""
        found = {task.internal_data["via"]: task} if "via" in task.internal_data else {}
        for other in task.parent.children:
            if other.task_spec is self and other is not task and other.state == TaskState.WAITING:
                found.setdefault(other.internal_data["via"], other)
        return found

    def consume(self, run: Run, task: Task, tokens: dict[str, Task]) -> None:
        """Takes one token of each flow; `task` goes on for all of them."""
        for token in tokens.values():
            if token is not task:
                run.absorb(token)


class ParallelGateway(Join):
    """Goes on when every incoming flow has a token, with one token on every outgoing flow."""

    def arrive(self, run: Run, task: Task) -> bool:
        """Whether the last missing token has come."""
        tokens = self.waiting(task)
        if self.node and len(tokens) < len(self.node.incoming):
            task._set_state(TaskState.WAITING)
            return False
        self.consume(run, task, tokens)
        return True

    def onward(self, run: Run, task: Task) -> Sequence[Flow]:
        """Every outgoing flow, whatever stands on it."""
        return self.flows()


class InclusiveGateway(Join):
    """Goes on when no token elsewhere in its scope can still come to a flow that has none."""

    may_release_late = True

    def arrive(self, run: Run, task: Task) -> bool:
        """A split goes on at once; a join is looked at when everything else has come to rest."""
        if self.node and len(self.node.incoming) > 1:
            task._set_state(TaskState.WAITING)
            return False
        return True

    def release(self, run: Run, task: Task) -> bool:
        """Goes on if nothing more can come."""
        assert self.node is not None
        tokens = self.waiting(task)
        if next(iter(tokens.values())) is not task and task.internal_data["via"] not in tokens:
            return False
        missing = {self.procedure.flows[flow].source for flow in self.node.incoming if flow not in tokens}
        taken = {self.procedure.flows[flow].source for flow in tokens}
        for other in run.tokens(task.parent):
            if other.task_spec is not self and self._can_reach(other, missing) and not self._can_reach(other, taken):
                return False
            if other.task_spec is not self and self._can_reach(other, missing - taken):
                return False
        self.consume(run, task, tokens)
        task._ready()
        return True

    def _can_reach(self, token: Task, sources: set[str]) -> bool:
        """Whether a token can come to one of some nodes without passing this gateway."""
        start = token.task_spec.bpmn_id
        seen, todo = {self.bpmn_id}, [start]
        while todo:
            node_id = todo.pop()
            if node_id in sources:
                return True
            if node_id in seen:
                continue
            seen.add(node_id)
            node = self.procedure.nodes[node_id]
            todo += [self.procedure.flows[flow].target for flow in node.outgoing]
            todo += [event.id for event in self.procedure.boundary_events(node_id)]
        return False

    def onward(self, run: Run, task: Task) -> Sequence[Flow]:
        """Every flow whose condition holds, else the default.

        Raises:
            StepFailed: no condition holds and there is no default.
        """
        flows = [flow for flow in self.flows() if flow.id != self.default and (not flow.condition or self.holds(run, task, flow))]
        flows = flows or [flow for flow in self.flows() if flow.id == self.default]
        if not flows and self.flows():
            raise StepFailed(self.bpmn_id, "none of its conditions holds, and it has no default flow.")
        return flows


class EventBasedGateway(Step):
    """Waits for several events; the first that happens wins."""

    def enter(self, run: Run, task: Task) -> bool:
        """Arms every event behind the gateway."""
        specs = [self._wf_spec.task_specs[flow.target] for flow in self.flows()]
        armed = [(spec, spec.arm(run, task)) for spec in specs]
        for spec, data in armed:
            spec.listen(run.place(task, spec, path=f"{task.internal_data['path']}!{spec.name}", armed=True, **data))
        return False
