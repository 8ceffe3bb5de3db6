"""What somebody with the database's password can do to the stored entries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

Row = tuple[int, int, bytes, bytes]
"""Ledger, number, body and leaf of an entry, as they stand in the table."""


class Intruder:
    """Reads and writes the table of entries on a raw connection, with its guards off.

    Args:
        data: the folder of the embedded database.
        url: of PostgreSQL, or None.
    """

    def __init__(self, data: Path, url: str | None) -> None:
        self._path = data / "medtrace.sqlite3"
        self._address = url.replace("+psycopg", "") if url else None

    def entries(self) -> list[Row]:
        """All entries, in order."""
        query = "SELECT ledger_id, seq, body, leaf FROM entry ORDER BY seq"
        with self._connection() as connection:
            rows = connection.execute(query).fetchall()
        return [(number, seq, bytes(body), bytes(leaf)) for number, seq, body, leaf in rows]

    def write(self, rows: Sequence[Row]) -> None:
        """Let the table hold these entries and no others."""
        mark = "%s" if self._address else "?"
        insert = f"INSERT INTO entry (ledger_id, seq, body, leaf) VALUES ({', '.join([mark] * 4)})"
        with self._connection() as connection, self._guards_off(connection):
            connection.execute("DELETE FROM entry")
            connection.cursor().executemany(insert, rows)

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        connection = (
            psycopg.connect(self._address) if self._address else sqlite3.connect(self._path)
        )
        with closing(connection), connection:
            yield connection

    @contextmanager
    def _guards_off(self, connection: Any) -> Iterator[None]:  # noqa: ANN401 -- either driver's
        if self._address:
            connection.execute("SET session_replication_role = replica")
            yield
            return
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in guards:
            connection.execute(sql)


def changed(rows: Sequence[Row], seq: int, position: int) -> list[Row]:
    """One byte of one entry is another one."""
    number, _, body, leaf = rows[seq]
    place = position % len(body)
    other = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
    return [*rows[:seq], (number, seq, other, leaf), *rows[seq + 1 :]]


def removed(rows: Sequence[Row], seq: int) -> list[Row]:
    """One entry is gone."""
    return [*rows[:seq], *rows[seq + 1 :]]


def swapped(rows: Sequence[Row], one: int, other: int) -> list[Row]:
    """Two entries stand in each other's place."""
    result = list(rows)
    for here, there in ((one, other), (other, one)):
        result[here] = (rows[here][0], here, *rows[there][2:])
    return result
