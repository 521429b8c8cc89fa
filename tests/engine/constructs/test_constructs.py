"""Every construct of the table runs right, straight and with everything saved and loaded after every act, or is refused."""

from __future__ import annotations

import pytest

from engine.drawing import read_drawing
from engine.lint import lint_procedure
from tests.engine.constructs.markdown import BEGINS, ENDS, markdown, section
from tests.engine.constructs.stages import Stored, Straight
from tests.engine.constructs.stories import FOLDER, TABLE, Construct, Teller
from tests.engine.world import AnyName

RUNS = [pytest.param(construct, id=construct.id) for construct in TABLE if construct.status == "runs"]
REFUSED = [pytest.param(construct, id=construct.id) for construct in TABLE if construct.status == "refused"]


@pytest.mark.parametrize("construct", RUNS)
def test_it_runs_right_in_memory(construct: Construct) -> None:
    Teller(Straight(construct.drawing)).tell(construct.story)


@pytest.mark.parametrize("construct", RUNS)
def test_it_runs_right_from_the_database(construct: Construct, database_url: str) -> None:
    stage = Stored(database_url, construct.drawing)
    try:
        Teller(stage).tell(construct.story)
    finally:
        stage.database.close()


@pytest.mark.parametrize("construct", RUNS)
def test_what_runs_right_may_be_published(construct: Construct) -> None:
    drawing = read_drawing(construct.drawing.encode(), f"{construct.id}.bpmn")

    problems = [problem for name in drawing.procedures for problem in lint_procedure(drawing, name, AnyName())]

    assert [str(problem) for problem in problems if problem.severity == "error"] == []


@pytest.mark.parametrize("construct", REFUSED)
def test_what_does_not_run_right_is_refused_at_its_element_with_a_remedy(construct: Construct) -> None:
    drawing = read_drawing(construct.drawing.encode(), f"{construct.id}.bpmn")

    problems = lint_procedure(drawing, construct.id, AnyName())

    assert [problem.element for problem in problems if problem.severity == "error" and problem.remedy].count(construct.at) >= 1


def test_every_drawing_is_in_the_table_and_every_row_has_one() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.bpmn")) == sorted(construct.id for construct in TABLE)
    assert {construct.status for construct in TABLE} == {"runs", "refused"}
    assert all(construct.story if construct.status == "runs" else construct.at and construct.instead for construct in TABLE)


def test_a_story_that_does_not_hold_is_noticed() -> None:
    with pytest.raises(AssertionError):
        Teller(Straight(TABLE[0].drawing)).tell("start\nopen nothing")


def test_the_readme_of_the_procedures_shows_the_table() -> None:
    readme = FOLDER.parents[2] / "processes" / "README.md"
    shown = section(readme.read_text(encoding="utf-8"))

    assert shown == markdown()


def test_the_section_of_a_readme_is_what_stands_between_the_marks() -> None:
    assert section(f"before\n{BEGINS}\n\n### A\n\n{ENDS}\nafter") == "### A\n"
    assert section(f"before\n{BEGINS}\nno end") is None
