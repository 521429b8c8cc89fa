"""Fills a form in the browser as a person would: by its controls, in whatever order it opens them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page

ZONE = ZoneInfo("Asia/Shanghai")
#: A form that asks for more than this goes round in a circle.
MOST_CONTROLS = 400
CONTROLS = """controls => controls.filter(c => !c.disabled && c.type !== 'hidden' && c.tagName !== 'BUTTON').map(c => (
    {name: c.name, type: c.type, value: c.value, checked: !!c.checked, live: c.hasAttribute('data-live')}))"""
AT_REST = "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"


class Filler:
    """One form, and the answers that it is to get."""

    def __init__(self, page: Page, answers: dict[str, Any], evidence: Path) -> None:
        self.page, self.answers, self.evidence = page, answers, evidence
        self.filled: set[tuple[str, str]] = set()

    def fill(self) -> None:
        """Fills every control that has an answer."""
        for _ in range(MOST_CONTROLS):
            if not (self._add_row() or self._fill_next()):
                return
        raise AssertionError(f"the form does not come to rest: {sorted(self.filled)}")

    def _add_row(self) -> bool:
        for name, value in self.answers.items():
            button = self.page.locator(f'#answers button[name="{name}-add"]')
            rows = self.page.locator(f'#answers input[name="{name}-rows"]')
            if isinstance(value, list) and button.count() and rows.count() < len(value):
                rows_after = f"""() => document.querySelectorAll('#answers input[name="{name}-rows"]').length > {rows.count()}"""
                button.click()
                self.page.wait_for_function(rows_after)
                return True
        return False

    def _fill_next(self) -> bool:
        """Fills the controls one by one; True when the form may have been drawn anew and must be looked at again."""
        for control in self.page.locator("#answers [name]").evaluate_all(CONTROLS):
            wanted = self._wanted(control["name"])
            choice = control["value"] if control["type"] in {"radio", "checkbox"} else ""
            if wanted is None or (control["name"], choice) in self.filled:
                continue
            changed = self._set(control, wanted)
            if changed and control["live"]:
                self.page.wait_for_load_state("networkidle")
                self.page.wait_for_function(AT_REST)
                return True
        return False

    def _wanted(self, name: str) -> Any:
        found: Any = self.answers
        for part in name.split("-"):
            if isinstance(found, list) and part.isdigit():
                found = found[int(part)] if int(part) < len(found) else None
            elif isinstance(found, dict):
                found = found.get(part)
            else:
                return None
        return found

    def _set(self, control: dict[str, Any], wanted: Any) -> bool:
        name, kind = control["name"], control["type"]
        if kind in {"radio", "checkbox"}:
            self.filled.add((name, control["value"]))
            chosen = self.page.locator(f'#answers [name="{name}"][value="{control["value"]}"]')
            return self._choose(chosen, control, wanted)
        self.filled.add((name, ""))
        one = self.page.locator(f'#answers [name="{name}"]')
        if kind == "file":
            if wanted:
                one.set_input_files(self.evidence)
            return bool(wanted)
        text = _typed(wanted, kind)
        if control["value"] == text:
            return False
        if kind == "select-one":
            one.select_option(text)
        else:
            one.fill(text)
            one.blur()
        return True

    def _choose(self, one: Locator, control: dict[str, Any], wanted: Any) -> bool:
        if control["type"] == "radio":
            should = control["value"] == _typed(wanted, "")
        else:
            should = control["value"] in wanted if isinstance(wanted, list) else bool(wanted)
        if should != control["checked"] and (should or control["type"] == "checkbox"):
            one.set_checked(should)
            return True
        return False


def _typed(value: Any, kind: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if kind == "datetime-local":
        return datetime.fromisoformat(str(value)).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    return str(value)
