"""Instances: started, advanced. One act is one change of one row, with its journal entry, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine import definitions, incidents, journal, subscriptions
from engine.closure import Definition
from engine.errors import Conflict, NotFound
from engine.ports import Change, Context, InstanceView, OfferedStep
from engine.spiff import state
from engine.spiff.border import Thrown
from engine.spiff.happenings import Happening
from engine.spiff.listening import next_due, receive_event
from engine.spiff.run import Budget, Run
from engine.surroundings import ActSurroundings
from engine.tables import instance, subscription

# Statements that every act runs are made once: making one costs more than running it.
_LOOK = sa.select(instance).where(instance.c.id == sa.bindparam("key"))
_LOCK = _LOOK.with_for_update()
_LOCK_FREE = _LOOK.with_for_update(skip_locked=True)
_UPDATE = instance.update().where(instance.c.id == sa.bindparam("key"), instance.c.version == sa.bindparam("seen"))


@dataclass(slots=True)
class Instance:
    """A locked instance in memory, between loading and saving."""

    id: int
    business_key: str
    definition: Definition
    version: int
    started_at: datetime
    labels: dict[str, str]
    head: journal.Head
    run: Run
    open_incidents: int = 0
    status: str = "running"
    subscribed: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def view(self) -> InstanceView:
        """What an observer may know of it."""
        return InstanceView(self.id, self.business_key, self.definition, self.labels)


def start(
    ctx: Context,
    definition: Definition,
    business_key: str,
    variables: Mapping[str, Any],
    *,
    element: str | None = None,
    reason: str = "",
) -> int:
    """The id of a new instance, advanced to where it waits.

    Raises:
        Conflict: the business key is taken.
    """
    around = ActSurroundings(ctx, definition)
    run = Run(definition.plan, around)
    values = {
        "definition_id": definition.id,
        "procedure_id": definition.procedure_id,
        "business_key": business_key,
        "status": "running",
        "version": 0,
        "state": b"",
        "variables": b"",
        "labels": "{}",
        "search_text": business_key,
        "started_at": ctx.now,
        "started_by": ctx.actor.id,
        "journal_count": 0,
        "journal_head": "",
    }
    try:
        with ctx.connection.begin_nested():
            key: int = ctx.connection.execute(instance.insert().values(values).returning(instance.c.id)).scalar_one()
    except sa.exc.IntegrityError as error:
        raise Conflict("The number %(number)s is taken.", number=business_key) from error
    found = Instance(key, business_key, definition, 0, ctx.now, {}, journal.Head(), run)
    around.view = found.view
    run.start(variables, element=element)
    advance_and_save(ctx, found, "instance started", {"procedure": definition.procedure_id, "reason": reason})
    return key


def lock(ctx: Context, instance_id: int, *, skip_locked: bool = False) -> Instance:
    """An instance, locked until the transaction ends.

    Raises:
        NotFound: there is none, or another transaction holds it and `skip_locked`.
    """
    row = ctx.connection.execute(_LOCK_FREE if skip_locked else _LOCK, {"key": instance_id}).one_or_none()
    if row is None:
        raise NotFound("case", instance_id)
    return _instance(ctx, row)


def look(ctx: Context, instance_id: int) -> Instance:
    """An instance as it is now, not locked: only to be looked at.

    Raises:
        NotFound: there is none.
    """
    row = ctx.connection.execute(_LOOK, {"key": instance_id}).one_or_none()
    if row is None:
        raise NotFound("case", instance_id)
    return _instance(ctx, row)


def scope_of(found: Instance, step: str) -> Mapping[str, Any]:
    """All variables that an open step sees, innermost first.

    Raises:
        NotFound: the step is not open.
    """
    return found.run.view(found.run.open_step(step))


def variables_of(found: Instance) -> Mapping[str, Any]:
    """The variables of the instance's own scope."""
    return found.run.variables[""]


def complete(ctx: Context, found: Instance, step: str, variables: Mapping[str, Any], *, content: Mapping[str, Any]) -> None:
    """A person's answer to an open step: it stands, whatever the automatic steps behind it do.

    `content` is what the journal keeps of the act besides what the run itself tells.

    Raises:
        NotFound: the step is not open.
    """
    found.run.finish(step, variables)
    advance_and_save(ctx, found, "step completed", {"step": step, **content})


def note(ctx: Context, found: Instance, kind: str, content: Mapping[str, Any]) -> None:
    """Writes an act on an instance that moves no step: a claim, a transfer."""
    found.head = journal.append(ctx, journal.case_subject(found.id), found.head, [(kind, content)])
    values = {"version": found.version + 1, "journal_count": found.head.count, "journal_head": sealed(ctx, found)}
    update(ctx, found, values)


def receive(ctx: Context, business_key: str, kind: str, name: str, payload: Mapping[str, Any]) -> bool:
    """Gives a message to the instance with this business key; whether it was waited for."""
    rows = sa.select(instance.c.id).where(instance.c.business_key == business_key, instance.c.status == "running")
    key = ctx.connection.execute(rows).scalar()
    if key is None:
        return False
    found = lock(ctx, key)
    taken = receive_event(found.run, kind, name, payload)
    advance_and_save(ctx, found, f"{kind} received", {"name": name, "payload": dict(payload), "taken": bool(taken)})
    return bool(taken)


# --- loading and saving ---------------------------------------------------------------------------


def _instance(ctx: Context, row: Any) -> Instance:
    definition = definitions.load(ctx.connection, row.definition_id)
    labels = orjson.loads(row.labels)
    around = ActSurroundings(ctx, definition, InstanceView(row.id, row.business_key, definition, labels))
    run = state.load(definition.plan, around, row.state, row.variables)
    head = journal.head_of(row.journal_count, row.journal_head)
    found = Instance(row.id, row.business_key, definition, row.version, row.started_at, labels, head, run)
    found.open_incidents, found.status, found.subscribed = row.open_incidents, row.status, subscriptions.of(run)
    return found


def advance_and_save(ctx: Context, found: Instance, kind: str, content: Mapping[str, Any]) -> None:
    """Runs automatic steps, then writes the instance, its journal entry, its work items, incidents and messages."""
    run = found.run
    at_rest = run.advance(Budget())
    if run.completed and found.status == "running":
        found.status = "ended"
    happened = _collapsed(run.happenings)
    change = _change(run, found.status != "running")
    failed = [h for h in run.happenings if h.kind == "step failed"]
    found.labels = run.labels(found.definition.procedure.properties)
    end = {"end": run.end_element} if found.status != "running" else {}
    entry = {**content, "definition": found.definition.number, "happened": happened, **end}
    found.head = journal.append(ctx, journal.case_subject(found.id), found.head, [(kind, entry)])
    incidents.raise_all(ctx, found.id, failed)
    found.open_incidents += len(failed)
    deadline = ctx.ports.observer.changed(ctx, found.view, change)
    wake_at = None if found.status != "running" else earliest(next_due(run), deadline, None if at_rest else ctx.now)
    _save(ctx, found, wake_at)
    found.subscribed = subscriptions.keep(ctx, found.id, found.subscribed, found.run)
    thrown, run.happenings, run.thrown = run.thrown, [], []
    for item in thrown:
        _deliver(ctx, found, item)


def _save(ctx: Context, found: Instance, wake_at: datetime | None) -> None:
    kept, variables = state.save(found.run)
    ended = found.status != "running"
    values = {
        "version": found.version + 1,
        "state": kept,
        "variables": variables,
        "labels": orjson.dumps(found.labels).decode(),
        "search_text": " ".join([found.business_key, *found.labels.values()]),
        "status": found.status,
        "wake_at": wake_at,
        "open_incidents": found.open_incidents,
        "journal_count": found.head.count,
        "journal_head": sealed(ctx, found),
        **({"ended_at": ctx.now, "end_element": found.run.end_element} if ended else {}),
    }
    update(ctx, found, values)


def update(ctx: Context, found: Instance, values: Mapping[str, Any]) -> None:
    """Writes to the row of an instance that nobody has changed since it was read.

    Raises:
        Conflict: somebody has.
    """
    if ctx.connection.execute(_UPDATE, {"key": found.id, "seen": found.version, **values}).rowcount != 1:
        raise Conflict
    found.version += 1


def _change(run: Run, ended: bool) -> Change:
    by_step = {task.internal_data["path"]: task for task in run.tasks.values()}
    offered = []
    for told in run.happenings:
        task = by_step.get(told.step)
        if told.kind == "step offered" and task is not None:
            details = told.details
            offered.append(
                OfferedStep(told.step, told.procedure, told.element, details["attributes"], details["role"], run.view(task))
            )
    finished = [told.step for told in run.happenings if told.kind == "step finished"]
    withdrawn = [told.step for told in run.happenings if told.kind == "step withdrawn"]
    return Change(offered, finished, withdrawn, ended)


def _collapsed(happenings: Sequence[Happening]) -> list[dict[str, Any]]:
    return [{"kind": h.kind, "step": h.step, "element": h.element, "procedure": h.procedure, **h.details} for h in happenings]


def _deliver(ctx: Context, sender: Instance, item: Thrown) -> None:
    """A message goes to a step of the same case, else starts the procedure that it starts, else stays in the journal."""
    if receive_event(sender.run, item.kind, item.name, item.payload):
        advance_and_save(ctx, sender, f"{item.kind} received", {"name": item.name, "from": item.step})
        return
    if item.kind == "signal":
        rows = sa.select(subscription.c.instance_id).where(subscription.c.kind == "signal", subscription.c.name == item.name)
        for key in sorted(set(ctx.connection.execute(rows).scalars()) - {sender.id}):
            other = lock(ctx, key)
            receive_event(other.run, "signal", item.name, item.payload)
            advance_and_save(ctx, other, "signal received", {"name": item.name, "from": sender.business_key})
        return
    for definition in definitions.published(ctx.connection):
        for node in definition.procedure.inside(definition.procedure_id):
            if node.kind == "startEvent" and node.event and (node.event.kind, node.event.name) == ("message", item.name):
                key = f"{sender.business_key}/{definition.procedure_id}"
                start(ctx, definition, key, item.payload, element=node.id, reason=f"{item.name} {sender.business_key}")
                return
    note(ctx, sender, "message unanswered", {"name": item.name, "step": item.step, "payload": dict(item.payload)})


def sealed(ctx: Context, found: Instance) -> str:
    """The head of an instance's chain as its row keeps it."""
    return found.head.sealed(ctx.ports.journal_key, journal.case_subject(found.id))


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of some moments that there are."""
    return min((moment for moment in moments if moment is not None), default=None)
