"""A house with pages, on either kind of database, and people who use them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.house import PASSWORD, House, write_house
from web.app import create_app

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
KEY = re.compile(r'name="key" value="([^"]+)"')


class Reader:
    """Somebody at a browser without JavaScript."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.token = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        """A page; keeps the token for the next form."""
        answer = self.client.get(path, **more)
        found = TOKEN.search(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Sends a form."""
        return self.client.post(path, data={"csrf_token": self.token, **(fields or {})}, **more)

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        """Signs in."""
        self.get("/sign-in")
        return self.post("/sign-in", {"login": login, "password": password})

    def speak(self, language: str) -> None:
        """Chooses a language."""
        self.client.set_cookie("lanework_language", language)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """The house."""
    made = House(database_url, write_house(tmp_path / "processes"))
    yield made
    made.application.close()


@pytest.fixture
def app(house: House) -> Flask:
    """Its pages."""
    return create_app(house.application)


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Somebody who has not signed in."""
    return Reader(app)


@pytest.fixture
def signed_in(app: Flask) -> Any:
    """Gives somebody who has signed in, and reads English."""

    def enter(login: str, language: str = "en") -> Reader:
        made = Reader(app)
        assert made.sign_in(login).status_code == 303
        made.speak(language)
        return made

    return enter
