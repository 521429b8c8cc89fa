"""Checking and publishing what is drawn."""

from __future__ import annotations

from engine import definitions
from engine.errors import DrawingInvalid, FileInvalid, NotFound, Problem, SettingsInvalid
from tasks.bootstrap import SYSTEM, Application
from tasks.house import HouseCatalogue, read_house
from tasks.records.operations import BOOK
from tasks.settings import Settings


def check(settings: Settings, procedure: str = "") -> list[Problem]:
    """All problems of all drawn procedures, or of one, errors first; files that cannot be read are problems too.

    Raises:
        NotFound: no such procedure is drawn.
    """
    try:
        house = read_house(settings.processes, settings.company)
    except DrawingInvalid as error:
        return list(error.problems)
    except (FileInvalid, SettingsInvalid) as error:
        return [Problem("readable", str(error), "Mend the file.", file=str(error.parameters["name"]))]
    if procedure and procedure not in house.procedures:
        raise NotFound("procedure", procedure)
    catalogue = HouseCatalogue(house, frozenset(BOOK))
    found: dict[Problem, None] = {}
    for name in [procedure] if procedure else house.procedures:
        found |= dict.fromkeys(definitions.lint(house.library, name, catalogue))
    if not procedure:  # also what no procedure uses yet
        for item in house.library.values():
            found |= dict.fromkeys(definitions.lint_resource(item, house.library, catalogue))
    return sorted(found, key=lambda problem: (problem.severity, problem.file, problem.element))


def publish(application: Application, procedure: str = "") -> dict[str, int]:
    """The numbers of the definitions that now hold, by procedure.

    Raises:
        DrawingInvalid: one cannot run; nothing is published then.
        NotFound: no such procedure is drawn.
    """
    names = application.house.procedures
    if procedure and procedure not in names:
        raise NotFound("procedure", procedure)
    problems: dict[Problem, None] = {}
    numbers = {}
    with application.transaction(SYSTEM) as ctx:
        for name in [procedure] if procedure else names:
            try:
                numbers[name] = definitions.publish(ctx, application.house.library, name)[0]
            except DrawingInvalid as error:
                problems |= dict.fromkeys(error.problems)
        if problems:
            raise DrawingInvalid(list(problems))
    return numbers
