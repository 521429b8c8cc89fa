"""Writes the golden cases of this release: `python -m tests.golden`."""

from __future__ import annotations

import orjson

from tests.engine.constructs.stories import TABLE
from tests.golden.goldens import FOLDER, RELEASE, taken

for construct in TABLE:
    if construct.status == "runs" and (golden := taken(construct))["moments"]:
        path = FOLDER / RELEASE / f"{construct.id}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(orjson.dumps(golden, option=orjson.OPT_INDENT_2) + b"\n")
