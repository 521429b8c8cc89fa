"""The command line."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from waitress import serve as serve_wsgi

from tasks import backup as backups
from tasks import demonstration, play, publishing
from tasks.bootstrap import SYSTEM, Ticker
from tasks.migrations import grant, must_not_change_the_journal, upgrade
from tasks.settings import Settings, read_settings
from tasks.work import people
from web.app import create_app
from web.case_commands import migrate
from web.opening import open_current, opened
from web.refusals import refusals
from web.rule_commands import decide, tck

#: How often each process looks for what is due.
TICK_SECONDS = 1.0
THREADS = 8


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Lanework runs a factory's written procedures as they are drawn.

    Exit codes: 0 done; 1 refused, or something was found; 2 wrong use.
    """


main.add_command(decide)
main.add_command(tck)
main.add_command(migrate)


@main.command()
@click.option("--demonstration", "demonstrates", is_flag=True, help="Sample people, customers and cases; on loopback only.")
@click.option("--port", type=int, help="Another port than the setting's.")
def serve(*, demonstrates: bool, port: int | None) -> None:
    """Serves the pages, and wakes what is due."""
    with refusals():
        settings = read_settings()
        settings = replace(settings, demonstration=settings.demonstration or demonstrates, port=port or settings.port).check()
        if settings.demonstration:
            upgrade(settings.database)
        application = open_current(settings)
        if settings.demonstration:
            _show_logins(settings, demonstration.prepare(application))
        else:
            must_not_change_the_journal(settings.database)
            publishing.publish(application)
        stop = Ticker(application).start(TICK_SECONDS)
        click.echo(f"Lanework is at http://{settings.host}:{settings.port}/  (end with Ctrl+C)")
        logging.getLogger("waitress").setLevel(logging.WARNING)
        try:
            place = {"host": settings.host, "port": settings.port, "threads": THREADS, "ident": ""}
            serve_wsgi(create_app(application), **place, **behind(settings.proxy))
        finally:
            stop()
            application.close()


@main.command()
@click.argument("procedure", required=False, default="")
def publish(procedure: str) -> None:
    """Publishes every drawn procedure whose files have changed, or one."""
    with refusals(), opened() as application:
        for name, number in publishing.publish(application, procedure).items():
            click.echo(f"{name}: definition {number}")


@main.command()
@click.argument("procedure", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a problem.")
def check(procedure: str, *, as_json: bool) -> None:
    """Checks the drawings, tables and forms without publishing; exit code 1 when there is an error.

    PROCEDURE is the id of one, or the folder processes/.
    """
    with refusals():
        settings = read_settings()
        if Path(procedure).is_dir() and (Path(procedure) / "departments.toml").exists():
            settings, procedure = replace(settings, processes=Path(procedure)), ""
        problems = publishing.check(settings, procedure)
    for problem in problems:
        click.echo(json.dumps(asdict(problem), ensure_ascii=False) if as_json else str(problem))
    errors = sum(problem.severity == "error" for problem in problems)
    click.echo(f"{errors} errors, {len(problems) - errors} warnings", err=as_json)
    sys.exit(1 if errors else 0)


@main.command(name="play")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--procedure", default="order_review", show_default=True, help="The procedure that the cases of the file go through.")
@click.option("--database", help="Keeps the cases there, so that they can be looked at; otherwise in memory.")
def play_command(file: Path, procedure: str, database: str | None) -> None:
    """Plays the sample cases of FILE through a procedure; prints one JSON line a case.

    Every person's answer comes from the facts in the file, by the mapping play.toml beside the drawing.
    """
    with refusals():
        settings = replace(read_settings(), database=database or "sqlite://")
        mapping = play.read_mapping(settings.processes, procedure)
        try:
            found = play.check_cases(mapping, json.loads(file.read_text(encoding="utf-8")))
        except json.JSONDecodeError as error:
            raise click.ClickException(f"{file.name}: line {error.lineno}: {error.msg}") from error
        application = demonstration.open_stage(settings)
        try:
            for case in found:
                click.echo(json.dumps(play.play(application, mapping, case), ensure_ascii=False))
        finally:
            application.close()


@main.command()
@click.option("--database", help="Another database than the setting's.")
def verify(database: str | None) -> None:
    """Verifies the journal; names the first altered or missing entry of each chain, exit code 1 when there is one."""
    with refusals():
        settings = read_settings()
        key = settings.journal_key()
        counts, broken = backups.examine(database or settings.database, {key.id: key})
    for item in broken:
        click.echo(str(item))
    click.echo(f"{counts.get('entry', 0)} entries, {len(broken)} broken chains")
    sys.exit(1 if broken else 0)


@main.command(name="upgrade")
@click.option("--grant", "role", default="", help="A role of PostgreSQL that may then run Lanework, but not alter the journal.")
def upgrade_command(role: str) -> None:
    """Brings the schema of the database to this release."""
    with refusals():
        settings = read_settings()
        upgrade(settings.database)
        if role:
            grant(settings.database, role)
        click.echo("The schema is that of this release.")


@main.command(name="people")
@click.option(
    "--add", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Adds or renews the people of a JSON file."
)
@click.option("--password", "login", help="Sets the password of a login; it is asked for.")
def people_command(file: Path | None, login: str | None) -> None:
    """Lists the people; adds some; sets a password."""
    with refusals(), opened() as application, application.transaction(SYSTEM) as ctx:
        if file:
            click.echo(f"{people.register_people(ctx, json.loads(file.read_text(encoding='utf-8')))} people registered")
        if login:
            people.set_password(ctx, login, click.prompt("New password", hide_input=True, confirmation_prompt=True))
        if not file and not login:
            for person in people.everybody(ctx):
                click.echo(f"{person.login:12} {person.department:4} {person.names['en']}  ({', '.join(person.roles)})")


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Writes a checked copy of the database to TARGET."""
    with refusals():
        settings = read_settings()
        backups.backup(settings.database, target)
        click.echo(f"{target} written")


@main.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--database", required=True, help="The empty database to fill.")
def restore(source: Path, database: str) -> None:
    """Fills an empty database from a backup and checks the copy; exit code 1 when its journal does not verify."""
    with refusals():
        key = read_settings().journal_key()
        backups.restore(source, database)
        counts, broken = backups.examine(database, {key.id: key})
    click.echo(", ".join(f"{name} {count}" for name, count in counts.items() if count))
    for item in broken:
        click.echo(str(item))
    sys.exit(1 if broken else 0)


def behind(proxy: str) -> dict[str, Any]:
    """How the server treats the headers of a proxy: it believes the named one about who asks, and nobody else."""
    if not proxy:
        return {"clear_untrusted_proxy_headers": True}
    headers = {"x-forwarded-for", "x-forwarded-proto"}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": headers, "clear_untrusted_proxy_headers": True}


def _show_logins(settings: Settings, password: str) -> None:
    logins: list[Any] = [
        "sal_repa (sales)",
        "sal_mgra (sales manager)",
        "tec_mgra (technical)",
        "prd_mgra",
        "qua_mgra",
        "pur_mgra",
        "fin_mgra",
        "gm_gma",
        "admin",
        "auditor",
    ]
    click.echo(f"Demonstration on {settings.database}")
    click.echo(f"Logins: {', '.join(logins)}; the password of all is {password}")


if __name__ == "__main__":
    main()
