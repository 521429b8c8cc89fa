"""A browser, and a Lanework that it can reach."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tasks.bootstrap import Application
from tests.web.house import House, write_house
from web.app import create_app

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where it is missing, the tests fail."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def served() -> Iterator[Callable[[Application], str]]:
    """Serves an application on loopback until the test ends; gives its address."""
    with _servers() as serve:
        yield serve


@pytest.fixture
def house(sqlite_template: bytes, tmp_path: Path) -> Iterator[House]:
    """A small house on SQLite, with people who all have the same password."""
    database = tmp_path / "lanework.db"
    database.write_bytes(sqlite_template)
    made = House(f"sqlite:///{database}", write_house(tmp_path / "processes"))
    yield made
    made.application.close()


@contextmanager
def _servers() -> Iterator[Callable[[Application], str]]:
    servers: list[Any] = []

    def serve(application: Application) -> str:
        app = create_app(application)
        for limiter in app.extensions["limiter"]:
            limiter.enabled = False  # everybody signs in from the same machine here
        server = make_server("127.0.0.1", 0, app, threaded=True)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
