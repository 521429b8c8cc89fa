"""What every step does: it arrives, does its automatic work, waits if it must, leaves, and tokens go on from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.task import Task

from engine.drawing import Flow, Node, Procedure, Transfer
from engine.errors import StepFailed
from engine.spiff.run import Run


class Step(BpmnTaskSpec):
    """A flow node as a specification. Subclasses say what happens on `enter` and on `leave`.

    Both may raise; then nothing has happened yet, and the step can be tried again: so they first compute, then write.
    """

    #: Waits for a person or an outside worker (SpiffWorkflow's word for it).
    manual = False
    is_round = False
    is_call = False
    #: Holds the tokens of a sub-process or called procedure.
    holds_scope = False
    #: Starts an event sub-process: listens inside a scope, not on its border.
    listens_inside = False
    #: Must be looked at, while it waits, whenever everything automatic has come to rest.
    settles = False

    def __init__(self, process: Any, node: Node | None, name: str) -> None:
        super().__init__(process, name)
        self.manual = type(self).manual
        self.node = node
        self.bpmn_id = node.id if node else name
        self.procedure: Procedure = process.procedure

    @property
    def procedure_id(self) -> str:
        """The id of the procedure in which it is drawn."""
        return self.procedure.id

    @property
    def scope_id(self) -> str:
        """The id of the process or sub-process whose nodes it holds; only for steps that hold others."""
        return self.node.id if self.node else self.procedure.id

    # --- what subclasses do -----------------------------------------------------------------------

    def arrive(self, run: Run, task: Task) -> bool:
        """A token has come; whether the step can do its work now."""
        return True

    def stand_in(self, task: Task) -> None:
        """A token was put here that came by no flow."""

    def enter(self, run: Run, task: Task) -> bool:
        """Does the automatic work; whether the step is done with it, or waits."""
        return True

    def leave(self, run: Run, task: Task) -> None:
        """Writes what is left to write and chooses where to go on."""
        self.write_outputs(run, task)
        task.internal_data["onward"] = [] if "back" in task.internal_data else [flow.id for flow in self.onward(run, task)]

    def onward(self, run: Run, task: Task) -> Sequence[Flow]:
        """Every flow without a condition or whose condition holds, else the default.

        Raises:
            StepFailed: there are flows, but none of them may be taken.
        """
        flows = self.flows()
        chosen = [flow for flow in flows if flow.id != self.default and (not flow.condition or self.holds(run, task, flow))]
        return chosen or self.otherwise()

    def otherwise(self) -> Sequence[Flow]:
        """The default flow; none if no flow goes out at all.

        Raises:
            StepFailed: there are flows, but none of them is the default.
        """
        flows = self.flows()
        default = [flow for flow in flows if flow.id == self.default]
        if flows and not default:
            asked = ", ".join(flow.condition or "" for flow in flows)
            raise StepFailed(self.bpmn_id, f"none of its conditions holds ({asked}), and it has no default flow.")
        return default

    def fire(self, run: Run, task: Task, payload: Mapping[str, Any]) -> None:
        """An event that the step waits for has happened."""
        raise NotImplementedError

    def awaits(self, kind: str) -> str | None:
        """The name of the message or signal that it waits for."""
        return None

    def catches(self, kind: str, code: str) -> bool:
        """Whether it catches an error or escalation with this code."""
        return False

    def begins(self, holder: Task | None) -> bool:
        """Whether it starts the event sub-process that is running in `holder`."""
        return False

    def child_finished(self, run: Run, task: Task, child: Task) -> None:
        """A step below it has finished; a scope without tokens ends."""
        if self.holds_scope and not run.tokens(task):
            run.withdraw_listeners(task)
            run.leave(task)

    def settle(self, run: Run, task: Task) -> bool:
        """Everything automatic has come to rest; whether that lets the waiting step move."""
        return False

    def why_stuck(self, run: Run, task: Task) -> StepFailed | None:
        """Why a waiting step can never go on, if so."""
        return None

    # --- shared parts -----------------------------------------------------------------------------

    @property
    def default(self) -> str | None:
        """The id of the default flow."""
        return self.node.default if self.node else None

    def flows(self) -> list[Flow]:
        """The outgoing flows, in the order of the XML."""
        return [self.procedure.flows[flow] for flow in (self.node.outgoing if self.node else ())]

    def holds(self, run: Run, task: Task, flow: Flow) -> bool:
        """Whether the condition of a flow is true; null is not."""
        return run.evaluate(flow.condition or "", run.view(task), self.bpmn_id) is True

    def write_outputs(self, run: Run, task: Task) -> None:
        """Writes the output parameters, each computed over what was there before any of them."""
        if self.node and self.node.outputs:
            run.write(task, self.transfer(run, task, self.node.outputs))

    def transfer(self, run: Run, task: Task, transfers: Sequence[Transfer]) -> dict[str, Any]:
        """The values of some parameters over the scope of a step."""
        scope = run.view(task)
        values: dict[str, Any] = {}
        for transfer in transfers:
            if transfer.target is None:
                values.update(scope)
            else:
                values[transfer.target] = run.evaluate(transfer.expression, scope, self.bpmn_id)
        return values

    # --- SpiffWorkflow's hooks --------------------------------------------------------------------

    def test(self) -> None:
        """A step needs no input: start events have none."""

    def _predict_hook(self, my_task: Task) -> None:
        """Nothing is predicted."""

    def _update_hook(self, my_task: Task) -> bool:
        return self.arrive(my_task.workflow, my_task)

    def _on_ready_hook(self, my_task: Task) -> None:
        my_task.workflow.make_ready(my_task)

    def _run_hook(self, my_task: Task) -> bool | None:
        """True when finished; None when it waits, which SpiffWorkflow calls STARTED."""
        run: Run = my_task.workflow
        if not my_task.internal_data.get("leaving"):
            if not self.enter(run, my_task):
                return None
            # What follows may fail by itself and be retried; the work above must not be done twice.
            my_task.internal_data["leaving"] = True
        if run.is_live(my_task):
            self.leave(run, my_task)
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        run: Run = my_task.workflow
        if not run.is_live(my_task):
            return  # it was taken out by what it threw
        run.tell("step finished", my_task)
        for child in my_task.children:
            run.withdraw(child)
        if "back" in my_task.internal_data:
            run.end_detour(my_task)
        for flow_id in my_task.internal_data.get("onward", ()):
            flow = self.procedure.flows[flow_id]
            run.arrive_later(run.place(my_task.parent, self._wf_spec.task_specs[flow.target], via=flow_id))


class Root(Step):
    """The top of the tree; it stands for the instance."""

    def child_finished(self, run: Run, task: Task, child: Task) -> None:
        """The instance ends with its last token."""
        if not run.tokens(task):
            run.withdraw_listeners(task)
            run.completed = True


def need(value: Any, kind: type, element: str, what: str) -> Any:
    """A value of the wanted kind.

    Raises:
        StepFailed: it is something else; says what was found.
    """
    if not isinstance(value, kind):
        raise StepFailed(element, f"{what} gives {value!r}.")
    return value
