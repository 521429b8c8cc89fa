"""What can be chosen in a form: people by roles that are meant by department, and departments in which there is somebody to ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.bootstrap import SYSTEM
from tasks.work import people
from tasks.work.filling import HouseLookup
from tests.tasks.house import House, person, write_house


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house in which somebody of the technical department is a member of the supervision group."""
    made = House(database_url, write_house(tmp_path / "processes"))
    with made.application.transaction(SYSTEM) as ctx:
        people.register_people(ctx, [person("T9", "TEC", "TEC.rev", "SUP.mbr"), person("P9", "PRD", "PRD.rev", working=False)])
    yield made
    made.application.close()


def chosen(house: House, role: str | None, department: str | None) -> set[str]:
    """The people that can be chosen."""
    with house.application.reading(SYSTEM) as ctx:
        return {option.value for option in HouseLookup(ctx).people(role, department)}


def test_a_committee_is_reviewed_for_by_its_members_wherever_they_work(house: House) -> None:
    assert chosen(house, "DEP.rev", "SUP") == {"T9"}
    assert chosen(house, "DEP.rev", "TEC") == {"T1", "T2", "T9"}
    assert chosen(house, "DEP.rev", "CUS") == set()
    assert chosen(house, None, "SUP") == set()


def test_with_a_role_only_departments_are_offered_in_which_somebody_at_work_holds_it(house: House) -> None:
    with house.application.reading(SYSTEM) as ctx:
        lookup = HouseLookup(ctx)
        able, all_ = ({option.value for option in lookup.departments(role)} for role in ("DEP.rev", None))

    assert able == {"SAL", "TEC", "QUA", "SUP", "ENT"}
    assert {"CUS", "PRD", "AGT"} <= all_


def test_with_a_role_of_one_department_only_that_one_is_offered(house: House) -> None:
    with house.application.reading(SYSTEM) as ctx:
        found = [[option.value for option in HouseLookup(ctx).departments(role)] for role in ("SAL.rep", "PRD.rev")]

    assert found == [["SAL"], []]
