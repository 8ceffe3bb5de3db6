"""Alembic's entry: migrates the database that the settings name."""

from __future__ import annotations

from alembic import context

# Imported for the tables they define.
import access.models  # noqa: F401
import inventory.models  # noqa: F401
import ledger.models  # noqa: F401
import orders.models  # noqa: F401
import recall.models  # noqa: F401
import trace.models  # noqa: F401
from database import Database, metadata
from settings import Settings

url = context.config.get_main_option("medtrace_url") or Settings.from_environment().database_url
database = Database(url)
with database.engine.connect() as connection, connection.begin():
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
database.close()
