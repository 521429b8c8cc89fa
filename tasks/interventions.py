"""What the owner of a procedure and administrators may do to a running case: move its steps, add rounds, migrate it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
import sqlalchemy as sa

from engine import administration, definitions
from engine.closure import Definition
from engine.errors import Forbidden, Invalid, Problem
from engine.tables import instance
from tasks import cases
from tasks.context import Context
from tasks.tables import work_item
from tasks.texts import Texts

#: How a moved step goes on: from there, beside all else; from there, instead of all else around it; only until that is done.
Way = Literal["beside", "instead", "back"]
WAYS: Sequence[Way] = ("instead", "beside", "back")


@dataclass(frozen=True, slots=True)
class LiveStep:
    """A step that may be moved: whose it is, why it failed if it did, where it may go, and whether it is one of several rounds."""

    step: str
    names: Texts
    role: str
    failed: str
    targets: Sequence[tuple[str, Texts]]
    in_rounds: bool


@dataclass(frozen=True, slots=True)
class Migration:
    """What it would mean for a case to go on by the latest definition; `problems` say why it cannot."""

    current: int
    latest: int
    problems: Sequence[Problem]
    begins: Sequence[Texts]
    stops: Sequence[Texts]

    @property
    def is_possible(self) -> bool:
        """Whether there is a newer definition, and nothing stands against it."""
        return self.latest > self.current and not self.problems


def live_steps(ctx: Context, number: str) -> list[LiveStep]:
    """The steps of a case that may be moved.

    Raises:
        NotFound: there is no such case for this person.
        Forbidden: only the owner of the procedure and administrators may.
    """
    row, definition = _case(ctx, number)
    roles = {item.step_id: item.role for item in _open_items(ctx, row)}
    return [
        LiveStep(
            one.step,
            definition.procedures[one.procedure].nodes[one.element].names,
            roles.get(one.step, ""),
            one.failed,
            [(target.id, target.names) for target in one.targets],
            one.in_rounds,
        )
        for one in administration.live_steps(ctx, row.id)
    ]


def move(ctx: Context, number: str, step: str, target: str, way: str, reason: str) -> None:
    """Moves a step of a case.

    Raises:
        NotFound: there is no such case, step or element.
        Forbidden: only the owner of the procedure and administrators may.
        Invalid: no reason is given, or the step cannot be there.
    """
    row, _ = _case(ctx, number)
    if way not in WAYS:
        raise Invalid("Choose how the case goes on from there.")
    alone, comes_back = way != "instead", way == "back"
    administration.move(ctx, row.id, step, target, alone=alone, comes_back=comes_back, reason=_said(reason))


def add_round(ctx: Context, number: str, step: str, item: str, reason: str) -> None:
    """Adds a round, for a text or whatever JSON the item is.

    Raises:
        NotFound: there is no such case or step.
        Forbidden: only the owner of the procedure and administrators may.
        Invalid: no reason or item is given, or the step has no rounds.
    """
    row, _ = _case(ctx, number)
    if not item.strip():
        raise Invalid("Say for what the round is added.")
    administration.add_round(ctx, row.id, step, _item(item.strip()), _said(reason))


def migration(ctx: Context, number: str) -> Migration:
    """What it would mean for a case to go on by the latest definition; nothing is changed.

    Raises:
        NotFound: there is no such case for this person.
        Forbidden: only the owner of the procedure and administrators may.
    """
    row, definition = _case(ctx, number)
    return _migration(ctx, row, definition, definitions.latest(ctx.connection, definition.procedure_id))


def migrate(ctx: Context, number: str, reason: str) -> int:
    """Lets a case go on by the latest definition; gives its number.

    Raises:
        NotFound: there is no such case for this person.
        Forbidden: only the owner of the procedure and administrators may.
        Invalid: no reason is given, or the case does not fit.
    """
    row, _ = _case(ctx, number)
    latest = _latest_with_forms(ctx, row)
    administration.migrate(ctx, row.id, latest, _said(reason))
    return latest.number


def migratable(ctx: Context, procedure_id: str) -> list[tuple[str, Migration]]:
    """The running cases of a procedure on an older definition than the latest, by number, each with what it would mean.

    Raises:
        NotFound: the procedure was never published.
    """
    latest = definitions.latest(ctx.connection, procedure_id)
    running = sa.select(instance).where(
        instance.c.procedure_id == procedure_id, instance.c.status == "running", instance.c.definition_id != latest.id
    )
    rows = ctx.connection.execute(running.order_by(instance.c.id)).all()
    return [(row.business_key, _migration(ctx, row, definitions.load(ctx.connection, row.definition_id), latest)) for row in rows]


def migrate_as_system(ctx: Context, number: str, reason: str) -> None:
    """The same for whoever runs the command line.

    Raises:
        Conflict: the case has ended.
        Invalid: it does not fit.
    """
    row = ctx.connection.execute(sa.select(instance).where(instance.c.business_key == number)).one()
    administration.migrate(ctx, row.id, _latest_with_forms(ctx, row), reason)


def _case(ctx: Context, number: str) -> tuple[Any, Definition]:
    row = cases.visible_row(ctx, number)
    definition = definitions.load(ctx.connection, row.definition_id)
    if not cases.may_cancel(ctx.person, definition):
        raise Forbidden("Only the owner of the procedure and administrators can intervene in a case.")
    return row, definition


def _said(reason: str) -> str:
    if not reason.strip():
        raise Invalid("Say why.")
    return reason.strip()


def _item(text: str) -> Any:
    """A text, or the object or list that it writes in JSON.

    >>> _item("LOG"), _item("1001"), _item('{"dept": "LOG"}')
    ('LOG', '1001', {'dept': 'LOG'})
    """
    if text[:1] not in {"{", "["}:
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Invalid("This is no JSON: %(reason)s", reason=str(error)) from error


def _migration(ctx: Context, row: Any, definition: Definition, latest: Definition) -> Migration:
    if row.status != "running":
        raise Invalid("The case has ended.")
    found = administration.fit(ctx, row.id, latest)
    problems = [*found.problems, *_lost_forms(ctx, row, latest)]
    return Migration(
        definition.number,
        latest.number,
        problems,
        [_names(latest, element) for element in found.begins],
        [_names(definition, element) for element in found.stops],
    )


def _open_items(ctx: Context, row: Any) -> Sequence[Any]:
    columns = work_item.c.step_id, work_item.c.element_id, work_item.c.role, work_item.c.form_id
    mine = (work_item.c.instance_id == row.id) & (work_item.c.status == "open")
    return ctx.connection.execute(sa.select(*columns).where(mine)).all()


def _lost_forms(ctx: Context, row: Any, latest: Definition) -> list[Problem]:
    """The open tasks whose form the definition does not have."""
    lost = [item for item in _open_items(ctx, row) if item.form_id and ("form", item.form_id) not in latest.resources]
    remedy = "Keep the form until no task needs it, or move the step first."
    return [Problem("form", f"The latest definition has no form “{item.form_id}”.", remedy, item.element_id) for item in lost]


def _latest_with_forms(ctx: Context, row: Any) -> Definition:
    """The latest definition; refused where an open task would lose its form."""
    latest = definitions.latest(ctx.connection, row.procedure_id)
    lost = _lost_forms(ctx, row, latest)
    if lost:
        reasons = " ".join(problem.reason for problem in lost)
        raise Invalid("The case cannot go on by this definition. %(reasons)s", reasons=reasons)
    return latest


def _names(definition: Definition, element: str) -> Mapping[str, str]:
    found = (procedure.nodes[element] for procedure in definition.procedures.values() if element in procedure.nodes)
    return next((node.names for node in found if node.names), {"en": element})
