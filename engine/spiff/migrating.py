"""A running instance on another definition: what fits of its live steps, what begins or stops to listen, and the run itself.

Steps keep their ids, and with them their work items, claims, drafts and running timers. A step fits when the new drawing has its
element in the same place, of the same kind; else it has to be moved first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.drawing import Flow, Node
from engine.errors import Problem
from engine.spiff import state
from engine.spiff.activities import Activity
from engine.spiff.border import Specifications, Surroundings
from engine.spiff.build import Plan
from engine.spiff.gateways import EventBasedGateway, Join
from engine.spiff.moving import is_interrupted
from engine.spiff.run import Run


@dataclass(frozen=True, slots=True)
class Fit:
    """How an instance fits another definition: why not, and which events it would begin and stop to wait for, by element."""

    problems: tuple[Problem, ...]
    begins: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether nothing stands against it."""
        return not self.problems


def fit(run: Run, plan: Plan) -> Fit:
    """How the live steps of a run fit another plan; nothing is changed."""
    problems: list[Problem] = []
    stops = []
    for task in run.tasks.values():
        if task is run.task_tree:
            continue
        found = list(_problems(task, plan))
        if task.internal_data.get("armed"):
            stops += [task.task_spec.bpmn_id] if found else []
        else:
            problems += found
    if problems:
        return Fit(tuple(dict.fromkeys(problems)))
    begins = [name for task in run.tasks.values() for name in _unheard(run, task, plan)]
    return Fit((), tuple(sorted(begins)), tuple(sorted(stops)))


def migrated(run: Run, plan: Plan, around: Surroundings) -> Run:
    """The run on another plan which it fits."""
    new = [(task.internal_data["path"], name) for task in run.tasks.values() for name in _unheard(run, task, plan)]
    for task in list(run.tasks.values()):
        if run.is_live(task) and task.internal_data.get("armed") and any(_problems(task, plan)):
            run.withdraw(task)
    made = state.load(plan, around, *state.save(run))
    made.happenings = run.happenings
    by_path = {task.internal_data["path"]: task for task in made.tasks.values()}
    for path, name in new:
        holder = by_path[path]
        inside = made.inside(holder)
        specifications = inside if inside and name in inside.task_specs else holder.task_spec._wf_spec
        holder.internal_data["listening"] = True
        made.listen(holder, specifications.task_specs[name])
    return made


def _problems(task: Task, plan: Plan) -> Iterator[Problem]:
    """Why a live step does not fit."""
    old = task.task_spec
    procedure = plan.procedures.get(old.procedure_id)
    new = procedure.task_specs.get(old.name) if procedure else None
    misfit = _misfit(old.node, new.node) if new is not None and type(new) is type(old) else _ABSENT if new is None else _OTHER_KIND
    reasons = [misfit] if misfit else [("flow", reason) for reason in _lost_flows(task, new)]
    for rule, reason in reasons:
        remedy = "Move the step to one that both definitions have, then migrate."
        yield Problem(rule, reason, remedy, old.bpmn_id, old.node.names.get("en", ""))


_ABSENT = ("element", "The other definition has no such element.")
_OTHER_KIND = ("kind", "The other definition has an element of another kind there.")


def _misfit(old: Node, new: Node) -> tuple[str, str] | None:
    """Why an element of the same kind is not the same, as rule and reason."""
    if [event.kind for event in new.events] != [event.kind for event in old.events]:
        return _OTHER_KIND
    if (new.parent, new.attached_to) != (old.parent, old.attached_to):
        return "place", "The other definition has this element in another place."
    if _way_of_rounds(new) != _way_of_rounds(old):
        return "rounds", "The other definition goes through its rounds in another way."
    return ("called", "The other definition calls another procedure there.") if new.called != old.called else None


def _way_of_rounds(node: Node) -> tuple[Any, ...]:
    """What rounds that are going on depend on."""
    found = node.rounds
    return (found.sequential, found.item, found.result_item, found.result_list) if found else ()


def _lost_flows(task: Task, new: Any) -> Iterator[str]:
    """What another definition lacks of the flows on which a step depends."""
    old = task.task_spec
    for flow in _flows(task):
        if not _is_same_flow(old.procedure.flows[flow], new.procedure.flows.get(flow)):
            yield f"The other definition has no flow “{flow}” from and to the same elements."
    if task.internal_data.get("armed") and isinstance(task.parent.task_spec, EventBasedGateway):
        gateway = new.procedure.nodes.get(task.parent.task_spec.bpmn_id)
        if gateway and old.bpmn_id not in {new.procedure.flows[flow].target for flow in gateway.outgoing}:
            yield "The other definition does not have this event behind the gateway."


def _flows(task: Task) -> list[str]:
    """The flows that the state of a step names and on which something depends."""
    came = [task.internal_data["via"]] if isinstance(task.task_spec, Join) and task.internal_data.get("via") else []
    return [*came, *task.internal_data.get("onward", ())]


def _is_same_flow(old: Flow, new: Flow | None) -> bool:
    return new is not None and (new.source, new.target) == (old.source, old.target)


def _unheard(run: Run, task: Task, plan: Plan) -> list[str]:
    """The events that would listen at a live step by another plan, and did not by its own."""
    is_root = task is run.task_tree
    has_begun = task.state == TaskState.STARTED or task.internal_data.get("listening")
    if not is_root and (not has_begun or task.internal_data.get("armed")):
        return []
    new = plan.main.root if is_root else plan.procedures[task.task_spec.procedure_id].task_specs[task.task_spec.name]
    heard = _heard(task.task_spec, run.plan)
    return [name for name, kinds in _heard(new, plan, interrupted=is_interrupted(task)).items() if heard.get(name) != kinds]


def _heard(spec: Any, plan: Specifications, *, interrupted: bool = False) -> dict[str, list[str]]:
    """The elements that listen at a step, with the kinds of their events."""
    own, found = spec.procedure, []
    if isinstance(spec, Activity) and not spec.is_round:
        found += own.boundary_events(spec.bpmn_id)
    if isinstance(spec, EventBasedGateway):
        found += [own.nodes[flow.target] for flow in spec.flows()]
    if spec.node is None or spec.holds_scope:
        inside = plan.procedures[spec.scope_id] if spec.node is None or spec.is_call else spec._wf_spec
        found += [] if interrupted else [start.node for start in inside.listeners_in(spec.scope_id)]
    return {node.id: [event.kind for event in node.events] for node in found}
