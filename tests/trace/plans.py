"""What the database means to do for each statement: its plan, as each engine tells it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event

import bulk
from database import Database

Asked = list[tuple[str, Any]]
"""Statements with their parameters."""


class _Listener:
    """A psycopg connection that writes down what it is asked."""

    def __init__(self, connection: psycopg.Connection[Any], asked: Asked) -> None:
        self._connection = connection
        self._asked = asked

    def execute(self, query: Any, params: Any = None, **how: Any) -> psycopg.Cursor[Any]:  # noqa: ANN401
        self._asked.append((query.decode() if isinstance(query, bytes) else query, params))
        return self._connection.execute(query, params, **how)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- all the rest as it is
        return getattr(self._connection, name)


@contextmanager
def listening(database: Database, patch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """Write down every statement that reads, through SQLAlchemy or past it."""
    asked: Asked = []
    drivers, past = bulk.driver, bulk._sqlite

    def note(*seen: Any) -> None:  # noqa: ANN401 -- the event's six arguments
        _, _, statement, parameters, *_ = seen
        asked.append((statement, parameters))

    def note_past(connection: Connection, statement: str, values: Any) -> sqlite3.Cursor:  # noqa: ANN401
        asked.append((statement, values))
        return past(connection, statement, values)

    event.listen(database.engine, "before_cursor_execute", note)
    with patch.context() as inner:
        inner.setattr(bulk, "_sqlite", note_past)
        inner.setattr(bulk, "driver", lambda connection: _Listener(drivers(connection), asked))
        yield asked
    event.remove(database.engine, "before_cursor_execute", note)


def plan_of(database: Database, statement: str, parameters: Any) -> list[str]:  # noqa: ANN401
    """The lines of a statement's plan."""
    with database.read() as connection:
        raw = connection.connection.driver_connection
        if isinstance(raw, psycopg.Connection):
            rows = raw.execute(f"EXPLAIN {statement}".encode(), parameters).fetchall()
            return [row[0] for row in rows]
        cursor = connection.connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        lines = [row[3] for row in cursor.fetchall()]
        cursor.close()
        return lines


_WHOLE = re.compile(r"Seq Scan on (\w+)|\bSCAN (?!CONSTANT|\d)(\w+)")
_WHOLE_LEDGER = re.compile(r"SEARCH (\w+) .*\(ledger_id=\?\)")
"""All rows of a ledger, which are all rows that there are."""


def scanned(plan: list[str], *, first_rows: bool = False) -> set[str]:
    """The tables that a plan reads from the first row to the last.

    Args:
        plan: its lines.
        first_rows: only so many rows are wanted, so that one in their order may stop early.
    """
    found = set()
    stops = first_rows and not any("TEMP B-TREE FOR ORDER BY" in line for line in plan)
    for line in plan:
        match = _WHOLE.search(line) or (None if stops else _WHOLE_LEDGER.search(line))
        if match:
            found.add(next(filter(None, match.groups())))
        if "BLOOM" in line:
            found.add("a Bloom filter over it all")
    return found
