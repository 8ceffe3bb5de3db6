"""Both engines: transactions that hold, reads that write nothing, a ledger that only grows."""

from __future__ import annotations

import sqlite3
from contextlib import nullcontext
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from alembic.migration import MigrationContext
from sqlalchemy import Connection, UniqueConstraint, inspect, make_url, select
from sqlalchemy.exc import DBAPIError

import access.models
import inventory.models
import ledger.models
import orders.models
import recall.models
import trace.models
from database import Database, metadata, migrate
from ledger import Draft, Ledger, encode
from tests.support import box, event, furnish, recorder
from trace import EventKind

MODELS = (access, inventory, ledger, orders, recall, trace)
"""Imported for the tables they define."""


def test_what_raises_is_rolled_back(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute(COUNTER.insert().values(ledger_id=1, name="n", value=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert counters(database) == []
    with database.write() as connection:
        connection.execute(COUNTER.insert().values(ledger_id=1, name="n", value=1))
    assert counters(database) == [(1, "n", 1)]


def test_what_need_not_last_is_seen_at_once_and_what_follows_lasts(database: Database) -> None:
    level = "PRAGMA synchronous" if database.dialect == "sqlite" else "SHOW synchronous_commit"
    with database.read() as connection:
        before = connection.exec_driver_sql(level).scalar_one()
    with database.write(durable=False) as connection:
        connection.execute(COUNTER.insert().values(ledger_id=1, name="n", value=1))
        assert connection.exec_driver_sql(level).scalar_one() in {1, "off"}
    assert counters(database) == [(1, "n", 1)]
    with database.write() as connection:
        assert connection.exec_driver_sql(level).scalar_one() == before
    with pytest.raises(RuntimeError), database.write(durable=False):
        raise RuntimeError
    with database.write() as connection:
        assert connection.exec_driver_sql(level).scalar_one() == before


COUNTER = inventory.models.counter


def counters(database: Database) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(COUNTER))]


def test_a_reader_writes_nothing(database: Database) -> None:
    refused = database.dialect == "postgresql"  # SQLite takes it and rolls it back
    with pytest.raises(DBAPIError, match="read-only") if refused else nullcontext():
        _try_to_write(database)
    assert counters(database) == []


def _try_to_write(database: Database) -> None:
    with database.read() as connection:
        connection.execute(COUNTER.insert().values(ledger_id=1, name="n", value=1))


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.read() as connection:
        first = connection.execute(select(COUNTER)).all()
        writer = Thread(target=_count_up, args=(database, "n"))
        writer.start()
        writer.join(10)
        assert not writer.is_alive(), "a reader holds nobody up"
        assert connection.execute(select(COUNTER)).all() == first == []
    assert counters(database) == [(1, "n", 1)]


def _count_up(database: Database, name: str) -> None:
    with database.write() as connection:
        connection.execute(COUNTER.insert().values(ledger_id=1, name=name, value=1))


def test_writers_on_sqlite_hold_the_lock_from_the_beginning(sqlite_url: str) -> None:
    """A transaction that starts by reading could else meet another's write and fail."""
    database = Database(sqlite_url)
    other = sqlite3.connect(str(make_url(sqlite_url).database), timeout=0)
    with database.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
    database.close()


def test_writers_on_sqlite_wait_in_turn(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    threads = [Thread(target=_count_up, args=(database, f"n{number}")) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(counters(database)) == 12
    database.close()


def test_sqlite_is_opened_to_last(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.read() as connection:
        for pragma, value in {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "recursive_triggers": 1,
        }.items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    database.close()


def test_the_lock_file_is_the_owners(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.write():
        lock = Path(f"{make_url(sqlite_url).database}.lock")
        assert lock.stat().st_mode & 0o077 == 0
    database.close()


def test_the_tables_are_what_the_models_say(database: Database) -> None:
    """Migrations and models are written apart: each column, key and index must be in both."""
    with database.read() as connection:
        there = inspect(connection)
        assert set(there.get_table_names()) - {"alembic_version"} == set(metadata.tables)
        for table in metadata.tables.values():
            columns = {c["name"]: c["nullable"] for c in there.get_columns(table.name)}
            assert columns == {c.name: c.nullable for c in table.columns}, table.name
            key = there.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [c.name for c in table.primary_key], table.name
            assert _indexes_there(there, table.name) == _indexes_said(table), table.name


def _indexes_there(there: Any, table: str) -> set[tuple[tuple[str, ...], bool]]:  # noqa: ANN401
    found = {(tuple(i["column_names"]), bool(i["unique"])) for i in there.get_indexes(table)}
    return found | {(tuple(u["column_names"]), True) for u in there.get_unique_constraints(table)}


def _indexes_said(table: Any) -> set[tuple[tuple[str, ...], bool]]:  # noqa: ANN401
    said = {(tuple(c.name for c in index.columns), bool(index.unique)) for index in table.indexes}
    uniques = (each for each in table.constraints if isinstance(each, UniqueConstraint))
    return said | {(tuple(c.name for c in each.columns), True) for each in uniques}


def test_every_table_is_a_hospitals_own() -> None:
    """A group of hospitals spreads by this column: it begins every key."""
    for table in metadata.tables.values():
        assert table.primary_key.columns[0].name == "ledger_id", table.name
        assert all(index.columns[0].name == "ledger_id" for index in table.indexes), table.name


def test_migrating_again_changes_nothing(database_url: str, database: Database) -> None:
    _count_up(database, "n")
    migrate(database_url)
    assert counters(database) == [(1, "n", 1)]
    with database.read() as connection:
        assert MigrationContext.configure(connection).get_current_revision()


# The ledger only grows


@pytest.fixture
def grown(ledger: Ledger) -> Ledger:
    """A ledger with some entries."""
    hands = recorder(ledger)
    furnish(hands)
    hands.record([event(EventKind.RECEIVED, box(f"A{number}", lot="B1")) for number in range(3)])
    return ledger


REFUSED = [
    "UPDATE entry SET body = body",
    "UPDATE entry SET leaf = leaf WHERE seq = 1",
    "UPDATE entry SET seq = seq + 1000",
    "DELETE FROM entry",
    "DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)",
    "DELETE FROM head",
    "UPDATE head SET size = size - 1",
    "UPDATE head SET size = 0",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_ledger_is_not_changed(grown: Ledger, statement: str) -> None:
    before = grown.entries(0, 100), grown.head()
    with pytest.raises(DBAPIError, match="append-only"), grown.database.write() as connection:
        connection.exec_driver_sql(statement)
    assert (grown.entries(0, 100), grown.head()) == before


@pytest.mark.parametrize("table", ["entry", "head"])
def test_the_ledger_is_not_truncated(grown: Ledger, table: str) -> None:
    why = "append-only" if grown.database.dialect == "postgresql" else "syntax error"
    with pytest.raises(DBAPIError, match=why), grown.database.write() as connection:
        connection.exec_driver_sql(f"TRUNCATE {table}")


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE INTO", "REPLACE INTO"])
def test_an_entry_is_not_replaced(grown: Ledger, verb: str) -> None:
    """SQLite's REPLACE deletes without asking the triggers, unless it is told to."""
    why = "append-only" if grown.database.dialect == "sqlite" else "syntax error"
    last = grown.entries(0, grown.head().size)[-1]
    columns = "ledger_id, seq, body, leaf"
    twin = f"{verb} entry ({columns}) SELECT {columns} FROM entry WHERE seq = {last.seq}"
    with pytest.raises(DBAPIError, match=why), grown.database.write() as connection:
        connection.exec_driver_sql(twin)
    assert grown.entries(last.seq, last.seq + 1) == [last]


def _insert(connection: Connection, seq: int, body: bytes) -> None:
    row = {"ledger_id": 1, "seq": seq, "body": body, "leaf": b"\0" * 32}
    connection.execute(ledger.models.entry.insert().values(row))


def test_an_entry_must_follow_the_one_before(grown: Ledger) -> None:
    size = grown.head().size
    before, last = grown.entries(size - 2, size)
    wrong_links = [b"\0" * 32, before.hash, last.hash[:31] + b"\0"]
    bodies = [
        *(b'{"event":{},"prev":"%b","recorded":"-"}' % link.hex().encode() for link in wrong_links),
        b'{"event":{},"recorded":"-"}',
        b"",
        b'{"prev":"%b"}' % last.hash.hex().upper().encode(),
    ]
    for body in bodies:
        with pytest.raises(DBAPIError, match="does not follow"), grown.database.write() as c:
            _insert(c, size, body)
    with pytest.raises(DBAPIError, match="does not follow"), grown.database.write() as c:
        _insert(c, size + 1, last.body)
    assert len(grown.entries(0, 1000)) == size


def _insert_all(database: Database, size: int, bodies: list[bytes]) -> None:
    with database.write() as connection:
        for seq, body in enumerate(bodies, size):
            _insert(connection, seq, body)


def test_a_batch_with_one_broken_link_is_refused_whole(grown: Ledger) -> None:
    with grown.transaction() as transaction:
        transaction.append([Draft("trace", encode({"n": number})) for number in range(3)])
    size = grown.head().size
    bodies = [entry.body for entry in grown.entries(size - 3, size)]
    with pytest.raises(DBAPIError, match="does not follow"):
        _insert_all(grown.database, size, bodies)
    assert len(grown.entries(0, 1000)) == size
