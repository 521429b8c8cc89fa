"""Runs migrations on the connection it is handed."""

from __future__ import annotations

from alembic import context

import tasks.tables  # noqa: F401  (its tables must be known)
from engine.db import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=False,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
