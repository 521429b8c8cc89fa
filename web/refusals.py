"""What all commands do with errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from engine.errors import LaneworkError


@contextmanager
def refusals() -> Iterator[None]:
    """Turns every error of ours into one line and exit code 1."""
    try:
        yield
    except LaneworkError as error:
        raise click.ClickException(str(error)) from error
