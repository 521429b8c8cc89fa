"""What may be published: every reason why a procedure cannot run, at once, each with a remedy.

    constructs  elements and events that do not run here     references  expressions, roles, topics, parameters, messages
    flow        flows, reach, joins, loops                   names       names and translations
    layout      the picture                                  tables      decision tables
    variables   what is read must be written

Rules that bpmnlint has too bear its names.
"""

from __future__ import annotations

from engine.drawing import Drawing
from engine.errors import Problem
from engine.lint.constructs import check_constructs
from engine.lint.flow import check_flow
from engine.lint.layout import check_layout
from engine.lint.names import check_names
from engine.lint.references import check_references
from engine.lint.tables import lint_decisions
from engine.lint.variables import check_variables, written_by
from engine.ports import Catalogue

__all__ = ["lint_decisions", "lint_procedure", "written_by"]


def lint_procedure(drawing: Drawing, procedure_id: str, catalogue: Catalogue) -> list[Problem]:
    """The problems of one procedure of a drawing, errors first."""
    procedure = drawing.procedures[procedure_id]
    problems = [
        *check_constructs(procedure),
        *check_flow(procedure),
        *check_references(drawing, procedure, catalogue),
        *check_variables(procedure, catalogue),
        *check_names(procedure),
        *check_layout(drawing, procedure),
    ]
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.severity)
