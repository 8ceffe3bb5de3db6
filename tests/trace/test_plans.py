"""No question of the floor reads a big table whole, on either engine, however it grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Connection, make_url
from uuid6 import uuid7

from database import Database
from inventory import (
    ALL_LOTS,
    Definition,
    Extent,
    ImplantsWanted,
    Range,
    Status,
    Unit,
    balances,
    containers_of_lot,
    counts_waiting,
    exposures,
    find_lot,
    find_lots,
    find_product,
    find_unit,
    history,
    implanted_between,
    place_totals,
    product_totals,
    products_at,
    received,
    registered_implants,
    stock_by_expiry,
    stock_of,
    stocked_products,
    units_of_lots,
    waiting_stock,
)
from ledger import SHA256, Ledger, encode, read_entries
from orders import (
    Line,
    Order,
    OrderState,
    OrderType,
    Usual,
    courses_in,
    due_doses,
    milliseconds,
    order_page,
)
from recall import Part, answer, cases_of_lot, owners_of, tasks_owned_by, where
from tests.inventory.pharmacy import SALINE, TABLET, label, pack, part, piece, saline
from tests.support import (
    ANTIBODY,
    GTIN,
    NOON,
    ORIGIN,
    Clock,
    box,
    event,
    furnish,
    recorder,
    stent,
    syringes,
)
from tests.trace.plans import Asked, listening, plan_of, scanned
from trace import (
    Dose,
    EventKind,
    Recordable,
    Recorded,
    Recorder,
    Thing,
    history_of_lot,
    history_of_unit,
    last_seq_of_lots,
    latest_of_lots,
)

BIG = {
    "implant",
    "recall_task",
    "placed_order",
    "stock_count",
    "unit",
    "mix",
    "content",
    "event_unit",
    "event_lot",
    "event_id",
    "entry",
    "exposure",
    "balance",
    "lot",
    "order_line",
    "order_step",
    "order_month",
}
"""The tables that grow with every day."""

UNITS, LOTS, PACKS = 4_000, 400, 400


pytestmark = pytest.mark.xdist_group("plans")  # tables that are filled once


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    """A ledger with thousands of units in hundreds of lots, and statistics about them."""
    url = _fresh(request, tmp_path_factory)
    database = Database(url)
    ledger = Ledger(database, 1, Clock())
    ledger.found(ORIGIN, SHA256, encode({"origin": ORIGIN, "type": "medtrace:Ledger"}))
    hands = recorder(ledger)
    furnish(hands)
    _fill(hands)
    with database.write() as connection:
        if database.dialect == "postgresql":  # SQLite has been told once and for all
            connection.exec_driver_sql("ANALYZE")
    yield ledger
    database.close()


def _fresh(request: pytest.FixtureRequest, paths: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        path = paths.mktemp("plans") / "medtrace.sqlite3"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        return f"sqlite:///{path}"
    server: str = request.getfixturevalue("postgres_server")
    template: str = request.getfixturevalue("postgres_template")
    name = f"{template}_plans"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _fill(hands: Recorder) -> None:
    expiry = date(2028, 1, 1)
    boxes = [box(f"P{n}", lot=f"B{n % LOTS}", expiry=expiry) for n in range(UNITS)]
    events = [event(EventKind.RECEIVED, each) for each in boxes]
    events += [event(EventKind.RECEIVED, syringes(9, lot=f"L{n}")) for n in range(LOTS)]
    events += [event(EventKind.MOVED, each, to="W07") for each in boxes[: UNITS // 2]]
    events += [
        event(EventKind.ADMINISTERED, each, at="W07", patient=uuid4())
        for each in boxes[: UNITS // 2]
    ]
    stents = [stent(f"I{n}", lot=f"S{n % 20}", expiry=expiry) for n in range(400)]
    events += [event(EventKind.RECEIVED, each, at="OR1") for each in stents]
    events += [
        event(EventKind.IMPLANTED, each, at="OR1", patient=UUID(int=n), surgeon=str(n % 9))
        for n, each in enumerate(stents)
    ]
    records: list[Recordable] = [*_divided_and_mixed(), *events, *_orders_of_care()]
    for start in range(0, len(records), 1000):
        outcomes = hands.record(records[start : start + 1000])
        assert all(isinstance(outcome, Recorded) for outcome in outcomes)


def _divided_and_mixed() -> Iterator[Recordable]:
    """Packs in twenty lots, each given out in part, and a bag with another part of each."""
    for product in (TABLET, SALINE):
        yield Definition(id=uuid7(), time=NOON, thing=product)
    here: dict[str, Any] = {"at": "PHARM"}
    checked = here | {"second_person": "1104"}
    yield event(EventKind.RECEIVED, saline(2 * PACKS), **here)
    for number in range(PACKS):
        serial, patient = f"T{number}", UUID(int=number)
        yield event(EventKind.RECEIVED, pack(serial, f"T{number % 20}"), **here)
        yield event(EventKind.DISPENSED, part(6, serial), to="W07", patient=patient, **here)
        mixed = (part(4, serial), saline(1))
        yield event(EventKind.COMPOUNDED, *mixed, outputs=(label(number),), **checked)
        if number % 2:
            yield event(EventKind.ADMINISTERED, label(number), patient=patient, **here)


def _orders_of_care() -> Iterator[Order]:
    """Three thousand courses of eight days, in twenty months, of a thousand patients."""
    usual = Usual("Asia/Shanghai")
    line = Line(ANTIBODY.identifiers, 1, ANTIBODY.code, dose=Dose.of("1", "g"), route="iv")
    for number in range(3_000):
        start = NOON - timedelta(days=number % 600)
        yield Order(
            id=uuid7(),
            time=start,
            type=OrderType.MEDICATION,
            number=f"YZ-{number}",
            lines=(line,),
            destination="W07",
            patient=UUID(int=number % 1_000),
            schedule=usual.schedule("bid", start, start + timedelta(days=8)),
        )


def _implants(connection: Connection) -> int:
    found = find_product(connection, 1, stent("I0").key)
    assert found is not None
    return found.product_id


def _product(connection: Connection) -> int:
    found = find_product(connection, 1, box("P0").key)
    assert found is not None
    return found.product_id


QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "a unit": lambda c: find_unit(c, 1, box("P7").key),
    "a product": lambda c: find_product(c, 1, f"https://id.gs1.org/01/{GTIN}"),
    "lots of a name": lambda c: find_lots(c, 1, "B7"),
    "a lot": lambda c: find_lot(c, 1, _product(c), "B7"),
    "where a lot is": lambda c: balances(c, 1, [7]),
    "the units of a lot": lambda c: units_of_lots(c, 1, [7]),
    "who had a lot": lambda c: exposures(c, 1, [7, 8]),
    "how much arrived": lambda c: received(c, 1, [7]),
    "the life of a unit": lambda c: history_of_unit(c, 1, 7),
    "the whole life of a part": lambda c: history(c, 1, _unit(c, piece(0, 6, "T7"))),
    "the whole life of a bag": lambda c: history(c, 1, _unit(c, label(7))),
    "the life of a lot": lambda c: history_of_lot(c, 1, 7, before=3000, limit=50),
    "some entries": lambda c: read_entries(c, 1, 100, 120),
    "the answer for a lot": lambda c: answer(c, 1, (_part(c, "B7"),)),
    "what a supplier brought of a lot": lambda c: answer(c, 1, (_brought(c, "B7"),)),
    "where a lot is, thing by thing": lambda c: where(c, 1, (_part(c, "B7"),)).goods,
    "where what was mixed is": lambda c: where(c, 1, (_part(c, "T7", pack("T7")),)).goods,
    "where one serial is": lambda c: where(c, 1, (_serial(c, "T7"),)).goods,
    "the latest of lots": lambda c: latest_of_lots(c, 1, [7, 8], limit=50),
    "the latest of many lots": lambda c: latest_of_lots(c, 1, range(1, 200), limit=20),
    "the last of lots": lambda c: last_seq_of_lots(c, 1, [7, 8]),
    "the containers of a lot": lambda c: containers_of_lot(c, 1, 7),
    "somebody's tasks": lambda c: tasks_owned_by(c, 1, "0533"),
    "who has tasks": lambda c: owners_of(c, 1, {"RC-1"}),
    "what is due at a bed": lambda c: due_doses(c, 1, UUID(int=7), milliseconds(NOON)),
    "the courses of a month": lambda c: courses_in(c, 1, "2026-03", "Asia/Shanghai", {"W08"}),
    "the implants of a month": lambda c: implanted_between(c, 1, 0, 10),
    "the register of implants": lambda c: registered_implants(c, 1, ImplantsWanted(), limit=50),
    "the page after it": lambda c: registered_implants(
        c, 1, ImplantsWanted(), after=(2**50, 2**50, 0, 0), limit=50
    ),
    "the implants of a product": lambda c: registered_implants(
        c, 1, ImplantsWanted(product_ids=[_implants(c)]), limit=50
    ),
    "the implants of a lot": lambda c: registered_implants(
        c, 1, ImplantsWanted(lot_ids=[find_lots(c, 1, "S7")[0].lot_id]), limit=50
    ),
    "the implants of a surgeon": lambda c: registered_implants(
        c, 1, ImplantsWanted(surgeon="7"), limit=50
    ),
    "the implants of a patient": lambda c: registered_implants(
        c, 1, ImplantsWanted(patient=UUID(int=7)), limit=50
    ),
    "the cases of a lot": lambda c: cases_of_lot(c, 1, find_lots(c, 1, "B7")[0]),
}


def _unit(connection: Connection, thing: Thing) -> Unit:
    found = find_unit(connection, 1, thing.key)
    assert found is not None
    return found


def _part(connection: Connection, lot: str, thing: Thing | None = None) -> Part:
    number = _unit(connection, thing).product_id if thing else _product(connection)
    return Part(number, Extent(lots=(lot,)))


def _brought(connection: Connection, lot: str) -> Part:
    return Part(_product(connection), Extent(lots=(lot,), supplier="华东医药"))


def _serial(connection: Connection, serial: str) -> Part:
    thing = _unit(connection, pack(serial))
    return Part(thing.product_id, Extent(lots=("T7",), serials=(Range(serial, serial),)))


EMPTY = {"the cases of a lot", "the courses of a month", "the implants of a month"}
"""Questions whose answer is that there is nothing: they may not look for it everywhere."""

UNFILLED = {"the containers of a lot", "somebody's tasks", "who has tasks"}
"""The same, of tables with no row here: only SQLite plans without looking how large they are."""

LISTS: dict[str, Callable[[Connection], object]] = {
    "stock by product": lambda c: stocked_products(c, 1, after=0, limit=50),
    "the sums of products": lambda c: product_totals(c, 1, [_product(c)]),
    "the sums of places": lambda c: place_totals(c, 1, [1, 2]),
    "products at a place": lambda c: products_at(c, 1, 1, after=0, limit=50),
    "stock of a product": lambda c: stock_of(c, 1, _product(c)),
    "stock by expiry": lambda c: stock_by_expiry(
        c, 1, first=date(2027, 1, 1), after=("2028-01-01", 7), limit=50
    ),
    "what waits": lambda c: waiting_stock(c, 1, Status.TO_INSPECT, limit=50, after=(1, 1)),
    "counts that wait": lambda c: counts_waiting(c, 1, after=3, limit=50),
    "the last orders": lambda c: order_page(c, 1, before=90, limit=50),
    "open purchases": lambda c: order_page(
        c, 1, types=[OrderType.PURCHASE], states=[OrderState.OPEN], limit=50
    ),
}


def _no_scan(database: Database, asked: Asked, big: AbstractSet[str] = frozenset(BIG)) -> None:
    looked = 0
    for statement, parameters in asked:
        if not statement.lstrip().upper().startswith("SELECT"):
            continue
        plan = plan_of(database, statement, parameters)
        assert not scanned(plan, first_rows="LIMIT" in statement) & big, (
            f"{statement}\n" + "\n".join(plan)
        )
        looked += 1
    assert looked


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_a_question_is_answered_by_keys(
    full: Ledger, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    database = full.database
    if name in UNFILLED and database.dialect == "postgresql":
        pytest.skip("an empty table is read whole")
    with listening(database, monkeypatch) as asked, database.read() as connection:
        assert QUESTIONS[name](connection) or name in EMPTY | UNFILLED
    _no_scan(database, asked)


def test_lists_are_read_by_keys(full: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite only: PostgreSQL rightly reads whole what is all of one product."""
    database = full.database
    if database.dialect != "sqlite":
        pytest.skip("one product has nearly all rows here")
    for question in LISTS.values():
        with listening(database, monkeypatch) as asked, database.read() as connection:
            question(connection)
        _no_scan(database, asked, BIG - {"lot"})  # they ask for most lots that there are


def test_a_whole_products_recall_is_answered(full: Ledger) -> None:
    """Most goods of this hospital are in it: to read tables whole would be right, there."""
    database = full.database
    with database.read() as connection:
        found = answer(connection, 1, (_part(connection, ALL_LOTS),))
    assert (found.received, found.used) == (UNITS, UNITS // 2)
    assert found.agrees


def test_recording_reads_by_keys(full: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    database = full.database
    patient = UUID(int=9)
    scans = [
        event(EventKind.RECEIVED, box("NEW", lot="B7")),
        event(EventKind.RECEIVED, box("NEWER", lot="NEW")),
        event(EventKind.DISPENSED, box(f"P{UNITS - 1}"), patient=patient),
        event(EventKind.DISPENSED, syringes(2, lot="L7"), patient=patient),
        event(EventKind.DISPENSED, part(3, "T7"), at="PHARM", patient=patient),
        event(EventKind.RETURNED, part(2, "T8"), at="W07", to="PHARM", patient=UUID(int=8)),
        event(EventKind.SPLIT, pack("T9", None), at="PHARM", outputs=(label(PACKS, part=2),)),
        event(
            EventKind.COMPOUNDED,
            *(part(4, "T9"), saline(1), label(8)),
            at="PHARM",
            second_person="1104",
            outputs=(label(PACKS + 1),),
        ),
        event(EventKind.ADMINISTERED, label(10), at="PHARM", patient=patient),
        event(EventKind.DISPENSED, box("P1"), time=NOON),
    ]
    fresh = recorder(full)  # remembers nothing yet, so it asks everything
    with listening(database, monkeypatch) as asked:
        outcomes = fresh.record(scans)
        fresh.record(scans[:1])
    assert [isinstance(outcome, Recorded) for outcome in outcomes] == [True] * 9 + [False]
    assert len(asked) > 10
    _no_scan(database, asked)


def test_a_scan_is_seen(full: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself: a question without a key must be caught."""
    database = full.database
    with listening(database, monkeypatch) as asked, database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM unit WHERE status = 'none'")
    with pytest.raises(AssertionError):
        _no_scan(database, asked)
