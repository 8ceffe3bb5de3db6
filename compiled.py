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

from sqlalchemy import ColumnClause, Dialect, Select, literal_column, select, true
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
        self.query = query
        self.row: type[Any] = namedtuple("Row", query.selected_columns.keys())  # type: ignore[misc]  # noqa: PYI024 -- the names are known when it runs
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
            compiled = self._compiled[on_postgres] = _compile(self.query, dialect)
        rows = []
        for found in bulk.fetch(
            connection, compiled.text, [values[name] for name in compiled.names]
        ):
            row = list(found)
            for place, process in compiled.processes:
                row[place] = process(row[place])
            rows.append(self.row._make(row))
        return rows

    def first(self, connection: bulk.Reader, **values: Any) -> Any | None:  # noqa: ANN401 -- as above
        """The first row, or None."""
        rows = self.all(connection, **values)
        return rows[0] if rows else None


class CompiledTogether:
    """Several queries of at most one row each, asked in one statement.

    On PostgreSQL a way to the server and back less for each, and half of the processor time.

    Args:
        queries: whose parameters of the same name have the same value.
    """

    def __init__(self, *queries: CompiledQuery) -> None:
        self._rows = [each.row for each in queries]
        parts = [
            each.query.add_columns(_THERE.label("there")).subquery(f"part{place}")
            for place, each in enumerate(queries)
        ]
        columns = [column.label(f"{part.name}_{column.key}") for part in parts for column in part.c]
        whole = select(_THERE.label("always")).subquery("whole")
        query = select(*columns).select_from(whole)
        for part in parts:
            query = query.outerjoin_from(whole, part, true())
        self._query = CompiledQuery(query)

    def first(self, connection: bulk.Reader, **values: Any) -> list[Any | None]:  # noqa: ANN401 -- as above
        """The row of each query, or None; arguments as `CompiledQuery.all` has them."""
        cells, found = iter(self._query.first(connection, **values) or ()), []
        for row in self._rows:
            own = [next(cells) for _ in row._fields]
            found.append(row._make(own) if next(cells) else None)
        return found


_THERE: ColumnClause[int] = literal_column("1")
"""Tells a row that is there from a join that found none."""


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
