"""All that can go wrong, as one tree.

    LaneworkError
    ├── NotFound                 there is no such thing, or this actor may not know of it
    ├── Forbidden                the actor may see it but not do this
    ├── Conflict                 somebody was faster, or the state has moved on
    │   ├── AlreadyFinished      the work item is finished; says who and when
    │   ├── Claimed              another person works on it; says who
    │   └── Busy                 too many at the same thing at once; nothing was done, and trying again may well succeed
    ├── Invalid                  what was handed in does not fit
    │   ├── DrawingInvalid       a drawing, form or table cannot be published; every problem at once
    │   ├── ExpressionInvalid    an expression does not parse; line, column, what was expected
    │   ├── AnswersInvalid       a filled form does not fit; messages by field
    │   └── FileInvalid          a file is malformed, too large or of a kind that is not accepted
    ├── StepFailed               an automatic step failed; becomes an incident
    │   ├── BpmnError            an error that was thrown on purpose, for the drawing to catch by its code
    │   ├── DecisionFailed       a decision gave no usable result; table, rules, inputs
    │   └── LimitExceeded        a drawing asked for more steps, time or size than it may have
    ├── JournalBroken            the journal does not verify; the first altered or missing entry
    └── SettingsInvalid          Lanework cannot start with these settings

No class knows of HTTP. `message` is an English sentence with `%(name)s` places, `parameters` fill them: so the edge can translate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal


class LaneworkError(Exception):
    """Something went wrong."""

    message: ClassVar[str] = "Something went wrong."

    def __init__(self, message: str | None = None, **parameters: Any) -> None:
        self.template = message or self.message
        self.parameters: Mapping[str, Any] = parameters
        super().__init__(self.template % parameters if parameters else self.template)


class NotFound(LaneworkError):
    """There is no such thing, or this actor may not know of it."""

    message = "There is no %(kind)s “%(key)s”."

    def __init__(self, kind: str, key: object) -> None:
        self.kind, self.key = kind, key
        super().__init__(kind=kind, key=key)


class Forbidden(LaneworkError):
    """You are not allowed to do this."""

    message = "You are not allowed to do this."


class Conflict(LaneworkError):
    """Somebody was faster, or the state has moved on."""

    message = "This has changed in the meantime."


class AlreadyFinished(Conflict):
    """The work item is no longer open."""

    message = "%(by)s was faster: this task was finished at %(at)s."

    def __init__(self, by: str, at: datetime) -> None:
        self.by, self.at = by, at
        super().__init__(by=by, at=at.isoformat(timespec="minutes"))


class Claimed(Conflict):
    """Another person works on it."""

    message = "%(by)s is working on this task."

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__(by=by)


class Busy(Conflict):
    """Others were at the same thing at the same time, and nothing was done."""

    message = "Others were at the same thing at the same time. Nothing was done; please try again."


class Invalid(LaneworkError):
    """What was handed in does not fit."""

    message = "What was handed in does not fit."


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why something cannot be published, or a warning: where, what, and how to mend it."""

    rule: str
    reason: str
    remedy: str
    element: str = ""
    name: str = ""
    file: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = " ".join(part for part in (self.file, self.element, f"“{self.name}”" if self.name else "") if part)
        return f"{self.severity}: {where}: {self.reason} {self.remedy} [{self.rule}]"


class DrawingInvalid(Invalid):
    """The procedure cannot be published."""

    message = "The procedure cannot be published."

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


class ExpressionInvalid(Invalid):
    """The expression does not parse."""

    message = "Line %(line)s, column %(column)s: %(reason)s"

    def __init__(self, text: str, reason: str, *, line: int = 1, column: int = 1, suggestion: str = "") -> None:
        self.text, self.reason, self.line, self.column, self.suggestion = text, reason, line, column, suggestion
        super().__init__(line=line, column=column, reason=f"{reason} {suggestion}".strip())


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for a person: an English template and what fills its places."""

    template: str
    parameters: Mapping[str, Any]

    def __str__(self) -> str:
        return self.template % self.parameters if self.parameters else self.template


class AnswersInvalid(Invalid):
    """Some answers do not fit the form."""

    message = "Some answers do not fit the form."

    def __init__(self, fields: Mapping[str, Sequence[Message]]) -> None:
        self.fields = fields
        super().__init__()

    def __str__(self) -> str:
        return "; ".join(f"{field}: {' '.join(map(str, messages))}" for field, messages in self.fields.items())


class FileInvalid(Invalid):
    """The file cannot be accepted."""

    message = "The file “%(name)s” cannot be accepted: %(reason)s"

    def __init__(self, name: str, reason: str, **parameters: Any) -> None:
        self.name, self.reason = name, Message(reason, parameters)
        super().__init__(name=name, reason=self.reason)


class StepFailed(LaneworkError):
    """An automatic step failed."""

    message = "The step “%(element)s” failed: %(reason)s"

    def __init__(self, element: str, reason: str) -> None:
        self.element, self.reason = element, reason
        super().__init__(element=element, reason=reason)


class BpmnError(StepFailed):
    """An operation or an end event threw an error that the drawing may catch."""

    def __init__(self, element: str, code: str, reason: str) -> None:
        self.code = code
        super().__init__(element, reason)


class DecisionFailed(StepFailed):
    """A decision gave no usable result."""


class LimitExceeded(StepFailed):
    """A drawing asked for more steps, time or size than it may have."""


class JournalBroken(LaneworkError):
    """The journal does not verify."""

    message = "The journal of %(subject)s does not verify from entry %(number)s on: %(reason)s"

    def __init__(self, subject: str, number: int, reason: str) -> None:
        self.subject, self.number, self.reason = subject, number, reason
        super().__init__(subject=subject, number=number, reason=reason)


class SettingsInvalid(LaneworkError):
    """Lanework cannot start with these settings."""

    message = "The setting %(name)s cannot be used: %(reason)s"

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(name=name, reason=reason)
