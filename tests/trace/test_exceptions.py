"""What broke a rule and is on record all the same waits until somebody named resolves it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from hospital import DECODERS, new_participants
from ledger import Ledger, encode
from tests.support import NOON, box, event, furnish, recorder
from tests.trace.rows import rows_of
from tests.trace.strategies import times, words
from trace import (
    EventKind,
    OpenException,
    Outcome,
    Reason,
    Recorded,
    Recorder,
    Refused,
    Resolution,
    exceptions_of,
    open_exceptions,
    rebuild,
)


@pytest.fixture
def hands(ledger: Ledger) -> Recorder:
    made = recorder(ledger)
    furnish(made)
    return made


def happened(hands: Recorder, serial: str) -> int:
    """A box that nobody received was dispensed by an offline handheld; the entry."""
    (outcome,) = hands.record([event(EventKind.DISPENSED, box(serial), after_the_fact=True)])
    assert isinstance(outcome, Recorded)
    assert outcome.exceptions
    return outcome.receipt.seq


def resolution(seq: int, number: int = 0, note: str = "补收货") -> Resolution:
    return Resolution(id=uuid7(), time=NOON, seq=seq, number=number, person="0533", note=note)


def waiting(ledger: Ledger, after: int = -1, limit: int = 100) -> list[OpenException]:
    with ledger.database.read() as connection:
        return open_exceptions(connection, 1, after=after, limit=limit)


def reasons(outcomes: list[Outcome]) -> list[Reason | None]:
    return [each.reason if isinstance(each, Refused) else None for each in outcomes]


def test_what_waits_is_told_oldest_first_until_it_is_resolved(
    ledger: Ledger, hands: Recorder
) -> None:
    first, second = happened(hands, "A1"), happened(hands, "A2")
    found = waiting(ledger)
    assert [(each.entry.seq, each.broken.reason) for each in found] == [
        (first, Reason.NOT_RECEIVED),
        (second, Reason.NOT_RECEIVED),
    ]
    assert found[0].key == box("A1").key
    assert [each.entry.seq for each in waiting(ledger, after=first)] == [second]
    assert [each.entry.seq for each in waiting(ledger, limit=1)] == [first]
    assert reasons(hands.record([resolution(first)])) == [None]
    assert [each.entry.seq for each in waiting(ledger)] == [second]
    with ledger.database.read() as connection:
        assert [each.number for each in exceptions_of(connection, 1, first)] == [0]


def test_an_exception_is_resolved_once(ledger: Ledger, hands: Recorder) -> None:
    seq = happened(hands, "A1")
    wrong = [resolution(seq), resolution(seq), resolution(seq, 7), resolution(seq - 1)]
    assert reasons(hands.record(wrong)) == [None, *[Reason.NOT_OPEN] * 3]
    assert reasons(hands.record([resolution(seq)])) == [Reason.NOT_OPEN]
    assert waiting(ledger) == []


def test_a_rebuild_gives_the_same_work_list(ledger: Ledger, hands: Recorder) -> None:
    hands.record([resolution(happened(hands, "A1"))])
    happened(hands, "A2")
    before = rows_of(ledger)
    assert len(before["exception"]) == 2
    rebuild(ledger, new_participants(), DECODERS)
    assert rows_of(ledger) == before


@pytest.mark.parametrize(("person", "note", "missing"), [(" ", "x", "person"), ("1", "", "note")])
def test_somebody_resolves_it_and_says_how(person: str, note: str, missing: str) -> None:
    with pytest.raises(Invalid) as caught:
        replace(resolution(1), person=person, note=note)
    assert (caught.value.code, caught.value.field) == ("required", missing)


@given(
    st.builds(
        Resolution,
        id=st.uuids(),
        time=times,
        seq=st.integers(0, 2**53 - 1),
        number=st.integers(0, 99),
        person=words.map(lambda word: "p" + word),
        note=words.map(lambda word: "n" + word),
    )
)
def test_a_resolution_reads_back_from_its_entry(record: Resolution) -> None:
    body = record.encode()
    read = Resolution.parse(json.loads(body))
    assert replace(read, time=record.time) == record
    assert read.encode() == body
    assert encode(json.loads(body)) == body
