"""A form made ready for a page: labels in the reader's language, what is visible, values, errors, names of inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from engine.errors import Message
from tasks.work.forms.checking import OwnMessage
from tasks.work.forms.model import MOST_ROWS, NUMBERS, Answers, Field, Form, Group, Kind, Part, Source, Space, Text
from tasks.work.forms.shown import Reader, Said
from tasks.work.forms.situation import Situation

Errors = Mapping[str, Sequence[Message]]

#: How a field is asked; whatever is not asked is `shown`.
INPUTS: Mapping[Kind, str] = {
    Kind.TEXT: "text",
    Kind.LONG_TEXT: "textarea",
    **dict.fromkeys(NUMBERS, "number"),
    Kind.BOOLEAN: "checkbox",
    **dict.fromkeys((Kind.CHOICE, Kind.PERSON, Kind.DEPARTMENT), "select"),
    **dict.fromkeys((Kind.CHOICES, Kind.PERSONS, Kind.DEPARTMENTS, Kind.REFERENCES), "checkboxes"),
    Kind.DATE: "date",
    Kind.TIME: "time",
    Kind.DATETIME: "datetime-local",
    Kind.FILES: "file",
    Kind.TABLE: "table",
    Kind.CHECK_ITEM: "check",
    Kind.SIGNATURE: "signature",
    Kind.SERIAL: "serial",
    Kind.REFERENCE: "suggest",
}


@dataclass(frozen=True, slots=True)
class OptionView:
    """An answer that may be chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field on a page.

    `input` is one of INPUTS or `radio` or `shown`; `value` is what the input holds; `lines` is how the answer reads;
    `live` says that other parts depend on it, so that the form should be drawn anew when it changes.
    """

    kind: str
    id: str
    name: str
    label: str
    description: str
    input: str
    value: str = ""
    remark: str = ""
    checked: bool = False
    required: bool = False
    live: bool = False
    inputmode: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    options: tuple[OptionView, ...] = ()
    lines: tuple[Said, ...] = ()
    errors: tuple[Message, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[RowView, ...] = ()
    may_add: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of a table; its cells in the order of the headings, None where a condition hides one."""

    number: int
    cells: tuple[FieldView | None, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """Parts under a heading."""

    kind: str
    id: str
    label: str
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class TextView:
    """A sentence, a line or a space; `kind` says which."""

    kind: str
    id: str
    paragraphs: tuple[str, ...] = ()


PartView: TypeAlias = FieldView | GroupView | TextView


@dataclass(frozen=True, slots=True)
class FormView:
    """A form on a page: its visible parts, and its errors with the labels and ids of their fields for the summary on top."""

    title: str
    parts: tuple[PartView, ...]
    errors: tuple[tuple[str, str, Message], ...]


def view(form: Form, answers: Answers, errors: Errors, language: str, situation: Situation) -> FormView:
    """The form with answers that a person may go on filling."""
    return _Drawing(form, answers, errors, language, situation).drawn()


def view_filled(form: Form, answers: Answers, language: str, situation: Situation) -> FormView:
    """The form as it was filled: nothing can be typed, everything reads as it was kept."""
    return _Drawing(form, answers, {}, language, situation, filled=True).drawn()


class _Drawing:
    def __init__(
        self, form: Form, answers: Answers, errors: Errors, language: str, situation: Situation, *, filled: bool = False
    ) -> None:
        self.form, self.answers, self.errors, self.situation = form, answers, errors, situation
        self.reader = Reader(language, situation.zone)
        self.facts = situation.facts(form, answers)
        self.filled = filled
        self.live = _names_in_conditions(form)
        self.summary: list[tuple[str, str, Message]] = []

    def drawn(self) -> FormView:
        parts = tuple(self._parts(self.form.parts))
        return FormView(self.reader.text(self.form.titles), parts, tuple(self.summary))

    def _parts(self, parts: tuple[Part, ...]) -> Iterator[PartView]:
        for part in parts:
            if isinstance(part, Space):
                yield TextView("line" if part.line else "space", part.id)
            elif self._hidden(part):
                continue
            elif isinstance(part, Group):
                yield GroupView("group", part.id, self.reader.text(part.labels), tuple(self._parts(part.parts)))
            elif isinstance(part, Text):
                yield TextView("text", part.id, tuple(self.reader.text(part.texts).split("\n\n")))
            else:
                yield self._field(part, part.key, part.key, self._value(part), self.facts, self._asked(part))

    def _hidden(self, part: Field | Group | Text) -> bool:
        return any(self.situation.evaluate(condition, self.facts) is True for condition in part.hidden_when)

    def _asked(self, one: Field) -> bool:
        return one.editable and not self.filled

    def _value(self, one: Field) -> Any:
        if one.source is Source.SHOWN or (one.source is Source.COMPUTED and not self.filled):
            return self.situation.value_of(one, self.facts)
        return self.answers.get(one.key, self.situation.record.get(one.key))

    def _field(self, one: Field, name: str, path: str, value: Any, facts: Mapping[str, Any], asked: bool) -> FieldView:
        label, messages = self.reader.text(one.labels), tuple(self._said(message) for message in self.errors.get(path, ()))
        self.summary += [(f"field-{name}", label, message) for message in messages]
        if one.kind is Kind.TABLE:
            return self._table(one, label, messages, value, asked=asked)
        options = self.situation.choices(one, facts) or () if asked or value is not None else ()
        chosen = _chosen(value)
        return FieldView(
            kind="field",
            id=f"field-{name}",
            name=name,
            label=label,
            description=self.reader.text(one.descriptions),
            input=self._input(one, asked),
            value=_typed(one, value, self.situation),
            remark=_remark(value),
            checked=value is True,
            required=asked and self.situation.requires(one, facts),
            live=asked and one.key in self.live,
            inputmode=_inputmode(one),
            attributes=_attributes(one),
            options=tuple(OptionView(each.value, self.reader.text(each.labels), each.value in chosen) for each in options),
            lines=self.reader.said(one, value, options),
            errors=messages,
        )

    def _input(self, one: Field, asked: bool) -> str:
        if one.source is Source.SERVER and not self.filled:
            return INPUTS[one.kind]
        if not asked:
            return "shown"
        return "radio" if one.widget == "radio" and INPUTS[one.kind] == "select" else INPUTS[one.kind]

    def _table(self, one: Field, label: str, messages: tuple[Message, ...], value: Any, *, asked: bool) -> FieldView:
        rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
        return FieldView(
            kind="field",
            id=f"field-{one.key}",
            name=one.key,
            label=label,
            description=self.reader.text(one.descriptions),
            input="table" if asked else "shown table",
            required=asked and self.situation.requires(one, self.facts),
            errors=messages,
            headings=tuple(self.reader.text(column.labels) for column in one.columns),
            rows=tuple(RowView(number, tuple(self._cells(one, number, row, asked))) for number, row in enumerate(rows)),
            may_add=asked and not one.fixed_rows and len(rows) < min(one.limits.max_rows, MOST_ROWS),
        )

    def _cells(self, table: Field, number: int, row: Mapping[str, Any], asked: bool) -> Iterator[FieldView | None]:
        facts = {**self.facts, **row}
        for column in table.columns:
            if self.situation.hides(column, facts):
                yield None
                continue
            value = row.get(column.key)
            if column.source is Source.SHOWN or (asked and column.source is Source.COMPUTED):
                value = self.situation.value_of(column, facts)
            name, path = f"{table.key}-{number}-{column.key}", f"{table.key}.{number}.{column.key}"
            yield self._field(column, name, path, value, facts, asked and column.editable)

    def _said(self, message: Message) -> Message:
        return message.said_in(self.reader.language) if isinstance(message, OwnMessage) else message


def _names_in_conditions(form: Form) -> frozenset[str]:
    """What conditions and computed values read: a change of these fields may change what is seen."""
    expressions = [
        expression
        for one in (*form.fields, *(column for one in form.fields for column in one.columns))
        for expression in (*one.hidden_when, one.required_when, one.value, one.options_from, one.department)
        if expression is not None
    ]
    return frozenset(name for expression in expressions for name in expression.names)


def _chosen(value: Any) -> frozenset[str]:
    if isinstance(value, Mapping):
        value = value.get("answer")
    return frozenset(str(code) for code in (value if isinstance(value, list) else [value]) if isinstance(code, str))


def _typed(one: Field, value: Any, situation: Situation) -> str:
    if value is None or isinstance(value, bool | list | Mapping):
        return ""
    if one.kind is Kind.DATETIME:
        return _local(str(value), situation)
    return str(value)


def _local(text: str, situation: Situation) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(situation.zone).strftime("%Y-%m-%dT%H:%M") if moment.tzinfo else text


def _remark(value: Any) -> str:
    return str(value.get("remark") or "") if isinstance(value, Mapping) else ""


def _inputmode(one: Field) -> str:
    if one.kind not in NUMBERS:
        return ""
    return "numeric" if one.limits.digits == 0 else "decimal"


def _attributes(one: Field) -> Mapping[str, str]:
    if one.kind in NUMBERS:
        bounds = {"min": one.limits.minimum, "max": one.limits.maximum}
        step = "any" if one.limits.digits is None else format(10**-one.limits.digits, f".{one.limits.digits}f")
        return {"step": step} | {name: str(bound) for name, bound in bounds.items() if bound is not None}
    if one.kind in {Kind.TEXT, Kind.LONG_TEXT, Kind.REFERENCE}:
        return {"maxlength": str(one.limits.max_length)}
    if one.kind is Kind.FILES:
        return ({"accept": ",".join(one.accept)} if one.accept else {}) | ({"multiple": "multiple"} if one.multiple else {})
    return {}
