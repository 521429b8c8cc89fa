"""A person, as everything that asks who somebody is knows them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ports import Actor
from tasks.texts import Texts


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works in the house."""

    id: str
    login: str
    names: Texts
    department: str
    roles: tuple[str, ...]
    is_head: bool
    deputy: str | None
    locale: str
    skills: tuple[str, ...]
    location: str
    working: bool
    administrator: bool
    auditor: bool

    def actor(self) -> Actor:
        """In whose name they act."""
        return Actor(self.id)

    @property
    def tries_rules(self) -> bool:
        """Whether they may look at the rules and try them: who writes rules, and who examines them."""
        return self.is_head or self.administrator or self.auditor
