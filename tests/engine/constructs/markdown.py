"""The table of constructs as people read it."""

from __future__ import annotations

from itertools import groupby

from tests.engine.constructs.stories import TABLE, Construct

BEGINS, ENDS = "<!-- constructs -->", "<!-- /constructs -->"


def markdown() -> str:
    """The section between the two marks, one table for each group."""
    parts = []
    for group, constructs in groupby(TABLE, key=lambda construct: construct.group):
        rows = "".join(map(_row, constructs))
        parts.append(f"### {group}\n\n| element | | |\n|---|---|---|\n{rows}")
    return "\n".join(parts)


def section(text: str) -> str | None:
    """What stands between the two marks of a text; None when it has none."""
    _, found, rest = text.partition(BEGINS)
    inner, closed, _ = rest.partition(ENDS)
    return inner.strip() + "\n" if found and closed else None


def _row(construct: Construct) -> str:
    says = "runs" if construct.status == "runs" else f"**refused**; draw instead: {construct.instead}"
    return f"| {_cell(construct.element)} | {_cell(construct.what)} | {_cell(says)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
