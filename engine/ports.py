"""An act and its surroundings: in whose name and when something is done, and what the engine is given at bootstrap.

The four ports of DESIGN 4 (observer, operation book, expression functions, catalogue) and the key of the journal come in `Ports`;
`Context` hands them down. Nothing below the edge opens a connection, reads the clock or commits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Literal, Protocol

from sqlalchemy.engine import Connection

from engine.closure import Definition, Resource
from engine.drawing import Node
from engine.errors import Problem
from engine.spiff.border import Call


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the engine knows people only by an opaque id."""

    id: str
    kind: Literal["person", "timer", "system", "worker"] = "person"
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step that waits for a person: its id, how it is drawn, its computed attributes and what it sees."""

    step: str
    procedure: str
    element: str
    attributes: Mapping[str, Any]
    role: str | None
    scope: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What an act did to the steps of an instance."""

    offered: Sequence[OfferedStep] = ()
    finished: Sequence[str] = ()
    withdrawn: Sequence[str] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True)
class InstanceView:
    """What an observer may know of an instance."""

    id: int
    business_key: str
    definition: Definition
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Woken:
    """What an observer did when it was woken: the next deadline, and what the journal should keep, as (kind, content)."""

    deadline: datetime | None = None
    entries: Sequence[tuple[str, Mapping[str, Any]]] = ()


class Observer(Protocol):
    """Is told inside the transaction what became of steps."""

    def changed(self, ctx: Context, instance: InstanceView, change: Change) -> datetime | None:
        """Mirrors the change; gives the earliest deadline among the open steps."""

    def woken(self, ctx: Context, instance: InstanceView) -> Woken:
        """Does what is due by deadline."""


#: Does a service task's work; gives the variables that the step writes.
Operation = Callable[["Context", InstanceView, Call], Mapping[str, Any]]


class Catalogue(Protocol):
    """Knows names that lint must check, without the engine knowing what they are."""

    def exists(self, kind: str, name: str) -> bool:
        """Whether there is a role, parameter, function or the like of this name."""

    def needs(self, node: Node) -> Sequence[tuple[str, str]]:
        """The further resources of a step that belong to the closure, as (kind, name)."""

    def problems(self, item: Resource) -> Sequence[Problem]:
        """What is wrong with a resource of a kind that only it knows."""


@dataclass(frozen=True, slots=True)
class JournalKey:
    """The secret that chains the journal; it never lies in the database."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ports:
    """All that the engine is given."""

    observer: Observer
    operations: Mapping[str, Operation]
    functions: Callable[[Context, str, Mapping[str, Any]], Mapping[str, Callable[..., Any]]]
    catalogue: Catalogue
    journal_key: JournalKey
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Context:
    """One act: nothing below the edge opens a connection, reads the clock or commits."""

    connection: Connection
    now: datetime
    actor: Actor
    ports: Ports
