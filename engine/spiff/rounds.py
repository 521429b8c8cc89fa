"""Multi-instance: one round of an activity for each item of a collection, each with a scope of its own."""

from __future__ import annotations

from collections import ChainMap
from typing import Any

from SpiffWorkflow.task import Task

from engine.drawing import Rounds, expression_text
from engine.errors import LimitExceeded, StepFailed
from engine.spiff.activities import Activity
from engine.spiff.run import Run
from engine.spiff.steps import need

#: More rounds than this are a mistake in the data or in the drawing.
MOST_ROUNDS = 1_000


class RoundsStep(Activity):
    """The whole of the rounds. `items` are those still to come when the rounds follow one another."""

    @property
    def rounds(self) -> Rounds:
        """How the rounds are drawn."""
        assert self.node is not None
        assert self.node.rounds is not None
        return self.node.rounds

    def enter(self, run: Run, task: Task) -> bool:
        """Starts the rounds; later, after each round, sees whether it is enough."""
        return self._after_round(run, task) if "total" in task.internal_data else super().enter(run, task)

    def read_inputs(self, run: Run, task: Task) -> None:
        """The input parameters are read in each round, where the item is known."""

    def work(self, run: Run, task: Task) -> bool:
        """Starts all rounds, or the first; none for an empty collection."""
        items = self._items(run, task)
        task.internal_data.update(total=len(items), done=0, results={}, items=list(items))
        for _ in items[:1] if self.rounds.sequential else items:
            self._start_next(run, task)
        return not items

    def add(self, run: Run, task: Task, item: Any) -> None:
        """A further round, at once or as the last to come."""
        task.internal_data["total"] += 1
        task.internal_data["items"].append(item)
        if not self.rounds.sequential:
            self._start_next(run, task)

    def result_of(self, run: Run, round_task: Task) -> Any:
        """What a round gives to the list of results."""
        data = round_task.internal_data
        return ChainMap(run.variables[data["path"]], data.get("local", {})).get(self.rounds.result_item or "")

    def child_finished(self, run: Run, task: Task, child: Task) -> None:
        """Notes the result of a round and looks at the completion condition as automatic work, which may fail by itself."""
        if child.internal_data.get("armed") or child.task_spec is not self._round_spec:
            return
        task.internal_data["results"][str(child.internal_data["index"])] = child.internal_data.get("result")
        task.internal_data["done"] += 1
        run.do_next(task)  # before any other round: this one may have been enough

    def leave(self, run: Run, task: Task) -> None:
        """Writes the list of results, in the order of the items, then the output parameters."""
        run.write(task, self._results(task))
        super().leave(run, task)

    @property
    def _round_spec(self) -> Any:
        return self._wf_spec.task_specs[f"{self.name}*"]

    def _items(self, run: Run, task: Task) -> list[Any]:
        scope = run.view(task)
        if self.rounds.collection:
            items = run.evaluate(expression_text(self.rounds.collection), scope, self.bpmn_id)
            need(items, list, self.bpmn_id, f"the collection {self.rounds.collection}")
        else:
            count = run.evaluate(expression_text(self.rounds.cardinality or ""), scope, self.bpmn_id)
            need(count, int, self.bpmn_id, f"the number of rounds {self.rounds.cardinality}")
            if not 0 <= count <= MOST_ROUNDS:
                raise LimitExceeded(self.bpmn_id, f"it asks for {count} rounds; at most {MOST_ROUNDS} are allowed.")
            items = list(range(count))
        if len(items) > MOST_ROUNDS:
            raise LimitExceeded(self.bpmn_id, f"it asks for {len(items)} rounds; at most {MOST_ROUNDS} are allowed.")
        return list(items)

    def _start_next(self, run: Run, task: Task) -> None:
        index = task.internal_data["total"] - len(task.internal_data["items"])
        item = task.internal_data["items"].pop(0)
        path = f"{task.internal_data['path']}[{index}]"
        run.variables[path] = {"loopCounter": index, **({self.rounds.item: item} if self.rounds.item else {})}
        self._round_spec._update(run.place_at(path, task, self._round_spec, index=index))

    def _after_round(self, run: Run, task: Task) -> bool:
        if self._is_enough(run, task):
            run.withdraw_tokens(task)
            return True
        if self.rounds.sequential and task.internal_data["items"] and not run.tokens(task):
            self._start_next(run, task)
        return not run.tokens(task)

    def _results(self, task: Task) -> dict[str, Any]:
        """The list of results so far, in the order of the items."""
        results = task.internal_data["results"]
        return {self.rounds.result_list: [results[key] for key in sorted(results, key=int)]} if self.rounds.result_list else {}

    def _is_enough(self, run: Run, task: Task) -> bool:
        if not self.rounds.condition:
            return False
        done, total = task.internal_data["done"], task.internal_data["total"]
        numbers = {"nrOfInstances": total, "nrOfCompletedInstances": done, "nrOfActiveInstances": len(run.tokens(task))}
        value = run.evaluate(self.rounds.condition, run.view(task, {**numbers, **self._results(task)}), self.bpmn_id)
        if not isinstance(value, bool):
            raise StepFailed(self.bpmn_id, f"the completion condition {self.rounds.condition} gives {value!r}.")
        return value
