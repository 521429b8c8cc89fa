"""The command for whoever brings running cases to a newer definition."""

from __future__ import annotations

import sys

import click

from engine.errors import LaneworkError
from tasks import interventions
from tasks.bootstrap import SYSTEM
from web.opening import opened
from web.refusals import refusals


@click.command()
@click.argument("procedure")
@click.option("--dry-run", is_flag=True, help="Only says what would happen to each case.")
@click.option("--reason", default="", help="Why; it stands in the timeline of each case.")
def migrate(procedure: str, *, dry_run: bool, reason: str) -> None:
    """Lets the running cases of a PROCEDURE go on by its latest definition, each in a transaction of its own.

    A case that does not fit stays as it is; the reasons are printed, and the exit code is 1.
    """
    if not dry_run and not reason.strip():
        raise click.UsageError("Say why, with --reason; or look first, with --dry-run.")
    with refusals(), opened() as application:
        with application.reading(SYSTEM) as ctx:
            found = interventions.migratable(ctx, procedure)
        stay = 0
        for number, migration in found:
            told = f"{number}: definition {migration.current} to {migration.latest}"
            try:
                if migration.is_possible and not dry_run:
                    with application.transaction(SYSTEM) as ctx:
                        interventions.migrate_as_system(ctx, number, reason)
            except LaneworkError as error:
                told, stay = f"{told}: stays. {error}", stay + 1
            else:
                stay += not migration.is_possible
                told += _what(migration)
            click.echo(told)
        click.echo(f"{len(found) - stay} {'would go on' if dry_run else 'went on'}, {stay} stay")
    sys.exit(1 if stay else 0)


def _what(migration: interventions.Migration) -> str:
    """What would happen to a case, behind its number."""
    if migration.problems:
        return ": stays. " + " ".join(f"“{one.name or one.element}”: {one.reason} {one.remedy}" for one in migration.problems)
    begins = "; begins to wait for " + ", ".join(names["en"] for names in migration.begins) if migration.begins else ""
    stops = "; stops to wait for " + ", ".join(names["en"] for names in migration.stops) if migration.stops else ""
    return begins + stops
