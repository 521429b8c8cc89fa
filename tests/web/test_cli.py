"""The command line, as somebody types it: help, results, and exit codes that say what happened."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine.errors import Conflict
from tasks import cases, demonstration
from tasks.bootstrap import SYSTEM, open_application
from tasks.settings import Settings, read_settings
from tasks.work import completion, inbox, people
from tests.engine.decisions.drawn import decision, file, input_data, literal, table
from tests.engine.decisions.test_conformance import CASES, case, value
from tests.tasks.house import PEOPLE, write_house
from web.cli import main

PROCESSES = Path(__file__).parents[2] / "processes"
ORDERS = Path(__file__).parents[1] / "processes" / "orders.json"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command in a small house of its own."""
    monkeypatch.setenv("LANEWORK_PROCESSES", str(write_house(tmp_path / "processes")))
    monkeypatch.setenv("LANEWORK_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("LANEWORK_DATABASE", f"sqlite:///{tmp_path}/cases/lanework.db")

    def typed(*words: str, typing: str = "") -> Result:
        return CliRunner().invoke(main, list(words), input=typing)

    return typed


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_help(run: Any, command: str) -> None:
    shown = run(command, "--help")

    assert shown.exit_code == 0
    assert shown.output.startswith("Usage: ")


def test_a_new_database_is_made_filled_and_published_to(run: Any, tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text(json.dumps(PEOPLE), encoding="utf-8")

    assert run("publish").output.startswith("Error: The setting database cannot be used: its schema is not that of this release")
    assert run("upgrade").exit_code == 0
    assert run("people", "--add", str(tmp_path / "people.json")).output == "9 people registered\n"
    assert "s1           SAL  Person S1  (SAL.rep)" in run("people").output
    assert run("people", "--password", "s1", typing="correct horse\ncorrect horse\n").exit_code == 0
    assert run("people", "--password", "s1", typing="short\nshort\n").exit_code == 1
    assert run("publish").output == "request: definition 1\n"
    assert run("publish", "nothing").output == "Error: There is no procedure “nothing”.\n"


def test_verify_names_what_is_broken_and_says_so_with_its_exit_code(run: Any) -> None:
    run("upgrade")
    run("publish")

    sound = run("verify")

    assert (sound.exit_code, sound.output) == (0, "1 entries, 0 broken chains\n")


def test_a_backup_restores_into_an_empty_database_only(run: Any, tmp_path: Path) -> None:
    run("upgrade")
    run("publish")

    assert run("backup", str(tmp_path / "copy")).exit_code == 0
    restored = run("restore", str(tmp_path / "copy"), "--database", f"sqlite:///{tmp_path}/other.db")

    assert (restored.exit_code, "definition 1" in restored.output) == (0, True)
    assert run("restore", str(tmp_path / "copy"), "--database", f"sqlite:///{tmp_path}/other.db").exit_code == 1


def test_check_of_the_drawn_procedures_finds_no_error(run: Any) -> None:
    checked = run("check", str(PROCESSES))

    assert checked.exit_code == 0, checked.output
    assert checked.output.splitlines()[-1].startswith("0 errors")


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        pytest.param("<!DOCTYPE x>", "line 1", id="malformed"),
        pytest.param("<definitions", "request.bpmn", id="cut off"),
    ],
)
def test_check_names_the_file_that_cannot_be_read(run: Any, tmp_path: Path, broken: str, named: str) -> None:
    (tmp_path / "processes" / "request" / "request.bpmn").write_text(broken, encoding="utf-8")

    checked = run("check")

    assert checked.exit_code == 1
    assert named in checked.output


def test_check_prints_problems_for_programs(run: Any, tmp_path: Path) -> None:
    (tmp_path / "processes" / "request" / "review_form.form").unlink()

    checked = run("check", "--json")

    problem = json.loads(checked.output.splitlines()[0])
    assert (checked.exit_code, problem["element"], problem["severity"]) == (1, "review_request", "error")


def test_play_prints_one_line_an_order(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LANEWORK_PROCESSES", str(PROCESSES))
    order = json.loads(ORDERS.read_text(encoding="utf-8"))[4]
    (tmp_path / "one.json").write_text(json.dumps([order]), encoding="utf-8")

    played = run("play", str(tmp_path / "one.json"))

    assert played.exit_code == 0
    assert [json.loads(line) for line in played.output.splitlines()] == [
        {"order_no": order["order_no"], "result": order["expected"]}
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("[{]", "line 1", id="no JSON"),
        pytest.param('[{"order_no": "X"}]', "X: customer is missing or wrong", id="wrong fields"),
    ],
)
def test_play_refuses_a_file_that_it_cannot_play(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str, said: str
) -> None:
    monkeypatch.setenv("LANEWORK_PROCESSES", str(PROCESSES))
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")

    played = run("play", str(tmp_path / "bad.json"))

    assert (played.exit_code, said in played.output) == (1, True)


@pytest.mark.slow
def test_the_demonstration_fills_an_empty_database_once_and_refuses_any_other(tmp_path: Path) -> None:
    shutil.copytree(PROCESSES, tmp_path / "processes")
    settings = Settings(
        database=f"sqlite:///{tmp_path}/demo.db", processes=tmp_path / "processes", var=tmp_path / "var", demonstration=True
    )
    demonstration.open_stage(settings).close()
    application = open_application(settings)

    first, second = demonstration.prepare(application), demonstration.prepare(application)

    assert first != second
    with application.reading(SYSTEM) as ctx:
        numbers = ctx.connection.exec_driver_sql("SELECT count(*), count(DISTINCT status) FROM instance").one()
    assert tuple(numbers) == (7, 2)
    with application.transaction(SYSTEM) as ctx:
        people.register_people(ctx, [PEOPLE[0]])
    with pytest.raises(Conflict):
        demonstration.prepare(application)
    application.close()


def test_a_database_that_cannot_be_reached_is_named_not_shown_as_a_crash(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANEWORK_DATABASE", "postgresql+psycopg://nobody@127.0.0.1:9/nothing")

    refused = run("upgrade")

    assert (refused.exit_code, refused.output.startswith("Error: The setting database cannot be used:")) == (1, True)


DISCOUNT = file(
    decision("price", literal("amount * (1 - discount / 100)"), "decision:discount"),
    decision("discount", table("FIRST", ["amount: number"], ["percent: number"], '>= parameter("PRM-MARGIN") => 10', "- => 0")),
)


def test_decide_prints_the_result_with_the_rules_that_matched(run: Any, tmp_path: Path) -> None:
    (tmp_path / "prices.dmn").write_bytes(DISCOUNT)

    shown = run("decide", str(tmp_path / "prices.dmn"), "price", "-", typing='{"amount": 200}')

    assert json.loads(shown.output) == {
        "result": 180,
        "tables": [{"table": "table", "rules": [1], "inputs": {"amount": 200}}],
        "notes": [],
    }


@pytest.mark.parametrize(
    ("decision_id", "typed", "told"),
    [
        ("price", "[1", "The file “<stdin>” cannot be accepted: line 1, column 3: Expecting ',' delimiter."),
        ("price", "[1]", "The file “<stdin>” cannot be accepted: it must be one JSON object: the facts by their names."),
        ("cost", "{}", "There is no decision “cost”."),
    ],
)
def test_decide_says_what_is_wrong(run: Any, tmp_path: Path, decision_id: str, typed: str, told: str) -> None:
    (tmp_path / "prices.dmn").write_bytes(DISCOUNT)

    shown = run("decide", str(tmp_path / "prices.dmn"), decision_id, "-", typing=typed)

    assert (shown.exit_code, shown.output) == (1, f"Error: {told}\n")


def test_tck_prints_every_test_case_and_fails_when_one_fails(run: Any, tmp_path: Path) -> None:
    model = file(decision("half", literal("n / 2"), "input:n"), input_data("n", "number"))
    cases = [("right", "half", "2"), ("wrong", "half", "3"), ("other", "third", "1")]
    (tmp_path / "model.dmn").write_bytes(model)
    written = "".join(case(key, value(wanted), result, n=value("4")) for key, result, wanted in cases)
    (tmp_path / "cases.xml").write_text(CASES.format(model="model.dmn", cases=written), encoding="utf-8")

    shown = run("tck", str(tmp_path))

    assert shown.exit_code == 1
    assert shown.output.splitlines() == [
        "passed      cases.xml right",
        "failed      cases.xml wrong  half: 2 instead of 3",
        "unsupported cases.xml other  third: “third” is no decision or decision service.",
        "1 passed, 1 unsupported, 1 failed",
    ]


def test_migrate_says_what_would_happen_then_does_it_and_names_what_stays(run: Any, tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text(json.dumps(PEOPLE), encoding="utf-8")
    run("upgrade")
    run("people", "--add", str(tmp_path / "people.json"))
    run("publish")
    application = open_application(read_settings())
    with application.transaction(SYSTEM) as ctx:
        seller = people.get(ctx, "S1")
    for key in ("one", "two"):
        with application.transaction(seller) as ctx:
            cases.start(ctx, "request", key=key)
    with application.transaction(seller) as ctx:
        item = next(item for item in inbox.page(ctx, "mine").items if item.case_number.endswith("0002"))
        answers = {"title": "Gears", "amount": 1, "dept": "TEC"}
        completion.complete(ctx, item.id, answers=answers, key="x")
    application.close()
    drawing = tmp_path / "processes" / "request" / "request.bpmn"
    drawing.write_text(drawing.read_text(encoding="utf-8").replace("review_request", "look_at_request"), encoding="utf-8")
    run("publish")

    looked = run("migrate", "request", "--dry-run")
    without_reason = run("migrate", "request")
    done = run("migrate", "request", "--reason", "New rules")

    numbers = re.findall(r"REQ-\d+-\d+", looked.output)
    stays = "stays. “Review the request”: The other definition has no such element."
    assert (looked.exit_code, without_reason.exit_code, done.exit_code) == (1, 2, 1)
    assert looked.output.splitlines()[0] == f"{numbers[0]}: definition 1 to 2"
    assert looked.output.splitlines()[1].startswith(f"{numbers[1]}: definition 1 to 2: {stays}")
    assert looked.output.splitlines()[2] == "1 would go on, 1 stay"
    assert done.output.splitlines()[2] == "1 went on, 1 stay"
    assert run("migrate", "request", "--dry-run").output.splitlines()[-1] == "0 would go on, 1 stay"
    assert run("verify").output.endswith("0 broken chains\n")
