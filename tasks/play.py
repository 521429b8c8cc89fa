"""Playing sample cases: every person's answer comes from the facts of a file, by a mapping that is data beside the drawing.

The mapping is `processes/<procedure>/play.toml`; its values are FEEL over the case as the file gives it, plus

    seen     what the step sees: the variables of its scope and the step's inputs
    whole    the variables of the case itself, also when the step stands in a called procedure
    visit    how often this element has been offered in the case, from 1
    again    the same, counted for the department of the step
    element  the id of the element

and, in the results, `first` and `last` (the first and last value that each variable took), `items` (every work item in the order of
its offer) and `end` (the row of the end event). Whatever a form demands and the mapping does not say is filled with a valid value.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import definitions, feel, journal, storage
from engine.clock import VirtualClock
from engine.errors import ExpressionInvalid, FileInvalid, Invalid
from engine.tables import instance
from tasks import cases
from tasks.bootstrap import SYSTEM, Application
from tasks.context import Context
from tasks.person import Person
from tasks.sampling import sample
from tasks.tables import work_item
from tasks.work import completion, inbox, people
from tasks.work.completion import OpenItem

#: A case that goes on for longer than this is not played by its mapping.
MOST_STEPS = 300

Scope = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """How one element is answered: fields, outcome, comment, and when."""

    answers: Mapping[str, feel.Expression]
    outcome: feel.Expression | None
    comment: feel.Expression | None
    at: feel.Expression | None


@dataclass(frozen=True, slots=True)
class PlayMapping:
    """A whole mapping: what a case in the file must have, when it starts, how steps are answered, what is computed."""

    procedure: str
    key: str
    demands: Mapping[str, feel.Expression]
    start_at: feel.Expression
    steps: Mapping[str, Step]
    result: Mapping[str, feel.Expression]


def read_mapping(folder: Path, procedure: str) -> PlayMapping:
    """The mapping beside a drawing.

    Raises:
        FileInvalid: it is missing, or something in it does not parse.
    """
    path = folder / procedure / "play.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        steps = {name: _step(row) for name, row in content["steps"].items()}
        case = content["case"]
        return PlayMapping(
            procedure, case["key"], _all(case["demands"]), _expression(case["start_at"]), steps, _all(content["result"])
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, ExpressionInvalid) as error:
        raise FileInvalid(path.name, str(error)) from error


def check_cases(mapping: PlayMapping, found: Any) -> list[Scope]:
    """The cases of a file, each of which the mapping can play.

    Raises:
        Invalid: names every case and field that does not fit; nothing is played then.
    """
    if not isinstance(found, list):
        raise Invalid("The file must hold a list of cases.")
    problems = []
    for index, case in enumerate(found, start=1):
        if not isinstance(case, Mapping):
            problems.append(f"case {index} is no object")
            continue
        name = case.get(mapping.key, f"case {index}")
        problems += [
            f"{name}: {field} is missing or wrong"
            for field, demand in mapping.demands.items()
            if _value(demand, case, None) is not True
        ]
    if problems:
        raise Invalid("%(problems)s", problems="; ".join(problems))
    return [{name: value for name, value in case.items() if not name.startswith("expected")} for case in found]


def play(application: Application, mapping: PlayMapping, case: Scope, *, stop_at: str = "") -> dict[str, Any]:
    """The result of one case, played through the same verbs as the pages, on a clock of its own.

    `stop_at` names an element at whose first offer the case is left as it is.
    """
    player = Player(application, mapping, case)
    player.run(stop_at)
    return {mapping.key: case[mapping.key], "result": player.result()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answers to a work item."""

    answers: Mapping[str, Any]
    outcome: str
    comment: str


class Player:
    """One case on its way. A test may begin and send by other means; what is answered stays the same."""

    def __init__(self, application: Application, mapping: PlayMapping, case: Scope) -> None:
        self.application, self.mapping, self.case = application, mapping, case
        self.clock = application.clock = VirtualClock(_moment(mapping.start_at, case, None))
        self.number = ""

    def run(self, stop_at: str) -> None:
        """Starts the case and answers what is open until nothing is."""
        self.number = self.begin(self._starter())
        for _ in range(MOST_STEPS):
            item = self._next_item()
            if item is None or item[2] == stop_at:
                return
            self._answer(*item[:2])
        raise Invalid("%(case)s does not come to an end in %(steps)s steps.", case=self.case[self.mapping.key], steps=MOST_STEPS)

    def begin(self, starter: Person) -> str:
        """Starts the case; gives its number."""
        with self.application.transaction(starter.actor()) as ctx:
            return cases.start(ctx, self.mapping.procedure, key=secrets.token_urlsafe(18)).case_number

    def send(self, item_id: str, person: Person, given: Answer) -> None:
        """Completes a work item in a person's name."""
        with self.application.transaction(person.actor()) as ctx:
            if inbox.get(ctx, item_id).assignee_id is None:
                inbox.claim(ctx, item_id)
            completion.complete(
                ctx, item_id, answers=given.answers, outcome=given.outcome, comment=given.comment, key=f"play:{item_id}"
            )

    def result(self) -> dict[str, Any]:
        """The values of the mapping's results; null where the case never came."""
        with self.application.reading(self._starter().actor()) as ctx:
            row = ctx.connection.execute(sa.select(instance).where(instance.c.business_key == self.number)).one()
            values = _values(ctx, row.id)
            items = ctx.connection.execute(
                sa.select(work_item).where(work_item.c.instance_id == row.id).order_by(work_item.c.offered_at)
            )
            zone = self.application.house.zone
            end = definitions.load(ctx.connection, row.definition_id).procedure.nodes.get(row.end_element or "")
        scope = {
            **self.case,
            "first": {name: found[0] for name, found in values.items()},
            "last": {name: found[-1] for name, found in values.items()},
            "items": [_shown(item, zone) for item in items],
            "end": end.properties.get("row") if end else None,
        }
        return {name: _value(expression, scope, self.clock.now()) for name, expression in self.mapping.result.items()}

    def _next_item(self) -> tuple[str, Person, str] | None:
        """The item that was offered first, and who does it: its assignee or the first who holds the role."""
        with self.application.reading(self._starter().actor()) as ctx:
            row = ctx.connection.execute(
                sa.select(work_item)
                .where(work_item.c.case_number == self.number, work_item.c.status == "open")
                .order_by(work_item.c.offered_at, work_item.c.step_id)
                .limit(1)
            ).one_or_none()
            if row is None:
                return None
            able = [people.get(ctx, row.assignee)] if row.assignee else people.holding(ctx, [row.role])
        if not able:
            raise Invalid("Nobody holds the role %(role)s of %(element)s.", role=row.role, element=row.element_id)
        return row.id, able[0], row.element_id

    def _answer(self, item_id: str, person: Person) -> None:
        with self.application.reading(person.actor()) as ctx:
            item = completion.open_item(ctx, item_id)
            scope = self._scope(ctx, item)
        step = self.mapping.steps.get(item.row.element_id, Step({}, None, None, None))
        if step.at is not None:
            self.clock.move_to(_moment(step.at, scope, self.clock.now()))
        outcome = _value(step.outcome, scope, self.clock.now()) if step.outcome else None
        outcome = outcome or next((button.code for button in item.outcomes), "")
        wanted = {name: _value(expression, scope, self.clock.now()) for name, expression in step.answers.items()}
        comment = str(_value(step.comment, scope, self.clock.now()) or "") if step.comment else ""
        needs_comment = any(button.code == outcome and button.comment_required for button in item.outcomes)
        with self.application.transaction(person.actor()) as ctx:
            answers = sample(ctx, completion.open_item(ctx, item_id).filling, wanted)
        self.send(item_id, person, Answer(answers, outcome, comment or ("—" if needs_comment else "")))

    def _scope(self, ctx: Context, item: OpenItem) -> Scope:
        done = sa.select(work_item.c.department).where(
            work_item.c.instance_id == item.row.instance_id,
            work_item.c.element_id == item.row.element_id,
            work_item.c.status == "finished",
        )
        departments = list(ctx.connection.execute(done).scalars())
        whole = dict(storage.variables_of(storage.look(ctx, item.row.instance_id)))
        counted = {"visit": len(departments) + 1, "again": departments.count(item.row.department) + 1}
        return {**self.case, "seen": dict(item.filling.scope), "whole": whole, "element": item.row.element_id, **counted}

    def _starter(self) -> Person:
        with self.application.reading(SYSTEM) as ctx:
            definition = definitions.latest(ctx.connection, self.mapping.procedure)
            start = next(node for node in definition.procedure.nodes.values() if node.kind == "startEvent")
            lane = definition.procedure.lane_of(start)
            able = people.holding(ctx, [lane.role]) if lane else []
        if not able:
            raise Invalid("Nobody can start %(procedure)s.", procedure=self.mapping.procedure)
        return able[0]


def _moment(expression: feel.Expression, scope: Scope, now: datetime | None) -> datetime:
    value = _value(expression, scope, now)
    try:
        return datetime.fromisoformat(str(value).partition("@")[0])
    except ValueError as error:
        raise Invalid("“%(text)s” gives no moment: %(value)s.", text=expression.text, value=value) from error


def _values(ctx: Context, instance_id: int) -> dict[str, list[Any]]:
    """All values that each variable of a case took, in order, wherever it stood."""
    found: dict[str, list[Any]] = {}
    for entry in journal.entries_of(ctx.connection, journal.case_subject(instance_id)):
        for told in entry.content.get("happened", []):
            for name, change in told.get("changed", {}).items() if told["kind"] == "variables set" else ():
                found.setdefault(name, []).append(change["new"])
    return found


def _shown(item: Any, zone: Any) -> dict[str, Any]:
    offered = item.offered_at.astimezone(zone).date().isoformat()
    due = item.due_at.astimezone(zone).date().isoformat() if item.due_at else None
    return {
        "element": item.element_id,
        "department": item.department,
        "outcome": item.outcome,
        "offered_on": offered,
        "due_on": due,
    }


def _value(expression: feel.Expression, scope: Scope, now: datetime | None) -> Any:
    return feel.to_json(expression.evaluate(scope, {}, now=now).value)


def _step(row: Mapping[str, Any]) -> Step:
    named = {name: _expression(row[name]) if name in row else None for name in ("outcome", "comment", "at")}
    return Step(_all(row.get("answers", {})), named["outcome"], named["comment"], named["at"])


def _all(rows: Mapping[str, str]) -> dict[str, feel.Expression]:
    return {name: _expression(text) for name, text in rows.items()}


def _expression(text: str) -> feel.Expression:
    return feel.compile_expression(text)
