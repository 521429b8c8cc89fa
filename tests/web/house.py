"""A house to look at: the real departments, calendar and parameters, and an inquiry that uses every part of the pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.clock import VirtualClock
from engine.ports import JournalKey
from tasks import cases, publishing
from tasks.bootstrap import SYSTEM, Application, Ticker, open_application
from tasks.context import Context
from tasks.records import registers
from tasks.settings import Settings
from tasks.work import completion, inbox, people
from tests.tasks.house import ESCALATION

DRAWN = Path(__file__).parent / "processes"
PROCESSES = Path(__file__).parents[2] / "processes"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, 9:00 in the plant
PASSWORD = "a sample password"


def person(key: str, english: str, chinese: str, department: str, *roles: str, **more: Any) -> dict[str, Any]:
    """A record of a person."""
    names = {"en": english, "zh_Hans": chinese}
    return {"user_id": key, "login": key.lower(), "name": names, "dept": department, "roles": roles, **more}


PEOPLE = [
    person("S1", "Sales Rep A", "销售代表甲", "SAL", "SAL.rep"),
    person("S2", "Sales Rep B", "销售代表乙", "SAL", "SAL.rep", deputy="S1"),
    person("SM", "Sales Manager", "销售经理", "SAL", "SAL.mgr", is_head=True),
    person("T1", "Technical Reviewer A", "技术评审员甲", "TEC", "TEC.rev", locale="zh-Hans"),
    person("T2", "Technical Reviewer B", "技术评审员乙", "TEC", "TEC.rev"),
    person("TM", "Technical Manager", "技术经理", "TEC", "TEC.mgr", is_head=True),
    person("P1", "Production Reviewer", "生产评审员", "PRD", "PRD.rev"),
    person("Q1", "Quality Reviewer", "质量评审员", "QUA", "QUA.rev"),
    person("W1", "Warehouse Clerk", "仓库员", "LOG", "LOG.stf"),
    person("A0", "Administrator", "系统管理员", "ENT", "ENT.stf", administrator=True),
    person("A1", "Auditor", "审核员", "ENT", "ENT.stf", auditor=True),
]
CUSTOMERS = [
    {"customer_id": "C01", "name": {"en": "Customer One Ltd", "zh_Hans": "客户一有限公司"}},
    {"customer_id": "C02", "name": {"en": "Customer Two Ltd", "zh_Hans": "客户二有限公司"}},
]
INQUIRY: dict[str, Any] = {
    "subject": "200 gears",
    "customer": "C01",
    "priority": "P2",
    "channel": "WRITTEN",
    "called_at": None,
    "wanted_on": "2026-03-20",
    "departments": ["TEC", "PRD"],
    "items": [{"product": "Gear", "qty": 200, "price": 12.5}],
    "evidence": [],
    "confidential": False,
    "remark": "As last year.",
}
CHECK: dict[str, Any] = {"c1": {"answer": "YES", "remark": ""}, "verdict": "YES", "reason": None}


def write_house(folder: Path) -> Path:
    """The files of the house."""
    shutil.copytree(DRAWN, folder)
    for name in ("departments.toml", "calendar.toml", "parameters.toml"):
        shutil.copy(PROCESSES / name, folder / name)
    (folder / "shared").mkdir(exist_ok=True)
    (folder / "shared" / "escalation.dmn").write_text(ESCALATION, encoding="utf-8")
    return folder


class House:
    """A Lanework with people who all have the same password, and a clock that is moved by hand."""

    def __init__(self, url: str, folder: Path, **settings: Any) -> None:
        self.clock = VirtualClock(START)
        chosen = Settings(database=url, processes=folder, var=folder / "var", **settings)
        self.application: Application = open_application(chosen, clock=self.clock, key=JournalKey("test", b"k" * 32))
        with self.application.transaction(SYSTEM) as ctx:
            people.register_people(ctx, PEOPLE)
            people.set_passwords(ctx, PASSWORD)
            registers.put(ctx, "customer", CUSTOMERS, "customer_id")
        publishing.publish(self.application)
        self.ticker = Ticker(self.application)

    def act(self, who: str) -> AbstractContextManager[Context]:
        """A transaction in somebody's name."""
        return self._as(who, self.application.transaction)

    def look(self, who: str) -> AbstractContextManager[Context]:
        """A look in somebody's name."""
        return self._as(who, self.application.reading)

    def start_inquiry(self, who: str = "S1") -> tuple[str, str]:
        """The number of a new case and its first task."""
        with self.act(who) as ctx:
            started = cases.start(ctx, "inquiry", key=f"start-{who}-{self.clock.now().isoformat()}-{id(ctx)}")
        assert started.item_id
        return started.case_number, started.item_id

    def write(self, item_id: str, who: str = "S1", **more: Any) -> None:
        """Fills the first form of a case."""
        with self.act(who) as ctx:
            completion.complete(ctx, item_id, answers={**INQUIRY, **more}, key=f"write-{item_id}")

    def case_in_check(self) -> str:
        """The number of a case that two departments are checking."""
        number, item = self.start_inquiry()
        self.write(item)
        return number

    def offered(self, who: str, number: str = "") -> str:
        """The first task that is offered to somebody, of one case or of any."""
        with self.look(who) as ctx:
            found = inbox.page(ctx, "offered").items
        return next(item.id for item in found if item.case_number == number or not number)

    def offered_to_all(self, number: str) -> str:
        """The first task of a new case, given back, so that everybody of the role may do it."""
        item = self.mine("S1", number)
        with self.act("S1") as ctx:
            inbox.release(ctx, item)
        return item

    def mine(self, who: str, number: str) -> str:
        """The first task of a case that somebody has taken."""
        with self.look(who) as ctx:
            return next(item.id for item in inbox.page(ctx, "mine").items if item.case_number == number)

    def check(self, who: str, number: str, **more: Any) -> None:
        """Completes somebody's check."""
        item = self.offered(who, number)
        with self.act(who) as ctx:
            completion.complete(ctx, item, answers={**CHECK, **more}, outcome="DONE", key=f"check-{item}")

    def _as(self, who: str, opened: Callable[..., AbstractContextManager[Context]]) -> AbstractContextManager[Context]:
        with self.application.reading(SYSTEM) as ctx:
            actor = people.get(ctx, who).actor()
        return opened(actor)
