"""Valid answers where a sample says nothing: whatever a form demands is filled with the simplest value that fits."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tasks.context import Context
from tasks.records import documents
from tasks.work import forms
from tasks.work.filling import Filling
from tasks.work.forms import Field, Kind
from tasks.work.forms.model import NUMBERS

#: Answers can uncover further fields, which need another pass.
MOST_PASSES = 5
MOMENTS = frozenset({Kind.DATE, Kind.TIME, Kind.DATETIME})
#: What is filled anew where it does not fit, even if it is not empty.
REPLACED = MOMENTS | {Kind.TABLE}
TEXT = "—"
EVIDENCE = b"%PDF-1.4\n% evidence of a played case\n%%EOF\n"


def sample(ctx: Context, filling: Filling, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Answers with the wanted values, and simple ones for what else is demanded."""
    if filling.form is None:
        return {}
    answers = {**filling.defaults(), **{name: value for name, value in wanted.items() if value is not None}}
    for _ in range(MOST_PASSES):
        clean = forms.clean(filling.form, answers, filling.situation)
        missing = [one for one in filling.form.fields if one.key in _named(forms.validate(filling.form, clean, filling.situation))]
        missing = [one for one in missing if one.editable and (clean.get(one.key) in (one.empty, None) or one.kind in REPLACED)]
        if not missing:
            break
        facts = filling.situation.facts(filling.form, clean)
        for one in missing:
            answers[one.key] = (
                _rows(ctx, filling, one, clean.get(one.key), facts) if one.kind is Kind.TABLE else _value(ctx, filling, one, facts)
            )
    return answers


def _named(faults: Mapping[str, Any]) -> set[str]:
    return {path.partition(".")[0] for path in faults}


def _rows(ctx: Context, filling: Filling, table: Field, rows: Any, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = list(rows) if isinstance(rows, list) else []
    given += [{} for _ in range(max(1, table.limits.min_rows) - len(given))] if not table.fixed_rows else []
    return [_row(ctx, filling, table, row, facts) for row in given]


def _row(ctx: Context, filling: Filling, table: Field, row: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    filled = dict(row)
    for column in table.columns:
        if (
            column.editable
            and filled.get(column.key) in (None, column.empty)
            and filling.situation.requires(column, {**facts, **filled})
        ):
            filled[column.key] = _value(ctx, filling, column, {**facts, **filled})
    return filled


def _value(ctx: Context, filling: Filling, one: Field, facts: Mapping[str, Any]) -> Any:
    choices = filling.situation.choices(one, facts)
    first = choices[0].value if choices else None
    if one.kind in MOMENTS:
        return _moment(ctx, one)
    simple: Mapping[Kind, Any] = {
        **dict.fromkeys(NUMBERS, int(max(one.limits.minimum or 0, 1))),
        Kind.BOOLEAN: True,
        Kind.CHECK_ITEM: {"answer": first or "YES", "remark": ""},
        **dict.fromkeys((Kind.CHOICES, Kind.PERSONS, Kind.DEPARTMENTS, Kind.REFERENCES), [first] if first else []),
        **dict.fromkeys((Kind.CHOICE, Kind.PERSON, Kind.DEPARTMENT), first),
        Kind.REFERENCE: first or TEXT,
    }
    if one.kind is Kind.FILES:
        return [documents.keep(ctx, "evidence.pdf", "application/pdf", io.BytesIO(EVIDENCE))]
    return simple.get(one.kind, TEXT)


def _moment(ctx: Context, one: Field) -> str:
    """A moment that fits: some days ahead when the field wants a later one."""
    day = ctx.now.astimezone(ctx.house.zone).replace(microsecond=0)
    ahead = one.kind is Kind.DATE or (one.check is not None and ">" in one.check.text)
    moment = day + timedelta(days=14) if ahead else day
    forms_of_kind = {Kind.DATE: moment.date().isoformat(), Kind.TIME: "09:00"}
    return forms_of_kind.get(one.kind, moment.isoformat())
