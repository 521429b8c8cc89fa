"""A form in the hands of a person: what it starts with, what is checked, what the server adds."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.closure import Resource
from tasks.context import Context
from tasks.records import registers
from tasks.work import forms, people
from tasks.work.departments import is_relative
from tasks.work.forms import Form, Option, Situation


@dataclass(frozen=True, slots=True)
class HouseLookup:
    """Knows people, departments and registers, asking the database at most once for each."""

    ctx: Context
    _known: dict[tuple[str, ...], Sequence[Option] | None] = field(default_factory=dict)

    def people(self, role: str | None, department: str | None) -> Sequence[Option]:
        """The people at work, or those who hold a role, which may be relative, or belong to a department, by person id."""
        return self._once(("people", role or "", department or ""), lambda: self._people(role, department)) or ()

    def departments(self, role: str | None = None) -> Sequence[Option]:
        """All departments, by id; with a role, which may be relative, those in which somebody at work holds it."""
        return self._once(("departments", role or ""), lambda: self._departments(role)) or ()

    def register(self, name: str) -> Sequence[Option] | None:
        """The entries of a register, by key; None when it is not kept here, so that any key may be typed."""
        return self._once(
            ("register", name), lambda: [Option(one.key, one.names) for one in registers.records(self.ctx, name)] or None
        )

    def _people(self, role: str | None, department: str | None) -> Sequence[Option]:
        if role is not None and is_relative(role):  # who reviews for a committee belongs to another department
            own = self.ctx.house.departments.resolve(role, department)
            return [Option(one.id, one.names) for one in (people.holding(self.ctx, [own]) if own else ()) if one.working]
        found = people.holding(self.ctx, [role]) if role else people.everybody(self.ctx)
        return [Option(one.id, one.names) for one in found if one.working and department in {None, one.department}]

    def _departments(self, role: str | None) -> Sequence[Option]:
        house = self.ctx.house.departments
        every = [Option(one.id, one.names) for one in house.departments.values()]
        if not role:
            return every
        held = {own for one in people.everybody(self.ctx) if one.working for own in one.roles}
        if is_relative(role):
            return [one for one in every if house.resolve(role, one.value) in held]
        own = house.roles.get(role)
        return [one for one in every if own and role in held and one.value == own.department]

    def _once(self, key: tuple[str, ...], ask: Callable[[], Sequence[Option] | None]) -> Sequence[Option] | None:
        if key not in self._known:
            self._known[key] = ask()
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Filling:
    """The form of one work item, or none when the step needs no form."""

    form: Form | None
    form_hash: str
    situation: Situation
    role: str
    case_number: str
    pattern: str

    @property
    def scope(self) -> Mapping[str, Any]:
        """What the step sees."""
        return self.situation.scope

    @property
    def record(self) -> Mapping[str, Any]:
        """The earlier answers of the same record."""
        return self.situation.record

    def defaults(self) -> dict[str, Any]:
        """What the form shows at first."""
        return forms.defaults(self.form, self.situation) if self.form else {}

    def check(self, answers: Mapping[str, Any], *, unchecked: bool) -> dict[str, Any]:
        """The clean answers.

        Raises:
            AnswersInvalid: every message, by field.
        """
        if self.form is None:
            return {}
        examine = forms.check_types if unchecked else forms.check
        return examine(self.form, answers, self.situation)

    def complete(self, answers: Mapping[str, Any], *, signature: Mapping[str, Any], number: Callable[[str], str]) -> dict[str, Any]:
        """The clean answers with signatures and numbers; the case's own number is not drawn a second time."""
        if self.form is None:
            return {}
        own = self.pattern.partition("-")[0]
        return forms.fill(
            self.form,
            answers,
            self.situation,
            signature=signature,
            number=lambda counter: self.case_number if counter == own else number(counter),
        )


def situation(
    ctx: Context, scope: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]], record: Mapping[str, Any]
) -> Situation:
    """Where a form is filled in this act."""
    return Situation(scope, ctx.now, ctx.house.zone, HouseLookup(ctx), record, functions)


def filling(
    resource: Resource | None,
    found: Situation,
    *,
    role: str,
    case_number: str,
    pattern: str,
) -> Filling:
    """The filling of a form as it was published with the case's definition."""
    form = read_form(resource.hash, resource.content) if resource else None
    return Filling(form, resource.hash if resource else "", found, role, case_number, pattern)


@functools.lru_cache(maxsize=500)
def read_form(_hash: str, content: bytes) -> Form:
    """A form, read once for each version."""
    return forms.read(content)
