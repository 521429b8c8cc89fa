"""The demonstration: sample people, customers and products, and a handful of cases in different stages."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.clock import SystemClock
from engine.errors import Conflict
from engine.ports import JournalKey
from engine.tables import instance
from tasks import play, publishing
from tasks.bootstrap import SYSTEM, Application, open_application
from tasks.context import Context
from tasks.migrations import upgrade_on
from tasks.records import registers
from tasks.settings import Settings
from tasks.tables import person
from tasks.work import people

#: Who administers the demonstration, besides the sample people.
ADMINISTRATOR: Mapping[str, Any] = {
    "user_id": "U00",
    "login": "admin",
    "name": {"en": "Administrator", "zh-Hans": "系统管理员", "zh-Hant": "系統管理員"},
    "dept": "ENT",
    "roles": ["ENT.stf"],
    "administrator": True,
}
AUDITOR: Mapping[str, Any] = {
    "user_id": "U99",
    "login": "auditor",
    "name": {"en": "Auditor", "zh-Hans": "审核员", "zh-Hant": "審核員"},
    "dept": "ENT",
    "roles": ["ENT.stf"],
    "auditor": True,
}
#: At which element each of the sample orders is left.
STAGES = (
    "register_order",
    "review_preliminarily",
    "write_report",
    "hold_meeting",
    "conclude_countersign",
    "record_customer_answer",
    "",
)


def register_sample(ctx: Context, folder: Path) -> None:
    """Registers the sample people, customers and products."""
    sample = folder / "shared" / "sample"
    people.register_people(ctx, [*_read(sample / "people.json"), ADMINISTRATOR, AUDITOR])
    registers.put(ctx, "customer", _read(sample / "customers.json"), "customer_id")
    registers.put(ctx, "product", _read(sample / "products.json"), "product_id")


def prepare(application: Application) -> str:
    """Fills an empty database once; gives the new password of all sample people.

    Raises:
        Conflict: the database holds people who are none of the sample's.
    """
    with application.transaction(SYSTEM) as ctx:
        there = set(ctx.connection.execute(sa.select(person.c.id)).scalars())
        known = {
            record["user_id"]
            for record in [*_read(application.settings.processes / "shared" / "sample" / "people.json"), ADMINISTRATOR, AUDITOR]
        }
        if there - known:
            raise Conflict("This database is not a demonstration's.")
        register_sample(ctx, application.settings.processes)
        password = secrets.token_urlsafe(9)
        people.set_passwords(ctx, password)
    publishing.publish(application)
    _play_stages(application)
    return password


def open_stage(settings: Settings) -> Application:
    """A Lanework to play on: schema, sample people and published procedures, in memory unless the settings say otherwise.

    Raises:
        Conflict: the database holds people who are none of the sample's.
    """
    application = open_application(
        settings, key=JournalKey("play", secrets.token_bytes(32)) if settings.database == "sqlite://" else None
    )
    with application.database.transaction() as connection:
        upgrade_on(connection)
    with application.transaction(SYSTEM) as ctx:
        register_sample(ctx, settings.processes)
    publishing.publish(application)
    return application


def _play_stages(application: Application) -> None:
    with application.reading(SYSTEM) as ctx:
        if ctx.connection.execute(sa.select(sa.func.count()).select_from(instance)).scalar_one():
            return
    clock = SystemClock()
    mapping = play.read_mapping(application.settings.processes, "order_review")
    orders = [_recent(order, clock.now()) for order in _read(application.settings.processes / "shared" / "sample" / "orders.json")]
    for order, stage in zip(play.check_cases(mapping, orders), STAGES, strict=False):
        play.play(application, mapping, order, stop_at=stage or "-")
    application.clock = clock


def _recent(order: dict[str, Any], now: datetime) -> dict[str, Any]:
    """An order moved by whole weeks, so that it came in last week or the week before."""
    weeks = (now - datetime.fromisoformat(order["received_at"])) // timedelta(weeks=1) - 1

    def moved(text: str) -> str:
        moment = datetime.fromisoformat(text) + timedelta(weeks=weeks)
        return moment.isoformat() if "T" in text else moment.date().isoformat()

    return {
        **order,
        "received_at": moved(order["received_at"]),
        "items": [{**item, "delivery_date": moved(item["delivery_date"])} for item in order["items"]],
        "timeline": {name: moved(day) for name, day in order.get("timeline", {}).items()},
    }


def _read(path: Path) -> list[Any]:
    content: list[Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
