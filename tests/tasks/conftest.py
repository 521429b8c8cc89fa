"""The small house on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tasks.house import House, write_house


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house with people and a published procedure."""
    made = House(database_url, write_house(tmp_path / "processes"))
    yield made
    made.application.close()
