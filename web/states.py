"""How far each element of a drawing is, in the reader's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext, ngettext

from tasks.drawings import CaseDrawing, State
from web.languages import brief, said

ORDER = ("done", "active", "late", "failed")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a drawing shows at an element: its state, who and when, and where a called procedure is drawn."""

    state: str
    note: str
    title: str
    count: int
    href: str | None


def marks(shown: CaseDrawing, number: str, zone: ZoneInfo) -> Mapping[str, Mark]:
    """What is shown at each element."""
    return {
        key: Mark(state.state, _note(state, zone), _title(state, zone), state.count, _inner(shown, key, number))
        for key, state in shown.states.items()
    }


def call_names(found: Sequence[CaseDrawing]) -> list[tuple[str, str]]:
    """The calls of a case, and what their drawings are called; those of the same procedure are counted."""
    totals = Counter(drawing.procedure_id for drawing in found)
    seen: Counter[str] = Counter()
    named = []
    for drawing in found:
        seen[drawing.procedure_id] += 1
        number = f" {seen[drawing.procedure_id]}" if totals[drawing.procedure_id] > 1 else ""
        named.append((drawing.scope, f"{said(drawing.names)}{number}"))
    return named


def legend(shown: CaseDrawing) -> list[tuple[str, str]]:
    """The states that occur in a drawing, and what they are called."""
    found = {state.state for state in shown.states.values()}
    return [(state, state_name(state)) for state in ORDER if state in found]


def state_name(state: str) -> str:
    """What a state is called."""
    names = {"done": gettext("Done"), "active": gettext("Active"), "late": gettext("Late"), "failed": gettext("Failed")}
    return str(names[state])


def _inner(shown: CaseDrawing, element: str, number: str) -> str | None:
    calls = shown.called.get(element)
    return url_for("cases.show", number=number, call=calls[-1], _anchor="picture") if calls else None


def _note(state: State, zone: ZoneInfo) -> str:
    """Who and when, as short as it must be beside an element; nothing where no person acted."""
    return f"{said(state.by)} {brief(state.at, zone)}" if state.by and state.at else ""


def _title(state: State, zone: ZoneInfo) -> str:
    passed = ngettext("passed once", "passed %(num)s times", state.count) if state.count else ""
    who = said(state.by) if state.by else ""
    when = brief(state.at, zone) if state.at else ""
    return ", ".join(part for part in (state_name(state.state), who, when, str(passed)) if part)
