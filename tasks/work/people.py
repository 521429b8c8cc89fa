"""People: who they are, what they may do, and how they sign in."""

from __future__ import annotations

import functools
import hashlib
import itertools
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from engine import journal
from engine.errors import Forbidden, Invalid, NotFound
from tasks.context import Context
from tasks.person import Person
from tasks.tables import failed_sign_in, person, person_role, session
from tasks.texts import LANGUAGES

SESSION_LASTS = timedelta(hours=12)
#: Failures that cost nothing; each further one doubles the wait.
FREE_FAILURES = 5
LONGEST_WAIT = timedelta(minutes=15)
SHORTEST_PASSWORD = 10

_HASHER = PasswordHasher()


def get(ctx: Context, person_id: str) -> Person:
    """A person by id.

    Raises:
        NotFound: there is none.
    """
    found = _people(ctx.connection.execute(_BY_ID, {"id": person_id}))
    if not found:
        raise NotFound("person", person_id)
    return found[0]


def everybody(ctx: Context) -> list[Person]:
    """All people, by id."""
    return _find(ctx, sa.true())


def holding(ctx: Context, roles: Iterable[str]) -> list[Person]:
    """The people who hold one of some roles, by id."""
    return _find(ctx, person.c.id.in_(sa.select(person_role.c.person_id).where(person_role.c.role.in_(list(roles)))))


def heads_of(ctx: Context, department: str) -> list[Person]:
    """The heads of a department."""
    return _find(ctx, (person.c.department == department) & person.c.is_head)


def sign_in(ctx: Context, login: str, password: str, address: str) -> str | None:
    """The token of a new session, or None when login or password is wrong; the failure is counted, so commit it.

    Raises:
        Forbidden: too many failures; says when to try again.
    """
    _slow_down(ctx, login, address)
    row = ctx.connection.execute(sa.select(person.c.id, person.c.password_hash).where(person.c.login == login)).one_or_none()
    if not _matches(row.password_hash if row else None, password) or row is None:
        _count_failure(ctx, login, address)
        journal.record(ctx, "sign-ins", "sign-in refused", {"login": login[:100], "address": address})
        return None
    ctx.connection.execute(failed_sign_in.delete().where(failed_sign_in.c.login == login, failed_sign_in.c.address == address))
    token = secrets.token_urlsafe(32)
    values = {"token_hash": _token_hash(token), "person_id": row.id, "created_at": ctx.now, "expires_at": ctx.now + SESSION_LASTS}
    ctx.connection.execute(session.insert().values(values))
    journal.record(ctx, "sign-ins", "signed in", {"person": row.id, "address": address})
    return token


def person_of_session(ctx: Context, token: str) -> Person | None:
    """Whose session a token stands for, or None when it has ended."""
    query = sa.select(session.c.person_id).where(session.c.token_hash == _token_hash(token), session.c.expires_at > ctx.now)
    found = ctx.connection.execute(query).scalar()
    return get(ctx, found) if found else None


def sign_out(ctx: Context, token: str) -> None:
    """Ends a session."""
    ctx.connection.execute(session.delete().where(session.c.token_hash == _token_hash(token)))


def set_locale(ctx: Context, locale: str) -> None:
    """Sets the language of the acting person.

    Raises:
        Invalid: no such language.
    """
    if locale not in LANGUAGES:
        raise Invalid("There is no language %(locale)s.", locale=locale)
    ctx.connection.execute(person.update().where(person.c.id == ctx.person.id).values(locale=locale))


def set_password(ctx: Context, login: str, password: str) -> None:
    """Gives somebody a new password and ends their sessions.

    Raises:
        Invalid: it is too short.
        NotFound: there is no such login.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid("A password has at least %(length)s characters.", length=SHORTEST_PASSWORD)
    key = ctx.connection.execute(sa.select(person.c.id).where(person.c.login == login)).scalar()
    if key is None:
        raise NotFound("login", login)
    ctx.connection.execute(person.update().where(person.c.id == key).values(password_hash=_HASHER.hash(password)))
    ctx.connection.execute(session.delete().where(session.c.person_id == key))
    journal.record(ctx, "people", "password set", {"person": key})


def set_passwords(ctx: Context, password: str) -> None:
    """Gives everybody the same password, for a demonstration; one hash serves all."""
    ctx.connection.execute(person.update().values(password_hash=_HASHER.hash(password)))


def register_people(ctx: Context, people: Sequence[Mapping[str, Any]]) -> int:
    """Adds or renews people from records such as those of `users.json`; how many."""
    for record in people:
        values = _row(record, ctx.house.departments.departments)
        exists = ctx.connection.execute(sa.select(person.c.id).where(person.c.id == values["id"])).scalar()
        if exists:
            ctx.connection.execute(person.update().where(person.c.id == values["id"]).values(values))
        else:
            ctx.connection.execute(person.insert().values(values))
        ctx.connection.execute(person_role.delete().where(person_role.c.person_id == values["id"]))
        ctx.connection.execute(
            person_role.insert(), [{"person_id": values["id"], "role": role} for role in dict.fromkeys(record["roles"])]
        )
    journal.record(ctx, "people", "people registered", {"people": [record["user_id"] for record in people]})
    return len(people)


def _row(record: Mapping[str, Any], departments: Iterable[str]) -> dict[str, Any]:
    missing = [field for field in ("user_id", "login", "name", "dept", "roles") if not record.get(field)]
    if missing:
        raise Invalid("A person lacks %(fields)s.", fields=", ".join(missing))
    if record["dept"] not in departments:
        raise Invalid("%(login)s has the unknown department %(department)s.", login=record["login"], department=record["dept"])
    return {
        "id": record["user_id"],
        "login": record["login"],
        "names": orjson.dumps({language.replace("_", "-"): name for language, name in record["name"].items()}).decode(),
        "department": record["dept"],
        "is_head": record.get("is_head", False),
        "deputy": record.get("deputy"),
        "locale": record.get("locale", "en"),
        "skills": orjson.dumps(record.get("skills", [])).decode(),
        "location": record.get("location", ""),
        "working": record.get("working", True),
        "administrator": record.get("administrator", False),
        "auditor": record.get("auditor", False),
    }


def _find(ctx: Context, condition: sa.ColumnElement[bool]) -> list[Person]:
    return _people(ctx.connection.execute(_WITH_ROLES.where(condition)))


_JOINED = sa.select(person, person_role.c.role).outerjoin(person_role, person_role.c.person_id == person.c.id)
_WITH_ROLES = _JOINED.order_by(person.c.id, person_role.c.role)
_BY_ID = _WITH_ROLES.where(person.c.id == sa.bindparam("id"))


def _people(rows: Iterable[Any]) -> list[Person]:
    """People from rows that repeat them for each role."""
    return [_person(list(group)) for _, group in itertools.groupby(rows, key=lambda row: row.id)]


def _person(rows: Sequence[Any]) -> Person:
    row = rows[0]
    return Person(
        id=row.id,
        login=row.login,
        names=orjson.loads(row.names),
        department=row.department,
        roles=tuple(row.role for row in rows if row.role),
        is_head=row.is_head,
        deputy=row.deputy,
        locale=row.locale,
        skills=tuple(orjson.loads(row.skills)),
        location=row.location,
        working=row.working,
        administrator=row.administrator,
        auditor=row.auditor,
    )


@functools.cache
def _nobody() -> str:
    """Verified when there is no such login, so that an answer takes the same time; made when first needed, since it costs much."""
    return _HASHER.hash(secrets.token_urlsafe())


def _matches(password_hash: str | None, password: str) -> bool:
    try:
        _HASHER.verify(password_hash or _nobody(), password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def _slow_down(ctx: Context, login: str, address: str) -> None:
    query = sa.select(failed_sign_in).where(failed_sign_in.c.login == login, failed_sign_in.c.address == address)
    row = ctx.connection.execute(query).one_or_none()
    if row is None or row.failures < FREE_FAILURES:
        return
    wait = min(LONGEST_WAIT, timedelta(seconds=2 ** (row.failures - FREE_FAILURES)))
    if ctx.now < row.last_at + wait:
        seconds = int((row.last_at + wait - ctx.now).total_seconds()) + 1
        raise Forbidden("Too many failed sign-ins. Try again in %(seconds)s seconds.", seconds=seconds)


def _count_failure(ctx: Context, login: str, address: str) -> None:
    login = login[:100]
    key = (failed_sign_in.c.login == login) & (failed_sign_in.c.address == address)
    values = {"failures": failed_sign_in.c.failures + 1, "last_at": ctx.now}
    if ctx.connection.execute(failed_sign_in.update().where(key).values(values)).rowcount == 0:
        ctx.connection.execute(failed_sign_in.insert().values(login=login, address=address, failures=1, last_at=ctx.now))


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
