"""What administrators do to tokens: move one to another step, send one away until that step is done, add a round.

A token that is sent away stays in its place, its rounds and its parallel block, and waits there. What it waits for is a second
token, the `detour`: when that has left the tree, for whatever reason, the first one begins its step anew.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task

from engine.drawing import Node, Procedure
from engine.errors import Invalid, NotFound
from engine.spiff.activities import Activity
from engine.spiff.events import CatchEvent, StartEvent
from engine.spiff.rounds import MOST_ROUNDS, RoundsStep
from engine.spiff.run import Run


def movable(run: Run) -> list[Task]:
    """The live steps that can be moved: all but those that merely listen, and those that are away."""
    inside = [task for task in run.tasks.values() if task is not run.task_tree]
    return [task for task in inside if not task.internal_data.keys() & {"armed", "away"}]


def targets(run: Run, step: str) -> list[Node]:
    """The elements to which a step can be moved, those of its own procedure first.

    Raises:
        NotFound: no such step is live.
    """
    found: dict[str, Node] = {}
    holder = _live(run, step).parent
    while holder is not None:
        procedure = _procedure_inside(run, holder)
        if procedure is not None:
            nodes = (node for node in procedure.nodes.values() if _refusal(procedure, node, holder) is None)
            found = {node.id: node for node in nodes} | found
        holder = holder.parent
    return list(found.values())


def move(run: Run, step: str, target: str, *, alone: bool = True, comes_back: bool = False) -> None:
    """Moves a token to an element around it: on from there; or, if it `comes_back`, only until that is done.

    Without `alone` every other token goes that is in the scope of the target: work beside it ends unfinished.

    Raises:
        NotFound: no such step is live, or no such element is around it.
        Invalid: no token can stand there, or this one cannot come back.
    """
    task = _live(run, step)
    base, way = _way(run, task, target)
    back: dict[str, Any] = {}
    interrupted = is_interrupted(base)
    if comes_back:
        if not alone:
            raise Invalid("A step that is to come back cannot end what is beside it.")
        spec = run.inside(base).task_specs[target]
        if not isinstance(spec, Activity | CatchEvent) or isinstance(spec, StartEvent):
            reason = "A step comes back from an activity, or from an event that is waited for, not from “%(target)s”."
            raise Invalid(reason, target=target)
        _send_away(run, task)
        back = {"back": task.internal_data["path"], "detour": True}
    elif alone:
        _withdraw_branch(run, task, base)
    else:
        run.withdraw_tokens(base)
    if interrupted and not is_interrupted(base):
        _listen_again(run, base)
    token = run.enter_at(base, way, **back)
    run.tell("step moved", token, source=step, alone=alone, comes_back=comes_back)


def add_round(run: Run, step: str, item: Any) -> None:
    """Adds a round for a further item to the rounds of a live multi-instance activity; `step` is it, or one of its rounds.

    Raises:
        NotFound: no such step is live.
        Invalid: it has no rounds, or too many.
    """
    task = rounds_of(run, _live(run, step))
    if task is None:
        raise Invalid("This step has no rounds that are going on.")
    if task.internal_data["total"] >= MOST_ROUNDS:
        raise Invalid("There are %(count)s rounds already; more are not allowed.", count=MOST_ROUNDS)
    task.task_spec.add(run, task, item)
    run.tell("round added", task, item=item)


def rounds_of(run: Run, task: Task) -> Task | None:
    """The rounds that are going on to which a step belongs, if there are any in its procedure's scope or around it."""
    found = task
    while found is not run.task_tree:
        if isinstance(found.task_spec, RoundsStep):
            data = found.internal_data
            return found if "total" in data and "leaving" not in data else None
        found = found.parent
    return None


def is_interrupted(scope: Task) -> bool:
    """Whether an event sub-process has taken the place of all else in a scope."""
    begun = (child.task_spec for child in scope.children if child.task_spec.node and child.task_spec.node.by_event)
    return any(spec._wf_spec.start_of(spec.bpmn_id).node.interrupting for spec in begun)


def _live(run: Run, step: str) -> Task:
    for task in movable(run):
        if task.internal_data["path"] == step:
            return task
    raise NotFound("step", step)


def _procedure_inside(run: Run, holder: Task) -> Procedure | None:
    """The procedure whose elements stand in a scope; None where there is no scope."""
    specifications = run.inside(holder)
    return specifications.procedure if specifications else None


def _way(run: Run, task: Task, target: str) -> tuple[Task, list[str]]:
    """The scope around a step from which the way leads in to the target, and that way: sub-processes, then the target."""
    holder = task.parent
    while holder is not None:
        procedure = _procedure_inside(run, holder)
        node = procedure.nodes.get(target) if procedure else None
        if procedure and node and (way := _way_inside(procedure, node, holder)):
            reason = _refusal(procedure, node, holder)
            if reason is not None:
                raise Invalid("No step can be moved to “%(target)s”: %(reason)s", target=target, reason=reason)
            return holder, way
        holder = holder.parent
    raise NotFound("element", target)


def _way_inside(procedure: Procedure, node: Node, holder: Task) -> list[str]:
    """The elements from a scope in to a node of its procedure; none if the node is not inside."""
    way = [node.id]
    scope = node.parent
    while scope != holder.task_spec.scope_id:
        if scope not in procedure.nodes:
            return []
        way.insert(0, scope)
        scope = procedure.nodes[scope].parent
    return way


def _refusal(procedure: Procedure, node: Node, holder: Task) -> str | None:
    """Why no token can be put on a node, if so."""
    if node.attached_to:
        return "it stands on a border."
    way = [procedure.nodes[element] for element in _way_inside(procedure, node, holder)]
    if any(element.by_event for element in way):
        return "it begins by an event only."
    if any(element.rounds for element in way[:-1]):
        return "it is in rounds that have not begun; move to all of them together."
    return None if way else "it is not around the step."


def _withdraw_branch(run: Run, task: Task, base: Task) -> None:
    """Withdraws a step, and whatever around it would be empty then."""
    top = task
    while top.parent is not base and run.tokens(top.parent) == [top]:
        top = top.parent
    run.withdraw(top)


def _listen_again(run: Run, base: Task) -> None:
    """Lets event sub-processes listen again, one of which had interrupted the scope and is gone."""
    listening = [child.task_spec for child in base.children if child.internal_data.get("armed")]
    for spec in run.inside(base).listeners_in(base.task_spec.scope_id):
        if spec not in listening:
            run.listen(base, spec)


def _send_away(run: Run, task: Task) -> None:
    """Lets a step wait where it is until the detour is over; what listens on its border listens no more."""
    failed = "incident" in task.internal_data and isinstance(task.task_spec, Activity)
    if run.tokens(task) or not (task.task_spec.manual or failed):
        raise Invalid("Only a step that waits for a person, a worker or an administrator can come back.")
    run.close_incident(task)
    for child in list(task.children):
        run.withdraw(child)
    run.send_away(task)
