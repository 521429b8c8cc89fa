"""The order review, walked with random answers by people who decide anything; then every case done again from its journal alone."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

import orjson
import sqlalchemy as sa

from engine import definitions, instances, journal
from engine.closure import Definition
from engine.decisions import Outcome
from engine.errors import AnswersInvalid
from engine.journal import Entry
from engine.spiff import state
from engine.spiff.border import Call
from engine.spiff.listening import fire_due, receive_event
from engine.spiff.run import Budget, Run
from engine.tables import instance
from tasks import cases, sampling
from tasks.bootstrap import SYSTEM, Application, Ticker
from tasks.functions import house_functions
from tasks.person import Person
from tasks.tables import work_item
from tasks.work import completion, inbox, people
from tasks.work.forms import Field, Kind
from tasks.work.forms.model import NUMBERS

#: A walk that has not ended by then is left where it is.
MOST_ACTS = 120


class Walker:
    """One order on its way through people who decide at random, mostly for what is drawn first."""

    def __init__(self, application: Application, seed: int) -> None:
        self.application, self.chance = application, random.Random(seed)
        self.ticker = Ticker(application)
        with application.reading(SYSTEM) as ctx:
            self.seller = people.holding(ctx, ["SAL.rep"])[0]
        with application.transaction(self.seller.actor()) as ctx:
            self.number = cases.start(ctx, "order_review", key=secrets.token_urlsafe(18)).case_number

    def walk(self) -> int:
        """Acts until nothing is open; how often."""
        for act in range(MOST_ACTS):
            if self.chance.random() < 0.1:
                self._wait()
            if self.chance.random() < 0.03:
                self._amend()
            items = self._open_items()
            if not items:
                return act
            self._answer(*self.chance.choice(items))
        return MOST_ACTS

    def _wait(self) -> None:
        self.application.clock.advance(timedelta(hours=self.chance.choice([1, 20, 80])))
        self.ticker.tick()

    def _amend(self) -> None:
        with self.application.transaction(SYSTEM) as ctx:
            instances.receive(ctx, self.number, "message", "order_amended", {"amendment": "The customer wants more."})

    def _open_items(self) -> list[tuple[str, Person]]:
        with self.application.reading(SYSTEM) as ctx:
            mine = (work_item.c.case_number == self.number) & (work_item.c.status == "open")
            rows = ctx.connection.execute(sa.select(work_item).where(mine).order_by(work_item.c.step_id)).all()
            able = [(row.id, [people.get(ctx, row.assignee)] if row.assignee else people.holding(ctx, [row.role])) for row in rows]
        return [(item, self.chance.choice(found)) for item, found in able if found]

    def _answer(self, item_id: str, person: Person) -> None:
        self.application.clock.advance(timedelta(minutes=self.chance.randrange(1, 30)))
        for boldness in (self.chance.choice([0.0, 0.2, 0.6]), 0.1, 0.0):  # what does not fit is tried again with less of one's own
            try:
                self._complete(item_id, person, boldness)
            except AnswersInvalid as error:
                refused = {name: [str(message) for message in messages] for name, messages in error.fields.items()}
                continue
            return
        raise AssertionError(f"{item_id} of {self.number} takes no answer: {refused}")

    def _complete(self, item_id: str, person: Person, boldness: float) -> None:
        with self.application.transaction(person.actor()) as ctx:
            item = completion.open_item(ctx, item_id)
            fields = item.form.fields if item.form else ()
            wanted = {one.key: value for one in fields if self.chance.random() < boldness for value in self._values(item, one)}
            buttons = [button.code for button in item.outcomes]
            code = buttons[0] if self.chance.random() < 0.85 else self.chance.choice(buttons)
            answers = sampling.sample(ctx, item.filling, wanted)
            if inbox.get(ctx, item_id).assignee_id is None:
                inbox.claim(ctx, item_id)
            completion.complete(ctx, item_id, answers=answers, outcome=code, comment="Because.", key=f"walk:{item_id}")

    def _values(self, item: completion.OpenItem, one: Field) -> Iterator[Any]:
        """A random value of a field, where there is more than one."""
        choices = [choice.value for choice in item.filling.situation.choices(one, {}) or ()] if one.editable else []
        if not one.editable:
            return
        if one.kind is Kind.BOOLEAN:
            yield self.chance.choice([True, False])
        elif one.kind in NUMBERS:
            yield self.chance.choice([0, 1, 7, 30, 120, 2_000_000])
        elif one.kind in {Kind.CHOICE, Kind.PERSON, Kind.DEPARTMENT} and choices:
            yield self.chance.choice(choices)
        elif one.kind in {Kind.CHOICES, Kind.DEPARTMENTS} and choices:
            yield self.chance.sample(choices, self.chance.randint(1, len(choices)))


def walk(application: Application, seed: int) -> dict[str, Any]:
    """Walks one order; what came of it, and everything that is wrong."""
    walker = Walker(application, seed)
    acts = walker.walk()
    with application.reading(SYSTEM) as ctx:
        row = ctx.connection.execute(sa.select(instance).where(instance.c.business_key == walker.number)).one()
        definition = definitions.load(ctx.connection, row.definition_id)
        entries = journal.entries_of(ctx.connection, journal.case_subject(row.id))
        items = ctx.connection.execute(sa.select(work_item).where(work_item.c.instance_id == row.id)).all()
    wrong = [*_faults(row, entries, items)]
    again = state.save(replayed(application, definition, walker.number, entries))
    for name, kept, made in zip(("state", "variables"), (row.state, row.variables), again, strict=True):
        if orjson.loads(made) != orjson.loads(kept):
            wrong.append(f"the journal leads to other {name}: {made!r} instead of {kept!r}")
    return {"number": walker.number, "acts": acts, "end": row.end_element, "status": row.status, "wrong": wrong}


def _faults(row: Any, entries: list[Entry], items: Any) -> Iterator[str]:
    completed = [entry.content["step"] for entry in entries if entry.kind == "step completed"]
    if len(completed) != len(set(completed)):
        yield f"doubled: {completed}"
    if sorted(completed) != sorted(item.step_id for item in items if item.status == "finished"):
        yield "journal and items disagree"
    live = {step[3]["path"] for step in orjson.loads(row.state)["steps"]}
    open_ = {item.step_id for item in items if item.status == "open"}
    if not open_ <= live:
        yield f"open items without a step: {open_ - live}"
    if row.open_incidents:
        yield "incidents: " + "; ".join(
            told["reason"] for entry in entries for told in entry.content.get("happened", ()) if told["kind"] == "step failed"
        )
    if row.status == "running" and not open_ and row.wake_at is None:
        yield "nothing is open, and nothing is waited for"


@dataclass
class FromJournal:
    """What a run that is done again gets from outside: what operations gave is taken from the journal, in order."""

    application: Application
    definition: Definition
    number: str
    given: list[Mapping[str, Any]]
    now: datetime = field(init=False)

    @property
    def zone(self) -> tzinfo:
        return self.application.house.zone

    def functions(self, scope: Mapping[str, Any]) -> Mapping[str, Any]:
        return house_functions(self.application.house, self.now, scope, self.number)

    def knows(self, topic: str) -> bool:
        return topic in self.application.ports.operations

    def operate(self, call: Call) -> Mapping[str, Any]:
        return self.given.pop(0)

    def decide(self, procedure: str, decision: str, scope: Mapping[str, Any]) -> Outcome:
        return self.definition.decisions[decision].evaluate(decision, scope, self.functions(scope), self.now)


def replayed(application: Application, definition: Definition, number: str, entries: list[Entry]) -> Run:
    """The run to which the acts in the journal lead."""
    happened = [told for entry in entries for told in entry.content.get("happened", ())]
    around = FromJournal(
        application, definition, number, [told["given"] for told in happened if told["kind"] == "operation called"]
    )
    run = Run(definition.plan, around)
    for entry in entries:
        around.now = entry.at
        _again(run, entry)
        run.advance(Budget())
        run.thrown, run.happenings = [], []
    return run


def _again(run: Run, entry: Entry) -> None:
    content = entry.content
    match entry.kind:
        case "instance started":
            run.start({})
        case "step completed":
            told = content["happened"]
            first = told[0] if told and told[0]["kind"] == "variables set" and told[0]["step"] == content["step"] else None
            run.finish(content["step"], {name: change["new"] for name, change in first["changed"].items()} if first else {})
        case "timer fired":
            fire_due(run)
        case "message received" | "signal received":
            receive_event(run, entry.kind.split()[0], content["name"], content["payload"])
