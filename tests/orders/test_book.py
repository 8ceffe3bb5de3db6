"""What happens against what was meant to happen: orders, their lines, and how far they are done."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from ledger import Ledger, encode
from orders import FULFILLED_BY, Line, Order, OrderType
from tests.orders.test_schedule import schedules
from tests.support import (
    ANTIBODY,
    CEPHALOSPORIN,
    NOON,
    STENT,
    SYRINGE,
    box,
    event,
    furnish,
    recorder,
    syringes,
)
from tests.trace.rows import rows_of
from tests.trace.strategies import doses, times, words
from trace import Document, EventKind, Outcome, Reason, Recorded, Recorder, Refused, Thing

ALICE, BOB = uuid4(), uuid4()
PO = Document("po", "PO-1")
RX = Document("prescription", "RX-1")


def placed(document: Document, *lines: Line, patient: UUID | None = None) -> Order:
    return Order(
        id=uuid7(),
        time=NOON,
        type=OrderType(document.type),
        number=document.id,
        lines=lines or (Line(ANTIBODY.identifiers, 2),),
        patient=patient,
    )


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The rules don't ask the engine; histories and answers are held on both elsewhere."""
    return sqlite_url


@pytest.fixture
def book(ledger: Ledger) -> Recorder:
    made = recorder(ledger)
    furnish(made)
    return made


def reasons(outcomes: list[Outcome]) -> list[Reason | None]:
    return [each.reason if isinstance(each, Refused) else None for each in outcomes]


def fulfilled(ledger: Ledger) -> dict[tuple[str, str, int], int]:
    """How much of each line has happened."""
    return {
        (type_, number, line): done
        for _, number, type_, line, _, _, done, *_ in rows_of(ledger)["order_line"]
    }


def test_goods_that_arrive_fulfil_their_order(ledger: Ledger, book: Recorder) -> None:
    order = placed(PO, Line(ANTIBODY.identifiers, 2), Line(SYRINGE.identifiers, 10))
    delivery = (box("A1"), box("A2"), syringes(7))
    outcomes = book.record([order, event(EventKind.RECEIVED, *delivery, documents=(PO,))])
    assert reasons(outcomes) == [None, None]
    assert fulfilled(ledger) == {("po", "PO-1", 1): 2, ("po", "PO-1", 2): 7}


def test_more_than_was_ordered_is_not_received(ledger: Ledger, book: Recorder) -> None:
    book.record([placed(PO, Line(ANTIBODY.identifiers, 2), Line(SYRINGE.identifiers, 10))])
    outcomes = book.record(
        [
            event(EventKind.RECEIVED, box("A1"), documents=(PO,)),
            event(EventKind.RECEIVED, box("A2"), box("A3"), documents=(PO,)),
            event(EventKind.RECEIVED, box("A2"), documents=(PO,)),
            event(EventKind.RECEIVED, box("A3"), documents=(PO,)),
            event(EventKind.RECEIVED, syringes(11), documents=(PO,)),
            event(EventKind.RECEIVED, syringes(10), documents=(PO,)),
        ]
    )
    too_many = Reason.TOO_MANY
    assert reasons(outcomes) == [None, too_many, None, too_many, too_many, None]
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].values == {"ordered": 2}
    assert fulfilled(ledger) == {("po", "PO-1", 1): 2, ("po", "PO-1", 2): 10}


def test_what_was_not_ordered_is_not_received(ledger: Ledger, book: Recorder) -> None:
    book.record([placed(PO)])
    outcomes = book.record([event(EventKind.RECEIVED, box("A1"), syringes(1), documents=(PO,))])
    assert reasons(outcomes) == [Reason.NOT_ON_ORDER]
    assert fulfilled(ledger) == {("po", "PO-1", 1): 0}


def test_any_code_of_the_product_fulfils_its_line(ledger: Ledger, book: Recorder) -> None:
    book.record([placed(PO, Line(CEPHALOSPORIN.identifiers, 2))])
    both = (
        Thing("urn:medtrace:cn-drug:83271160045839207715"),
        Thing("https://id.gs1.org/01/06923456789018/21/1"),
    )
    assert reasons(book.record([event(EventKind.RECEIVED, *both, documents=(PO,))])) == [None]
    assert fulfilled(ledger) == {("po", "PO-1", 1): 2}


def test_the_next_line_of_a_product_is_begun_when_the_first_is_full(
    ledger: Ledger, book: Recorder
) -> None:
    book.record([placed(PO, Line(ANTIBODY.identifiers, 1), Line(ANTIBODY.identifiers, 2))])
    outcomes = book.record(
        [
            event(EventKind.RECEIVED, box("A1"), box("A2"), box("A3"), documents=(PO,)),
            event(EventKind.RECEIVED, box("A4"), documents=(PO,)),
        ]
    )
    assert reasons(outcomes) == [None, Reason.TOO_MANY]
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].values == {"ordered": 3}
    assert fulfilled(ledger) == {("po", "PO-1", 1): 1, ("po", "PO-1", 2): 2}


def test_a_prescription_is_dispensed_to_its_patient(ledger: Ledger, book: Recorder) -> None:
    book.record([placed(RX, patient=ALICE), event(EventKind.RECEIVED, box("A1"), box("A2"))])
    outcomes = book.record(
        [
            event(EventKind.DISPENSED, box("A1"), patient=BOB, documents=(RX,)),
            event(EventKind.DISPENSED, box("A1"), documents=(RX,)),
            event(EventKind.DISPENSED, box("A1"), patient=ALICE, documents=(RX,)),
        ]
    )
    assert reasons(outcomes) == [Reason.WRONG_PATIENT, Reason.WRONG_PATIENT, None]
    assert fulfilled(ledger) == {("prescription", "RX-1", 1): 1}


@pytest.mark.parametrize("kind", [EventKind.MOVED, EventKind.QUARANTINED, EventKind.DISPENSED])
def test_only_the_right_kind_of_event_fulfils_an_order(
    ledger: Ledger, book: Recorder, kind: EventKind
) -> None:
    book.record([placed(PO), event(EventKind.RECEIVED, box("A1"))])
    assert reasons(book.record([event(kind, box("A1"), documents=(PO,))])) == [None]
    assert fulfilled(ledger) == {("po", "PO-1", 1): 0}
    assert set(FULFILLED_BY) == set(OrderType)


def test_paper_that_we_do_not_know_is_kept_as_a_reference(ledger: Ledger, book: Recorder) -> None:
    papers = (Document("inv", "D-1"), Document("po", "OTHER"), Document("prescription", "PO-1"))
    book.record([placed(PO)])
    (outcome,) = book.record([event(EventKind.RECEIVED, syringes(5), documents=papers)])
    assert isinstance(outcome, Recorded)
    assert fulfilled(ledger) == {("po", "PO-1", 1): 0}


def test_paper_named_twice_counts_once(ledger: Ledger, book: Recorder) -> None:
    book.record([placed(PO)])
    outcomes = book.record([event(EventKind.RECEIVED, box("A1"), documents=(PO, PO))])
    assert reasons(outcomes) == [None]
    assert fulfilled(ledger) == {("po", "PO-1", 1): 1}


def test_what_stock_refuses_fulfils_nothing(ledger: Ledger, book: Recorder) -> None:
    """The book agreed first; the change is only made when all agree."""
    book.record([placed(RX, patient=ALICE)])
    dispensed = event(EventKind.DISPENSED, box("A1"), patient=ALICE, documents=(RX,))
    assert reasons(book.record([dispensed])) == [Reason.NOT_RECEIVED]
    assert fulfilled(ledger) == {("prescription", "RX-1", 1): 0}


def test_an_order_number_is_placed_once_for_its_type(ledger: Ledger, book: Recorder) -> None:
    same_number = Document("prescription", "PO-1")
    outcomes = book.record([placed(PO), placed(PO), placed(same_number)])
    assert reasons(outcomes) == [None, Reason.ORDER_EXISTS, None]
    assert reasons(book.record([placed(PO)])) == [Reason.ORDER_EXISTS]
    assert len(rows_of(ledger)["placed_order"]) == 2


@pytest.mark.parametrize("quantity", [0, -3])
def test_a_line_asks_for_something(quantity: int) -> None:
    with pytest.raises(Invalid) as caught:
        Line(ANTIBODY.identifiers, quantity)
    assert caught.value.code == "quantity-not-positive"


def test_an_order_has_lines() -> None:
    with pytest.raises(Invalid) as caught:
        Order(id=uuid7(), time=NOON, type=OrderType.PURCHASE, number="1", lines=())
    assert (caught.value.code, caught.value.field) == ("required", "lines")


def test_a_line_for_a_product_without_codes_fits_nothing(book: Recorder) -> None:
    book.record([placed(PO, Line((), 5), Line(STENT.identifiers, 1))])
    outcomes = book.record([event(EventKind.RECEIVED, box("A1"), documents=(PO,))])
    assert reasons(outcomes) == [Reason.NOT_ON_ORDER]


plain_lines = st.builds(
    Line,
    identifiers=st.lists(words, max_size=2).map(tuple),
    quantity=st.integers(1, 2**53 - 1),
    product=st.none() | words,
    lot=st.none() | words,
    expiry=st.none() | st.dates(),
    generic=st.none() | words,
    dose=st.none() | doses,
    route=st.none() | words,
)
heads = {
    "id": st.uuids(),
    "time": times,
    "number": words,
    "lines": st.lists(plain_lines, min_size=1, max_size=3).map(tuple),
    "party": st.none() | words,
    "source": st.none() | words,
    "references": st.lists(words, max_size=2).map(tuple),
    "destination": st.none() | words,
    "patient": st.none() | st.uuids(),
    "person": st.none() | words,
}
drugs = st.builds(
    Line,
    identifiers=st.just(()),
    quantity=st.just(1),
    product=words,
    substitution=st.booleans(),
    dose=doses,
    route=words,
)
orders = st.one_of(
    st.builds(
        Order,
        type=st.sampled_from(sorted(set(OrderType) - {OrderType.MEDICATION, OrderType.PROCEDURE})),
        **heads,
    ),
    st.builds(
        Order,
        type=st.just(OrderType.MEDICATION),
        schedule=schedules(),
        high_alert=st.booleans(),
        **heads | {"lines": st.tuples(drugs), "patient": st.uuids()},
    ),
    st.builds(
        Order,
        type=st.just(OrderType.PROCEDURE),
        planned=st.none() | times,
        **heads | {"patient": st.uuids()},
    ),
)


@given(orders)
def test_an_order_reads_back_from_its_entry(order: Order) -> None:
    body = order.encode()
    read = Order.parse(json.loads(body))
    assert replace(read, time=order.time, planned=order.planned) == order
    assert read.encode() == body
    assert encode(json.loads(body)) == body
