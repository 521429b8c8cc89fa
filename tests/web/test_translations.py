"""Every text that a person may see is there in both Chinese scripts, with the same places to fill."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from engine import errors

ROOT = Path(__file__).parents[2]
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]")
#: A few characters that are written otherwise in the traditional script.
SIMPLIFIED = frozenset("单审评论项务处过时设计门这说对应开关订产质销经员报错误标题语历结条")
#: Their messages are for whoever types commands: they stay in English.
TYPED = frozenset(
    {"tasks/play.py", "tasks/demonstration.py", "tasks/backup.py", "tasks/bootstrap.py", "engine/spiff/state.py", "web/cli.py"}
)
ERRORS = {
    name: found
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, errors.LaneworkError) and found is not errors.LaneworkError
}
#: Those whose first argument is the sentence itself.
SENTENCES = frozenset({"Forbidden", "Conflict", "Invalid", "Message"})


def catalogue(language: str) -> Catalog:
    with (ROOT / "web" / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


def said_on_pages() -> set[str]:
    """What templates and code of the pages hand to gettext."""
    found = extract_from_dir(ROOT / "web", METHODS)
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found if text}


def said_by_errors() -> set[str]:
    """The templates of errors and of messages to people, wherever they are made."""
    paths = [
        path for room in ("engine", "tasks", "web") for path in (ROOT / room).rglob("*.py") if "node_modules" not in path.parts
    ]
    made = {text for path in paths if path.relative_to(ROOT).as_posix() not in TYPED for text in _made(path)}
    return {found.message for found in ERRORS.values()} | made


def _made(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SENTENCES and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
def test_every_text_is_translated(language: str) -> None:
    known = {message.id if isinstance(message.id, str) else message.id[0]: message for message in catalogue(language) if message.id}

    assert sorted((said_on_pages() | said_by_errors()) - known.keys()) == []
    assert [text for text, message in known.items() if message.fuzzy or not message.string] == []


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
def test_a_translation_has_the_same_places_to_fill(language: str) -> None:
    differing = [
        message.id
        for message in catalogue(language)
        if isinstance(message.id, str) and sorted(PLACE.findall(message.id)) != sorted(PLACE.findall(str(message.string)))
    ]

    assert differing == []


def test_the_traditional_script_is_traditional_and_the_simplified_is_not() -> None:
    written = {code: {char for one in catalogue(code) if one.id for char in str(one.string)} for code in ("zh_Hans", "zh_Hant")}

    assert written["zh_Hant"] & SIMPLIFIED == set()
    assert len(written["zh_Hans"] & SIMPLIFIED) > 20
