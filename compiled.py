"""Queries that every request asks: compiled once, run past SQLAlchemy, read by name.

To run a Core query costs SQLAlchemy 45 µs whatever it asks, and building it 100 µs more; a request
that asks for a device, a session and an account spent a third of its processor time so. The query
is still written in Core, and columns come out as their types say.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg

import bulk

Process = Callable[[Any], Any]


class CompiledQuery:
    """A query for which SQLAlchemy is asked once for each engine.

    Args:
        query: with a `bindparam` for each value; its columns have names of their own.
    """

    def __init__(self, query: Select[Any]) -> None:
        self._query = query
        self._row: type[Any] = namedtuple("Row", query.selected_columns.keys())  # type: ignore[misc]  # noqa: PYI024 -- the names are known when it runs
        self._compiled: dict[bool, _Compiled] = {}

    def all(self, connection: bulk.Reader, **values: Any) -> list[Any]:  # noqa: ANN401 -- whatever columns hold
        """The rows, in the engine's order unless the query says one.

        Args:
            connection: in a transaction, or at a glance.
            values: the parameters, by name, as the engine stores them.
        """
        on_postgres = bulk.is_postgres(connection)
        compiled = self._compiled.get(on_postgres)
        if compiled is None:
            # `?` for each value is what `bulk` takes on both engines.
            dialect = (psycopg if on_postgres else sqlite).dialect(paramstyle="qmark")
            compiled = self._compiled[on_postgres] = _compile(self._query, dialect)
        rows = []
        for found in bulk.fetch(
            connection, compiled.text, [values[name] for name in compiled.names]
        ):
            row = list(found)
            for place, process in compiled.processes:
                row[place] = process(row[place])
            rows.append(self._row._make(row))
        return rows

    def first(self, connection: bulk.Reader, **values: Any) -> Any | None:  # noqa: ANN401 -- as above
        """The first row, or None."""
        rows = self.all(connection, **values)
        return rows[0] if rows else None


@dataclass(frozen=True, slots=True)
class _Compiled:
    """SQL with `?` for each value, whose values they are, and how columns are read."""

    text: str
    names: tuple[str, ...]
    processes: tuple[tuple[int, Process], ...]


def _compile(query: Select[Any], dialect: Dialect) -> _Compiled:
    made = query.compile(dialect=dialect)
    processes = (
        (place, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for place, column in enumerate(query.selected_columns)
    )
    return _Compiled(
        str(made),
        tuple(made.positiontup or ()),
        tuple((place, process) for place, process in processes if process is not None),
    )
