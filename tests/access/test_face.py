"""The face of access, and its tables as the migrations make them."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table

import access
from access import models
from database import Database, metadata


def test_the_face_is_sorted_and_complete() -> None:
    assert access.__all__ == sorted(access.__all__, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(access, name) for name in access.__all__)


def test_the_migrations_make_the_tables_that_the_models_describe(database: Database) -> None:
    mine = {table.name for table in vars(models).values() if isinstance(table, Table)}

    def is_mine(entity: Any, name: str | None, kind: str, *_: object) -> bool:  # noqa: ANN401 -- alembic's
        return (name if kind == "table" else entity.table.name) in mine

    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_mine, "compare_type": True}
        )
        assert len(mine) == 17
        assert compare_metadata(context, metadata) == []


def test_every_key_begins_with_the_ledger() -> None:
    for table in metadata.tables.values():
        assert next(iter(table.primary_key.columns)).name == "ledger_id", table.name
