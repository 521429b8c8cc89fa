"""Names: what a reader of the drawing needs to be told, in every language."""

from __future__ import annotations

from collections.abc import Iterator

from engine.drawing import Node, Procedure
from engine.errors import Problem
from engine.lint.finding import DECIDING, Element, warned

LANGUAGES = ("zh-Hans", "zh-Hant")
_UNNAMED = frozenset({"startEvent", "parallelGateway"})


def check_names(procedure: Procedure) -> Iterator[Problem]:
    """Every missing name and translation."""
    for node in procedure.nodes.values():
        decides = node.kind in DECIDING and len(node.outgoing) > 1
        joins = node.kind.endswith("Gateway") and not decides
        if not node.names.get("en") and node.kind not in _UNNAMED and not joins:
            remedy = "Name it: a question at a gateway, what is done at a task, what has happened at an event."
            yield warned("label-required", procedure, node, "It has no name.", remedy)
        if decides:
            yield from _answers(procedure, node)
        yield from _translated(procedure, node)
        for code in node.outcomes:
            missing = [language for language in ("en", *LANGUAGES) if not node.outcome_names.get(code, {}).get(language)]
            if missing:
                remedy = f'Add i18n:translation with target="outcome:{code}".'
                reason = f"The outcome {code} has no name in {', '.join(missing)}."
                yield warned("translation-required", procedure, node, reason, remedy)
    yield from _translated(procedure, procedure)
    for lane in procedure.lanes:
        yield from _translated(procedure, lane)


def _answers(procedure: Procedure, node: Node) -> Iterator[Problem]:
    for flow_id in node.outgoing:
        flow = procedure.flows[flow_id]
        if not flow.names.get("en") and flow.id != node.default:
            yield warned("label-required", procedure, flow, "It does not say which answer it stands for.", "Name it.")
        yield from _translated(procedure, flow)


def _translated(procedure: Procedure, about: Element) -> Iterator[Problem]:
    missing = [language for language in LANGUAGES if about.names.get("en") and not about.names.get(language)]
    if missing:
        yield warned(
            "translation-required",
            procedure,
            about,
            f"It has no name in {', '.join(missing)}.",
            "Add i18n:translation for its name.",
        )
