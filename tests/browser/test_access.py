"""Every page can be read and used by people who do not see it, or see little: judged by axe, by WCAG 2.2 A and AA."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tasks.bootstrap import Application
from tests.browser.test_pages import signed_in
from tests.web.house import House

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (tags) => (await axe.run(document, {runOnly: {type: 'tag', values: tags}})).violations.map(
    (found) => `${found.id}: ${found.nodes.map((node) => node.target.join(' ')).slice(0, 3).join('; ')}`)"""


def faults(page: Page, address: str) -> list[str]:
    """What axe finds on a page."""
    page.goto(address)
    page.add_script_tag(path=str(AXE))
    found: list[str] = page.evaluate(RUN, RULES)
    return found


@pytest.mark.parametrize("width", [1366, 390])
def test_no_page_has_an_accessibility_fault(
    browser: Browser, served: Callable[[Application], str], house: House, width: int
) -> None:
    address = served(house.application)
    number = house.case_in_check()
    item = house.offered("P1", number)
    window: Any = {"width": width, "height": 900}
    administrator = signed_in(browser, address, "a0", viewport=window, bypass_csp=True)
    reviewer = signed_in(browser, address, "p1", viewport=window, bypass_csp=True)
    of_case = [
        f"/cases/{number}{part}" for part in ("", "/timeline", "/papers", "/papers/1", "/files", "/interventions", "/cancel")
    ]
    paths = ["/inbox", "/start", "/cases", "/notices", "/incidents", "/rules", "/rules/escalation?overdue_wd=2&ask=1", *of_case]

    found = {path: faults(administrator, address + path) for path in paths}
    found |= {
        path: faults(reviewer, address + path) for path in ("/inbox?view=offered", f"/tasks/{item}", f"/tasks/{item}/transfer")
    }

    assert {path: problems for path, problems in found.items() if problems} == {}


def test_a_fault_would_be_seen(browser: Browser, served: Callable[[Application], str], house: House) -> None:
    address = served(house.application)
    page = signed_in(browser, address, "p1", bypass_csp=True)
    page.goto(f"{address}/inbox")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input name=nameless>')")
    page.add_script_tag(path=str(AXE))

    assert [found.split(":")[0] for found in page.evaluate(RUN, RULES)] == ["label"]
