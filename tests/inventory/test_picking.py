"""Which goods to take first, what a place lacks, what expires, and the sweep."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection
from uuid6 import uuid7

from errors import Invalid
from hospital import DECODERS, new_participants
from inventory import (
    PAR_LEVEL_TYPE,
    ParLevel,
    Status,
    advise,
    expiring,
    locations_by_code,
    needs,
    par_levels_of,
    products_by_code,
    stock_at,
    sweep_events,
)
from ledger import Ledger, encode
from recall import Recall, RecallClass, Scope
from tests.support import NOON, SYRINGE, box, event, furnish, syringes
from tests.trace.plans import listening, plan_of, scanned
from tests.trace.rows import rows_of
from tests.trace.strategies import times, words
from trace import EventKind, Reason, Recorded, Recorder, Refused, rebuild

TODAY = NOON.date()


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


@pytest.fixture
def store(ledger: Ledger) -> Recorder:
    """Syringes: 10 that expire in a year, 10 next week, 10 today, 10 never; all in the store."""
    made = Recorder(ledger, new_participants())
    furnish(made)
    lots = {"YEAR": day(365), "WEEK": day(7), "TODAY": day(0), "NEVER": None}
    things = [syringes(10, lot=lot, expiry=last) for lot, last in lots.items()]
    (outcome,) = made.record([event(EventKind.RECEIVED, *things)])
    assert isinstance(outcome, Recorded)
    return made


def ids(connection: Connection, place: str = "STORE", product: str = "C001") -> tuple[int, int]:
    places = locations_by_code(connection, 1, [place])
    products = products_by_code(connection, 1, [product])
    return places[place].location_id, products[product].product_id


def picked(
    ledger: Ledger, quantity: int, *, today: date = TODAY
) -> tuple[list[tuple[str, int]], int, list[str]]:
    with ledger.database.read() as connection:
        place, product = ids(connection)
        advice = advise(connection, 1, place, product, quantity, today=today)
    picks = [(pick.row.lot, pick.quantity) for pick in advice.picks]
    return picks, advice.short, [row.lot for row in advice.skipped]


def recalled(*lots: str) -> Recall:
    return Recall(
        id=uuid7(),
        case_id=f"RC-2026-{len(lots[0]):04}",
        time=NOON,
        notified=NOON,
        recall_class=next(iter(RecallClass)),
        reason="玻璃屑",
        source="厂家",
        scope=(Scope(SYRINGE.code, lots),),
    )


def test_what_expires_first_goes_first(ledger: Ledger, store: Recorder) -> None:
    del store
    assert picked(ledger, 25) == ([("TODAY", 10), ("WEEK", 10), ("YEAR", 5)], 0, [])
    assert picked(ledger, 3) == ([("TODAY", 3)], 0, [])
    every = [("TODAY", 10), ("WEEK", 10), ("YEAR", 10), ("NEVER", 10)]
    assert picked(ledger, 41) == (every, 1, [])


def test_expired_goods_are_not_advised(ledger: Ledger, store: Recorder) -> None:
    del store
    assert picked(ledger, 5, today=day(1)) == ([("WEEK", 5)], 0, ["TODAY"])
    assert picked(ledger, 5, today=day(8)) == ([("YEAR", 5)], 0, ["TODAY", "WEEK"])


def test_recalled_and_quarantined_goods_are_not_advised(ledger: Ledger, store: Recorder) -> None:
    store.record([recalled("TODAY"), event(EventKind.QUARANTINED, syringes(4, lot="WEEK"))])
    picks, short, skipped = picked(ledger, 10)
    assert (picks, short) == ([("WEEK", 6), ("YEAR", 4)], 0)
    assert skipped == ["TODAY", "WEEK"]
    store.record([recalled("*")])
    assert picked(ledger, 1)[:2] == ([], 1)


def test_stock_is_told_by_lot_and_state(ledger: Ledger, store: Recorder) -> None:
    store.record(
        [
            event(EventKind.RECEIVED, box("A1", lot="B1", expiry=day(9))),
            event(EventKind.QUARANTINED, syringes(4, lot="WEEK")),
            event(EventKind.MOVED, syringes(10, lot="NEVER"), to="W07"),
            event(EventKind.ADMINISTERED, syringes(10, lot="NEVER"), at="W07", patient=uuid7()),
        ]
    )
    with ledger.database.read() as connection:
        place, product = ids(connection)
        found = stock_at(connection, 1, place)
        assert [(row.lot, row.status, row.quantity) for row in found] == [
            ("B1", Status.AVAILABLE, 1),
            ("TODAY", Status.AVAILABLE, 10),
            ("WEEK", Status.AVAILABLE, 6),
            ("WEEK", Status.QUARANTINED, 4),
            ("YEAR", Status.AVAILABLE, 10),
        ]
        assert len(stock_at(connection, 1, place, products=[product], lot="WEEK")) == 2
        ward, _ = ids(connection, "W07")
        assert stock_at(connection, 1, ward) == []


def level(product: str = "C001", least: int = 20, target: int = 50, **more: str) -> ParLevel:
    return ParLevel(
        id=uuid7(),
        time=NOON,
        location=more.pop("location", "W07"),
        product=product,
        least=least,
        target=target,
        **more,
    )


def test_a_place_that_has_less_than_it_wants_is_filled_up(ledger: Ledger, store: Recorder) -> None:
    store.record([level(source="STORE"), level("D001", 0, 5), level("M001", 1, 2, location="OR1")])
    store.record([event(EventKind.MOVED, syringes(10, lot="YEAR"), to="W07")])
    with ledger.database.read() as connection:
        ward, product = ids(connection, "W07")
        here, _ = ids(connection)
        (need,) = needs(connection, 1, ward, today=TODAY)
        assert (need.product_id, need.usable, need.target, need.source_id) == (
            product,
            10,
            50,
            here,
        )
    store.record([event(EventKind.MOVED, syringes(10, lot="WEEK"), to="W07")])
    with ledger.database.read() as connection:
        assert needs(connection, 1, ward, today=TODAY) == []
        assert [need.usable for need in needs(connection, 1, ward, today=day(8))] == [10]


def test_a_level_is_changed_and_taken_away(ledger: Ledger, store: Recorder) -> None:
    store.record([level(), level(least=1, target=2)])
    with ledger.database.read() as connection:
        ward, _ = ids(connection, "W07")
        assert [(each.least, each.target) for each in par_levels_of(connection, 1, ward)] == [
            (1, 2)
        ]
    store.record([level(least=0, target=0)])
    with ledger.database.read() as connection:
        assert par_levels_of(connection, 1, ward) == []


def test_levels_are_of_places_and_products_that_there_are(store: Recorder) -> None:
    outcomes = store.record(
        [level(location="CELLAR"), level(source="CELLAR"), level("D999"), level()]
    )
    assert [each.reason if isinstance(each, Refused) else None for each in outcomes] == [
        Reason.UNKNOWN_LOCATION,
        Reason.UNKNOWN_LOCATION,
        Reason.UNKNOWN_PRODUCT,
        None,
    ]


@pytest.mark.parametrize(("least", "target"), [(-1, 5), (6, 5)])
def test_the_least_is_not_above_the_target(least: int, target: int) -> None:
    with pytest.raises(Invalid) as caught:
        level(least=least, target=target)
    assert caught.value.code == "par-level-order"


def test_what_expires_is_told_soonest_first(ledger: Ledger, store: Recorder) -> None:
    store.record([event(EventKind.MOVED, syringes(3, lot="WEEK"), to="W07")])
    store.record([event(EventKind.QUARANTINED, syringes(10, lot="TODAY"))])
    with ledger.database.read() as connection:
        found = expiring(connection, 1, day(0), day(30))
        here, _ = ids(connection)
        at_store = expiring(connection, 1, day(0), day(30), locations=[here])
    assert [(row.lot, row.quantity) for row in found] == [("WEEK", 7), ("WEEK", 3)]
    assert [(row.lot, row.quantity) for row in at_store] == [("WEEK", 7)]


def sweep(ledger: Ledger, store: Recorder, after: int) -> list[int]:
    """How many things each event of a sweep has."""
    with ledger.database.read() as connection:
        here, _ = ids(connection)
        events = sweep_events(
            connection,
            1,
            location=(here, "STORE"),
            now=NOON + timedelta(days=after),
            since=day(-30),
            new_id=uuid7,
            person="0417",
        )
    outcomes = store.record(events)
    assert all(isinstance(outcome, Recorded) for outcome in outcomes)
    return [len(each.things) for each in events]


def test_the_sweep_takes_what_has_expired_off_the_shelf(ledger: Ledger, store: Recorder) -> None:
    boxes = [box(f"A{n}", lot="B1", expiry=day(2)) for n in range(250)]
    store.record([event(EventKind.RECEIVED, *boxes), event(EventKind.MOVED, boxes[0], to="W07")])
    store.record([event(EventKind.QUARANTINED, boxes[1])])
    assert sweep(ledger, store, 0) == []
    assert sweep(ledger, store, 1) == [1]
    assert sweep(ledger, store, 8) == [200, 49]
    assert sweep(ledger, store, 8) == []
    with ledger.database.read() as connection:
        here, _ = ids(connection)
        left = [row for row in stock_at(connection, 1, here) if row.status is Status.AVAILABLE]
    assert sorted(row.lot for row in left) == ["NEVER", "YEAR"]


def test_a_rebuild_gives_the_same_levels(ledger: Ledger, store: Recorder) -> None:
    store.record([level(), level(least=3), level("D001", source="STORE")])
    before = rows_of(ledger)
    rebuild(ledger, new_participants(), DECODERS)
    assert rows_of(ledger) == before


def test_stores_are_read_by_keys(
    ledger: Ledger, store: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in range(8):
        lots = [
            syringes(2, lot=f"L{part}-{n}", expiry=day(40 + 250 * part + n)) for n in range(250)
        ]
        store.record([event(EventKind.RECEIVED, *lots, at="PHARM")])
        boxes = [box(f"A{part}-{n}", lot=f"B{part}-{n}") for n in range(250)]
        store.record([event(EventKind.RECEIVED, *boxes, at="PHARM")])
    database = ledger.database
    with database.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    store.record([level(location="STORE")])
    with listening(database, monkeypatch) as asked, database.read() as connection:
        here, product = ids(connection)
        assert advise(connection, 1, here, product, 5, today=TODAY).picks
        assert needs(connection, 1, here, today=day(400))
        assert expiring(connection, 1, day(0), day(10))
        assert stock_at(connection, 1, here)
    for statement, parameters in asked:
        if statement.lstrip().upper().startswith("SELECT"):
            plan = plan_of(database, statement, parameters)
            assert not scanned(plan) & {"balance", "lot", "unit"}, f"{statement}\n{plan}"


@given(
    st.builds(
        ParLevel,
        id=st.uuids(),
        time=times,
        location=words,
        product=words,
        least=st.integers(0, 9),
        target=st.integers(9, 2**53 - 1),
        source=st.none() | words,
        person=st.none() | words,
    )
)
def test_a_level_reads_back_from_its_entry(record: ParLevel) -> None:
    body = record.encode()
    read = DECODERS[PAR_LEVEL_TYPE](json.loads(body))
    assert isinstance(read, ParLevel)
    assert replace(read, time=record.time) == record
    assert read.encode() == body
    assert encode(json.loads(body)) == body
