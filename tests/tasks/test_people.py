"""Signing in: right passwords only, slower after failures, and a session that ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Forbidden, Invalid, NotFound
from tasks.bootstrap import SYSTEM
from tasks.work import people
from tests.tasks.house import House


def attempt(house: House, password: str, login: str = "s1") -> str | None:
    """A token, or None."""
    with house.application.transaction(SYSTEM) as ctx:
        return people.sign_in(ctx, login, password, "127.0.0.1")


@pytest.fixture
def locked(house: House) -> House:
    """A house in which S1 has a password."""
    with house.application.transaction(SYSTEM) as ctx:
        people.set_password(ctx, "s1", "correct horse")
    return house


def test_the_right_password_opens_a_session_that_ends(locked: House) -> None:
    token = attempt(locked, "correct horse")
    assert token is not None

    with locked.application.reading(SYSTEM) as ctx:
        found = people.person_of_session(ctx, token)
    assert found is not None
    assert found.id == "S1"
    locked.clock.advance(timedelta(hours=13))
    with locked.application.reading(SYSTEM) as ctx:
        assert people.person_of_session(ctx, token) is None


def test_signing_out_ends_the_session(locked: House) -> None:
    token = attempt(locked, "correct horse")
    assert token is not None

    with locked.application.transaction(SYSTEM) as ctx:
        people.sign_out(ctx, token)

    with locked.application.reading(SYSTEM) as ctx:
        assert people.person_of_session(ctx, token) is None


@pytest.mark.parametrize(("login", "password"), [("s1", "wrong"), ("nobody", "correct horse"), ("t1", "")])
def test_a_wrong_login_or_password_opens_nothing(locked: House, login: str, password: str) -> None:
    assert attempt(locked, password, login) is None


def test_after_five_failures_even_the_right_password_must_wait(locked: House) -> None:
    for _ in range(5):
        attempt(locked, "wrong")

    with pytest.raises(Forbidden, match="Try again in"):
        attempt(locked, "correct horse")
    locked.clock.advance(timedelta(seconds=2))
    assert attempt(locked, "correct horse") is not None
    assert attempt(locked, "wrong") is None


def test_a_new_password_ends_old_sessions_and_must_be_long(locked: House) -> None:
    token = attempt(locked, "correct horse")
    assert token is not None

    with locked.application.transaction(SYSTEM) as ctx, pytest.raises(Invalid, match="10"):
        people.set_password(ctx, "s1", "short")
    with locked.application.transaction(SYSTEM) as ctx:
        people.set_password(ctx, "s1", "another horse")

    with locked.application.reading(SYSTEM) as ctx:
        assert people.person_of_session(ctx, token) is None
    with locked.application.transaction(SYSTEM) as ctx, pytest.raises(NotFound):
        people.set_password(ctx, "nobody", "another horse")


def test_a_person_of_an_unknown_department_is_refused(house: House) -> None:
    record = {"user_id": "X", "login": "x", "name": {"en": "X"}, "dept": "NOWHERE", "roles": ["SAL.rep"]}

    with house.application.transaction(SYSTEM) as ctx, pytest.raises(Invalid, match="NOWHERE"):
        people.register_people(ctx, [record])
    with house.application.transaction(SYSTEM) as ctx, pytest.raises(Invalid, match="roles"):
        people.register_people(ctx, [{**record, "roles": []}])
