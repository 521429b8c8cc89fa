"""An order, from its registration to the confirmation to the customer, through everybody's inbox in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from engine.clock import VirtualClock
from engine.ports import JournalKey
from tasks import demonstration, play, publishing
from tasks.bootstrap import SYSTEM, Application, open_application
from tasks.person import Person
from tasks.settings import Settings
from tasks.work import people
from tests.browser.filling import Filler
from tests.web.house import PASSWORD, START

PROCESSES = Path(__file__).parents[2] / "processes"
ORDERS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "processes" / "orders.json").read_text(encoding="utf-8"))
WINDOWS: dict[str, ViewportSize] = {"en": {"width": 1366, "height": 900}, "zh-Hans": {"width": 390, "height": 844}}


class InTheBrowser(play.Player):
    """Plays a case through the pages: each person in a window of their own."""

    def __init__(self, application: Application, mapping: play.PlayMapping, case: Any, place: Place) -> None:
        super().__init__(application, mapping, case)
        self.place = place
        self.done: list[tuple[str, str]] = []

    def begin(self, starter: Person) -> str:
        """Starts the case on the page that lists what can be started."""
        page = self.place.page_of(starter, "/start")
        page.locator('form[action$="/start/order_review"] button').click()
        page.wait_for_url(re.compile("/(tasks|cases)/"))
        return page.locator('.page-pretitle a[href^="/cases/"]').first.inner_text()

    def send(self, item_id: str, person: Person, given: play.Answer) -> None:
        """Finds the task in the inbox, takes it, fills it and decides."""
        page = self.place.page_of(person, "/inbox")
        link = page.locator(f'a[href="/tasks/{item_id}"]')
        if not link.count():
            page = self.place.page_of(person, "/inbox?view=offered")
        link.first.click()
        page.wait_for_url(f"**/tasks/{item_id}")
        take = page.locator(f'form[action="/tasks/{item_id}/claim"] button')
        if take.count():
            with page.expect_navigation():
                take.click()
        Filler(page, dict(given.answers), self.place.evidence).fill()
        if given.comment:
            page.fill("#comment", given.comment)
        self.place.look_at(page)
        with page.expect_navigation():
            page.click(f'button[name="outcome"][value="{given.outcome}"]')
        assert "/inbox" in page.url, (item_id, page.locator(".lw-summary").all_inner_texts())
        self.done.append((person.department, item_id))


class Place:
    """A Lanework with its address, and everybody's windows."""

    def __init__(self, browser: Browser, address: str, language: str, evidence: Path) -> None:
        self.browser, self.address, self.language, self.evidence = browser, address, language, evidence
        self.windows: dict[str, Page] = {}
        self.errors: list[str] = []

    def page_of(self, person: Person, path: str) -> Page:
        """The window of a person, signed in, at an address."""
        if person.id not in self.windows:
            context = self.browser.new_context(viewport=WINDOWS[self.language], locale=self.language)
            page = self.windows[person.id] = context.new_page()
            page.on("pageerror", lambda error: self.errors.append(str(error)))
            page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page = self.windows[person.id]
        page.goto(self.address + path)
        if "/sign-in" in page.url:
            page.fill("#login", person.login)
            page.fill("#password", PASSWORD)
            page.locator("form[action*=sign-in] button").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
            page.context.add_cookies([{"name": "lanework_language", "value": self.language, "url": self.address}])
            page.goto(self.address + path)
        return page

    def look_at(self, page: Page) -> None:
        """What must hold of every page: its language, and that nothing sticks out sideways."""
        assert page.locator("html").get_attribute("lang") == self.language
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], f"{page.url} is {wide[0]} wide in a window of {wide[1]}"


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_an_order_goes_from_registration_to_confirmation_through_the_inboxes(
    browser: Browser,
    served: Callable[[Application], str],
    sqlite_template: bytes,
    tmp_path: Path,
    language: str,
) -> None:
    database = tmp_path / "lanework.db"
    database.write_bytes(sqlite_template)
    settings = Settings(database=f"sqlite:///{database}", processes=PROCESSES, var=tmp_path / "var")
    application = open_application(settings, clock=VirtualClock(START), key=JournalKey("test", b"k" * 32))
    with application.transaction(SYSTEM) as ctx:
        demonstration.register_sample(ctx, PROCESSES)
        people.set_passwords(ctx, PASSWORD)
    publishing.publish(application)
    mapping = play.read_mapping(PROCESSES, "order_review")
    order = next(one for one in ORDERS if one["expected"]["mode"] == "MEETING" and one["expected"]["end"] == "E1")
    (case,) = play.check_cases(mapping, [order])
    evidence = tmp_path / "evidence.pdf"
    evidence.write_bytes(b"%PDF-1.4\n% evidence\n%%EOF\n")
    place = Place(browser, served(application), language, evidence)
    player = InTheBrowser(application, mapping, case, place)

    player.run("")

    assert player.result() == order["expected"]
    assert {"SAL", "TEC", "PRD", "QUA", "PUR", "FIN"} <= {department for department, _ in player.done}
    assert place.errors == []
    application.close()
