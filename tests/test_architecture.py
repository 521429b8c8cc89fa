"""The rules of the house that no ready-made tool knows; each is shown to find what it forbids.

Ruff has the rules for single lines, import-linter those for layers (`pyproject.toml`); the last test shows that its contracts bite.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from lxml import etree

from engine import errors

ROOT = Path(__file__).parents[1]
ROOMS = ("engine", "tasks", "web")
LONGEST = 300
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
VAGUE = {"base", "common", "data", "helper", "helpers", "impl", "info", "manager", "misc", "service", "util", "utils"}
RUNS_TEXT = {"eval", "exec", "__import__"}
UNSAFE_MODULES = {"dill", "importlib", "marshal", "pickle", "shelve", "yaml"}
SILENCED = re.compile(r"#\s*(?:noqa(?:: [A-Z0-9, ]+\b)?|type: ignore(?:\[[\w, -]+\])?|pragma: no cover)(?P<reason>.*)$")


def sources(*rooms: str) -> dict[str, str]:
    """The text of every module of these rooms, by its path."""
    paths = (path for room in rooms for path in sorted((ROOT / room).rglob("*.py")) if "node_modules" not in path.parts)
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


CODE = sources(*ROOMS)


def transaction_ends(source: str) -> list[int]:
    """The lines that commit or roll back."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "rollback"}]


def dangers(source: str) -> list[str]:
    """What runs text as code, unpacks foreign bytes into objects, or imports past the contracts."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id in RUNS_TEXT:
            found.append(node.id)
        found += [name for name in imported_names(node) if name.partition(".")[0] in UNSAFE_MODULES]
    return found


def too_long(modules: dict[str, str]) -> dict[str, int]:
    """The modules that nobody reads in one go, with their lines."""
    counts = {path: len(text.splitlines()) for path, text in modules.items() if "/migrations/versions/" not in path}
    return {path: count for path, count in counts.items() if count > LONGEST}


def vaguely_named(modules: Iterable[str]) -> list[str]:
    """The modules whose name, or whose folder's, says nothing about their subject."""
    return [path for path in modules if VAGUE & set(Path(path).with_suffix("").parts)]


def imported_names(node: ast.AST) -> list[str]:
    """The modules, or things in modules, that a statement imports, by their whole names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ".", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def unexplained(source: str) -> list[str]:
    """The comments that silence a tool without saying why."""
    found = (match for line in source.splitlines() if (match := SILENCED.search(line)))
    return [match[0] for match in found if not re.search(r"\w{2}", match["reason"])]


def circle(modules: dict[str, str]) -> list[str]:
    """The modules of an import circle, if there is one. Lazy imports count, those for the type checker alone do not."""
    names = {module_name(path): text for path, text in modules.items()}
    graph = {name: set(imported_modules(text, names)) - {name} for name, text in names.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported_modules(source: str, known: dict[str, str]) -> Iterator[str]:
    """The modules among the known ones that a module imports when it runs."""
    for node in running(ast.parse(source)):
        names = imported_names(node)
        finer = [name for name in names[1:] if name in known]
        yield from finer or (name for name in names if name in known)


def running(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below this one, without what only the type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from running(child)


def kinds_of(error: type[errors.LaneworkError]) -> Iterator[type[errors.LaneworkError]]:
    """An error class and all below it."""
    yield error
    for kind in error.__subclasses__():
        yield from kinds_of(kind)


def misnamed(processes: Path) -> list[str]:
    """The folders whose name is not the id of the procedure drawn in them."""
    folders = [folder for folder in sorted(processes.iterdir()) if folder.is_dir() and folder.name != "shared"]
    return [folder.name for folder in folders if folder.name not in drawn_ids(folder / f"{folder.name}.bpmn")]


def drawn_ids(drawing: Path) -> set[str]:
    if not drawing.is_file():
        return set()
    return {str(process.get("id")) for process in etree.parse(drawing).iter(f"{BPMN}process")}


def test_only_one_module_ends_transactions():
    assert {path: lines for path, text in CODE.items() if (lines := transaction_ends(text))}.keys() <= {"engine/db.py"}


@pytest.mark.parametrize("source", ["connection.commit()", "def f(ctx):\n    ctx.connection.rollback()"])
def test_a_commit_elsewhere_is_found(source):
    assert transaction_ends(source) != []


def test_modules_are_short():
    assert too_long(CODE) == {}


def test_a_long_module_is_found_but_a_migration_may_list_all_tables():
    assert too_long({"a.py": "\n" * 300, "b.py": "\n" * 301, "tasks/migrations/versions/c.py": "\n" * 301}) == {"b.py": 301}


def test_modules_are_named_for_a_subject():
    assert vaguely_named(CODE) == []


def test_a_vague_name_is_found():
    assert vaguely_named({"a/journal.py": "", "a/utils.py": "", "common/b.py": ""}) == ["a/utils.py", "common/b.py"]


def test_no_text_is_run_as_code():
    assert {path: found for path, text in CODE.items() if (found := dangers(text))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "exec('x = 1')",
        "import pickle",
        "from pickle import loads",
        "def f():\n    import yaml",
        "__import__('flask')",
        "from importlib import import_module",
    ],
)
def test_text_run_as_code_is_found(source):
    assert dangers(source) != []


def test_harmless_code_is_not_called_dangerous():
    assert dangers("import re\nre.compile('x')\nliteral = 'eval(1)'") == []


def test_whatever_silences_a_tool_says_why():
    assert {path: found for path, text in sources(*ROOMS, "tests").items() if (found := unexplained(text))}.keys() <= {
        "tests/test_architecture.py"  # for the samples below
    }


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import x  # noqa: F401", True),
        ("import x  # noqa", True),
        ("import x  # noqa: F401 - its tables must be known", False),
        ("x = y  # type: ignore[assignment]", True),
        ("x = y  # type: ignore[assignment]  # upstream has no types", False),
        ("if x:  # pragma: no cover", True),
        ("if x:  # pragma: no cover - only on Windows", False),
        ("x = 1  # one", False),
    ],
)
def test_silence_without_a_reason_is_found(line, found):
    assert bool(unexplained(line)) is found


def test_no_module_imports_itself_through_others():
    assert circle(CODE) == []


@pytest.mark.parametrize(
    ("first", "found"),
    [
        ("import a.second", True),
        ("def f():\n    from a import second", True),
        ("from a.second import thing", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import second", False),
        ("from b import second", False),
    ],
)
def test_an_import_circle_is_found(first, found):
    assert bool(circle({"a/__init__.py": "", "a/first.py": first, "a/second.py": "from a.first import x"})) is found


def test_every_error_has_a_status():
    from web.errors import STATUS  # noqa: PLC0415 - the other rules hold without Flask

    assert {kind.__name__ for kind in kinds_of(errors.LaneworkError)} == {kind.__name__ for kind in STATUS}


def test_every_error_is_in_the_tree_that_opens_its_module():
    described = set(re.findall(r"\b[A-Z]\w+", "\n".join(line.partition("  ")[0] for line in tree_lines())))
    assert {kind.__name__ for kind in kinds_of(errors.LaneworkError)} == described


def tree_lines() -> list[str]:
    lines = (errors.__doc__ or "").splitlines()
    return [line.strip().lstrip("│├└─ ") for line in lines if "──" in line or line.strip() == "LaneworkError"]


def test_a_folder_has_the_name_of_the_procedure_drawn_in_it():
    assert misnamed(ROOT / "processes") == []


def test_a_misnamed_folder_is_found(tmp_path):
    for folder, process in {"right": "right", "wrong": "other", "shared": "x"}.items():
        (tmp_path / folder).mkdir()
        drawing = f'<definitions xmlns="{BPMN.strip("{}")}"><process id="{process}"/></definitions>'
        (tmp_path / folder / f"{folder}.bpmn").write_text(drawing, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    assert misnamed(tmp_path) == ["empty", "wrong"]


@pytest.mark.slow
def test_the_import_contracts_bite(tmp_path):
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("node_modules", "static", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    offences = {
        "engine/ports.py": "import tasks.settings\nimport flask\nimport engine.instances",
        "engine/drawing/xml.py": "import SpiffWorkflow\nimport engine.drawing.reader",
        "tasks/settings.py": "import apscheduler",
        "web/cli.py": "import engine.db\nimport sqlalchemy",
    }
    for path, offence in offences.items():
        with (tmp_path / path).open("a", encoding="utf-8") as module:
            module.write(f"\n\ndef _offend() -> None:\n    {offence.replace(chr(10), chr(10) + '    ')}\n")

    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "200"},
        check=False,
        capture_output=True,
        text=True,
    )

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    assert [contract["name"] for contract in contracts if f"{contract['name']} BROKEN" not in done.stdout] == []
