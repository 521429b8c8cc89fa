"""What may be published: every reason why a procedure cannot run, at once, each with a remedy."""

from __future__ import annotations

from engine.drawing import Drawing
from engine.errors import Problem
from engine.ports import Catalogue


def lint_procedure(drawing: Drawing, procedure_id: str, catalogue: Catalogue) -> list[Problem]:
    """The problems of one procedure of a drawing, errors first."""
    return []
