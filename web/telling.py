"""How the journal and notices are told to a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from flask import Flask
from flask_babel import gettext, lazy_gettext

from tasks.work.notices import Notice
from web.languages import said

#: What a person, a timer or Lanework itself did, by the kind of the journal's entry.
ACTS: Mapping[str, Any] = {
    "instance started": lazy_gettext("started the case"),
    "instance cancelled": lazy_gettext("cancelled the case"),
    "step completed": lazy_gettext("completed"),
    "task claimed": lazy_gettext("took"),
    "task released": lazy_gettext("gave back"),
    "task transferred": lazy_gettext("handed over"),
    "incident retried": lazy_gettext("tried again"),
    "step moved": lazy_gettext("moved a step"),
    "round added": lazy_gettext("added a round"),
    "instance migrated": lazy_gettext("put the case on a newer version"),
    "timer fired": lazy_gettext("a time was reached"),
    "deadline noticed": lazy_gettext("reminded of a due time"),
    "message received": lazy_gettext("a message arrived"),
    "signal received": lazy_gettext("a signal arrived"),
    "message unanswered": lazy_gettext("sent a message that nobody waited for"),
    "message not delivered": lazy_gettext("sent a message that was not delivered"),
    "signal not delivered": lazy_gettext("sent a signal that was not delivered"),
}
#: What followed by itself.
FOLLOWED: Mapping[str, Any] = {
    "step offered": lazy_gettext("offered"),
    "step finished": lazy_gettext("passed"),
    "step withdrawn": lazy_gettext("withdrawn"),
    "step failed": lazy_gettext("failed"),
    "step moved": lazy_gettext("moved here"),
    "round added": lazy_gettext("has a further round"),
    "work requested": lazy_gettext("handed to an outside worker"),
    "decision made": lazy_gettext("decided by rule"),
    "operation called": lazy_gettext("done by Lanework"),
    "timer fired": lazy_gettext("time reached"),
    "message received": lazy_gettext("message received"),
    "message sent": lazy_gettext("message sent"),
    "signal received": lazy_gettext("signal received"),
    "signal sent": lazy_gettext("signal sent"),
    "error caught": lazy_gettext("error caught"),
    "escalation caught": lazy_gettext("escalation caught"),
    "condition met": lazy_gettext("condition met"),
    "incident closed": lazy_gettext("incident closed"),
}
#: Notices by their number in REQUIREMENTS 2.5.
NOTICES: Mapping[str, Any] = {
    "N-01": lazy_gettext("A task is yours: %(task)s"),
    "N-02": lazy_gettext("Due soon: %(task)s"),
    "N-03": lazy_gettext("Overdue: %(task)s"),
    "N-04": lazy_gettext("Escalation: %(task)s is late"),
    "N-05": lazy_gettext("The order was accepted or refused"),
    "N-06": lazy_gettext("You are invited to a meeting"),
    "N-07": lazy_gettext("Minutes wait for your signature"),
    "N-08": lazy_gettext("Minutes were distributed"),
    "N-09": lazy_gettext("The result is ready for the customer"),
    "N-10": lazy_gettext("The order was released to production"),
    "N-11": lazy_gettext("A production plan was issued"),
    "N-12": lazy_gettext("Material has arrived"),
    "N-13": lazy_gettext("An inspection result is known"),
    "N-14": lazy_gettext("A shipment was told to the customer"),
    "N-15": lazy_gettext("The delivery date is at risk"),
    "N-16": lazy_gettext("A rectification is required"),
    "N-17": lazy_gettext("A change was requested"),
    "N-18": lazy_gettext("A change was decided"),
    "N-19": lazy_gettext("The receipt of a special requirement was confirmed"),
    "N-20": lazy_gettext("A special requirement was assigned"),
    "N-21": lazy_gettext("The list of special requirements has a new version"),
    "N-22": lazy_gettext("Please return the old copy"),
    "N-23": lazy_gettext("A special requirement is finished"),
    "N-24": lazy_gettext("An acceptance was announced"),
    "N-25": lazy_gettext("A loan is due soon"),
    "N-26": lazy_gettext("A loan is overdue"),
    "N-27": lazy_gettext("Assessment data are due"),
    "N-28": lazy_gettext("A liaison meeting is called"),
    "N-29": lazy_gettext("An order cannot be taken"),
    "N-30": lazy_gettext("A project was initiated"),
    "N-31": lazy_gettext("A solution was decided"),
    "N-32": lazy_gettext("A complaint was acknowledged"),
    "N-33": lazy_gettext("A report is ready"),
    "N-34": lazy_gettext("The customer's portal has changed"),
}
_MOST_ITEMS = 8


def install(app: Flask, zone: tzinfo) -> None:
    """Gives templates the words for what the journal holds; moments are told in a time zone."""
    app.add_template_filter(act_name)
    app.add_template_filter(follow_name)
    app.add_template_filter(lambda value: value_text(value, zone), "value_text")


def act_name(kind: str) -> str:
    """What was done, by the kind of the entry."""
    return str(ACTS.get(kind, kind))


def follow_name(kind: str) -> str:
    """What followed, by its kind."""
    return str(FOLLOWED.get(kind, kind))


def notice_text(notice: Notice) -> str:
    """What a notice says."""
    task = notice.parameters.get("task")
    names = {"task": said(task)} if isinstance(task, Mapping) else {"task": ""}
    text = str(NOTICES.get(notice.kind, notice.kind))
    return text % names if "%(" in text else text


def value_text(value: Any, zone: tzinfo) -> str:
    """A kept value as a person reads it."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return str(gettext("Yes")) if value else str(gettext("No"))
    if isinstance(value, list):
        more = [f"… {len(value)}"] if len(value) > _MOST_ITEMS else []
        return "; ".join([value_text(inner, zone) for inner in value[:_MOST_ITEMS]] + more)
    return _context_text(value, zone) if isinstance(value, Mapping) else _moment_text(str(value), zone)


def _context_text(value: Mapping[str, Any], zone: tzinfo) -> str:
    names = value.get("names")
    if isinstance(names, Mapping):
        return said(names)
    if "hash" in value and "name" in value:
        return str(value["name"])
    return ", ".join(f"{key}: {value_text(inner, zone)}" for key, inner in value.items() if inner not in (None, "", []))


def _moment_text(text: str, zone: tzinfo) -> str:
    try:
        moment = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return text
    if moment is None:
        return text
    return (moment.astimezone(zone) if moment.tzinfo else moment).strftime("%Y-%m-%d %H:%M")
