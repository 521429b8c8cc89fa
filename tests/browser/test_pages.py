"""Two people at one task, a slow network, a browser without JavaScript, and a keyboard without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, expect

from tasks.bootstrap import Application
from tests.web.house import PASSWORD, House


def signed_in(browser: Browser, address: str, login: str, **context: Any) -> Page:
    page = browser.new_context(locale="en", **context).new_page()
    page.goto(f"{address}/inbox")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.locator("form[action*=sign-in] button").click()
    page.wait_for_url("**/inbox")
    return page


def test_of_two_people_at_one_task_the_second_is_told_who_was_faster_and_keeps_what_was_typed(
    browser: Browser, served: Callable[[Application], str], house: House
) -> None:
    address = served(house.application)
    number, _ = house.start_inquiry("S1")
    item = house.offered_to_all(number)
    first, second = signed_in(browser, address, "s1"), signed_in(browser, address, "s2")
    for page, subject in ((first, "200 gears"), (second, "What the second one typed")):
        page.goto(f"{address}/tasks/{item}")
        page.fill("#field-subject", subject)
    house.write(item, "S1")

    second.locator('button[name="outcome"]').first.click()

    expect(second.locator(".alert-warning")).to_contain_text("Sales Rep A was faster")
    expect(second.locator("body")).to_contain_text("What the second one typed")


class SlowNetwork:
    """Holds back what a form sends while somebody types, until it is let go."""

    def __init__(self, page: Page, path: str) -> None:
        self.page, self.holding, self.held = page, True, list[Route]()
        page.route(f"**{path}", self._hold)

    def _hold(self, route: Route) -> None:
        if self.holding and route.request.method == "POST":
            self.held.append(route)
        else:
            route.continue_()

    def wait(self) -> None:
        """Until something is held."""
        while not self.held:
            self.page.wait_for_timeout(10)

    def let_go(self) -> None:
        """Lets everything pass, and what follows."""
        self.holding = False
        for route in self.held:
            route.continue_()


def test_what_is_typed_ticked_and_chosen_while_the_form_is_drawn_anew_stays(
    browser: Browser, served: Callable[[Application], str], house: House, tmp_path: Path
) -> None:
    address = served(house.application)
    number, _ = house.start_inquiry("S1")
    path = f"/tasks/{house.offered_to_all(number)}"
    page = signed_in(browser, address, "s1")
    page.goto(address + path)
    evidence = tmp_path / "call.txt"
    evidence.write_text("noted by hand", encoding="utf-8")
    network = SlowNetwork(page, path)
    page.check('input[name="channel"][value="PHONE"]')
    network.wait()

    page.fill("#field-remark", "typed meanwhile")
    page.check("#field-confidential")
    page.check('input[name="departments"][value="QUA"]')
    page.select_option("#field-priority", "P1")
    page.set_input_files('input[name="evidence"]', evidence)
    network.let_go()

    expect(page.locator("#field-called_at")).to_be_visible()
    expect(page.locator("#field-remark")).to_have_value("typed meanwhile")
    expect(page.locator("#field-confidential")).to_be_checked()
    expect(page.locator('input[name="departments"][value="QUA"]')).to_be_checked()
    expect(page.locator("#field-priority")).to_have_value("P1")
    assert page.evaluate("document.querySelector('input[name=evidence]').files[0].name") == "call.txt"


def test_the_last_of_two_answers_given_while_the_form_is_drawn_anew_counts(
    browser: Browser, served: Callable[[Application], str], house: House
) -> None:
    address = served(house.application)
    number = house.case_in_check()
    path = f"/tasks/{house.offered('P1', number)}"
    page = signed_in(browser, address, "p1")
    page.goto(address + path)
    network = SlowNetwork(page, path)
    page.check('input[name="verdict"][value="YES"]')
    network.wait()

    page.check('input[name="verdict"][value="NO"]')
    network.let_go()

    expect(page.locator("#field-reason")).to_be_visible()
    expect(page.locator('input[name="verdict"][value="NO"]')).to_be_checked()


def test_what_is_typed_into_a_row_while_one_above_it_is_removed_stays_in_its_row(
    browser: Browser, served: Callable[[Application], str], house: House
) -> None:
    address = served(house.application)
    number, _ = house.start_inquiry("S1")
    path = f"/tasks/{house.offered_to_all(number)}"
    page = signed_in(browser, address, "s1")
    page.goto(address + path)
    products = page.locator('input[name^="items-"][name$="-product"]')
    for count in (2, 3):
        page.click('button[name="items-add"]')
        expect(products).to_have_count(count)
    for row, product in enumerate(("A", "B", "C")):
        products.nth(row).fill(product)
    network = SlowNetwork(page, path)
    page.locator('button[name="items-remove"]').first.click()
    network.wait()

    products.nth(1).fill("B typed on")
    network.let_go()

    expect(products).to_have_count(2)
    assert [products.nth(row).input_value() for row in range(2)] == ["B typed on", "C"]


def test_a_draft_that_could_not_be_kept_is_not_said_to_be_kept(
    browser: Browser, served: Callable[[Application], str], house: House
) -> None:
    address = served(house.application)
    number, _ = house.start_inquiry("S1")
    page = signed_in(browser, address, "s1")
    page.goto(f"{address}/tasks/{house.offered_to_all(number)}")
    page.context.clear_cookies()

    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.fill("#field-subject", "Half a sentence")

    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-saved]")).to_have_text("")


def test_what_is_typed_is_kept_when_the_typing_pauses(
    browser: Browser, served: Callable[[Application], str], house: House, tmp_path: Path
) -> None:
    address = served(house.application)
    number, _ = house.start_inquiry("S1")
    page = signed_in(browser, address, "s1")
    page.goto(f"{address}/tasks/{house.offered_to_all(number)}")
    evidence = tmp_path / "call.txt"
    evidence.write_text("noted by hand", encoding="utf-8")
    page.set_input_files('input[name="evidence"]', evidence)

    page.fill("#field-subject", "Half a sentence")
    expect(page.locator("[data-saved]")).to_have_text("Draft saved")
    page.reload()

    expect(page.locator("#field-subject")).to_have_value("Half a sentence")
    expect(page.locator("body")).not_to_contain_text("call.txt")
    expect(page.locator("body")).to_contain_text("This is your draft; only you see it.")


def test_a_task_is_completed_without_javascript(browser: Browser, served: Callable[[Application], str], house: House) -> None:
    address = served(house.application)
    number = house.case_in_check()
    item = house.offered("P1", number)
    page = signed_in(browser, address, "p1", java_script_enabled=False)
    page.goto(f"{address}/tasks/{item}")
    page.locator('input[name="c1-answer"][value="YES"]').check()
    page.locator('input[name="verdict"][value="YES"]').check()

    page.locator('button[name="outcome"][value="DONE"]').click()

    expect(page).to_have_url(f"{address}/inbox")
    expect(page.locator("body")).to_contain_text(f"Done: case {number} goes on.")


def test_a_task_is_completed_by_the_keyboard_alone(browser: Browser, served: Callable[[Application], str], house: House) -> None:
    address = served(house.application)
    number = house.case_in_check()
    item = house.offered("P1", number)
    page = signed_in(browser, address, "p1")
    page.goto(f"{address}/tasks/{item}")
    page.focus('input[name="c1-answer"]')
    page.keyboard.press("Space")
    page.focus('input[name="verdict"]')
    page.keyboard.press("Space")
    page.wait_for_load_state("networkidle")
    page.focus('button[name="outcome"][value="DONE"]')

    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{address}/inbox")
