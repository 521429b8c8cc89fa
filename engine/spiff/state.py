"""The live tree as bytes, and back. The format is ours and has a number.

A state is `{"format": 1, "end": …, "root": {…}, "steps": [[reference, parent, state, data], …]}`: the steps in tree order,
`parent` the index of an earlier one or -1 for the root. Variables are a second value: `{scope key: {name: value}}`.
When the format changes, `MIGRATIONS` gets a function from the old number. `tests/golden/` keeps the states that each release wrote
(`python -m tests.golden`); this one must load and finish them. A new or renamed key of a step's data is a change of format only
when what was written before cannot be read any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import Invalid
from engine.spiff.border import Surroundings
from engine.spiff.build import Plan
from engine.spiff.run import Run

FORMAT = 1
MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def save(run: Run) -> tuple[bytes, bytes]:
    """State and variables of a run."""
    index = {run.task_tree.id: -1}
    steps: list[list[Any]] = []
    todo = run.task_tree.children[::-1]
    while todo:
        task = todo.pop()
        index[task.id] = len(steps)
        steps.append([f"{task.task_spec.procedure_id}:{task.task_spec.name}", index[task._parent], task.state, task.internal_data])
        todo += task.children[::-1]
    state = {"format": FORMAT, "end": run.end_element, "root": run.task_tree.internal_data, "steps": steps}
    return orjson.dumps(state), orjson.dumps({key: values for key, values in run.variables.items() if values or not key})


def load(plan: Plan, around: Surroundings, state: bytes, variables: bytes) -> Run:
    """The run that was saved.

    Raises:
        Invalid: the state is of a format that this release does not know.
    """
    kept = orjson.loads(state)
    while kept["format"] != FORMAT:
        if kept["format"] not in MIGRATIONS:
            raise Invalid("The state has format %(format)s, which this release cannot read.", format=kept["format"])
        kept = MIGRATIONS[kept["format"]](kept)
    run = Run(plan, around)
    run.variables = orjson.loads(variables)
    run.end_element = kept["end"]
    run.task_tree.internal_data = kept["root"]
    tasks: list[Task] = []
    for reference, parent, value, data in kept["steps"]:
        task = Task(run, plan.spec(reference), run.task_tree if parent < 0 else tasks[parent], state=value)
        task.internal_data = data
        tasks.append(task)
        if value == TaskState.READY and not data.keys() & {"incident", "parked"}:
            run.make_ready(task)
    run.completed = not tasks
    return run
