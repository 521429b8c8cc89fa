"""Checking answers against their form: every message, by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import AnswersInvalid, Message
from tasks.texts import Texts, text_in
from tasks.work.forms.answers import clean
from tasks.work.forms.model import Answers, Field, Form, Kind
from tasks.work.forms.situation import Situation
from tasks.work.forms.values import NO_CHOICE, NO_FILE, Fault, faults, misfit

MISSING = Fault("Please fill this in.")
NOT_TICKED = Fault("Please tick this to go on.")
NO_ANSWER = Fault("Please choose an answer.")
TOO_FEW_ROWS = Fault("Please fill in at least %(least)s rows.")
ONE_ROW = Fault("Please fill in at least one row.")
TOO_MANY_ROWS = Fault("There may be at most %(most)s rows.")

#: Messages by field: the key, or `table.row.column` with rows counted from 0.
Faults = dict[str, list[Message]]


@dataclass(frozen=True, slots=True)
class OwnMessage(Message):
    """The sentence that a form itself gives for a check, in its languages."""

    texts: Texts = field(default_factory=dict)

    def said_in(self, language: str) -> Message:
        """The sentence in a language."""
        return Message(text_in(self.texts, language), {})


def check(form: Form, answers: Answers, situation: Situation) -> dict[str, Any]:
    """The clean answers, when all that the form demands is fulfilled.

    Raises:
        AnswersInvalid: every message, by field.
    """
    return _unless(*_examined(form, answers, situation, validate))


def check_types(form: Form, answers: Answers, situation: Situation) -> dict[str, Any]:
    """The clean answers for an outcome that skips the form's checks: whatever is there must still be of the right sort.

    Raises:
        AnswersInvalid: every message, by field.
    """
    return _unless(*_examined(form, answers, situation, validate_types))


def validate(form: Form, answers: Answers, situation: Situation) -> Faults:
    """All messages on clean answers; empty when they fit."""
    return _gathered(_faults_of_all(form, answers, situation))


def validate_types(form: Form, answers: Answers, situation: Situation) -> Faults:
    """The messages on clean answers that are not of the right sort, or not among those offered."""
    return _gathered(_misfits_of_all(form, answers, situation))


def _examined(form: Form, answers: Answers, situation: Situation, examine: Any) -> tuple[dict[str, Any], Faults]:
    cleaned = clean(form, answers, situation)
    return cleaned, examine(form, cleaned, situation)


def _unless(answers: dict[str, Any], found: Faults) -> dict[str, Any]:
    if found:
        raise AnswersInvalid(found)
    return answers


def _gathered(messages: Iterator[tuple[str, Message]]) -> Faults:
    gathered: Faults = {}
    for path, message in messages:
        gathered.setdefault(path, []).append(message)
    return gathered


def _faults_of_all(form: Form, answers: Answers, situation: Situation) -> Iterator[tuple[str, Message]]:
    facts = situation.facts(form, answers)
    for one in form.fields:
        if not one.editable or situation.hides(one, facts):
            continue
        value = answers.get(one.key)
        yield from ((one.key, message) for message in _faults_of(one, value, situation, facts))
        if one.kind is Kind.TABLE and misfit(one, value) is None:
            yield from _faults_in_rows(one, value or [], situation, facts)


def _faults_in_rows(
    table: Field, rows: list[Mapping[str, Any]], situation: Situation, facts: Mapping[str, Any]
) -> Iterator[tuple[str, Message]]:
    for number, row in enumerate(rows):
        seen = {**facts, **row}
        for column in table.columns:
            if column.editable and not situation.hides(column, seen):
                found = _faults_of(column, row.get(column.key), situation, seen)
                yield from ((f"{table.key}.{number}.{column.key}", message) for message in found)


def _faults_of(one: Field, value: Any, situation: Situation, facts: Mapping[str, Any]) -> Iterator[Message]:
    if value is None or value == one.empty:
        missing = _missing(one) if situation.requires(one, facts) else None
        if missing:
            yield missing
        elif one.kind in {Kind.TABLE, Kind.BOOLEAN}:
            yield from _checked(one, situation, facts)
        return
    wrong = _wrong(one, value, situation, facts)
    if wrong:
        yield wrong
        return
    yield from _row_faults(one, value) if one.kind is Kind.TABLE else faults(one, value)
    yield from _checked(one, situation, facts)


def _misfits_of_all(form: Form, answers: Answers, situation: Situation) -> Iterator[tuple[str, Message]]:
    facts = situation.facts(form, answers)
    for one in form.fields:
        if one.editable:
            yield from _misfits_of(one, one.key, answers.get(one.key), situation, facts)


def _misfits_of(one: Field, path: str, value: Any, situation: Situation, facts: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    if value is None or value == one.empty:
        return
    wrong = _wrong(one, value, situation, facts)
    if wrong:
        yield path, wrong
    elif one.kind is Kind.TABLE:
        for number, row in enumerate(value):
            for column in one.columns:
                if column.editable:
                    yield from _misfits_of(
                        column, f"{path}.{number}.{column.key}", row.get(column.key), situation, {**facts, **row}
                    )


def _missing(one: Field) -> Message:
    match one.kind:
        case Kind.BOOLEAN:
            return NOT_TICKED()
        case Kind.FILES:
            return NO_FILE()
        case Kind.TABLE:
            return _few_rows(one)
        case Kind.CHOICE | Kind.CHOICES | Kind.CHECK_ITEM | Kind.PERSON | Kind.PERSONS | Kind.DEPARTMENT | Kind.DEPARTMENTS:
            return NO_ANSWER()
    return MISSING()


def _few_rows(table: Field) -> Message:
    least = max(table.limits.min_rows, 1)
    return ONE_ROW() if least == 1 else TOO_FEW_ROWS(least=least)


def _row_faults(table: Field, rows: list[Any]) -> Iterator[Message]:
    if len(rows) < table.limits.min_rows:
        yield _few_rows(table)
    if len(rows) > table.limits.max_rows:
        yield TOO_MANY_ROWS(most=table.limits.max_rows)


def _wrong(one: Field, value: Any, situation: Situation, facts: Mapping[str, Any]) -> Message | None:
    wrong = misfit(one, value)
    if wrong or one.kind not in _CHOSEN or (one.takes_new and one.kind is Kind.REFERENCE):
        return wrong
    options = situation.choices(one, facts)
    chosen = {value["answer"]} if one.kind is Kind.CHECK_ITEM else set(value) if isinstance(value, list) else {value}
    return None if options is None or chosen <= {option.value for option in options} else NO_CHOICE()


def _checked(one: Field, situation: Situation, facts: Mapping[str, Any]) -> Iterator[Message]:
    if one.check and situation.evaluate(one.check, facts) is not True:
        yield OwnMessage(one.message.get("en", ""), {}, texts=one.message)


_CHOSEN = frozenset(
    {
        *(Kind.CHOICE, Kind.CHOICES, Kind.CHECK_ITEM, Kind.PERSON, Kind.PERSONS),
        *(Kind.DEPARTMENT, Kind.DEPARTMENTS, Kind.REFERENCE, Kind.REFERENCES),
    }
)
