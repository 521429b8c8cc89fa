"""Departments and roles of the house, and who stands behind a relative role."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import NotFound, SettingsInvalid
from tasks.texts import LANGUAGES, Texts, text_in

#: Roles that mean a role of the addressed department: `DEP.rev`, `DEP.mgr`.
RELATIVE = "DEP."
#: The lane of automatic steps; nobody holds it.
SYSTEM = "SYS"
KINDS = ("internal", "committee", "external")


def is_relative(role: str) -> bool:
    """Whether a role means one of the addressed department.

    >>> is_relative("DEP.rev"), is_relative("SAL.rep")
    (True, False)
    """
    return role.startswith(RELATIVE)


@dataclass(frozen=True, slots=True)
class Department:
    """A part of the house, or somebody outside it; `stands_for` says which role is meant by `rev` and `mgr`."""

    id: str
    kind: str
    names: Texts
    stands_for: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody may be in charge of; relative roles and the system's belong to no department."""

    id: str
    department: str | None
    names: Texts


@dataclass(frozen=True, slots=True)
class Departments:
    """All departments and roles, by id."""

    departments: Mapping[str, Department]
    roles: Mapping[str, Role]

    def resolve(self, role: str, department: str | None) -> str | None:
        """The role that is really meant, once the addressed department is known.

        None when the department has nobody for it, or the role does not exist: nothing is guessed, so such work must
        wait where somebody notices it.
        """
        if not is_relative(role):
            return role if role in self.roles else None
        addressed = self.departments.get(department or "")
        return addressed.stands_for.get(role.removeprefix(RELATIVE)) if addressed else None

    def role_by_name(self, text: str) -> Role | None:
        """The role with this id, or with this name in any language."""
        if text in self.roles:
            return self.roles[text]
        wanted = text.strip().casefold()
        return next((role for role in self.roles.values() if wanted in _called(role)), None)

    def name(self, department: str, language: str) -> str:
        """What a department is called; an unknown one by its id."""
        known = self.departments.get(department)
        return text_in(known.names, language) if known else department

    def role_name(self, role: str, language: str) -> str:
        """What a role is called; an unknown one by its id."""
        known = self.roles.get(role)
        return text_in(known.names, language) if known else role

    def department(self, department: str) -> Department:
        """A department by id.

        Raises:
            NotFound: there is none.
        """
        if department not in self.departments:
            raise NotFound("department", department)
        return self.departments[department]

    def role(self, role: str) -> Role:
        """A role by id.

        Raises:
            NotFound: there is none.
        """
        if role not in self.roles:
            raise NotFound("role", role)
        return self.roles[role]


def read_departments(text: str) -> Departments:
    """Departments and roles as `departments.toml` has them.

    Raises:
        SettingsInvalid: names the entry that cannot be used.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid("departments.toml", str(error)) from error
    rows = content.pop("roles", {})
    read = Departments(
        {key: _department(key, row) for key, row in content.items()},
        {key: Role(key, row.get("department"), _names(key, row)) for key, row in rows.items()},
    )
    for where, reason in _faults(read):
        raise SettingsInvalid(f"departments.toml: {where}", reason)
    return read


def _department(key: str, row: Mapping[str, Any]) -> Department:
    stands_for = {word: row[word] for word in ("mgr", "rev") if word in row}
    return Department(key, str(row.get("kind")), _names(key, row.get("names", {})), stands_for)


def _names(key: str, row: Mapping[str, Any]) -> Texts:
    missing = [language for language in LANGUAGES if not row.get(language)]
    if missing:
        raise SettingsInvalid(f"departments.toml: {key}", f"there is no name in {', '.join(missing)}.")
    return {language: row[language] for language in LANGUAGES}


def _faults(read: Departments) -> Iterator[tuple[str, str]]:
    for department in read.departments.values():
        if department.kind not in KINDS:
            yield department.id, f"the kind “{department.kind}” is none of {', '.join(KINDS)}."
        for word, meant in department.stands_for.items():
            if meant not in read.roles:
                yield department.id, f"the role “{meant}” for “{word}” does not exist."
    for role in read.roles.values():
        if role.department is not None and role.department not in read.departments:
            yield role.id, f"the department “{role.department}” does not exist."
    yield from _ambiguities(read)


def _ambiguities(read: Departments) -> Iterator[tuple[str, str]]:
    taken: dict[str, str] = {}
    for role in read.roles.values():
        for name in sorted(_called(role)):
            if taken.setdefault(name, role.id) != role.id:
                yield role.id, f"the name “{name}” already means {taken[name]}."


def _called(role: Role) -> frozenset[str]:
    return frozenset(name.casefold() for name in (role.id, *role.names.values()))
