"""A definition and the files that belong to it: the closure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.decisions import Decisions
from engine.drawing import Drawing, Procedure
from engine.spiff.build import Plan


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that belongs to a definition. kind: drawing, decision, or one that the catalogue names."""

    kind: str
    name: str
    path: str
    content: bytes

    @property
    def hash(self) -> str:
        """Names the content."""
        return hashlib.sha256(self.content).hexdigest()


#: Files from which procedures are published, by kind and name (the id of a process, decision, …).
Library = Mapping[tuple[str, str], Resource]


@dataclass(frozen=True, slots=True)
class Definition:
    """A published definition, ready to run. Read-only; one object serves all its instances."""

    id: int
    procedure_id: str
    number: int
    hash: str
    published_at: datetime
    drawings: Mapping[str, Drawing]
    procedures: Mapping[str, Procedure]
    decisions: Mapping[str, Decisions]
    resources: Library
    plan: Plan

    @property
    def procedure(self) -> Procedure:
        """The procedure itself, without those it calls."""
        return self.procedures[self.procedure_id]


def closure_hash(found: Mapping[tuple[str, str], Resource]) -> str:
    """Names a closure by what is in it."""
    lines = sorted(f"{kind} {name} {item.hash}" for (kind, name), item in found.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
