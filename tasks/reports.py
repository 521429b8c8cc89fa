"""What people report to a running case: messages that it waits for, like an amendment by the customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine import administration, definitions, instances
from engine.errors import Invalid, NotFound
from tasks import cases
from tasks.context import Context
from tasks.texts import Texts


@dataclass(frozen=True, slots=True)
class Reportable:
    """An event that a case waits for, and that the acting person may report."""

    step: str
    message: str
    names: Texts
    documentation: Texts


def reportable(ctx: Context, number: str) -> Sequence[Reportable]:
    """What the acting person may report now: events in a lane of theirs; to the owner of the procedure and administrators, all.

    Raises:
        NotFound: there is no such case for this person.
    """
    row = cases.visible_row(ctx, number)
    if row.status != "running":
        return ()
    definition = definitions.load(ctx.connection, row.definition_id)
    everything = cases.may_cancel(ctx.person, definition)
    found: dict[tuple[str, str], Reportable] = {}
    for step, message, procedure_id, element in administration.awaited(ctx, row.id):
        procedure = definition.procedures[procedure_id]
        node = procedure.nodes[element]
        lane = procedure.lane_of(node)
        if everything or (lane and lane.role in ctx.person.roles):
            found.setdefault((message, element), Reportable(step, message, node.names, node.documentation))
    return list(found.values())


def report(ctx: Context, number: str, step: str, text: str) -> None:
    """Lets an event happen for which a step of a case waits; the journal keeps what was said.

    Raises:
        NotFound: there is no such case for this person, or no such step waits for what they may report.
        Invalid: nothing is said.
        Conflict: it waits no more.
    """
    if not text.strip():
        raise Invalid("Say what has happened.")
    wanted = next((one for one in reportable(ctx, number) if one.step == step), None)
    if wanted is None:
        raise NotFound("step", step)
    instances.report(ctx, cases.visible_row(ctx, number).id, step, wanted.message, text.strip())
