"""Instances as rows: locked, loaded, saved. One act changes one row once, with its journal entry, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine import definitions, incidents, journal, subscriptions
from engine.closure import Definition
from engine.db import insert_into
from engine.errors import Conflict, NotFound
from engine.ports import Change, Context, InstanceView, OfferedStep
from engine.spiff import migrating, state
from engine.spiff.border import Thrown
from engine.spiff.happenings import Happening
from engine.spiff.listening import next_due
from engine.spiff.run import Budget, Run
from engine.surroundings import ActSurroundings
from engine.tables import instance

# Statements that every act runs are made once: making one costs more than running it.
_LOOK = sa.select(instance).where(instance.c.id == sa.bindparam("key"))
_LOCK = _LOOK.with_for_update()
_LOCK_FREE = _LOOK.with_for_update(skip_locked=True)
_RUNNING = sa.select(instance.c.id).where(instance.c.business_key == sa.bindparam("key"), instance.c.status == "running")
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


def lock(ctx: Context, instance_id: int, *, skip_locked: bool = False) -> Instance:
    """An instance, locked until the transaction ends.

    Raises:
        NotFound: there is none, or another transaction holds it and `skip_locked`.
    """
    return _found(ctx, _LOCK_FREE if skip_locked else _LOCK, instance_id)


def look(ctx: Context, instance_id: int) -> Instance:
    """An instance as it is now, not locked: only to be looked at.

    Raises:
        NotFound: there is none.
    """
    return _found(ctx, _LOOK, instance_id)


def running(ctx: Context, business_key: str) -> int | None:
    """The running instance with a business key, if there is one."""
    found: int | None = ctx.connection.execute(_RUNNING, {"key": business_key}).scalar()
    return found


def put_on(ctx: Context, found: Instance, definition: Definition) -> None:
    """Puts a loaded instance, which fits it, on another definition."""
    around = ActSurroundings(ctx, definition, InstanceView(found.id, found.business_key, definition, found.labels))
    found.run = migrating.migrated(found.run, definition.plan, around)
    found.definition = definition


def scope_of(found: Instance, step: str) -> Mapping[str, Any]:
    """All variables that an open step sees, innermost first.

    Raises:
        NotFound: the step is not open.
    """
    return found.run.view(found.run.open_step(step))


def variables_of(found: Instance) -> Mapping[str, Any]:
    """The variables of the instance's own scope."""
    return found.run.variables[""]


def note(ctx: Context, found: Instance, kind: str, content: Mapping[str, Any]) -> None:
    """Writes an act on an instance that moves no step: a claim, a transfer."""
    found.head = journal.append(ctx, journal.case_subject(found.id), found.head, [(kind, content)])
    values = {"version": found.version + 1, "journal_count": found.head.count, "journal_head": sealed(ctx, found)}
    update(ctx, found, values)


def begin(ctx: Context, definition: Definition, business_key: str) -> Instance:
    """A new row for an instance that has not started yet.

    Raises:
        Conflict: the business key is taken.
    """
    around = ActSurroundings(ctx, definition)
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
    made = insert_into(ctx.connection, instance).on_conflict_do_nothing(index_elements=["business_key"])
    key: int | None = ctx.connection.execute(made.returning(instance.c.id), values).scalar()
    if key is None:
        raise Conflict("The number %(number)s is taken.", number=business_key)
    run = Run(definition.plan, around)
    found = Instance(key, business_key, definition, 0, ctx.now, {}, journal.Head(), run)
    around.view = found.view
    return found


def _found(ctx: Context, statement: sa.Select[Any], instance_id: int) -> Instance:
    row = ctx.connection.execute(statement, {"key": instance_id}).one_or_none()
    if row is None:
        raise NotFound("case", instance_id)
    definition = definitions.load(ctx.connection, row.definition_id)
    labels = orjson.loads(row.labels)
    around = ActSurroundings(ctx, definition, InstanceView(row.id, row.business_key, definition, labels))
    run = state.load(definition.plan, around, row.state, row.variables)
    head = journal.head_of(row.journal_count, row.journal_head)
    found = Instance(row.id, row.business_key, definition, row.version, row.started_at, labels, head, run)
    found.open_incidents, found.status, found.subscribed = row.open_incidents, row.status, subscriptions.of(run)
    return found


def save_act(ctx: Context, found: Instance, kind: str, content: Mapping[str, Any]) -> Sequence[Thrown]:
    """Runs automatic steps, then writes the instance, its journal entry, its work items, incidents and messages.

    Gives what it threw and nobody has got yet.
    """
    run = found.run
    at_rest = run.advance(Budget())
    if run.completed and found.status == "running":
        found.status = "ended"
    happened = _collapsed(run.happenings)
    change = _change(run, found.status != "running")
    found.labels = run.labels(found.definition.procedure.properties)
    end = {"end": run.end_element} if found.status != "running" else {}
    entry = {**content, "definition": found.definition.number, "happened": happened, **end}
    found.head = journal.append(ctx, journal.case_subject(found.id), found.head, [(kind, entry)])
    found.open_incidents += incidents.keep(ctx, found.id, run.happenings)
    resolve_unwoken(ctx, found)
    deadline = ctx.ports.observer.changed(ctx, found.view, change)
    wake_at = None if found.status != "running" else earliest(next_due(run), deadline, None if at_rest else ctx.now)
    _save(ctx, found, wake_at)
    found.subscribed = subscriptions.keep(ctx, found.id, found.subscribed, found.run)
    thrown, run.happenings, run.thrown = run.thrown, [], []
    return thrown


def resolve_unwoken(ctx: Context, found: Instance) -> None:
    """That the instance could not be woken is over."""
    if found.open_incidents:
        found.open_incidents -= incidents.resolve(ctx, found.id, "")


def _save(ctx: Context, found: Instance, wake_at: datetime | None) -> None:
    kept, variables = state.save(found.run)
    ended = found.status != "running"
    values = {
        "version": found.version + 1,
        "definition_id": found.definition.id,
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


def sealed(ctx: Context, found: Instance) -> str:
    """The head of an instance's chain as its row keeps it."""
    return found.head.sealed(ctx.ports.journal_key, journal.case_subject(found.id))


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of some moments that there are."""
    return min((moment for moment in moments if moment is not None), default=None)
