"""Answers of a form: what they start with, what is left of them when hidden fields are dropped, what the server adds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tasks.work.forms.model import Answers, Field, Form, Kind, Source
from tasks.work.forms.situation import Situation

#: Conditions that look at later fields need another pass; a form whose conditions never settle stops here.
MOST_PASSES = 10


def defaults(form: Form, situation: Situation) -> dict[str, Any]:
    """What a form shows at first: the record's earlier answers, else the defaults of its fields."""
    answers: dict[str, Any] = {}
    for one in form.fields:
        if one.editable:
            answers[one.key] = _first(one, situation, situation.facts(form, answers))
    return _computed(form, answers, situation)


def clean(form: Form, answers: Answers, situation: Situation) -> dict[str, Any]:
    """The answers that count: every key the form keeps, hidden ones empty, empty rows gone, computed ones filled.

    A hidden answer becomes empty instead of missing, so that it also clears what the record held before.
    """
    given = {one.key: _tidy(one, answers.get(one.key), situation, form) for one in form.fields if one.editable}
    current = _computed(form, given, situation)  # a condition may look at a computed field: it must not hide an answer before
    for _ in range(MOST_PASSES):
        settled = _computed(form, _pruned(form, current, situation), situation)
        if settled == current:
            break
        current = settled
    return current


def fill(
    form: Form, answers: Answers, situation: Situation, *, signature: Mapping[str, Any], number: Callable[[str], str]
) -> dict[str, Any]:
    """The clean answers with what the server adds when the step is completed: signatures, and numbers drawn from counters.

    A number that the record already has is kept.
    """
    filled = dict(answers)
    facts = situation.facts(form, answers)
    for one in form.fields:
        if one.source is not Source.SERVER or situation.hides(one, facts):
            continue
        earlier = situation.record.get(one.key)
        filled[one.key] = dict(signature) if one.kind is Kind.SIGNATURE else earlier or number(one.counter or "")
    return filled


def _first(one: Field, situation: Situation, facts: Mapping[str, Any]) -> Any:
    if one.kind is Kind.TABLE:
        return _first_rows(one, situation, facts)
    if situation.record.get(one.key) is not None:
        return situation.record[one.key]
    return _default(one, situation, facts)


def _default(one: Field, situation: Situation, facts: Mapping[str, Any]) -> Any:
    given = situation.evaluate(one.default, facts) if one.default else one.literal_default
    return one.empty if given is None else given


def _first_rows(one: Field, situation: Situation, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a table; fixed rows follow their default, since it says which rows there must be now."""
    earlier, given = situation.record.get(one.key), None
    if one.default and (one.fixed_rows or not earlier):
        given = situation.evaluate(one.default, facts)
    rows = given if isinstance(given, list) else earlier
    if not isinstance(rows, list) or not rows:
        rows = [{} for _ in range(0 if one.fixed_rows else one.first_rows)]
    return [_first_row(one, row, situation, facts) for row in rows if isinstance(row, Mapping)]


def _first_row(table: Field, row: Mapping[str, Any], situation: Situation, facts: Mapping[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for column in table.columns:
        given = row.get(column.key)
        filled[column.key] = _default(column, situation, {**facts, **row, **filled}) if given is None else given
    return filled


def _tidy(one: Field, value: Any, situation: Situation, form: Form) -> Any:
    if one.kind is Kind.TABLE:
        return _tidy_rows(one, value, situation, form)
    return _tidy_one(one, value)


def _tidy_one(one: Field, value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip() or None
    if one.kind is Kind.CHECK_ITEM and isinstance(value, Mapping) and not value.get("answer") and not value.get("remark"):
        value = None
    return one.empty if value is None else value


def _tidy_rows(table: Field, rows: Any, situation: Situation, form: Form) -> Any:
    if table.fixed_rows:
        return _fixed_rows(table, rows if isinstance(rows, list) else [], situation, form)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return [] if rows is None else rows
    tidy = ({column.key: _tidy_one(column, row.get(column.key)) for column in _typed(table)} for row in rows)
    return [row for row in tidy if any(row[column.key] != column.empty for column in _typed(table))]


def _fixed_rows(table: Field, rows: list[Any], situation: Situation, form: Form) -> list[dict[str, Any]]:
    """The rows that the form gives, with only the columns from the answers that people may fill."""
    fixed = _first_rows(table, situation, situation.facts(form, {}))
    for number, row in enumerate(fixed):
        answered = rows[number] if number < len(rows) and isinstance(rows[number], Mapping) else {}
        row |= {column.key: _tidy_one(column, answered.get(column.key)) for column in _typed(table)}
    return fixed


def _typed(table: Field) -> tuple[Field, ...]:
    return tuple(column for column in table.columns if column.editable)


def _pruned(form: Form, answers: Answers, situation: Situation) -> dict[str, Any]:
    pruned, facts = dict(answers), situation.facts(form, answers)
    for one in form.fields:
        if not one.editable:
            continue
        if one.hidden_when and situation.hides(one, facts):
            pruned[one.key] = one.empty
        elif one.kind is Kind.TABLE and isinstance(pruned[one.key], list):
            pruned[one.key] = [_pruned_row(one, row, situation, facts) for row in pruned[one.key]]
        facts[one.key] = pruned[one.key]
    return pruned


def _pruned_row(table: Field, row: Any, situation: Situation, facts: Mapping[str, Any]) -> Any:
    if not isinstance(row, Mapping):
        return row
    pruned = dict(row)
    for column in table.columns:
        if column.hidden_when and situation.hides(column, {**facts, **pruned}):
            pruned[column.key] = column.empty
    return pruned


def _computed(form: Form, answers: Answers, situation: Situation) -> dict[str, Any]:
    computed, facts = dict(answers), situation.facts(form, answers)
    for one in form.fields:
        if one.source is Source.COMPUTED:
            hidden = situation.hides(one, facts)
            computed[one.key] = one.empty if hidden else situation.value_of(one, facts)
        elif one.kind is Kind.TABLE and one.editable and isinstance(computed[one.key], list):
            computed[one.key] = [_computed_row(one, row, situation, facts) for row in computed[one.key]]
        facts[one.key] = computed.get(one.key, facts.get(one.key))
    return computed


def _computed_row(table: Field, row: Any, situation: Situation, facts: Mapping[str, Any]) -> Any:
    if not isinstance(row, Mapping):
        return row
    computed = dict(row)
    for column in table.columns:
        if column.source is Source.COMPUTED:
            computed[column.key] = situation.value_of(column, {**facts, **computed})
    return computed
