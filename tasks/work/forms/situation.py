"""Where a form is filled: what its expressions see, and what may be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from engine.feel import Expression, to_json
from tasks.work.forms.model import Answers, Field, Form, Kind, Option, Source


class Lookup(Protocol):
    """Knows what a field can point to."""

    def people(self, role: str | None, department: str | None) -> Sequence[Option]:
        """The people at work, or those who hold a role or belong to a department, by person id."""

    def departments(self, role: str | None = None) -> Sequence[Option]:
        """All departments, by id."""

    def register(self, name: str) -> Sequence[Option] | None:
        """The entries of a register, by key; None when it is not kept here, so that any key may be typed."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts of the case, the earlier answers of the record, the moment, the plant's zone, and what can be chosen."""

    scope: Mapping[str, Any]
    now: datetime
    zone: ZoneInfo
    lookup: Lookup
    record: Answers = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def evaluate(self, expression: Expression, facts: Mapping[str, Any]) -> Any:
        """The JSON value of an expression; null where it has none, as a range or a function."""
        value = expression.evaluate(facts, self.functions, now=self.now.astimezone(self.zone)).value
        try:
            return to_json(value)
        except (TypeError, ValueError):
            return None

    def facts(self, form: Form, answers: Answers) -> dict[str, Any]:
        """What expressions see: the answers over the record's earlier ones over the case; every key of the form exists."""
        known = {one.key: answers.get(one.key, self.record.get(one.key)) for one in form.fields if one.source is not Source.SHOWN}
        return {**self.scope, **self.record, **known}

    def value_of(self, one: Field, facts: Mapping[str, Any]) -> Any:
        """What a computed or shown field says; its own answer does not hide a fact of the case with the same name."""
        if one.value is None:
            return one.empty
        computed = self.evaluate(one.value, {**facts, one.key: self.scope.get(one.key)})
        return one.empty if computed is None else computed

    def hides(self, one: Field, facts: Mapping[str, Any]) -> bool:
        """Whether a condition hides a field."""
        return any(self.evaluate(condition, facts) is True for condition in one.hidden_when)

    def requires(self, one: Field, facts: Mapping[str, Any]) -> bool:
        """Whether a visible field must be answered."""
        return one.required or (one.required_when is not None and self.evaluate(one.required_when, facts) is True)

    def choices(self, one: Field, facts: Mapping[str, Any]) -> Sequence[Option] | None:
        """What may be chosen in a field; None when anything may be typed."""
        match one.kind:
            case Kind.PERSON | Kind.PERSONS:
                department = self.evaluate(one.department, facts) if one.department else None
                return self._named(one, facts, self.lookup.people(one.role, department))
            case Kind.DEPARTMENT | Kind.DEPARTMENTS:
                return self._named(one, facts, self.lookup.departments(one.role))
            case Kind.REFERENCE | Kind.REFERENCES:
                return self.lookup.register(one.register or "")
        return _offered(self.evaluate(one.options_from, facts)) if one.options_from else one.options

    def _named(self, one: Field, facts: Mapping[str, Any], everything: Sequence[Option]) -> Sequence[Option]:
        """Everything, or those of it that the form offers; named as the house names them."""
        offered = _offered(self.evaluate(one.options_from, facts)) if one.options_from else one.options
        if not offered and not one.options_from:
            return everything
        codes = {option.value for option in offered}
        return [option for option in everything if option.value in codes]


def _offered(value: Any) -> Sequence[Option]:
    """The options that an expression gave: a list of codes, or of contexts with value and label."""
    rows = value if isinstance(value, list) else []
    return [_option(row) for row in rows if row is not None]


def _option(row: Any) -> Option:
    if not isinstance(row, Mapping):
        return Option(str(row), {"en": str(row)})
    value = str(row.get("value"))
    label = row.get("label", value)
    return Option(value, label if isinstance(label, Mapping) else {"en": str(label)})
