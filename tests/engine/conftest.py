"""A world on each database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.world import World


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """An empty world."""
    made = World(database_url)
    yield made
    made.database.close()


@pytest.fixture
def world_with(database_url: str) -> Iterator[Any]:
    """Makes a world with some operations."""
    made: list[World] = []

    def make(**operations: Any) -> World:
        made.append(World(database_url, operations))
        return made[-1]

    yield make
    for world in made:
        world.database.close()
