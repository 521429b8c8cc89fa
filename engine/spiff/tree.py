"""The live steps of one instance, the variables they see, and what is told of them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import Any

import orjson
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine import feel
from engine.errors import LimitExceeded, StepFailed
from engine.spiff.border import Specifications, Surroundings
from engine.spiff.happenings import Happening, Kind

#: Deeper than this no drawing nests on purpose: it calls itself.
DEEPEST = 100
#: By more than this no act lets the variables of an instance grow.
MOST_BYTES = 16 * 2**20


class Tree(Workflow):
    """The tree has the root above, and below it only live steps.

    A token in a sub-process, a call or a multi-instance stands below the step that holds it. So does what only listens: to what
    happens on the border of an activity, behind an event-based gateway, or at the start of an event sub-process. It is `armed`.
    A step's `internal_data` holds all that must survive; its `path` is the step's own id.
    """

    def __init__(self, plan: Specifications, around: Surroundings) -> None:
        super().__init__(plan.main, deserializing=True)
        self.plan = plan
        self.around = around
        self.variables: dict[str, dict[str, Any]] = {"": {}}
        self.happenings: list[Happening] = []
        self.grown_bytes = 0
        self.task_tree = Task(self, plan.main.root, state=TaskState.STARTED)
        self.task_tree.internal_data["path"] = ""

    # --- steps ----------------------------------------------------------------------------------

    def is_live(self, task: Task) -> bool:
        """Whether the step is still in the tree."""
        return task.id in self.tasks

    def tokens(self, holder: Task) -> list[Task]:
        """The tokens directly in a scope, without what merely listens."""
        return [child for child in holder.children if not child.internal_data.get("armed")]

    def place(self, holder: Task, spec: Any, **data: Any) -> Task:
        """A new token below `holder`, not yet arrived. Its path counts the visits of the element in that scope."""
        visits = holder.internal_data.setdefault("visits", {})
        visits[spec.name] = visits.get(spec.name, 0) + 1
        prefix = holder.internal_data["path"]
        return self.place_at(f"{prefix}{'/' if prefix else ''}{spec.name}.{visits[spec.name]}", holder, spec, **data)

    def place_at(self, path: str, holder: Task, spec: Any, **data: Any) -> Task:
        """A new token below `holder` with an id of its own kind, not yet arrived."""
        token = holder._add_child(spec, TaskState.FUTURE)
        token.internal_data = {"path": path, **data}
        return token

    def listen(self, holder: Task, spec: Any) -> None:
        """Lets an event listen below `holder`. It arms itself as automatic work, which may fail by itself."""
        spec._update(self.place_at(f"{holder.internal_data['path']}!{spec.name}", holder, spec, armed=True))

    def inside(self, holder: Task) -> Any:
        """The specifications of the procedure whose elements stand in a scope; None where there is no scope."""
        spec = holder.task_spec
        if holder is self.task_tree:
            return self.plan.main
        if not spec.holds_scope:
            return None
        return self.plan.procedures[spec.scope_id] if spec.is_call else spec._wf_spec

    def enter_scope(self, holder: Task, element: str | None = None) -> None:
        """Puts a token on the start event of what `holder` holds, or `into` it, and lets the event sub-processes in it listen.

        Raises:
            StepFailed: there is no such start event, or the drawing goes on calling itself.
        """
        procedure, data = self.inside(holder), holder.internal_data
        start = None if data.get("into") else procedure.start_of(holder.task_spec.scope_id, element)
        if holder.depth > DEEPEST:
            raise LimitExceeded(holder.task_spec.bpmn_id, f"it is the {DEEPEST + 1}th of calls and sub-processes in one another.")
        for spec in procedure.listeners_in(holder.task_spec.scope_id):
            self.listen(holder, spec)
        if start is None:
            self.enter_at(holder, data.pop("into"), **({"back": data["back"]} if "back" in data else {}))
        else:
            start._update(self.place(holder, start))

    def enter_at(self, holder: Task, way: Sequence[str], **data: Any) -> Task:
        """Puts a token on the last element of a way in from a scope; the others are the sub-processes around it."""
        spec = self.inside(holder).task_specs[way[0]]
        token = self.place(holder, spec, **data, **({"into": list(way[1:])} if way[1:] else {}))
        spec.stand_in(token)
        spec._update(token)
        return token

    def withdraw(self, task: Task) -> None:
        """Takes a step and all below it out of the tree, unfinished."""
        if self.is_live(task):
            task.cancel()
            self._remove_task(task.id)

    def withdraw_tokens(self, holder: Task, *, but: Task | None = None) -> None:
        """Takes every token in a scope out of the tree, except one."""
        for token in self.tokens(holder):
            if token is not but:
                self.withdraw(token)

    def withdraw_listeners(self, holder: Task) -> None:
        """Lets the event sub-processes in a scope listen no more."""
        for child in holder.children:
            if child.internal_data.get("armed") and child.task_spec.listens_inside:
                self.withdraw(child)

    def absorb(self, task: Task) -> None:
        """Takes a token that a join has consumed out of the tree."""
        task._set_state(TaskState.COMPLETED)
        self._remove_task(task.id)

    def close_incident(self, task: Task) -> None:
        """Forgets that a step failed: it has been overtaken by what happened since."""
        if task.internal_data.pop("incident", None):
            self.tell("incident closed", task)
            self.release(task.internal_data["path"])

    def release(self, step: str) -> None:
        """Lets the steps go on that were parked with a failed one."""
        for task in self.tasks.values():
            if task.internal_data.get("parked") == step:
                del task.internal_data["parked"]
                task.task_spec._on_ready_hook(task)

    def _task_removed_notify(self, task: Task) -> None:
        path = task.internal_data["path"]
        self.variables.pop(f"{path}/", None)
        if task.task_spec.is_round:
            self.variables.pop(path, None)
        self.close_incident(task)
        if task.state != TaskState.COMPLETED and not task.internal_data.keys() & {"armed", "away"}:
            self.tell("step withdrawn", task)

    # --- variables ------------------------------------------------------------------------------

    def _around(self, task: Task) -> Iterator[tuple[MutableMapping[str, Any], bool]]:
        """The variables around a step, innermost first, and whether they are a lasting scope; a call hides what lies outside.

        What is not a lasting scope are the input parameters of a sub-process around the step.
        """
        found: Task = task
        while True:
            if found.task_spec.is_round:
                yield self.variables.setdefault(found.internal_data["path"], {}), True
            if found.parent is None or found.parent.parent is None:
                yield self.variables[""], True
                return
            found = found.parent
            if found.task_spec.is_call:
                yield self.variables.setdefault(f"{found.internal_data['path']}/", {}), True
                return
            if "local" in found.internal_data:
                yield found.internal_data["local"], False

    def view(self, task: Task, local: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """All variables that a step sees, its own inputs first."""
        return ChainMap(dict(local or {}), task.internal_data.get("local", {}), *(variables for variables, _ in self._around(task)))

    def write(self, task: Task, variables: Mapping[str, Any]) -> None:
        """Writes variables to the innermost lasting scope and notes old and new values."""
        changed = {}
        self._grow(task, variables)
        for name, value in variables.items():
            scope = next(scope for scope, lasting in self._around(task) if lasting or name in scope)
            if name not in scope or scope[name] != value:  # even null may hide a value further out
                changed[name] = {"old": scope.get(name), "new": value}
            scope[name] = value
        if changed:
            self.tell("variables set", task, changed=changed)

    def _grow(self, task: Task, variables: Mapping[str, Any]) -> None:
        """Counts what an act adds to the variables, before it is written."""
        grown = self.grown_bytes
        for name, value in variables.items():
            old = next((scope[name] for scope, _ in self._around(task) if name in scope), None)
            if value is not old:
                grown += len(orjson.dumps(value)) - len(orjson.dumps(old))
        if grown > MOST_BYTES:
            raise LimitExceeded(task.task_spec.bpmn_id, f"the variables would grow by more than {MOST_BYTES // 2**20} MB at once.")
        self.grown_bytes = grown

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

    def labels(self, properties: Mapping[str, str]) -> dict[str, str]:
        """The `label:…` properties of a procedure as they read now: what lists show and search."""
        scope = self.variables[""]
        texts = {k.removeprefix("label:"): v for k, v in properties.items() if k.startswith("label:")}
        values = {name: self.evaluate(text, scope, name) for name, text in texts.items()}
        return {name: str(value) for name, value in values.items() if value is not None}

    # --- telling --------------------------------------------------------------------------------

    def tell(self, kind: Kind, task: Task, **details: Any) -> None:
        """Notes that something happened to a step."""
        node = task.task_spec.node
        element = node.id if node else ""
        self.happenings.append(Happening(kind, task.internal_data["path"], element, task.task_spec.procedure_id, details))
