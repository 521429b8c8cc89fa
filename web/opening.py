"""Opening Lanework for a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import SettingsInvalid
from tasks.bootstrap import Application, open_application
from tasks.migrations import is_current
from tasks.settings import Settings, read_settings


def open_current(settings: Settings) -> Application:
    """A Lanework on a database whose schema is that of this release.

    Raises:
        SettingsInvalid: it is not.
    """
    if not is_current(settings.database):
        raise SettingsInvalid("database", "its schema is not that of this release; run “lanework upgrade”.")
    return open_application(settings)


@contextmanager
def opened() -> Iterator[Application]:
    """A Lanework by the settings of the environment, closed at the end."""
    application = open_current(read_settings())
    try:
        yield application
    finally:
        application.close()
