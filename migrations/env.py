"""Alembic's entry: migrates the database that the settings name."""

from __future__ import annotations

from alembic import context

# Imported for the tables they define.
import access.models  # noqa: F401
import inventory.models  # noqa: F401
import jobs  # noqa: F401
import ledger.models  # noqa: F401
import orders.models  # noqa: F401
import recall.models  # noqa: F401
import trace.models  # noqa: F401
from database import Database, metadata
from settings import Settings

url = context.config.get_main_option("medtrace_url") or Settings.from_environment().database_url
database = Database(url)
with database.write() as connection:
    if database.dialect == "postgresql":  # SQLite's writers stand in a queue already
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7261637465)")
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
database.close()
