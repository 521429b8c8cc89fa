"""Events: starting, waiting, throwing, ending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import timing
from engine.drawing import EventDefinition, Flow
from engine.errors import BpmnError, StepFailed
from engine.spiff.activities import Activity
from engine.spiff.border import Thrown
from engine.spiff.run import Run
from engine.spiff.steps import Step


class StartEvent(Step):
    """Where a token begins."""


class CatchEvent(Step):
    """Waits for a message, a signal, a time: in the flow, behind an event-based gateway, or on the border of an activity."""

    @property
    def event(self) -> EventDefinition | None:
        """What it waits for."""
        return self.node.event if self.node else None

    def enter(self, run: Run, task: Task) -> bool:
        """Goes on if the event has happened; else waits for it."""
        if task.internal_data.get("fired"):
            run.write(task, task.internal_data.pop("payload", {}))
            return True
        task.internal_data.update(self.arm(run, task))
        return self.event is None

    def arm(self, run: Run, task: Task) -> dict[str, Any]:
        """What must be remembered while waiting: when a timer is due."""
        if self.event is None or self.event.kind != "timer":
            return {}
        text = run.evaluate(self.event.text or "", run.view(task), self.bpmn_id)
        try:
            return _timer(self.event.timer or "", str(text), run)
        except ValueError as error:
            raise StepFailed(self.bpmn_id, str(error)) from error

    def listen(self, task: Task) -> None:
        """Marks a token as one that only listens beside an activity or gateway."""
        task._set_state(TaskState.WAITING)

    def awaits(self, kind: str) -> str | None:
        """The name of the message or signal that it waits for."""
        return self.event.name if self.event and self.event.kind == kind else None

    def catches(self, kind: str, code: str) -> bool:
        """An event without a code catches every error or escalation."""
        return bool(self.event and self.event.kind == kind and self.event.name in {None, code})

    def fire(self, run: Run, task: Task, payload: Mapping[str, Any]) -> None:
        """The event has happened: a waiting step goes on; a listening one starts a token beside what it listens for."""
        if not task.internal_data.get("armed"):
            task.internal_data.pop("due", None)
            run.write(task, payload)
            run.leave(task)
            return
        source = task.parent
        token = run.place(source.parent, self, fired=True, payload=dict(payload))
        if self.node and self.node.attached_to and not self.node.interrupting:
            self._rearm(run, task)
        else:
            run.withdraw(source)
        token._ready()

    def _rearm(self, run: Run, task: Task) -> None:
        """A timer that only reminds fires once, or again as often as its cycle says."""
        if "due" not in task.internal_data:
            return
        left = task.internal_data.get("times")
        if "every" not in task.internal_data or left == 1:
            run.withdraw(task)
            return
        if left is not None:
            task.internal_data["times"] = left - 1
        every = timing.parse_duration(task.internal_data["every"])
        due = every.after(datetime.fromisoformat(task.internal_data["due"]))
        # After a long sleep the missed rounds are one: nobody wants a hundred reminders at once.
        while due <= run.around.now:
            due = every.after(due)
        task.internal_data["due"] = due.isoformat()


class ReceiveStep(CatchEvent, Activity):
    """Receive task: waits for a message, and may have events on its border."""

    def enter(self, run: Run, task: Task) -> bool:
        """Goes on if the message has come; else arms what stands on the border and waits."""
        return CatchEvent.enter(self, run, task) if task.internal_data.get("fired") else Activity.enter(self, run, task)

    def work(self, run: Run, task: Task) -> bool:
        """Waits."""
        return CatchEvent.enter(self, run, task)


class ThrowEvent(Step):
    """Sends a message or signal, raises an escalation, or jumps to the link of the same name."""

    def enter(self, run: Run, task: Task) -> bool:
        """Throws."""
        event = self.node.event if self.node else None
        if event is not None and event.kind in {"message", "signal"}:
            self.send(run, task, event)
        elif event is not None and event.kind == "escalation":
            run.catch("escalation", event.name or "", task.parent)
        return True

    def send(self, run: Run, task: Task, event: EventDefinition) -> None:
        """Puts a message or signal on its way, with the step's inputs as its content."""
        assert self.node is not None
        payload = self.transfer(run, task, self.node.inputs)
        run.thrown.append(Thrown(event.kind, event.name or "", task.internal_data["path"], payload))
        run.tell("message sent" if event.kind == "message" else "signal sent", task, name=event.name, payload=payload)

    def onward(self, run: Run, task: Task) -> Sequence[Flow]:
        """The outgoing flows, or those of the link's other end."""
        assert self.node is not None
        event = self.node.event
        if event is None or event.kind != "link":
            return super().onward(run, task)
        ends = [
            node
            for node in self.procedure.inside(self.node.parent)
            if node.kind == "intermediateCatchEvent" and node.event and node.event.kind == "link" and node.event.name == event.name
        ]
        return [self.procedure.flows[flow] for end in ends[:1] for flow in end.outgoing]


class EndEvent(ThrowEvent):
    """Where a token ends."""

    def enter(self, run: Run, task: Task) -> bool:
        """Throws what it throws; an error goes out to whoever catches it, a terminate end takes all other tokens along."""
        event = self.node.event if self.node else None
        if event is not None and event.kind == "error":
            raise BpmnError(self.bpmn_id, event.name or "", f"the error “{event.name}” is caught by nobody.")
        if event is not None and event.kind == "terminate":
            for other in run.tokens(task.parent):
                if other is not task:
                    run.withdraw(other)
        if task.parent is run.task_tree:
            run.end_element = self.bpmn_id
        return super().enter(run, task)


def _timer(form: str, text: str, run: Run) -> dict[str, Any]:
    """What to remember of a timer: when it is due, how often again, how far apart."""
    now, zone = run.around.now, run.around.zone
    if form == "duration":
        return {"due": timing.parse_duration(text).after(now.astimezone(zone)).astimezone(now.tzinfo).isoformat()}
    if form == "date":
        return {"due": timing.parse_moment(text, zone).isoformat()}
    cycle = timing.parse_cycle(text, zone)
    due = cycle.start or cycle.every.after(now)
    return {"due": due.isoformat(), "every": text.rsplit("/", 1)[-1], **({} if cycle.times is None else {"times": cycle.times})}
