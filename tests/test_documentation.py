"""What the README says is true, and complete."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from tasks.settings import PREFIX, Settings
from tasks.work.forms import components

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def documented(pattern: str) -> set[str]:
    """The first cells of the README's tables that look like this."""
    return set(re.findall(rf"^\| `{pattern}`", README, flags=re.MULTILINE))


def test_every_setting_is_documented_with_its_default():
    rows = dict(re.findall(rf"^\| `{PREFIX}(\w+)` \| `([^`]*)` \|", README, flags=re.MULTILINE))
    defaults = {field.name.upper(): field.default for field in fields(Settings)}
    assert rows == {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in defaults.items()}


def test_every_make_target_is_documented():
    listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert documented(r"make (\w+)") == set(re.findall(r"^make (\w+)", listed, flags=re.MULTILINE))


def test_every_command_is_documented():
    from web.cli import main  # noqa: PLC0415 - the other rules hold without the command line

    assert documented(r"lanework (\w+)[^`]*") == set(main.commands)


@pytest.mark.parametrize("document", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("*.md")))
def test_links_lead_somewhere(document):
    targets = re.findall(r"\]\((?!\w+:|#)([^)#]+)", (ROOT / document).read_text(encoding="utf-8"))
    assert [target for target in targets if not (ROOT / document).parent.joinpath(target).exists()] == []


def test_every_property_and_type_of_a_form_is_told_to_who_draws_forms():
    text = (ROOT / "processes" / "README.md").read_text(encoding="utf-8")
    told = text.split("## Forms\n")[1].split("## Expressions\n")[0]

    assert (components.OWN.keys() | components._PROPERTIES | {"computed"}) - set(re.findall(r"`(\w+)`", told)) == set()
