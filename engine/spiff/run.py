"""One instance in memory: what is done to it, and the automatic work that follows."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import thread_time
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError, LaneworkError, LimitExceeded, NotFound
from engine.spiff.border import Specifications, Surroundings, Thrown
from engine.spiff.tree import Tree

#: After so many acts in a row that used up their budget, a run counts as endless.
MOST_TIMES_PUT_OFF = 5


@dataclass(slots=True)
class Budget:
    """How many automatic steps one act may do, in how much computing time, and how many may be alive; then the rest is put off."""

    steps: int = 1_000
    live: int = 5_000
    seconds: float = 5.0
    begun: float = field(default_factory=thread_time)

    def is_used_up(self, live: int) -> bool:
        """Whether the rest must be put off, with so many steps alive."""
        return self.steps <= 0 or live > self.live or thread_time() - self.begun > self.seconds


class Run(Tree):
    """Automatic steps are done one by one from a queue, each by itself, so that one that fails stops no other.

    When the queue is empty, joins, conditions and timers whose moment has passed already are looked at. When they change nothing
    either, the run is at rest: only people, events and incidents are waited for.
    """

    def __init__(self, plan: Specifications, around: Surroundings) -> None:
        super().__init__(plan, around)
        self.thrown: list[Thrown] = []
        self.end_element: str | None = None
        self._ready: deque[Task] = deque()
        self._arrived: list[Task] = []

    # --- acts -----------------------------------------------------------------------------------

    def start(self, variables: Mapping[str, Any], *, element: str | None = None) -> None:
        """Puts a token on the plain start event, or on the named one."""
        self.write(self.task_tree, variables)
        self.enter_scope(self.task_tree, element)

    def finish(self, step: str, variables: Mapping[str, Any]) -> None:
        """Writes what a person or worker gave to an open step and lets it go on.

        Raises:
            NotFound: no such step is open.
        """
        task = self.open_step(step)
        self.write(task, variables)
        self.leave(task)

    def open_step(self, step: str) -> Task:
        """The live step that waits for a person or worker.

        Raises:
            NotFound: there is none with this id, or it does not wait.
        """
        for task in self.tasks.values():
            if task.internal_data["path"] == step and task.state == TaskState.STARTED and task.task_spec.manual:
                return task
        raise NotFound("open step", step)

    def retry(self, step: str) -> None:
        """Lets a failed step run again.

        Raises:
            NotFound: no such step has failed.
        """
        for task in self.tasks.values():
            if task.internal_data["path"] == step and task.internal_data.pop("incident", None):
                if task.state == TaskState.READY:
                    self._ready.append(task)
                self.release(step)
                return
        raise NotFound("failed step", step)

    def cancel_all(self) -> None:
        """Withdraws every live step."""
        for child in self.task_tree.children:
            self.withdraw(child)
        self.completed = True

    # --- automatic work -------------------------------------------------------------------------

    def advance(self, budget: Budget) -> bool:
        """Does automatic work until the run is at rest; False when the budget ran out before."""
        while self._ready or self._settle():
            task = self._ready[0] if self._ready else None
            if task is None:
                continue  # what settled needs no work
            if not self._is_to_do(task):
                self._ready.popleft()
            elif budget.is_used_up(len(self.tasks)):
                return self._put_off()
            else:
                self._ready.popleft()
                budget.steps -= 1
                self._step(task)
        self._report_stuck()
        self.task_tree.internal_data.pop("put_off", None)
        return True

    def is_at_rest(self) -> bool:
        """Whether no automatic work is queued."""
        return not self._ready

    def make_ready(self, task: Task) -> None:
        """Queues a step for its automatic work."""
        self._ready.append(task)

    def do_next(self, task: Task) -> None:
        """Queues a step before all others."""
        task._set_state(TaskState.READY)
        self._ready.appendleft(task)

    def leave(self, task: Task) -> None:
        """Queues a waiting step for what it does when it leaves."""
        task.internal_data["leaving"] = True
        task._set_state(TaskState.READY)
        self._ready.append(task)

    def arrive_later(self, token: Task) -> None:
        """Lets a token arrive as soon as the step it comes from has left the tree."""
        self._arrived.append(token)

    def _is_to_do(self, task: Task) -> bool:
        return self.is_live(task) and task.state == TaskState.READY and not task.internal_data.keys() & {"incident", "parked"}

    def _step(self, task: Task) -> None:
        try:
            task.run()
        except BpmnError as error:
            task._set_state(TaskState.READY)
            if not self.catch("error", error.code, task, reason=error.reason):
                self._fail(task, error)
        except LaneworkError as error:
            task._set_state(TaskState.READY)
            self._fail(task, error)

    def _task_completed_notify(self, task: Task) -> None:
        """A finished step leaves the tree; what comes after it arrives; its scope may have ended with it."""
        if not self.is_live(task):
            return  # it was taken out by what it threw
        holder = task.parent
        self._remove_task(task.id)
        arrived, self._arrived = self._arrived, []
        for token in arrived:
            if self.is_live(token):
                token.task_spec._update(token)
        if self.is_live(holder):
            holder.task_spec.child_finished(self, holder, task)

    def _settle(self) -> bool:
        """Looks at what waits for others to come to rest; whether anything moved."""
        moved = self._end_orphans()
        for task in list(self.tasks.values()):
            if not task.task_spec.settles or not self.is_live(task) or not task.has_state(TaskState.WAITING | TaskState.STARTED):
                continue
            try:
                moved |= task.task_spec.settle(self, task)
            except LaneworkError as error:
                task._set_state(TaskState.READY)
                self._fail(task, error)
        return moved

    def _put_off(self) -> bool:
        """Leaves the rest for a later act; a run that never comes to rest becomes an incident."""
        root = self.task_tree.internal_data
        root["put_off"] = root.get("put_off", 0) + 1
        if root["put_off"] < MOST_TIMES_PUT_OFF:
            return False
        root["put_off"] = 0
        first, *others = [task for task in self._ready if self._is_to_do(task)]
        self._fail(first, LimitExceeded(first.task_spec.bpmn_id, "automatic steps follow one another without end."))
        for task in others:  # one cause is one incident; they go on when it is retried
            task.internal_data["parked"] = first.internal_data["path"]
        self._ready.clear()
        return True

    # --- detours --------------------------------------------------------------------------------

    def send_away(self, task: Task) -> None:
        """Lets a step wait, where it is, for the end of a detour."""
        task.internal_data["away"] = True
        task._set_state(TaskState.WAITING)
        self.tell("step withdrawn", task)

    def end_detour(self, task: Task) -> None:
        """The step for which another is away is done: nothing else that came with the detour goes on."""
        top = task
        while "detour" not in top.internal_data:
            top = top.parent
        if top is not task:
            self._withdraw_detour(top)

    def _withdraw_detour(self, top: Task) -> None:
        """Takes a detour out of the tree; the scope in which it was may have ended with it."""
        holder = top.parent
        self.withdraw(top)
        if self.is_live(holder):
            holder.task_spec.child_finished(self, holder, top)

    def _end_orphans(self) -> bool:
        """Ends the detours whose step is no longer there to come back; whether there were any."""
        detours = [task for task in self.tasks.values() if task.internal_data.get("detour")]
        if not detours:
            return False
        away = {task.internal_data["path"] for task in self.tasks.values() if task.internal_data.get("away")}
        orphans = [task for task in detours if task.internal_data["back"] not in away]
        for task in orphans:
            if self.is_live(task):
                self._withdraw_detour(task)
        return bool(orphans)

    def _come_back(self, step: str) -> None:
        """Lets a step that was away begin anew, under a new id: what was offered before is over."""
        for task in self.tasks.values():
            data = task.internal_data
            if data["path"] == step and data.get("away") and task.state == TaskState.WAITING:
                visits = task.parent.internal_data.setdefault("visits", {})
                visits[step] = visits.get(step, 0) + 1
                data["path"] = f"{step}.{visits[step]}"
                for name in ("away", "listening"):
                    data.pop(name, None)
                if not data.get("leaving"):  # what was done before it failed is not done twice
                    data.pop("local", None)
                if step in self.variables:  # those of a round stand under its id
                    self.variables[data["path"]] = self.variables.pop(step)
                task._set_state(TaskState.READY)
                self.make_ready(task)
                return

    def _task_removed_notify(self, task: Task) -> None:
        super()._task_removed_notify(task)
        if task.internal_data.get("detour"):
            self._come_back(task.internal_data["back"])

    # --- what goes wrong ------------------------------------------------------------------------

    def _fail(self, task: Task, error: LaneworkError) -> None:
        task.internal_data["incident"] = str(error)
        self.tell("step failed", task, reason=str(error), error=type(error).__name__)

    def _report_stuck(self) -> None:
        """A step that waits for what cannot come any more must not wait in silence."""
        for task in list(self.tasks.values()):
            reason = task.task_spec.why_stuck(self, task) if task.state == TaskState.WAITING else None
            if reason is not None:
                self._fail(task, reason)

    def catch(self, kind: str, code: str, task: Task, *, reason: str = "") -> bool:
        """Lets what listens closest around a step catch an error or escalation; whether anything did.

        In one place event sub-processes come before the border, and one for this code before one for every code. What is thrown
        in an event sub-process is not caught by itself.
        """
        came_from, found = None, task
        while found is not None:
            armed = [child for child in found.children if child.internal_data.get("armed")]
            catching = [one for one in armed if one.task_spec.catches(kind, code) and not one.task_spec.begins(came_from)]
            if catching:
                chosen = min(catching, key=lambda child: child.task_spec.closeness)
                self.tell("error caught" if kind == "error" else "escalation caught", chosen, code=code)
                chosen.task_spec.fire(self, chosen, chosen.task_spec.told_of(code, reason))
                return True
            came_from, found = found, found.parent
        return False
