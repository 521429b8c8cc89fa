"""What a waiting timer remembers: when it is due, and of a cycle when it began, how often it rang, how often it still may."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from engine import timing
from engine.spiff.border import Surroundings


def wound(form: str, text: str, around: Surroundings) -> dict[str, Any]:
    """What to remember of a new timer; `late` says that its moment has passed already.

    Raises:
        ValueError: the text is no date, duration or cycle.
    """
    now, zone = around.now, around.zone
    if form == "cycle":
        return _cycle(timing.parse_cycle(text, zone), text.rsplit("/", 1)[-1], around)
    due = timing.parse_moment(text, zone) if form == "date" else timing.parse_duration(text).after(now, zone)
    return {"due": due.isoformat(), **({"late": True} if due <= now else {})}


def wound_again(kept: MutableMapping[str, Any], around: Surroundings) -> bool:
    """Whether a timer that has rung rings again; then `kept` says when."""
    if "every" not in kept or kept.get("times") == 1:
        return False
    began = datetime.fromisoformat(kept["began"])
    try:
        ring = timing.next_ring(timing.parse_duration(kept["every"]), began, kept["number"], around.now, around.zone)
    except ValueError:
        return False  # the calendar is at its end
    kept.update(due=ring.due.isoformat(), number=ring.number)
    if "times" in kept:
        kept["times"] -= 1
    return True


def _cycle(cycle: timing.Cycle, every: str, around: Surroundings) -> dict[str, Any]:
    began = cycle.start or around.now
    is_to_come = began > around.now
    ring = timing.Ring(0, began) if is_to_come else timing.next_ring(cycle.every, began, 0, around.now, around.zone)
    kept = {"due": ring.due.isoformat(), "every": every, "began": began.isoformat(), "number": ring.number}
    if cycle.times is not None:
        kept["times"] = max(1, cycle.times - (ring.number if cycle.start else 0))
    return kept
