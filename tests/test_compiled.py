"""Queries that are compiled once: they read what Core reads, at a glance too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, insert, select, update

from access.models import staff
from compiled import CompiledQuery, CompiledTogether
from database import Database

NOON = datetime(2026, 3, 4, 12, 0, 0, 7, tzinfo=UTC)
BY_NUMBER = select(staff).where(
    staff.c.ledger_id == bindparam("own"), staff.c.number == bindparam("number")
)


@pytest.fixture
def staffed(database: Database) -> Database:
    """Two accounts, one of them closed."""
    with database.write() as connection:
        for place, closed in (("A1", None), ("B2", NOON + timedelta(days=1))):
            connection.execute(
                insert(staff).values(
                    ledger_id=1,
                    staff_id=f"id-{place}",
                    number=place,
                    name="王 % ?",
                    roles=frozenset({"nurse", "pharmacist"}),
                    places=frozenset(),
                    must_change=closed is None,
                    created=NOON,
                    disabled=closed,
                    seal=b"\x00\xff",
                )
            )
    return database


def test_a_compiled_query_reads_what_core_reads(staffed: Database) -> None:
    query = CompiledQuery(BY_NUMBER)
    with staffed.read() as connection, staffed.glance() as glance:
        for number in ("A1", "B2"):
            core = connection.execute(BY_NUMBER, {"own": 1, "number": number}).one()
            for reader in (connection, glance):
                row = query.first(reader, own=1, number=number)
                assert row is not None
                assert row._asdict() == core._asdict()
        assert query.first(glance, own=1, number="C3") is None


def test_a_glance_sees_what_is_committed_and_leaves_nothing_behind(staffed: Database) -> None:
    query = CompiledQuery(BY_NUMBER)

    def rename(name: str) -> None:
        with staffed.write() as connection:
            connection.execute(update(staff).values(name=name))
            if name == "never":
                raise ZeroDivisionError

    with staffed.glance() as glance:
        rename("first")
        assert query.all(glance, own=1, number="A1")[0].name == "first"
        rename("second")
        assert query.all(glance, own=1, number="A1")[0].name == "second"
    with pytest.raises(ZeroDivisionError):
        rename("never")  # on the connection of the glance: it rolls back as ever
    with staffed.glance() as glance:
        assert query.all(glance, own=1, number="A1")[0].name == "second"


def test_queries_asked_together_find_what_each_finds_alone(staffed: Database) -> None:
    by_id = CompiledQuery(
        select(staff).where(
            staff.c.ledger_id == bindparam("own"), staff.c.staff_id == bindparam("id")
        )
    )
    by_number = CompiledQuery(BY_NUMBER)
    both = CompiledTogether(by_id, by_number)
    with staffed.glance() as glance:
        for one, other in (("id-A1", "B2"), ("nobody", "B2"), ("id-B2", "C3"), ("nobody", "C3")):
            found = both.first(glance, own=1, id=one, number=other)
            assert found == [
                by_id.first(glance, own=1, id=one),
                by_number.first(glance, own=1, number=other),
            ]
