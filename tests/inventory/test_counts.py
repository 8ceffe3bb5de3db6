"""Counts (盘点): by scans, in parts, while goods move; differences all at once; two persons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from hospital import DECODERS, new_participants
from inventory import (
    Approver,
    Count,
    CountApproval,
    Counted,
    CountLines,
    Definition,
    Difference,
    Flag,
    approval_records,
    differences,
    digest_of,
    find_count,
    lines_counted,
    locations_by_code,
    open_counts,
    stock_at,
)
from ledger import Ledger, encode
from tests.support import ANTIBODY, NOON, box, event, furnish, syringes
from tests.trace.rows import rows_of
from tests.trace.strategies import times, words
from trace import (
    AlreadyRecorded,
    Document,
    EventKind,
    Outcome,
    Reason,
    Recordable,
    Recorder,
    Refused,
    Thing,
    rebuild,
)

EXPIRY = date(2028, 3, 31)
STRANGER = "https://id.gs1.org/01/04006381333931/21/X"


@pytest.fixture
def store(ledger: Ledger) -> Recorder:
    """Boxes A0 to A4 of lot B1 and 10 syringes of lot L1 in the store."""
    made = Recorder(ledger, new_participants())
    furnish(made)
    boxes = [box(f"A{n}", lot="B1", expiry=EXPIRY) for n in range(5)]
    goods = event(EventKind.RECEIVED, *boxes, syringes(10))
    assert reasons(made.record([goods])) == [None]
    return made


def reasons(outcomes: Sequence[Outcome]) -> list[Reason | None]:
    return [each.reason if isinstance(each, Refused) else None for each in outcomes]


def opened(store: Recorder, *products: str, at: str = "STORE") -> UUID:
    count = Count(id=uuid7(), time=NOON, location=at, products=products, person="0417")
    assert reasons(store.record([count])) == [None]
    return count.id


def saw(count: UUID, *things: Thing, person: str = "0417", again: bool = False) -> CountLines:
    lines = tuple(Counted(x.key, x.quantity, x.lot, x.expiry, again) for x in things)
    return CountLines(id=uuid7(), time=NOON, count=count, lines=lines, person=person)


def boxes(*numbers: int) -> list[Thing]:
    return [box(f"A{number}") for number in numbers]


def told(ledger: Ledger, count: UUID) -> list[Difference]:
    with ledger.database.read() as connection:
        file = find_count(connection, 1, count)
        assert file is not None
        return differences(connection, 1, file)


def short(ledger: Ledger, count: UUID) -> list[tuple[str, int | None, int, str | None]]:
    """What differs: the end of the key, counted, expected, what is in the way."""
    return [
        (each.key.rpartition("/")[2], each.counted, each.expected, each.problem)
        for each in told(ledger, count)
    ]


def approved(
    ledger: Ledger, store: Recorder, count: UUID, person: str = "0533"
) -> Sequence[Outcome]:
    by = Approver(person=person, location="STORE", time=NOON, counted_by="0417")
    return store.record(approval_records(uuid7(), count, told(ledger, count), by))


def test_a_count_that_agrees_finds_nothing(ledger: Ledger, store: Recorder) -> None:
    count = opened(store)
    store.record([saw(count, *boxes(0, 1, 2)), saw(count, *boxes(3, 4), syringes(10))])
    assert told(ledger, count) == []
    assert reasons(approved(ledger, store, count)) == [None]
    with ledger.database.read() as connection:
        assert lines_counted(connection, 1, count) == 6
        file = find_count(connection, 1, count)
        assert file is not None
        assert (file.state, file.people) == ("approved", ("0417",))


def test_all_that_differs_is_told_at_once(ledger: Ledger, store: Recorder) -> None:
    count = opened(store)
    store.record([saw(count, *boxes(0, 1, 3, 9), syringes(8), syringes(3, lot="L7"))])
    assert short(ledger, count) == [
        ("A9", 1, 0, None),
        ("A2", None, 1, None),
        ("A4", None, 1, None),
        ("L1", 8, 10, None),
        ("L7", 3, 0, None),
    ]


def test_a_scan_that_is_sent_again_counts_once(ledger: Ledger, store: Recorder) -> None:
    count = opened(store, "C001")
    lines = saw(count, syringes(4))
    store.record([lines])
    (again,) = store.record([lines])
    assert isinstance(again, AlreadyRecorded)
    assert short(ledger, count) == [("L1", 4, 10, None)]


def test_parts_add_up_and_a_recount_replaces(ledger: Ledger, store: Recorder) -> None:
    count = opened(store, "C001")
    store.record([saw(count, syringes(4)), saw(count, syringes(5))])
    assert short(ledger, count) == [("L1", 9, 10, None)]
    store.record([saw(count, syringes(10), again=True)])
    assert told(ledger, count) == []


def test_only_the_products_that_were_named_are_counted(ledger: Ledger, store: Recorder) -> None:
    count = opened(store, "C001")
    assert short(ledger, count) == [("L1", None, 10, None)]


def test_a_box_that_was_scanned_by_mistake_is_taken_back(ledger: Ledger, store: Recorder) -> None:
    count = opened(store, "D001")
    store.record([saw(count, *boxes(0, 1, 2, 3, 4))])
    store.record([saw(count, *boxes(4), again=True)])
    assert short(ledger, count) == [("A4", 0, 1, None)]


def test_goods_that_move_after_they_were_counted_make_no_difference(
    ledger: Ledger, store: Recorder
) -> None:
    count = opened(store)
    store.record([saw(count, *boxes(0, 1, 2, 3, 4), syringes(10))])
    store.record(
        [
            event(EventKind.MOVED, *boxes(0), syringes(4), to="PHARM"),
            event(EventKind.RECEIVED, syringes(90)),
        ]
    )
    assert told(ledger, count) == []
    assert reasons(approved(ledger, store, count)) == [None]


def test_goods_that_move_before_they_are_counted_make_no_difference(
    ledger: Ledger, store: Recorder
) -> None:
    count = opened(store)
    store.record([event(EventKind.MOVED, *boxes(0), syringes(4), to="PHARM")])
    store.record([saw(count, *boxes(1, 2, 3, 4), syringes(6))])
    assert told(ledger, count) == []


def test_what_moved_between_two_parts_is_counted_again(ledger: Ledger, store: Recorder) -> None:
    count = opened(store, "C001")
    store.record([saw(count, syringes(4))])
    store.record([event(EventKind.MOVED, syringes(2), to="PHARM")])
    store.record([saw(count, syringes(4))])
    assert short(ledger, count) == [("L1", 8, 8, "count-unsettled")]
    assert reasons(approved(ledger, store, count)) == [Reason.COUNT_UNSETTLED]
    store.record([saw(count, syringes(8), again=True)])
    assert reasons(approved(ledger, store, count)) == [None]


def test_what_arrived_meanwhile_and_nobody_counted_is_not_missing(
    ledger: Ledger, store: Recorder
) -> None:
    count = opened(store)
    store.record([saw(count, *boxes(0, 1, 2, 3, 4))])
    store.record([event(EventKind.RECEIVED, box("A7", lot="B1"), syringes(5))])
    assert short(ledger, count) == [
        ("A7", None, 1, "count-moved"),
        ("L1", None, 15, "count-moved"),
    ]
    assert reasons(approved(ledger, store, count)) == [Reason.COUNT_MOVED]
    store.record([saw(count, box("A7"), syringes(15))])
    assert reasons(approved(ledger, store, count)) == [None]


def test_a_thing_of_another_place_is_told_and_not_adjusted(ledger: Ledger, store: Recorder) -> None:
    store.record([event(EventKind.MOVED, *boxes(4), to="W07")])
    count = opened(store, "D001")
    store.record([saw(count, *boxes(0, 1, 2, 3, 4))])
    assert short(ledger, count) == [("A4", 1, 0, "not-here")]
    assert reasons(approved(ledger, store, count)) == [None]


def test_a_code_that_nobody_knows_is_counted_and_not_adjusted(
    ledger: Ledger, store: Recorder
) -> None:
    count = opened(store, "C001")
    store.record([saw(count, syringes(10), Thing(STRANGER))])
    assert short(ledger, count) == [("X", 1, 0, "unknown-code")]
    assert reasons(approved(ledger, store, count)) == [None]


def test_a_lot_under_two_codes_of_its_product_is_one_lot(ledger: Ledger, store: Recorder) -> None:
    first = Thing("https://id.gs1.org/01/06923456789018/10/C1", 6, lot="C1")
    other = Thing("urn:medtrace:cn-drug:8327116:C1", 4, lot="C1")
    store.record([event(EventKind.RECEIVED, first)])
    count = opened(store, "D002")
    assert reasons(store.record([saw(count, first, other)])) == [Reason.LISTED_TWICE]
    store.record([saw(count, first), saw(count, other)])
    assert [(each.counted, each.expected) for each in told(ledger, count)] == [(10, 6)]


def test_who_counted_does_not_approve(ledger: Ledger, store: Recorder) -> None:
    count = opened(store, "C001")
    store.record([saw(count, syringes(4)), saw(count, syringes(6), person="0533")])
    for person in ("0417", "0533"):
        assert reasons(approved(ledger, store, count, person)) == [Reason.COUNTED_BY_SAME]
    assert reasons(approved(ledger, store, count, "0999")) == [None]


def test_a_count_is_approved_once_and_then_closed(ledger: Ledger, store: Recorder) -> None:
    count = opened(store, "C001")
    store.record([saw(count, syringes(10))])
    assert reasons(approved(ledger, store, count)) == [None]
    assert reasons(approved(ledger, store, count)) == [Reason.COUNT_CLOSED]
    assert reasons(store.record([saw(count, syringes(1))])) == [Reason.COUNT_CLOSED]


def test_what_the_approver_did_not_see_is_not_approved(ledger: Ledger, store: Recorder) -> None:
    count = opened(store, "C001")
    store.record([saw(count, syringes(10))])
    by = Approver(person="0533", location="STORE", time=NOON)
    stale = approval_records(uuid7(), count, told(ledger, count), by)
    store.record([saw(count, syringes(2))])
    assert reasons(store.record(stale)) == [Reason.COUNT_MOVED]


def test_no_event_adjusts_what_nobody_approved(store: Recorder) -> None:
    count = opened(store)
    paper = (Document("count", str(count)),)
    adjusting = event(EventKind.QUARANTINED, *boxes(0), documents=paper)
    assert reasons(store.record([adjusting])) == [Reason.COUNT_NOT_APPROVED]
    other = event(EventKind.QUARANTINED, *boxes(0), documents=(Document("count", "paper"),))
    assert reasons(store.record([other])) == [None]


def test_an_approved_count_lets_its_own_events_pass_and_no_others(
    ledger: Ledger, store: Recorder
) -> None:
    count = opened(store, "C001")
    store.record([saw(count, syringes(9))])
    assert reasons(approved(ledger, store, count)) == [None, None]
    paper = (Document("count", str(count)),)
    more = event(EventKind.LOST, syringes(1), documents=paper)
    assert reasons(store.record([more])) == [Reason.COUNT_NOT_APPROVED]
    assert stock(ledger)["L1", "available"] == 9


def test_a_count_of_what_is_not_there(store: Recorder) -> None:
    wrong: list[Recordable] = [
        Count(id=uuid7(), time=NOON, location="CELLAR"),
        Count(id=uuid7(), time=NOON, location="STORE", products=("D999",)),
        saw(uuid7(), *boxes(0)),
        CountApproval(id=uuid7(), time=NOON, count=uuid7(), digest="", events=0, person="1"),
    ]
    assert reasons(store.record(wrong)) == [
        Reason.UNKNOWN_LOCATION,
        Reason.UNKNOWN_PRODUCT,
        Reason.UNKNOWN_COUNT,
        Reason.UNKNOWN_COUNT,
    ]


def test_open_counts_of_a_place_are_found(ledger: Ledger, store: Recorder) -> None:
    first, second = opened(store), opened(store, "C001")
    opened(store, at="W07")
    store.record([saw(second, syringes(10))])
    approved(ledger, store, second)
    with ledger.database.read() as connection:
        place = locations_by_code(connection, 1, ["STORE"])["STORE"].location_id
        assert [each.count_id for each in open_counts(connection, 1, place)] == [first]


def test_a_rebuild_gives_the_same_counts(ledger: Ledger, store: Recorder) -> None:
    count = opened(store)
    store.record([saw(count, *boxes(0, 1), syringes(4)), saw(count, syringes(4), person="9")])
    store.record([event(EventKind.MOVED, *boxes(0), syringes(2), to="PHARM")])
    store.record([saw(count, syringes(1)), saw(opened(store, "C001"), syringes(8))])
    before, found = rows_of(ledger), told(ledger, count)
    rebuild(ledger, new_participants(), DECODERS)
    assert rows_of(ledger) == before
    assert digest_of(told(ledger, count)) == digest_of(found)


def stock(ledger: Ledger) -> dict[tuple[str, str], int]:
    """How much of each lot lies in the store, by state."""
    with ledger.database.read() as connection:
        place = locations_by_code(connection, 1, ["STORE"])["STORE"].location_id
        return {(row.lot, row.status.value): row.quantity for row in stock_at(connection, 1, place)}


def test_the_books_follow_an_approved_count(ledger: Ledger, store: Recorder) -> None:
    count = opened(store)
    store.record([saw(count, *boxes(0, 1, 2, 3, 9), syringes(8), syringes(3, lot="L7"))])
    assert reasons(approved(ledger, store, count)) == [None, None, None]
    assert stock(ledger) == {
        ("", "available"): 1,
        ("B1", "available"): 4,
        ("L1", "available"): 8,
        ("L7", "available"): 3,
    }
    again = opened(store)
    store.record([saw(again, *boxes(0, 1, 2, 3, 9), syringes(8), syringes(3, lot="L7"))])
    assert told(ledger, again) == []
    before = rows_of(ledger)
    rebuild(ledger, new_participants(), DECODERS)
    assert rows_of(ledger) == before


def test_what_was_lost_is_found_again(ledger: Ledger, store: Recorder) -> None:
    first = opened(store, "D001")
    store.record([saw(first, *boxes(0, 1, 2, 3))])
    assert reasons(approved(ledger, store, first)) == [None, None]
    assert stock(ledger)["B1", "available"] == 4
    second = opened(store, "D001")
    store.record([saw(second, *boxes(0, 1, 2, 3, 4))])
    assert short(ledger, second) == [("A4", 1, 0, None)]
    assert reasons(approved(ledger, store, second)) == [None, None]
    assert stock(ledger)["B1", "available"] == 5


def test_goods_that_moved_are_adjusted_by_the_difference_only(
    ledger: Ledger, store: Recorder
) -> None:
    count = opened(store, "C001")
    store.record([saw(count, syringes(8))])
    store.record([event(EventKind.MOVED, syringes(3), to="PHARM")])
    assert reasons(approved(ledger, store, count)) == [None, None]
    assert stock(ledger)["L1", "available"] == 5


def test_more_than_one_state_has_is_told_and_not_adjusted(ledger: Ledger, store: Recorder) -> None:
    store.record([event(EventKind.QUARANTINED, syringes(5))])
    count = opened(store, "C001")
    store.record([saw(count, syringes(1))])
    assert short(ledger, count) == [("L1", 1, 10, "not-enough")]
    assert reasons(approved(ledger, store, count)) == [None]
    assert stock(ledger) == {
        ("B1", "available"): 5,
        ("L1", "available"): 5,
        ("L1", "quarantined"): 5,
    }


def test_what_lies_in_a_container_that_was_counted_is_there(
    ledger: Ledger, store: Recorder
) -> None:
    pallet = Thing("https://id.gs1.org/00/106141412345678908")
    store.record([event(EventKind.PACKED, *boxes(0, 1, 2), syringes(4), parent=pallet.key)])
    count = opened(store)
    store.record([saw(count, pallet, *boxes(3), syringes(6))])
    assert short(ledger, count) == [("A4", None, 1, None)]
    empty = opened(store)
    store.record([saw(empty, *boxes(3, 4), syringes(6))])
    assert [key for key, *_ in short(ledger, empty)] == ["A0", "A1", "A2"]


def test_what_was_dispensed_is_neither_missed_nor_a_surprise(
    ledger: Ledger, store: Recorder
) -> None:
    store.record([event(EventKind.DISPENSED, *boxes(0, 1))])
    count = opened(store, "D001")
    store.record([saw(count, *boxes(0, 2, 3, 4))])
    assert told(ledger, count) == []


def test_a_narcotic_is_adjusted_by_the_two_who_counted_and_approved(
    ledger: Ledger, store: Recorder
) -> None:
    narcotic = replace(ANTIBODY, flags=frozenset({Flag.NARCOTIC}))
    store.record([Definition(id=uuid7(), time=NOON, thing=narcotic)])
    count = opened(store, "D001")
    store.record([saw(count, *boxes(0, 1, 2, 3))])
    assert reasons(approved(ledger, store, count)) == [None, None]
    last = ledger.head().size - 1
    (entry,) = ledger.entries(last, last + 1)
    assert (entry.event["medtrace:person"], entry.event["medtrace:secondPerson"]) == (
        "0533",
        "0417",
    )


def test_a_count_of_5000_lines_with_30_differences(ledger: Ledger, store: Recorder) -> None:
    lots = [syringes(2, lot=f"N{number}") for number in range(5_000)]
    for start in range(0, 5_000, 200):
        goods = event(EventKind.RECEIVED, *lots[start : start + 200], at="PHARM")
        assert reasons(store.record([goods])) == [None]
    count = opened(store, at="PHARM")
    seen = [syringes(2 + (number % 500 == 7), lot=f"N{number}") for number in range(5_000)]
    del seen[20:5_000:250]
    for start in range(0, len(seen), 250):
        assert reasons(store.record([saw(count, *seen[start : start + 250])])) == [None]
    found = told(ledger, count)
    assert [each.amount for each in found].count(1) == 10
    assert [each.amount for each in found].count(-2) == 20
    by = Approver(person="0533", location="PHARM", time=NOON, counted_by="0417")
    records = approval_records(uuid7(), count, found, by)
    assert reasons(store.record(records)) == [None, None, None]
    again = opened(store, at="PHARM")
    for start in range(0, len(seen), 250):
        store.record([saw(again, *seen[start : start + 250])])
    assert told(ledger, again) == []


def test_lines_make_sense_before_they_are_recorded() -> None:
    with pytest.raises(Invalid) as caught:
        Counted("x", -1)
    assert caught.value.code == "quantity-not-positive"
    for lines, code in (((), "required"), ((Counted("x", 1), Counted("x", 2)), "listed-twice")):
        with pytest.raises(Invalid) as caught:
            CountLines(id=uuid7(), time=NOON, count=uuid7(), lines=lines)
        assert caught.value.code == code
    many = tuple(Counted(f"https://id.gs1.org/01/06901234567892/21/{n}") for n in range(1_500))
    with pytest.raises(Invalid) as caught:
        CountLines(id=uuid7(), time=NOON, count=uuid7(), lines=many)
    assert caught.value.code == "too-large"


lines = st.builds(
    Counted,
    key=words,
    quantity=st.none() | st.integers(0, 2**53 - 1),
    lot=st.none() | words,
    expiry=st.none() | st.dates(),
    again=st.booleans(),
)
records = st.one_of(
    st.builds(
        Count,
        id=st.uuids(),
        time=times,
        location=words,
        products=st.lists(words, max_size=3).map(tuple),
        person=st.none() | words,
    ),
    st.builds(
        CountLines,
        id=st.uuids(),
        time=times,
        count=st.uuids(),
        lines=st.lists(lines, min_size=1, max_size=5, unique_by=lambda x: x.key).map(tuple),
        person=st.none() | words,
        device=st.none() | words,
    ),
    st.builds(
        CountApproval,
        id=st.uuids(),
        time=times,
        count=st.uuids(),
        digest=words,
        events=st.integers(0, 99),
        person=words,
    ),
)


@given(records)
def test_a_record_reads_back_from_its_entry(record: Count | CountLines | CountApproval) -> None:
    body = record.encode()
    read = DECODERS[json.loads(body)["type"]](json.loads(body))
    assert isinstance(read, type(record))
    assert replace(read, time=record.time) == record
    assert read.encode() == body
    assert encode(json.loads(body)) == body
