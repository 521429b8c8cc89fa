"""Golden cases: saved in every kind of waiting by a release, to be loaded and finished by every later one.

`python -m tests.golden` writes those of this release; those of a release that is out are never written again. A file holds one
construct: its drawing and story as they were then, and, after each act of the story, the line that comes next and every case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from engine.spiff import state
from engine.spiff.build import make_plan
from tests.engine.constructs.stages import Straight
from tests.engine.constructs.stories import Construct, Teller

FOLDER = Path(__file__).parent
#: The release whose goldens are written; when it is out, the next one.
RELEASE = "0.1.0"
_ACTS = ("start", "do", "work", "message", "signal", "wait", "retry")


def taken(construct: Construct) -> dict[str, Any]:
    """What a file holds."""
    stage = Straight(construct.drawing)
    teller = Teller(stage)
    lines = construct.story.strip().splitlines()
    moments = []
    for number, line in enumerate(lines, start=1):
        teller.tell(line)
        if line.split()[0] in _ACTS and not all(run.completed for run in stage.runs):
            moments.append({"next": number, "case": teller.case, **_saved(stage)})
    return {"drawing": construct.drawing, "story": lines, "moments": moments}


def finish(golden: Mapping[str, Any], moment: Mapping[str, Any]) -> None:
    """Loads the cases of a moment and tells the story to its end.

    Raises:
        AssertionError: the story goes on differently.
    """
    stage = Straight(golden["drawing"])
    stage.around.clock.move_to(datetime.fromisoformat(moment["at"]))
    stage.around.operations.checked = moment["checked"]
    for kept in moment["cases"]:
        plan = make_plan(stage.procedures[kept["procedure"]], stage.procedures)
        run = state.load(plan, stage.around, orjson.dumps(kept["state"]), orjson.dumps(kept["variables"]))
        stage.runs.append(run)
    teller = Teller(stage)
    teller.case = moment["case"]
    teller.tell("\n".join(golden["story"][moment["next"] :]))


def written() -> Iterator[tuple[str, dict[str, Any]]]:
    """All goldens of all releases, by release and name."""
    for path in sorted(FOLDER.glob("*/*.json")):
        yield f"{path.parent.name}/{path.stem}", orjson.loads(path.read_bytes())


def _saved(stage: Straight) -> dict[str, Any]:
    cases = []
    for run in stage.runs:
        kept, variables = state.save(run)
        cases.append({"procedure": run.plan.main.procedure.id, "state": orjson.loads(kept), "variables": orjson.loads(variables)})
    return {"at": stage.around.now.isoformat(), "checked": stage.around.operations.checked, "cases": cases}
