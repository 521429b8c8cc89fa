"""The commands for whoever writes rules: trying a decision, and running test cases of the compatibility kit."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from tasks import rules
from tasks.settings import read_settings
from web.refusals import refusals

#: What may come of a test case, the worst last.
STATUSES = ("passed", "unsupported", "failed")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("decision")
@click.argument("facts", type=click.File(encoding="utf-8"))
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"]), help="Decides as at another moment.")
def decide(file: Path, decision: str, facts: TextIO, at: datetime | None) -> None:
    """Makes the DECISION of a DMN FILE for the facts in a JSON file, or - for what is typed.

    Prints the result, the rules that matched in each table that was asked, the inputs as they were seen, and notes on
    what could not be computed.
    """
    with refusals():
        given = rules.read_json(facts.read(), facts.name)
        outcome = rules.decide(read_settings(), file, decision, given, at)
    shown = {
        "result": outcome.value,
        "tables": [{"table": hit.table, "rules": hit.matched, "inputs": dict(hit.inputs)} for hit in outcome.trail],
        "notes": outcome.diagnostics,
    }
    click.echo(json.dumps(shown, ensure_ascii=False, indent=1))


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def tck(folder: Path) -> None:
    """Runs the test cases in a FOLDER: DMN files, and expected values as the DMN compatibility kit (TCK) writes them.

    Prints one line a test case, with the reason where it did not pass, then the counts; exit code 1 when one failed.
    """
    with refusals():
        found = rules.test_cases(folder)
    counts: Counter[str] = Counter()
    for (file, case), results in found.items():
        worst = max(results, key=lambda result: STATUSES.index(result.status))
        counts[worst.status] += 1
        click.echo(f"{worst.status:11} {file} {case}" + (f"  {worst.decision}: {worst.reason}" if worst.reason else ""))
    click.echo(", ".join(f"{counts[status]} {status}" for status in STATUSES))
    sys.exit(1 if counts["failed"] else 0)
