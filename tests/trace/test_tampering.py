"""Somebody with the database's own key: triggers gone, rows changed. The walk names it."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from database import Database
from ledger import SHA256, Ledger, VerificationError, encode, verify_chain
from ledger.entry import Entry
from tests.support import ORIGIN, Clock, box, event, furnish, recorder
from trace import EventKind

SIZE = 16


class Burglar:
    """Writes into the ledger's tables as their owner can."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        with ledger.database.write() as connection:
            if ledger.database.dialect == "postgresql":
                for table in ("entry", "head"):
                    connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            else:
                triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                for name in connection.exec_driver_sql(triggers).scalars().all():
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")

    def does(self, statement: str, **values: object) -> None:
        with self.ledger.database.write() as connection:
            connection.execute(text(statement), values)

    def writes(self, entry: Entry, body: bytes, leaf: bytes | None = None) -> None:
        """Store another body, and another leaf hash where one is given."""
        self.does(
            "UPDATE entry SET body = :body, leaf = :leaf WHERE seq = :seq",
            body=body,
            leaf=leaf or entry.hash,
            seq=entry.seq,
        )

    def is_found(self) -> tuple[str, str]:
        """The code and the detail by which the walk names what is wrong."""
        with pytest.raises(VerificationError) as caught:
            verify_chain(self.ledger)
        return caught.value.code, caught.value.detail


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The walk is the same on both engines; the last test takes it through PostgreSQL."""
    return sqlite_url


@pytest.fixture
def burglar(ledger: Ledger) -> Burglar:
    return break_into(ledger)


def break_into(ledger: Ledger) -> Burglar:
    hands = recorder(ledger)
    furnish(hands)
    hands.record([event(EventKind.RECEIVED, box(f"A{n}", lot="B1")) for n in range(4)])
    hands.record([event(EventKind.MOVED, box("A9")), event(EventKind.MOVED, box("A1"), to="W07")])
    assert ledger.head().size == SIZE
    return Burglar(ledger)


def names(detail: str, seq: int) -> bool:
    return detail.startswith(f"entry {seq}:")


def test_a_ledger_that_nobody_touched_proves_its_head(burglar: Burglar) -> None:
    assert verify_chain(burglar.ledger) == burglar.ledger.head()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seq=st.integers(0, SIZE - 1), at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_bit_changed_in_any_entry_is_found_and_named(
    burglar: Burglar, seq: int, at: int, bit: int
) -> None:
    (entry,) = burglar.ledger.entries(seq, seq + 1)
    body = bytearray(entry.body)
    body[at % len(body)] ^= 1 << bit
    burglar.writes(entry, bytes(body))
    code, detail = burglar.is_found()
    assert code == "entry-altered"
    assert names(detail, seq)
    burglar.writes(entry, entry.body)
    verify_chain(burglar.ledger)


@pytest.mark.parametrize("seq", range(SIZE))
def test_an_entry_removed_is_found_and_named(burglar: Burglar, seq: int) -> None:
    burglar.does("DELETE FROM entry WHERE seq = :seq", seq=seq)
    code, detail = burglar.is_found()
    assert code == "entry-missing"
    assert names(detail, seq)


def test_an_entry_removed_with_the_gap_closed_is_found(burglar: Burglar) -> None:
    burglar.does("DELETE FROM entry WHERE seq = 5")
    for seq in range(6, SIZE):
        burglar.does("UPDATE entry SET seq = :new WHERE seq = :seq", new=seq - 1, seq=seq)
    burglar.does("UPDATE head SET size = size - 1")
    code, detail = burglar.is_found()
    assert code == "entry-unchained"
    assert names(detail, 5)


@pytest.mark.parametrize(("first", "second"), [(0, 1), (3, 4), (2, 11), (SIZE - 2, SIZE - 1)])
@pytest.mark.parametrize("whole", [True, False], ids=["rows", "bodies"])
def test_two_swapped_are_found_and_named(
    burglar: Burglar, first: int, second: int, *, whole: bool
) -> None:
    one, two = (burglar.ledger.entries(seq, seq + 1)[0] for seq in (first, second))
    burglar.writes(one, two.body, two.hash if whole else None)
    burglar.writes(two, one.body, one.hash if whole else None)
    code, detail = burglar.is_found()
    assert code == ("entry-unchained" if whole else "entry-altered")
    assert names(detail, first)


def _rewritten(entry: Entry) -> bytes:
    """The entry with another person, as canonical as before."""
    members = json.loads(entry.body)
    members["event"]["medtrace:person"] = "6666"
    return encode(members)


@pytest.mark.parametrize("seq", range(SIZE))
def test_an_entry_rewritten_with_its_hash_breaks_the_chain_behind_it(
    burglar: Burglar, seq: int
) -> None:
    (entry,) = burglar.ledger.entries(seq, seq + 1)
    body = _rewritten(entry)
    burglar.writes(entry, body, SHA256.leaf(body))
    code, detail = burglar.is_found()
    if seq == SIZE - 1:
        assert code == "head-wrong"
        assert f"entry {seq}" in detail
    else:
        assert code == "entry-unchained"
        assert names(detail, seq + 1)


def test_an_entry_beyond_the_head_is_found(burglar: Burglar) -> None:
    """Chained and hashed right, but the ledger never counted it."""
    (last,) = burglar.ledger.entries(SIZE - 1, SIZE)
    members = {**json.loads(last.body), "seq": SIZE, "prev": last.hash.hex()}
    body = encode(members)
    values = {"seq": SIZE, "body": body, "leaf": SHA256.leaf(body)}
    burglar.does("INSERT INTO entry VALUES (1, :seq, :body, :leaf)", **values)
    code, detail = burglar.is_found()
    assert code == "head-wrong"
    assert names(detail, SIZE)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE head SET size = size + 1", "entry-missing"),
        ("UPDATE head SET hash = leaf FROM entry WHERE seq = 2", "head-wrong"),
    ],
)
def test_a_head_that_was_changed_is_found(burglar: Burglar, change: str, code: str) -> None:
    burglar.does(change)
    found, _ = burglar.is_found()
    assert found == code


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"{}", b"\xff", b'{"v":2}', b"[1]", b'{"v":1,"prev":"zz"}'],
)
def test_what_is_no_entry_is_found_even_with_its_hash(burglar: Burglar, body: bytes) -> None:
    (entry,) = burglar.ledger.entries(7, 8)
    burglar.writes(entry, body, SHA256.leaf(body))
    code, detail = burglar.is_found()
    assert code == "entry-malformed"
    assert names(detail, 7)


def test_an_entry_that_names_another_place_is_found(burglar: Burglar) -> None:
    """Chained and hashed right, but it says that it is entry 99."""
    (last,) = burglar.ledger.entries(SIZE - 1, SIZE)
    members = {**json.loads(last.body), "seq": 99}
    body = encode(members)
    leaf = SHA256.leaf(body)
    burglar.writes(last, body, leaf)
    burglar.does("UPDATE head SET hash = :leaf", leaf=leaf)
    code, detail = burglar.is_found()
    assert code == "entry-misplaced"
    assert names(detail, SIZE - 1)


def test_postgresql_is_walked_as_well(postgres_url: str) -> None:
    database = Database(postgres_url)
    ledger = Ledger(database, 1, Clock())
    ledger.found(ORIGIN, SHA256, encode({"origin": ORIGIN, "type": "medtrace:Ledger"}))
    burglar = break_into(ledger)
    one, two = ledger.entries(7, 9)
    burglar.writes(one, one.body[:-1] + b" ")
    assert burglar.is_found()[0] == "entry-altered"
    burglar.writes(one, two.body, two.hash)
    burglar.writes(two, one.body, one.hash)
    assert burglar.is_found()[0] == "entry-unchained"
    burglar.writes(one, one.body)
    burglar.writes(two, two.body)
    assert verify_chain(ledger) == ledger.head()
    burglar.does("DELETE FROM entry WHERE seq = 8")
    code, detail = burglar.is_found()
    assert code == "entry-missing"
    assert names(detail, 8)
    database.close()
