"""Statements over many rows at once, spelled the way each engine is fastest.

The recorder's hot path reads and writes hundreds of rows a batch. SQLite takes tuples through
`executemany` and IN-lists padded to a few lengths, so that prepared statements are reused;
PostgreSQL takes one binary array a column (`unnest`) and `= ANY`, inside one pipeline. Both were
measured against SQLAlchemy's own bulk forms: ×1.6 on SQLite, ×2–5 on PostgreSQL
(benchmarks/README.md). Statements are built once from the tables' definitions, values are always
parameters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg
from sqlalchemy import Connection, PoolProxiedConnection, Table
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]
Cursor = sqlite3.Cursor | psycopg.Cursor[Row]
Reader = Connection | PoolProxiedConnection
"""What can be read from: a transaction, or a glance (`Database.glance`)."""

_LENGTHS = (1, 4, 16, 64, 256, 512)


def driver(connection: Reader) -> psycopg.Connection[Row]:
    """The psycopg connection under an SQLAlchemy one."""
    raw = _under(connection)
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 -- tells the type checker
    return raw


@contextmanager
def pipeline(connection: Connection) -> Iterator[None]:
    """Send what is written inside without waiting for each answer (PostgreSQL; else nothing).

    Errors surface when the block ends, or at the COMMIT inside it.
    """
    with driver(connection).pipeline() if is_postgres(connection) else nullcontext():
        yield


def fetch(connection: Reader, query: str, values: Sequence[Any]) -> list[Row]:
    """The rows of a query, as the driver gives them: SQLAlchemy's own cost more than many a query.

    Args:
        connection: in a transaction, or at a glance.
        query: with `?` for each value.
        values: the parameters.
    """
    if is_postgres(connection):
        postgres = query.replace("?", "%b").encode()
        return driver(connection).execute(postgres, values, binary=True).fetchall()
    return _sqlite(connection, query, values).fetchall()


def execute(connection: Connection, statement: str, values: Sequence[Any]) -> Cursor:
    """Run one statement that writes, `?` for each value; in a pipeline its answer comes later."""
    if is_postgres(connection):
        return driver(connection).execute(statement.replace("?", "%b").encode(), values)
    return _sqlite(connection, statement, values)


def _sqlite(connection: Reader, statement: str, values: Sequence[Any]) -> sqlite3.Cursor:
    raw = _under(connection)
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 -- tells the type checker
    try:
        return raw.execute(statement, values)
    except sqlite3.Error as error:
        raise _told(statement, error) from error


def _sqlite_many(connection: Connection, statement: str, rows: Sequence[Row]) -> None:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 -- tells the type checker
    try:
        raw.executemany(statement, rows)
    except sqlite3.Error as error:
        raise _told(statement, error) from error


def _told(statement: str, error: sqlite3.Error) -> BaseException:
    """The error as SQLAlchemy would have raised it, without the values."""
    return DBAPIError.instance(statement, None, error, sqlite3.Error, hide_parameters=True)


class Insert:
    """Write whole rows; with `key`, a row that is there already is updated instead.

    Args:
        table: where to.
        key: the columns that say which row it is; empty: no row may be there yet.
        replace: the columns that take the new value where the row is there.
        add: the columns that grow by the new value where the row is there.
    """

    def __init__(
        self,
        table: Table,
        *,
        key: Sequence[str] = (),
        replace: Sequence[str] = (),
        add: Sequence[str] = (),
    ) -> None:
        names = [column.name for column in table.columns]
        self._width = len(names)
        sets = [f"{name}=excluded.{name}" for name in replace]
        sets += [f"{name}={table.name}.{name}+excluded.{name}" for name in add]
        tail = ""
        if key:
            action = f"DO UPDATE SET {','.join(sets)}" if sets else "DO NOTHING"
            tail = f" ON CONFLICT ({','.join(key)}) {action}"
        into = f"INSERT INTO {table.name} ({','.join(names)})"
        self._sqlite = f"{into} VALUES ({','.join('?' * self._width)}){tail}"
        arrays = ",".join(f"%b::{_array(table, name)}" for name in names)
        self._postgres = f"{into} SELECT * FROM unnest({arrays}){tail}"  # noqa: S608 -- names come from the table

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write `rows`, each with a value for every column, in the table's order."""
        if not rows:
            return
        if is_postgres(connection):
            columns = [list(column) for column in zip(*rows, strict=True)]
            driver(connection).execute(self._postgres, columns)
        else:
            _sqlite_many(connection, self._sqlite, rows)


class Delete:
    """Delete rows by their whole key, where a further condition holds.

    Args:
        table: where from.
        key: the columns that say which row.
        condition: SQL over the table's columns, a constant of the program.
    """

    def __init__(self, table: Table, *, key: Sequence[str], condition: str = "true") -> None:
        match = " AND ".join(f"{table.name}.{name}=?" for name in key)
        self._sqlite = f"DELETE FROM {table.name} WHERE {match} AND {condition}"  # noqa: S608 -- names come from the table
        arrays = ",".join(f"%b::{_array(table, name)}" for name in key)
        joined = " AND ".join(f"{table.name}.{name}=gone.{name}" for name in key)
        self._postgres = (
            f"DELETE FROM {table.name} USING unnest({arrays}) AS gone({','.join(key)})"  # noqa: S608 -- names come from the table
            f" WHERE {joined} AND {condition}"
        )

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Delete the rows whose keys are given."""
        if not rows:
            return
        if is_postgres(connection):
            columns = [list(column) for column in zip(*rows, strict=True)]
            driver(connection).execute(self._postgres, columns)
        else:
            _sqlite_many(connection, self._sqlite, rows)


class Lookup:
    """Read the rows whose one column is among many values.

    Args:
        table: where from; its first key column is `ledger_id`.
        columns: what to read, in order.
        by: the column to match, first of an index behind `ledger_id`.
        condition: SQL over the table's columns that holds too, a constant of the program.
    """

    def __init__(
        self, table: Table, columns: Sequence[str], *, by: str, condition: str = "true"
    ) -> None:
        wanted = f"SELECT {','.join(columns)} FROM {table.name} WHERE {condition} AND ledger_id="  # noqa: S608 -- names come from the table
        self._sqlite = {
            length: f"{wanted}? AND {by} IN ({','.join('?' * length)})" for length in _LENGTHS
        }
        # `= ANY` planned on a small table stays a scan when the table has grown; OFFSET 0
        # keeps the planner to one search of the index a value, whatever the statistics say.
        self._postgres = (
            f"SELECT found.* FROM unnest(%b::{_array(table, by)}) AS given(one)"  # noqa: S608 -- the same
            f" CROSS JOIN LATERAL ({wanted}%b AND {by}=given.one OFFSET 0) AS found"
        )

    def fetch(self, connection: Reader, ledger_id: int, values: Sequence[Any]) -> list[Row]:
        """The rows that match any of `values`; order is the engine's."""
        if not values:
            return []
        if is_postgres(connection):
            distinct = list(dict.fromkeys(values))
            cursor = driver(connection).execute(self._postgres, (distinct, ledger_id))
            return cursor.fetchall()
        rows: list[Row] = []
        for start in range(0, len(values), _LENGTHS[-1]):
            part = tuple(values[start : start + _LENGTHS[-1]])
            length = next(size for size in _LENGTHS if size >= len(part))
            padded = (ledger_id, *part, *part[-1:] * (length - len(part)))
            rows += _sqlite(connection, self._sqlite[length], padded).fetchall()
        return rows


class PairLookup:
    """Read the rows whose two columns are among many pairs.

    Args:
        table: where from; an index of it begins `ledger_id`, then the two columns.
        columns: what to read, in order.
        by: the two columns to match.
    """

    def __init__(self, table: Table, columns: Sequence[str], *, by: tuple[str, str]) -> None:
        first, second = by
        wanted = f"SELECT {','.join(columns)} FROM {table.name}"  # noqa: S608 -- names come from the table
        # SQLite answers `(a,b,c) IN (VALUES …)` with a scan of the whole table; a join, from the
        # values to the table, is one search of its index for each pair.
        self._sqlite = {
            length: f"SELECT {','.join(columns)} FROM (VALUES {','.join(['(?,?,?)'] * length)})"  # noqa: S608 -- the same
            f" AS pair CROSS JOIN {table.name} ON {table.name}.ledger_id=pair.column1"
            f" AND {table.name}.{first}=pair.column2 AND {table.name}.{second}=pair.column3"
            for length in _LENGTHS[:-1]
        }
        # OFFSET 0 keeps the planner from turning the look-ups into a hash join over all rows.
        self._postgres = (
            f"SELECT found.* FROM unnest(%b::{_array(table, first)},%b::{_array(table, second)})"  # noqa: S608 -- the same
            f" AS pair(one,two) CROSS JOIN LATERAL ({wanted} WHERE ledger_id=%b"
            f" AND {first}=pair.one AND {second}=pair.two OFFSET 0) AS found"
        )

    def fetch(
        self, connection: Connection, ledger_id: int, pairs: Sequence[tuple[Any, Any]]
    ) -> list[Row]:
        """The rows that match any of `pairs`; order is the engine's."""
        if not pairs:
            return []
        if is_postgres(connection):
            firsts, seconds = zip(*pairs, strict=True)
            values = (list(firsts), list(seconds), ledger_id)
            return driver(connection).execute(self._postgres, values).fetchall()
        rows: list[Row] = []
        longest = _LENGTHS[-2]
        for start in range(0, len(pairs), longest):
            part = list(pairs[start : start + longest])
            length = next(size for size in _LENGTHS if size >= len(part))
            part += [(None, None)] * (length - len(part))  # NULL equals nothing
            flat = tuple(value for pair in part for value in (ledger_id, *pair))
            rows += _sqlite(connection, self._sqlite[length], flat).fetchall()
        return rows


class Latest:
    """Read the last rows of many things: of each, those whose number is largest.

    Args:
        table: where from; an index of it begins `ledger_id`, `by`, `order`.
        by: the column that says of which thing a row is.
        order: the number by which rows follow each other.
    """

    def __init__(self, table: Table, *, by: str, order: str) -> None:
        head = f"SELECT {by},{order} FROM {table.name} WHERE ledger_id="  # noqa: S608 -- names come from the table
        last = f"ORDER BY {order} DESC LIMIT "
        self._sqlite = f"{head}? AND {by}=? AND {order}>=? {last}?"
        self._postgres = (
            f"SELECT found.* FROM unnest(%b::{_array(table, by)}) AS given(one) CROSS JOIN LATERAL"  # noqa: S608 -- the same
            f" ({head}%b AND {by}=given.one AND {order}>=%b {last}%b) AS found"
        )

    def fetch(
        self,
        connection: Connection,
        ledger_id: int,
        values: Sequence[int],
        *,
        since: int = 0,
        limit: int = 1,
    ) -> list[Row]:
        """Pairs of a thing and a number, at most `limit` for each thing; order is the engine's."""
        if is_postgres(connection):
            given = (list(values), ledger_id, since, limit)
            return driver(connection).execute(self._postgres, given).fetchall()
        return [
            row
            for value in values
            for row in _sqlite(connection, self._sqlite, (ledger_id, value, since, limit))
        ]


def is_postgres(connection: Reader) -> bool:
    """Whether PostgreSQL is behind it, and not SQLite."""
    return isinstance(_under(connection), psycopg.Connection)


def _under(connection: Reader) -> object:
    pooled = connection.connection if isinstance(connection, Connection) else connection
    return pooled.driver_connection


_ARRAYS = {
    "BIGINT": "bigint[]",
    "INTEGER": "integer[]",
    "SMALLINT": "smallint[]",
    "TEXT": "text[]",
    "BLOB": "bytea[]",
    "DATE": "date[]",
    "BOOLEAN": "boolean[]",
}


def _array(table: Table, name: str) -> str:
    return _ARRAYS[str(table.columns[name].type)]
