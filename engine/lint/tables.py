"""Decision tables: that they can be read, and what their analysis finds."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from engine.decisions import read_decisions
from engine.decisions.analysis import analyse
from engine.errors import DrawingInvalid, Problem


@lru_cache(maxsize=256)  # the same table is published with every procedure that asks it
def lint_decisions(content: bytes, file: str) -> tuple[Problem, ...]:
    """The problems of all decisions in a DMN file."""
    try:
        found = read_decisions(content, file)
    except DrawingInvalid as error:
        return error.problems
    return tuple(replace(problem, file=file) for decision in found.decisions.values() for problem in analyse(decision))
