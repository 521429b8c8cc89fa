"""Rules: which there are, and a decision tried on facts that somebody gives."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from engine.errors import AnswersInvalid, DecisionFailed
from tasks import rules
from tasks.context import Context
from tasks.rules import Outcome, Rules
from web.entrance import Entrance
from web.pages import render


def routes(entrance: Entrance) -> Blueprint:
    """The pages of rules; trying one changes nothing, so its address can be kept and sent."""
    pages = Blueprint("rules", __name__)

    @pages.get("/rules")
    @entrance.looks
    def show(ctx: Context) -> ResponseReturnValue:
        return render(ctx, "rules.html", found=rules.listed(ctx))

    @pages.get("/rules/<decision_id>")
    @entrance.looks
    def trial(ctx: Context, decision_id: str) -> ResponseReturnValue:
        found = rules.get(ctx, decision_id)
        asked = any(fact.name in request.args for fact in found.facts) or "ask" in request.args
        outcome = _asked(ctx, found) if asked else Trial()
        return render(ctx, "rule.html", rules=found, trial=outcome, given=request.args)

    return pages


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a trial, if one was made: the outcome, or messages by fact, or why rules contradict each other."""

    outcome: Outcome | None = None
    wrong: AnswersInvalid | None = None
    failed: DecisionFailed | None = None

    def matched(self, table: str) -> frozenset[int]:
        """The rules of a table that matched."""
        return (
            frozenset(number for hit in self.outcome.trail if hit.table == table for number in hit.matched)
            if self.outcome
            else frozenset()
        )


def _asked(ctx: Context, found: Rules) -> Trial:
    try:
        return Trial(outcome=rules.ask(ctx, found.id, request.args))
    except AnswersInvalid as error:
        return Trial(wrong=error)
    except DecisionFailed as error:
        return Trial(failed=error)
