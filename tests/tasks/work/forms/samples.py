"""A form with every type, and a house to fill it in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tasks.work.forms import Form, Option, Situation, read

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)
DRAWING = {"name": "drawing.pdf", "hash": "ab12", "size": 7, "media_type": "application/pdf"}


def schema(*components: Mapping[str, Any], i18n: Mapping[str, Any] | None = None, **more: Any) -> str:
    """A schema with some components."""
    top = {"type": "default", "schemaVersion": 19, "id": "sample", "trace": "F-SMP", "title": "Sample", "components": components}
    return json.dumps({**top, "i18n": i18n or {}, **more})


def form(*components: Mapping[str, Any], i18n: Mapping[str, Any] | None = None) -> Form:
    """A form with some components."""
    return read(schema(*components, i18n=i18n))


def component(kind: str, key: str, **more: Any) -> dict[str, Any]:
    """A component whose id is its key."""
    name = "path" if kind == "dynamiclist" else "key"
    return {"type": kind, "id": key, name: key, "label": key.replace("_", " ").capitalize(), **more}


def required(kind: str, key: str, **more: Any) -> dict[str, Any]:
    """A component that must be answered."""
    return component(kind, key, validate={"required": True}, **more)


def column(kind: str, table: str, key: str, **more: Any) -> dict[str, Any]:
    """A column of a table."""
    return {**component(kind, key, **more), "id": f"{table}_{key}"}


def values(*codes: str) -> list[dict[str, str]]:
    """Options for some codes."""
    return [{"label": code.capitalize(), "value": code} for code in codes]


def named(code: str, english: str) -> Option:
    """An option whose Chinese name is marked."""
    return Option(code, {"en": english, "zh-Hans": f"{english}（简）"})


class House:
    """A lookup of two people, two departments and a register of products."""

    def people(self, role: str | None, department: str | None) -> Sequence[Option]:
        """U1 is a technician, U2 works in production."""
        everybody = [("U1", "TEC.rev", "TEC", "Technician"), ("U2", "PRD.rev", "PRD", "Supervisor")]
        return [
            named(code, name)
            for code, holds, works_in, name in everybody
            if role in {None, holds} and department in {None, works_in}
        ]

    def departments(self, role: str | None = None) -> Sequence[Option]:
        """Technical and production department."""
        return [named("TEC", "Technical"), named("PRD", "Production")]

    def register(self, name: str) -> Sequence[Option] | None:
        """Only products are kept here."""
        return [named("G-1", "Gear"), named("S-1", "Shaft")] if name == "product" else None


def situation(scope: Mapping[str, Any] | None = None, record: Mapping[str, Any] | None = None) -> Situation:
    """Where the sample forms are filled."""
    return Situation(scope or {}, NOW, SHANGHAI, House(), record or {}, {"parameter": lambda _name: 1000})


ORDER = (
    required("textfield", "customer_po", properties={"check": '=not(starts with(customer_po, "X"))', "message": "No X, please."}),
    required(
        "datetime",
        "received_at",
        subtype="datetime",
        properties={"check": "=date and time(received_at) <= now()", "message": "The order cannot be received in the future."},
    ),
    required("select", "channel", values=values("WRITTEN", "PHONE")),
    {
        **required("filepicker", "confirmation", multiple=True, accept=".pdf,image/*"),
        "conditional": {"hide": '=channel != "PHONE"'},
    },
    component(
        "dynamiclist",
        "items",
        properties={"min_rows": "1", "max_rows": "3", "check": "=count(items) < 3", "message": "Three items are too many."},
        components=[
            {
                **column("textfield", "items", "product", properties={"type": "reference", "register": "product"}),
                "validate": {"required": True},
            },
            {
                **column("number", "items", "qty", decimalDigits=0, properties={"check": "=qty > 0", "message": "More than 0."}),
                "validate": {"required": True},
            },
            column("number", "items", "unit_price", properties={"type": "money"}),
            column("number", "items", "amount", properties={"type": "computed", "format": "money", "value": "=qty * unit_price"}),
            {
                **column("datetime", "items", "delivery_date", subtype="date"),
                "properties": {
                    "check": "=date(delivery_date) > date(date and time(received_at))",
                    "message": "The delivery must be after the receipt of the order.",
                },
            },
        ],
    ),
    component("number", "total", properties={"type": "computed", "format": "money", "value": "=sum(items.amount)"}),
)
ORDER_ANSWERS: dict[str, Any] = {
    "customer_po": "PO 7",
    "received_at": "2026-03-04T09:30:00+08:00",
    "channel": "WRITTEN",
    "confirmation": [],
    "items": [{"product": "G-1", "qty": 3, "unit_price": 2.5, "delivery_date": "2026-04-01"}],
}
