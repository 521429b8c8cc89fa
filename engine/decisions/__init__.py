"""Decisions drawn in DMN 1.1 to 1.5, with FEEL in every cell: read and checked whole, made with the reasons kept."""

from __future__ import annotations

from engine.decisions.imports import Models, imports_of, namespace_of
from engine.decisions.model import Decision, Decisions, InputData, Knowledge, Outcome, Requirements, Service
from engine.decisions.reader import read_decisions
from engine.decisions.tables import Hit, Input, Output, Rule, Table

__all__ = [
    "Decision",
    "Decisions",
    "Hit",
    "Input",
    "InputData",
    "Knowledge",
    "Models",
    "Outcome",
    "Output",
    "Requirements",
    "Rule",
    "Service",
    "Table",
    "imports_of",
    "namespace_of",
    "read_decisions",
]
