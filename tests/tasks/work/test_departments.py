from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.errors import NotFound, SettingsInvalid
from tasks.work.departments import Departments, Role, read_departments

PROCESSES = Path(__file__).parents[3] / "processes"


@pytest.fixture(scope="module")
def text() -> str:
    return (PROCESSES / "departments.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def departments(text: str) -> Departments:
    return read_departments(text)


def test_the_house_has_all_departments_and_roles(departments: Departments) -> None:
    assert (len(departments.departments), len(departments.roles)) == (20, 39)


@pytest.mark.parametrize(
    ("role", "department", "meant"),
    [
        ("DEP.rev", "TEC", "TEC.rev"),
        ("DEP.rev", "LOG", "LOG.stf"),
        ("DEP.rev", "PMC", "PMC.pln"),
        ("DEP.mgr", "LOG", "LOG.mgr"),
        ("SAL.rep", "TEC", "SAL.rep"),
        ("SAL.rep", None, "SAL.rep"),
    ],
)
def test_a_relative_role_is_meant_by_department(departments: Departments, role: str, department: str | None, meant: str) -> None:
    assert departments.resolve(role, department) == meant


@pytest.mark.parametrize(
    ("role", "department"), [("DEP.rev", None), ("DEP.rev", "XYZ"), ("DEP.rev", "CUS"), ("DEP.boss", "TEC"), ("TEC.boss", "TEC")]
)
def test_nothing_is_guessed_when_nobody_stands_for_a_role(departments: Departments, role: str, department: str | None) -> None:
    assert departments.resolve(role, department) is None


@pytest.mark.parametrize("said", ["PMC.pln", "production planner", " Production planner ", "计划员", "計劃員"])
def test_a_role_is_found_by_id_and_by_name_in_any_language(departments: Departments, said: str) -> None:
    names = {"en": "Production planner", "zh-Hans": "计划员", "zh-Hant": "計劃員"}

    assert departments.role_by_name(said) == Role("PMC.pln", "PMC", names)
    assert departments.role_by_name(said + "?") is None


def test_departments_and_roles_are_named_in_the_reader_s_language(departments: Departments) -> None:
    assert departments.name("TEC", "zh-Hant") == "技術部門"
    assert departments.role_name("TEC.rev", "en") == "Technical reviewer / engineer"
    assert (departments.name("XYZ", "en"), departments.role_name("XYZ.rev", "en")) == ("XYZ", "XYZ.rev")


def test_an_unknown_department_or_role_is_not_found(departments: Departments) -> None:
    assert departments.department("LOG").stands_for == {"mgr": "LOG.mgr", "rev": "LOG.stf"}
    assert departments.role("SYS").department is None
    with pytest.raises(NotFound, match="no department “XYZ”"):
        departments.department("XYZ")
    with pytest.raises(NotFound, match=re.escape("no role “XYZ.rev”")):
        departments.role("XYZ.rev")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('kind = "committee"', 'kind = "club"', "the kind “club” is none of internal, committee, external."),
        ('rev = "LOG.stf"', 'rev = "LOG.rev"', "the role “LOG.rev” for “rev” does not exist."),
        ('department = "HRA"', 'department = "HR"', "the department “HR” does not exist."),
        ('zh-Hant = "計劃員"', 'zh-Hant = ""', "there is no name in zh-Hant."),
        ('en = "Inspector"', 'en = "Production planner"', "the name “production planner” already means PMC.pln."),
        ("[roles]", "[roles", "departments.toml"),
    ],
)
def test_departments_that_cannot_be_used_are_refused_with_the_reason(text: str, old: str, new: str, reason: str) -> None:
    assert old in text

    with pytest.raises(SettingsInvalid) as refused:
        read_departments(text.replace(old, new, 1))

    assert reason in str(refused.value)
