"""Events: starting, waiting, throwing, ending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from SpiffWorkflow.task import Task

from engine.drawing import EventDefinition, Flow, Node
from engine.errors import BpmnError, StepFailed
from engine.spiff import clockwork
from engine.spiff.activities import Activity
from engine.spiff.border import Thrown
from engine.spiff.links import arrival_of
from engine.spiff.run import Run
from engine.spiff.steps import Step, need


class CatchEvent(Step):
    """Waits for something to happen: in the flow, behind an event-based gateway, or on the border of an activity."""

    def __init__(self, process: Any, node: Node | None, name: str) -> None:
        super().__init__(process, node, name)
        # Conditions become true by what others write; a timer may have been too late from the first.
        self.settles = self.event is not None and self.event.kind in {"conditional", "timer"}

    @property
    def event(self) -> EventDefinition | None:
        """What it waits for."""
        return self.node.event if self.node else None

    def enter(self, run: Run, task: Task) -> bool:
        """Goes on if the event has happened; else waits for it."""
        if task.internal_data.get("fired"):
            run.write(task, task.internal_data.pop("payload", {}))
            return True
        if self.event is not None and self.event.kind == "timer":
            text = run.evaluate(self.event.text or "", self.seen(run, task), self.bpmn_id)
            try:
                task.internal_data.update(clockwork.wound(self.event.timer or "", str(text), run.around))
            except ValueError as error:
                raise StepFailed(self.bpmn_id, str(error)) from error
        return self.event is None or self.event.kind == "link"

    def seen(self, run: Run, task: Task) -> Mapping[str, Any]:
        """The variables its expressions see: on a border, those that the activity sees."""
        on_border = task.internal_data.get("armed") and self.node and self.node.attached_to
        return run.view(task.parent if on_border else task)

    def awaits(self, kind: str) -> str | None:
        """The name of the message or signal that it waits for."""
        return self.event.name if self.event and self.event.kind == kind else None

    def catches(self, kind: str, code: str) -> bool:
        """An event without a code catches every error or escalation."""
        return bool(self.event and self.event.kind == kind and self.event.name in {None, code})

    @property
    def closeness(self) -> tuple[bool, bool]:
        """Orders those that would catch the same: inside before on the border, this code before every code."""
        return not self.listens_inside, self.event is None or self.event.name is None

    def told_of(self, code: str, reason: str) -> dict[str, Any]:
        """The variables that take what was caught."""
        assert self.event is not None
        told = {self.event.code_variable: code, self.event.message_variable: reason}
        return {name: value for name, value in told.items() if name}

    def settle(self, run: Run, task: Task) -> bool:
        """A condition happens when it becomes true, a timer that was too late from the first at once."""
        assert self.event is not None
        if self.event.kind == "timer":
            if not task.internal_data.pop("late", False):
                return False
            run.tell("timer fired", task, due=task.internal_data["due"])
        else:
            holds = run.evaluate(self.event.text or "", self.seen(run, task), self.bpmn_id) is True
            held, task.internal_data["held"] = task.internal_data.get("held", False), holds
            if held or not holds:
                return False
            run.tell("condition met", task)
        self.fire(run, task, {})
        return True

    def fire(self, run: Run, task: Task, payload: Mapping[str, Any]) -> None:
        """The event has happened: a waiting step goes on; a listening one starts a token beside what it listens for."""
        if not task.internal_data.get("armed"):
            task.internal_data.pop("due", None)
            run.write(task, payload)
            run.leave(task)
            return
        source = task.parent
        interrupts = self.node is not None and self.node.attached_to is not None and self.node.interrupting
        # What interrupts a detour ends it: the step that is away comes back, and nothing else goes on.
        detour = {
            name: source.internal_data.pop(name) for name in ("back", "detour") if interrupts and name in source.internal_data
        }
        token = run.place(source.parent, self, fired=True, payload=dict(payload), **detour)
        if self.node and self.node.attached_to and not self.node.interrupting:
            self.go_on_listening(run, task)
        else:
            run.withdraw(source)
        token._ready()

    def go_on_listening(self, run: Run, task: Task) -> None:
        """What interrupts nothing listens on; a timer as often as its cycle says."""
        if "due" in task.internal_data and not clockwork.wound_again(task.internal_data, run.around):
            run.withdraw(task)


class StartEvent(CatchEvent):
    """Where a token begins. That of an event sub-process first listens, as long as the scope around it lives."""

    def __init__(self, process: Any, node: Node | None, name: str) -> None:
        super().__init__(process, node, name)
        around = self.procedure.holder_of(node) if node else None
        self.listens_inside = around is not None and around.by_event

    def enter(self, run: Run, task: Task) -> bool:
        """Begins; or arms itself and waits."""
        return super().enter(run, task) if task.internal_data.get("armed") else True

    def begins(self, holder: Task | None) -> bool:
        """Whether it starts the event sub-process that is running in `holder`."""
        return self.listens_inside and holder is not None and holder.task_spec is self._event_sub_process

    def fire(self, run: Run, task: Task, payload: Mapping[str, Any]) -> None:
        """The event has happened: the event sub-process runs in the scope, instead of all else or beside it."""
        assert self.node is not None
        scope = task.parent
        run.write(task, payload)
        if self.node.interrupting:
            run.withdraw_tokens(scope)
            run.withdraw_listeners(scope)
        else:
            self.go_on_listening(run, task)
        self._event_sub_process._update(run.place(scope, self._event_sub_process))

    @property
    def _event_sub_process(self) -> Any:
        assert self.node is not None
        return self._wf_spec.task_specs[self.node.parent]


class ReceiveStep(CatchEvent, Activity):
    """Receive task: waits for a message, and may have events on its border."""

    def enter(self, run: Run, task: Task) -> bool:
        """Goes on if the message has come; else lets what stands on the border listen, and waits."""
        listens_only = task.internal_data.get("armed") or task.internal_data.get("fired")
        return CatchEvent.enter(self, run, task) if listens_only else Activity.enter(self, run, task)

    def work(self, run: Run, task: Task) -> bool:
        """Waits."""
        return False


class ThrowEvent(Step):
    """Sends a message or signal, raises an escalation, or jumps to the link of the same name."""

    def enter(self, run: Run, task: Task) -> bool:
        """Throws, with the input parameters as content."""
        event = self.node.event if self.node else None
        if self.node and event and event.kind in {"message", "signal"}:
            self.send(run, task, event, self.transfer(run, task, self.node.inputs))
        elif event and event.kind == "escalation":
            run.catch("escalation", event.name or "", task.parent)
        return True

    def send(self, run: Run, task: Task, event: EventDefinition, payload: Mapping[str, Any]) -> None:
        """Puts a message or signal on its way."""
        to = self.addressee(run, task) if event.kind == "message" else None
        run.thrown.append(Thrown(event.kind, event.name or "", task.internal_data["path"], payload, to))
        told = {"name": event.name, "payload": payload, **({"to": to} if to is not None else {})}
        run.tell("message sent" if event.kind == "message" else "signal sent", task, **told)

    def addressee(self, run: Run, task: Task) -> str | None:
        """The case number in the property `case`, or None: then its own case is meant.

        Raises:
            StepFailed: the property gives no text.
        """
        text = self.node.properties.get("case") if self.node else None
        value = run.evaluate(text, run.view(task), self.bpmn_id) if text else None
        return None if text is None else str(need(value, str, self.bpmn_id, f"the case {text}"))

    def onward(self, run: Run, task: Task) -> Sequence[Flow]:
        """The outgoing flows, or those of the link's other end."""
        assert self.node is not None
        arrival = arrival_of(self.procedure, self.node)
        return [self.procedure.flows[flow] for flow in arrival.outgoing] if arrival else super().onward(run, task)


class SendStep(ThrowEvent, Activity):
    """Send task with a message: throws it."""

    def enter(self, run: Run, task: Task) -> bool:
        """Works as every activity does."""
        return Activity.enter(self, run, task)

    def work(self, run: Run, task: Task) -> bool:
        """Throws, with the inputs as content."""
        assert self.node is not None
        assert self.node.event is not None
        self.send(run, task, self.node.event, dict(task.internal_data.get("local", {})))
        return True


class EndEvent(ThrowEvent):
    """Where a token ends."""

    def enter(self, run: Run, task: Task) -> bool:
        """Throws what it throws; an error goes out to whoever catches it, a terminate end takes all other tokens along."""
        event = self.node.event if self.node else None
        if event is not None and event.kind == "error":
            raise BpmnError(self.bpmn_id, event.name or "", f"the error “{event.name}” is caught by nobody.")
        if event is not None and event.kind == "terminate":
            run.withdraw_tokens(task.parent, but=task)
        if self._ends_the_instance(run, task.parent):
            run.end_element = self.bpmn_id
        return super().enter(run, task)

    def _ends_the_instance(self, run: Run, scope: Task) -> bool:
        """An end in an event sub-process of the procedure is an end of the procedure."""
        while scope.task_spec.node is not None and scope.task_spec.node.by_event:
            scope = scope.parent
        return scope is run.task_tree
