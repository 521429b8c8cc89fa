"""Activities: people's steps, automatic steps, sub-processes and calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from engine import feel
from engine.decisions import Outcome
from engine.errors import DecisionFailed, StepFailed
from engine.spiff.border import Call
from engine.spiff.run import Run
from engine.spiff.steps import Step


class Activity(Step):
    """What all activities share: inputs, events on the border, multi-instance rounds."""

    def enter(self, run: Run, task: Task) -> bool:
        """Reads the inputs, arms the events on the border, then works."""
        self.read_inputs(run, task)
        if not self.is_round and not task.internal_data.get("listening"):
            for event in self.procedure.boundary_events(self.bpmn_id):
                task.internal_data["listening"] = True  # once, however often the work is tried again
                run.listen(task, self._wf_spec.task_specs[event.id])
        return self.work(run, task)

    def read_inputs(self, run: Run, task: Task) -> None:
        """Computes the input parameters: variables that only this step sees."""
        task.internal_data.pop("local", None)  # of an attempt that failed
        if self.node and self.node.inputs:
            task.internal_data["local"] = self.transfer(run, task, self.node.inputs)

    def work(self, run: Run, task: Task) -> bool:
        """Does what the activity is for; whether it is done, or waits."""
        return True

    def leave(self, run: Run, task: Task) -> None:
        """A round only gives its result to the list; what comes after is the business of all rounds together."""
        if self.is_round:
            task.internal_data["result"] = task.parent.task_spec.result_of(run, task)
            task.internal_data["onward"] = []
        else:
            super().leave(run, task)


class PersonStep(Activity):
    """User task and manual task: open until a person has answered."""

    manual = True

    def work(self, run: Run, task: Task) -> bool:
        """Offers the step, with its attributes computed."""
        run.tell("step offered", task, **self.offer(run, task))
        return False

    def offer(self, run: Run, task: Task) -> dict[str, Any]:
        """The computed attributes and the role of the lane."""
        assert self.node is not None
        scope = run.view(task)
        attributes = {name: run.evaluate(text, scope, self.bpmn_id) for name, text in self.node.attributes.items()}
        lane = self.procedure.lane_of(self.node)
        role = run.evaluate(lane.role, scope, self.bpmn_id) if lane else None
        return {"attributes": attributes, "role": role}


class WorkerStep(Activity):
    """Service and send task: an operation of the book runs at once; any other topic waits for an outside worker."""

    manual = True

    def work(self, run: Run, task: Task) -> bool:
        """Calls the operation and writes what it gives."""
        assert self.node is not None
        topic = self.node.attributes.get("topic", "")
        if not run.around.knows(topic):
            run.tell("work requested", task, topic=topic)
            return False
        scope = run.view(task)
        properties = {name: _shown(run.evaluate(text, scope, self.bpmn_id)) for name, text in self.node.properties.items()}
        inputs = task.internal_data.get("local", {})
        given = run.around.operate(Call(task.internal_data["path"], self.bpmn_id, topic, inputs, properties, scope))
        run.tell("operation called", task, topic=topic, given=given)
        result = self.node.attributes.get("resultVariable")
        run.write(task, {result: dict(given)} if result else given)
        return True


class PassStep(Activity):
    """An untyped task: a remark in the drawing, passed at once."""


class RuleStep(Activity):
    """Business rule task: asks a decision."""

    def work(self, run: Run, task: Task) -> bool:
        """Writes the decision's result; the journal keeps which rules matched."""
        assert self.node is not None
        decision = self.node.attributes["decisionRef"]
        outcome = run.around.decide(self.procedure_id, decision, run.view(task))
        value = _mapped(outcome, self.node.attributes.get("mapDecisionResult"), self.bpmn_id)
        run.tell("decision made", task, decision=decision, rules=list(outcome.matched), inputs=dict(outcome.inputs), value=value)
        run.write(task, {self.node.attributes.get("resultVariable") or decision: value})
        return True


class Holder(Activity):
    """Embedded sub-process: holds the tokens inside; no scope of its own, but its inputs are seen inside."""

    holds_scope = True

    def work(self, run: Run, task: Task) -> bool:
        """Puts a token on the start event inside."""
        run.enter_scope(task)
        return False


class CallStep(Activity):
    """Call activity: a called procedure is a scope that sees only what is passed in."""

    holds_scope = True
    is_call = True

    @property
    def scope_id(self) -> str:
        """The id of the called procedure."""
        assert self.node is not None
        return self.node.called or ""

    def work(self, run: Run, task: Task) -> bool:
        """Passes variables in and starts the called procedure."""
        assert self.node is not None
        run.variables[f"{task.internal_data['path']}/"] = self.transfer(run, task, self.node.call_in)
        run.enter_scope(task)
        return False

    def leave(self, run: Run, task: Task) -> None:
        """Passes variables out of the called procedure, then goes on."""
        assert self.node is not None
        inner = run.variables.get(f"{task.internal_data['path']}/", {})
        given: dict[str, Any] = {}
        for transfer in self.node.call_out:
            given.update(
                inner if transfer.target is None else {transfer.target: run.evaluate(transfer.expression, inner, self.bpmn_id)}
            )
        run.write(task, given)
        super().leave(run, task)


def _mapped(outcome: Outcome, mapping: str | None, element: str) -> Any:
    """The result in the shape that `camunda:mapDecisionResult` asks for."""
    value = feel.to_json(outcome.value)
    match mapping or "singleEntry":
        case "singleResult" | "resultList":
            return value
        case "collectEntries":
            rows = value if isinstance(value, list) else [value]
            return [next(iter(row.values())) if isinstance(row, Mapping) else row for row in rows]
        case "singleEntry":
            if value is None:
                raise DecisionFailed(element, _without_result(outcome))
            if isinstance(value, Mapping) and len(value) == 1:
                return next(iter(value.values()))
            return value
        case other:
            raise StepFailed(element, f"mapDecisionResult “{other}” is unknown.")


def _without_result(outcome: Outcome) -> str:
    """Why a decision gave nothing: its table, the rules that matched, the inputs as they were seen."""
    seen = ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in outcome.inputs.items())
    rules = ", ".join(map(str, outcome.matched))
    what = f"the rules {rules} of “{outcome.table}” give nothing" if rules else f"no rule of “{outcome.table}” matches"
    notes = "".join(f" {note}" for note in dict.fromkeys(outcome.diagnostics))
    return f"{what}; {seen or 'it has no inputs'}.{notes}"


def _shown(value: Any) -> Any:
    return "" if value is None else value
