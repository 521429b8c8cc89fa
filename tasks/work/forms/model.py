"""What a form is, once its schema has been read and found good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from engine.feel import Expression
from tasks.texts import Texts

Answers = Mapping[str, Any]

#: What a text may be long when the form does not say less (REQUIREMENTS 3).
LONGEST_TEXT = 200
LONGEST_LONG_TEXT = 4000
MOST_ROWS = 500


class Kind(StrEnum):
    """What sort of answer a field takes."""

    TEXT = "text"
    LONG_TEXT = "long text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    FILES = "files"
    TABLE = "table"
    CHECK_ITEM = "check item"
    SIGNATURE = "signature"
    SERIAL = "business number"
    PERSON = "person"
    PERSONS = "persons"
    DEPARTMENT = "department"
    DEPARTMENTS = "departments"
    REFERENCE = "reference"
    REFERENCES = "references"


NUMBERS = frozenset({Kind.NUMBER, Kind.MONEY, Kind.PERCENT})
LISTS = frozenset({Kind.CHOICES, Kind.PERSONS, Kind.DEPARTMENTS, Kind.REFERENCES, Kind.FILES, Kind.TABLE})


class Source(StrEnum):
    """Where the answer of a field comes from."""

    PERSON = "the person who fills the form"
    EARLIER = "an earlier step of the same record"
    SHOWN = "an expression, only to be read"
    COMPUTED = "an expression, kept with the answers"
    SERVER = "the server, when the step is completed"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that may be chosen: a code and what it is called."""

    value: str
    labels: Texts


@dataclass(frozen=True, slots=True)
class Limits:
    """What a single answer must keep to, whatever the others say."""

    min_length: int = 0
    max_length: int = LONGEST_TEXT
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    digits: int | None = None
    pattern: str | None = None
    pattern_message: str | None = None
    min_rows: int = 0
    max_rows: int = MOST_ROWS


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a form, or a column of a table.

    `hidden_when` holds its own condition and those of the groups around it; one that is true hides the field.
    """

    id: str
    key: str
    kind: Kind
    source: Source
    labels: Texts
    widget: str
    descriptions: Texts = field(default_factory=dict)
    required: bool = False
    required_when: Expression | None = None
    hidden_when: tuple[Expression, ...] = ()
    default: Expression | None = None
    literal_default: Any = None
    value: Expression | None = None
    check: Expression | None = None
    message: Texts = field(default_factory=dict)
    limits: Limits = Limits()
    options: tuple[Option, ...] = ()
    options_from: Expression | None = None
    register: str | None = None
    takes_new: bool = False
    role: str | None = None
    department: Expression | None = None
    counter: str | None = None
    accept: tuple[str, ...] = ()
    multiple: bool = False
    columns: tuple[Field, ...] = ()
    fixed_rows: bool = False
    first_rows: int = 0

    @property
    def editable(self) -> bool:
        """Whether the person who fills the form answers it."""
        return self.source is Source.PERSON

    @property
    def empty(self) -> Any:
        """The answer that says nothing."""
        if self.kind in LISTS:
            return []
        return False if self.kind is Kind.BOOLEAN else None


@dataclass(frozen=True, slots=True)
class Group:
    """Parts under one heading."""

    id: str
    labels: Texts
    hidden_when: tuple[Expression, ...]
    parts: tuple[Field | Group | Text | Space, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence for the person who fills the form."""

    id: str
    texts: Texts
    hidden_when: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """Air between parts, with a line or without."""

    id: str
    line: bool


Part: TypeAlias = Field | Group | Text | Space


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is filled: its id, the forms of the requirements it traces to (“F-A,F-B”), and its parts in order.

    `fields` are all fields in order, out of their groups; the columns of a table stay in it.
    """

    id: str
    trace: str
    titles: Texts
    parts: tuple[Part, ...]
    fields: tuple[Field, ...]

    @property
    def stored(self) -> tuple[Field, ...]:
        """The fields whose answers are kept with the record when this form is completed."""
        return tuple(one for one in self.fields if one.source not in {Source.EARLIER, Source.SHOWN})

    @property
    def demands_evidence(self) -> bool:
        """Whether the form cannot be completed without a file."""
        return any(one.kind is Kind.FILES and one.editable and one.required for one in self.fields)


def flat(parts: tuple[Part, ...]) -> Iterator[Field]:
    """The fields among some parts, out of their groups."""
    for part in parts:
        if isinstance(part, Field):
            yield part
        elif isinstance(part, Group):
            yield from flat(part.parts)
