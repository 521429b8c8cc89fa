"""An act in the house: the engine's context, and who the person is."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Forbidden
from engine.ports import Context as EngineContext
from tasks.house import House
from tasks.person import Person


@dataclass(frozen=True, slots=True)
class Context(EngineContext):
    """One act of a person, a timer or the system in this house."""

    house: House
    acting: Person | None = None

    @property
    def person(self) -> Person:
        """The person who acts.

        Raises:
            Forbidden: nobody has signed in.
        """
        if self.acting is None:
            raise Forbidden("Only a person may do this.")
        return self.acting


def in_house(ctx: EngineContext) -> Context:
    """The context as the house knows it; the engine hands back what it was given."""
    assert isinstance(ctx, Context)
    return ctx
