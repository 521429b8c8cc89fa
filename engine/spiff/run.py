"""The live tree of one instance, and what happens to it."""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine import feel
from engine.errors import BpmnError, LaneworkError, LimitExceeded, NotFound, StepFailed
from engine.spiff.border import Specifications, Surroundings, Thrown
from engine.spiff.happenings import Happening, Kind

#: After so many acts in a row that used up their budget, a run counts as endless.
MOST_TIMES_PUT_OFF = 5


@dataclass(slots=True)
class Budget:
    """How many automatic steps one act may do, and how many steps may be alive, before the rest is put off."""

    steps: int = 1_000
    live: int = 5_000


class Run(Workflow):
    """One instance in memory.

    The tree has the root above, and below it only live steps: a token in a sub-process, a call or a multi-instance stands below
    the step that holds it. A step's `internal_data` holds all that must survive; its `path` is the step's own id.
    """

    def __init__(self, plan: Specifications, around: Surroundings) -> None:
        super().__init__(plan.main, deserializing=True)
        self.plan = plan
        self.around = around
        self.variables: dict[str, dict[str, Any]] = {"": {}}
        self.happenings: list[Happening] = []
        self.thrown: list[Thrown] = []
        self.end_element: str | None = None
        self._ready: deque[Task] = deque()
        self._arrived: list[Task] = []
        self.task_tree = Task(self, plan.main.root, state=TaskState.STARTED)
        self.task_tree.internal_data["path"] = ""

    # --- acts -----------------------------------------------------------------------------------

    def start(self, variables: Mapping[str, Any], *, element: str | None = None) -> None:
        """Puts a token on the plain start event, or on the named one."""
        self.write(self.task_tree, variables)
        self.enter_scope(self.task_tree, self.plan.main, element)

    def advance(self, budget: Budget) -> bool:
        """Runs automatic steps until only people, events and incidents are waited for; False when the budget ran out before."""
        while True:
            while self._ready:
                task = self._ready.popleft()
                if not self.is_live(task) or task.state != TaskState.READY or "incident" in task.internal_data:
                    continue
                if budget.steps <= 0 or len(self.tasks) > budget.live:
                    self._ready.appendleft(task)
                    return self._put_off()
                budget.steps -= 1
                self._step(task)
            if not self._release_joins():
                self.task_tree.internal_data.pop("put_off", None)
                return True

    def _put_off(self) -> bool:
        """Leaves the rest for a later act; a run that never comes to rest becomes an incident."""
        root = self.task_tree.internal_data
        root["put_off"] = root.get("put_off", 0) + 1
        if root["put_off"] < MOST_TIMES_PUT_OFF:
            return False
        root["put_off"] = 0
        for queued in self._ready:
            self._fail(queued, LimitExceeded(queued.task_spec.bpmn_id, "automatic steps follow one another without end."))
        self._ready.clear()
        return True

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
            if task.internal_data.get("path") == step and task.state == TaskState.STARTED and task.task_spec.manual:
                return task
        raise NotFound("open step", step)

    def retry(self, step: str) -> None:
        """Lets a failed step run again.

        Raises:
            NotFound: no such step has failed.
        """
        for task in self.tasks.values():
            if task.internal_data.get("path") == step and task.internal_data.pop("incident", None):
                self._ready.append(task)
                return
        raise NotFound("failed step", step)

    def cancel_all(self) -> None:
        """Withdraws every live step."""
        for child in self.task_tree.children:
            self.withdraw(child)
        self.completed = True

    # --- the tree -------------------------------------------------------------------------------

    def is_live(self, task: Task) -> bool:
        """Whether the step is still in the tree."""
        return task.id in self.tasks

    def place(self, holder: Task, spec: Any, *, path: str = "", **data: Any) -> Task:
        """A new token below `holder`, not yet arrived. Its path counts the visits of the element in that scope."""
        token = holder._add_child(spec, TaskState.FUTURE)
        if not path:
            visits = holder.internal_data.setdefault("visits", {})
            visits[spec.name] = visits.get(spec.name, 0) + 1
            prefix = holder.internal_data["path"]
            path = f"{prefix}{'/' if prefix else ''}{spec.name}.{visits[spec.name]}"
        token.internal_data = {"path": path, **data}
        return token

    def enter_scope(self, holder: Task, procedure: Any, element: str | None = None) -> None:
        """Puts a token on the start event of what `holder` holds."""
        token = self.place(holder, procedure.start_of(holder.task_spec.scope_id, element))
        token.task_spec._update(token)

    def arrive_later(self, token: Task) -> None:
        """Lets a token arrive as soon as the step it comes from has left the tree."""
        self._arrived.append(token)

    def is_at_rest(self) -> bool:
        """Whether no automatic work is queued."""
        return not self._ready

    def make_ready(self, task: Task) -> None:
        """Queues a step for its automatic work."""
        self._ready.append(task)

    def leave(self, task: Task) -> None:
        """Queues a waiting step for what it does when it leaves."""
        task.internal_data["leaving"] = True
        task._set_state(TaskState.READY)
        self._ready.append(task)

    def withdraw(self, task: Task) -> None:
        """Takes a step and all below it out of the tree, unfinished."""
        if self.is_live(task):
            task.cancel()
            self._remove_task(task.id)

    def absorb(self, task: Task) -> None:
        """Takes a token that a join has consumed out of the tree."""
        task._set_state(TaskState.COMPLETED)
        self._remove_task(task.id)

    def tokens(self, holder: Task) -> list[Task]:
        """The tokens directly in a scope, without events that merely listen."""
        return [child for child in holder.children if not child.internal_data.get("armed")]

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

    def _task_removed_notify(self, task: Task) -> None:
        path = task.internal_data["path"]
        self.variables.pop(f"{path}/", None)
        if task.task_spec.is_round:
            self.variables.pop(path, None)
        if task.state != TaskState.COMPLETED and not task.internal_data.get("armed"):
            self.tell("step withdrawn", task)

    # --- scopes ---------------------------------------------------------------------------------

    def scopes(self, task: Task) -> Iterator[str]:
        """The keys of the scopes that a step sees, innermost first; a call hides what lies outside it."""
        found: Task | None = task
        while found is not None:
            if found.task_spec.is_round:
                yield found.internal_data["path"]
            found = found.parent
            if found is None or found.parent is None:
                yield ""
                return
            if found.task_spec.is_call:
                yield f"{found.internal_data['path']}/"
                return

    def view(self, task: Task, local: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """All variables that a step sees, its own inputs first."""
        maps: list[MutableMapping[str, Any]] = [self.variables.setdefault(key, {}) for key in self.scopes(task)]
        return ChainMap(dict(local or {}), task.internal_data.get("local", {}), *maps)

    def write(self, task: Task, variables: Mapping[str, Any]) -> None:
        """Writes variables to the innermost lasting scope and notes old and new values."""
        if not variables:
            return
        scope = self.variables.setdefault(next(iter(self.scopes(task))), {})
        changed = {name: {"old": scope.get(name), "new": value} for name, value in variables.items() if scope.get(name) != value}
        scope.update(variables)
        if changed:
            self.tell("variables set", task, changed=changed)

    def evaluate(self, text: str, scope: Mapping[str, Any], element: str) -> Any:
        """The JSON value of an attribute's text over a scope.

        Raises:
            StepFailed: the value is nothing that can be kept.
        """
        result = feel.compile_attribute(text).evaluate(scope, self.around.functions(scope), now=self.around.now)
        try:
            return feel.to_json(result.value)
        except (TypeError, ValueError) as error:
            raise StepFailed(element, f"“{text}” gives a value that cannot be stored ({error}).") from error

    # --- what goes wrong ------------------------------------------------------------------------

    def _step(self, task: Task) -> None:
        try:
            task.run()
        except BpmnError as error:
            task._set_state(TaskState.READY)
            if not self.catch("error", error.code, task):
                self._fail(task, error)
        except LaneworkError as error:
            self._fail(task, error)

    def _fail(self, task: Task, error: LaneworkError) -> None:
        task._set_state(TaskState.READY)
        task.internal_data["incident"] = str(error)
        self.tell("step failed", task, reason=str(error), error=type(error).__name__)

    def catch(self, kind: str, code: str, task: Task) -> bool:
        """Lets the innermost boundary event around a step catch an error or escalation; whether one did."""
        found: Task | None = task
        while found is not None:
            for child in found.children:
                if child.internal_data.get("armed") and child.task_spec.catches(kind, code):
                    self.tell("error caught" if kind == "error" else "escalation caught", child, code=code)
                    child.task_spec.fire(self, child, {"code": code})
                    return True
            found = found.parent
        return False

    def _release_joins(self) -> bool:
        waiting = [t for t in self.tasks.values() if t.state == TaskState.WAITING and t.task_spec.may_release_late]
        released = 0
        for task in waiting:
            released += self.is_live(task) and task.task_spec.release(self, task)
        return released > 0

    # --- telling --------------------------------------------------------------------------------

    def tell(self, kind: Kind, task: Task, **details: Any) -> None:
        """Notes that something happened to a step."""
        node = task.task_spec.node
        element = node.id if node else ""
        self.happenings.append(Happening(kind, task.internal_data["path"], element, task.task_spec.procedure_id, details))

    def labels(self, properties: Mapping[str, str]) -> dict[str, str]:
        """The `label:…` properties of a procedure as they read now: what lists show and search."""
        scope = self.variables[""]
        texts = {k.removeprefix("label:"): v for k, v in properties.items() if k.startswith("label:")}
        values = {name: self.evaluate(text, scope, name) for name, text in texts.items()}
        return {name: str(value) for name, value in values.items() if value is not None}
