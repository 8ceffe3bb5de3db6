"""Statements over many rows at once: the same answers on both engines, whatever the number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    select,
)

import bulk
from database import Database

shelf = Table(
    "shelf",
    MetaData(),
    Column("ledger_id", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("name", Text),
    Column("count", BigInteger, nullable=False),
    Column("mark", LargeBinary),
    Column("day", Text),
)
"""A table of every type that the program's hot tables have."""

kinds = Table(
    "kinds",
    MetaData(),
    Column("ledger_id", BigInteger, primary_key=True),
    Column("day", Date),
    Column("open", Boolean),
)

SIZES = [0, 1, 2, 3, 4, 5, 15, 16, 17, 64, 65, 255, 256, 257, 511, 512, 513, 1025]
"""Around the lengths that IN-lists are padded to."""


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as made:
        shelf.create(made)
        kinds.create(made)
        yield made


def rows(connection: Connection, table: Table = shelf) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in connection.execute(select(table)))


def row(number: int, *, ledger_id: int = 1, count: int = 1, name: str | None = None) -> bulk.Row:
    return (ledger_id, number, name, count, None, None)


def test_all_rows_are_written_and_found(connection: Connection) -> None:
    for size in SIZES:
        connection.execute(shelf.delete())
        _write_and_find(connection, size)


def _write_and_find(connection: Connection, size: int) -> None:
    written = [row(number, name=f"n{number % 7}") for number in range(size)]
    bulk.Insert(shelf).run(connection, written)
    bulk.Insert(shelf).run(connection, [row(number, ledger_id=2) for number in range(3)])
    assert rows(connection)[:size] == written
    numbers = bulk.Lookup(shelf, ("number", "name"), by="number")
    wanted = [*range(size), 10**12, -1]
    found = numbers.fetch(connection, 1, wanted)
    assert sorted(found) == [(number, f"n{number % 7}") for number in range(size)]
    assert all(type(each) is tuple for each in map(tuple, found))
    pairs = bulk.PairLookup(shelf, ("number",), by=("name", "number"))
    asked = [(f"n{number % 7}", number) for number in range(size)] + [("n0", 1), ("x", 0)]
    assert sorted(pairs.fetch(connection, 1, asked)) == [(number,) for number in range(size)]


def test_rows_are_deleted_by_their_keys(connection: Connection) -> None:
    for size in SIZES:
        connection.execute(shelf.delete())
        _write_and_delete(connection, size)


def _write_and_delete(connection: Connection, size: int) -> None:
    bulk.Insert(shelf).run(connection, [row(n, count=n % 2) for n in range(size + 1)])
    bulk.Insert(shelf).run(connection, [row(n, ledger_id=2, count=0) for n in range(size + 1)])
    bulk.Delete(shelf, key=("ledger_id", "number"), condition="shelf.count = 0").run(
        connection, [(1, number) for number in range(size)]
    )
    left = [each for each in rows(connection) if each[0] == 1]
    assert left == [row(n, count=n % 2) for n in range(size + 1) if n % 2 or n == size]
    assert len(rows(connection)) == len(left) + size + 1, "the other ledger's rows stay"


def test_without_a_key_a_row_may_not_be_there_yet(database: Database) -> None:
    with database.write() as connection:
        shelf.create(connection)
        bulk.Insert(shelf).run(connection, [row(1)])
    with pytest.raises(Exception, match=r"(?i)unique"), database.write() as connection:
        bulk.Insert(shelf).run(connection, [row(2), row(1)])
    with database.read() as connection:
        assert rows(connection) == [row(1)]


def test_a_row_that_is_there_takes_new_values_and_grows(connection: Connection) -> None:
    key = ("ledger_id", "number")
    bulk.Insert(shelf).run(connection, [row(1, name="old", count=5)])
    bulk.Insert(shelf, key=key, replace=("name",)).run(
        connection, [row(1, name="new", count=9), row(2, name="first", count=9)]
    )
    assert rows(connection) == [row(1, name="new", count=5), row(2, name="first", count=9)]
    bulk.Insert(shelf, key=key, add=("count",)).run(connection, [row(1, count=-7), row(3)])
    assert rows(connection)[0] == row(1, name="new", count=-2)
    bulk.Insert(shelf, key=key).run(connection, [row(1, name="ignored", count=100)])
    assert rows(connection)[0] == row(1, name="new", count=-2)


@pytest.mark.parametrize(
    "values",
    [
        ("", 0, b"", ""),
        ("'; DROP TABLE shelf; --", -(2**63), b"\0\xff", "%b"),
        ('{}{NULL},"\\', 2**63 - 1, b"{}\\", "NULL"),
        ("𠮷\u200b\n\t", 1, bytes(range(256)), "中"),
        (None, 2**31, None, None),
    ],
)
def test_every_value_comes_back_as_it_was(connection: Connection, values: tuple[Any, ...]) -> None:
    name, count, mark, day = values
    written = [(1, 1, name, count, mark, day), (1, 2, None, 0, None, None)]
    bulk.Insert(shelf).run(connection, written)
    assert rows(connection) == written
    looked_up = bulk.Lookup(shelf, [c.name for c in shelf.columns], by="number")
    assert sorted(map(tuple, looked_up.fetch(connection, 1, [1, 2]))) == written
    by_mark = bulk.Lookup(shelf, ("number",), by="mark").fetch(connection, 1, [mark, b"other"])
    assert list(map(tuple, by_mark)) == ([] if mark is None else [(1,)])


def test_days_and_flags_have_their_arrays(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        written = [(1, date(2026, 11, 22), True), (2, None, None), (3, date(1, 1, 1), False)]
        bulk.Insert(kinds).run(connection, written)
        assert rows(connection, kinds) == written


def test_a_type_without_an_array_is_found_out_when_the_statement_is_made() -> None:
    odd = Table("odd", MetaData(), Column("share", Numeric(3, 1)))
    with pytest.raises(KeyError, match="NUMERIC"):
        bulk.Insert(odd)


def test_nothing_is_sent_for_nothing(connection: Connection) -> None:
    bulk.Insert(shelf).run(connection, [])
    bulk.Delete(shelf, key=("ledger_id", "number")).run(connection, [])
    assert bulk.Lookup(shelf, ("number",), by="number").fetch(connection, 1, []) == []
    assert bulk.PairLookup(shelf, ("number",), by=("name", "number")).fetch(connection, 1, []) == []


def test_an_error_inside_a_pipeline_fails_the_transaction(database: Database) -> None:
    with database.write() as connection:
        shelf.create(connection)
    with pytest.raises(Exception, match=r"(?i)unique"):
        _write_twice(database)
    with database.read() as connection:
        assert rows(connection) == []
    with database.write() as connection, bulk.pipeline(connection):
        bulk.Insert(shelf).run(connection, [row(1)])
        bulk.Insert(shelf).run(connection, [row(2)])
    with database.read() as connection:
        assert rows(connection) == [row(1), row(2)]


def _write_twice(database: Database) -> None:
    with database.write() as connection, bulk.pipeline(connection):
        bulk.Insert(shelf).run(connection, [row(1)])
        bulk.Insert(shelf).run(connection, [row(1)])
        bulk.Insert(shelf).run(connection, [row(2)])


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    amounts=st.lists(st.tuples(st.integers(0, 4), st.integers(-5, 5)), max_size=30),
    asked=st.lists(st.integers(-1, 6), max_size=20),
)
def test_sums_grow_as_a_dictionary_would(
    connection: Connection, amounts: list[tuple[int, int]], asked: list[int]
) -> None:
    connection.execute(shelf.delete())
    add = bulk.Insert(shelf, key=("ledger_id", "number"), add=("count",))
    expected: dict[int, int] = {}
    for number, amount in amounts:
        add.run(connection, [row(number, count=amount)])
        expected[number] = expected.get(number, 0) + amount
    found = bulk.Lookup(shelf, ("number", "count"), by="number").fetch(connection, 1, asked)
    assert dict(map(tuple, found)) == {n: expected[n] for n in set(asked) if n in expected}
