"""Cases that any release has saved are loaded and finished by this one."""

from __future__ import annotations

import inspect
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import pytest
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.workflow import Workflow

from engine import drawing
from engine.errors import Invalid
from engine.spiff import state
from engine.spiff.build import make_plan
from tests.engine.constructs.stages import Straight
from tests.engine.constructs.stories import TABLE
from tests.golden.goldens import FOLDER, RELEASE, finish, taken, written

GOLDENS = [pytest.param(golden, id=name) for name, golden in written()]


@pytest.mark.parametrize("golden", GOLDENS)
def test_a_saved_case_is_loaded_and_finished(golden: dict[str, Any]) -> None:
    for moment in golden["moments"]:
        finish(golden, moment)


def test_every_kind_of_waiting_has_a_golden_of_this_release() -> None:
    wanted = {construct.id for construct in TABLE if construct.status == "runs" and taken(construct)["moments"]}

    assert wanted <= {path.stem for path in (FOLDER / RELEASE).glob("*.json")}, "run `python -m tests.golden`"
    assert len(wanted) > 80


def test_a_saved_case_that_goes_on_differently_is_noticed() -> None:
    golden = orjson.loads((FOLDER / RELEASE / "user_task.json").read_bytes())
    moment = golden["moments"][0]
    moment["cases"][0]["state"]["steps"] = []

    with pytest.raises((AssertionError, IndexError)):
        finish(golden, moment)


def test_a_state_of_an_unknown_format_is_refused_before_anything_reads_it() -> None:
    stage = Straight((FOLDER.parent / "engine/constructs/user_task.bpmn").read_text(encoding="utf-8"))
    name = next(iter(stage.procedures))

    with pytest.raises(Invalid, match="format 99"):
        state.load(make_plan(stage.procedures[name], stage.procedures), stage.around, b'{"format": 99}', b"{}")


def test_spiffworkflow_is_pinned_exactly_because_steps_meet_tasks_through_its_underscore_hooks() -> None:
    project = tomllib.loads(Path(drawing.__file__).parents[2].joinpath("pyproject.toml").read_text(encoding="utf-8"))
    (pin,) = [line for line in project["project"]["dependencies"] if line.startswith("SpiffWorkflow")]

    assert pin == f"SpiffWorkflow=={version('SpiffWorkflow')}"
    hooks = ("_predict_hook", "_update_hook", "_on_ready_hook", "_run_hook", "_on_complete_hook", "_update")
    assert [hook for hook in hooks if not hasattr(BpmnTaskSpec, hook)] == []
    assert [
        hook for hook in ("_task_completed_notify", "_remove_task", "_task_removed_notify") if not hasattr(Workflow, hook)
    ] == []
    assert list(inspect.signature(Task.__init__).parameters) == ["self", "workflow", "task_spec", "parent", "state", "id"]
