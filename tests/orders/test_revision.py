"""Orders that are changed, closed and cancelled, and what is known of them afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from ledger import Ledger, encode
from orders import (
    Line,
    Order,
    OrderFile,
    OrderState,
    OrderType,
    Revising,
    Revision,
    find_order,
    open_orders,
)
from tests.orders.test_schedule import schedules
from tests.support import ANTIBODY, NOON, SYRINGE, box, event, furnish, recorder, syringes
from tests.trace.strategies import doses, times, words
from trace import Document, Event, EventKind, Outcome, Reason, Recordable, Recorder, Refused, Thing

PO = Document("po", "PO-1")
NOTE = Document("desadv", "DN-1")
MOVE = Document("transfer", "T-1")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The rules don't ask the engine; the questions are asked of both in test_plans."""
    return sqlite_url


@pytest.fixture
def book(ledger: Ledger) -> Recorder:
    made = recorder(ledger)
    furnish(made)
    return made


def placed(document: Document, *lines: Line, **more: object) -> Order:
    return Order(
        id=uuid7(),
        time=NOON,
        type=OrderType(document.type),
        number=document.id,
        lines=lines or (Line(ANTIBODY.identifiers, 2), Line(SYRINGE.identifiers, 10)),
        **more,  # type: ignore[arg-type]
    )


def revised(
    document: Document, doing: Revising, quantities: dict[int, int] | None = None, *added: Line
) -> Revision:
    return Revision(
        id=uuid7(),
        time=NOON,
        type=OrderType(document.type),
        number=document.id,
        doing=doing,
        quantities=quantities or {},
        added=added,
    )


def received(*things: Thing, on: Document = PO) -> Event:
    return event(EventKind.RECEIVED, *things, documents=(on,))


def reasons(outcomes: list[Outcome]) -> list[Reason | None]:
    return [each.reason if isinstance(each, Refused) else None for each in outcomes]


def told(ledger: Ledger, document: Document) -> OrderFile:
    with ledger.database.read() as connection:
        found = find_order(connection, 1, OrderType(document.type), document.id)
    assert found is not None
    return found


def test_more_is_received_once_the_order_is_raised(ledger: Ledger, book: Recorder) -> None:
    book.record([placed(PO)])
    raised = revised(PO, Revising.CHANGE, {1: 3}, Line(SYRINGE.identifiers, 5))
    outcomes = book.record(
        [
            received(box("A1"), box("A2"), box("A3")),
            raised,
            received(box("A1"), box("A2"), box("A3")),
            received(syringes(15)),
        ]
    )
    assert reasons(outcomes) == [Reason.TOO_MANY, None, None, Reason.TOO_MANY]
    assert reasons(book.record([received(syringes(5))])) == [None]
    lines = told(ledger, PO).lines
    assert [(each.quantity, each.fulfilled) for each in lines] == [(3, 3), (10, 5), (5, 0)]


def test_an_order_is_never_less_than_what_has_happened(ledger: Ledger, book: Recorder) -> None:
    book.record([placed(PO), received(syringes(4))])
    outcomes = book.record(
        [
            revised(PO, Revising.CHANGE, {2: 3}),
            revised(PO, Revising.CANCEL),
            revised(PO, Revising.CHANGE, {9: 3}),
            revised(PO, Revising.CHANGE, {2: 4, 1: 0}),
        ]
    )
    fulfilled = Reason.LINE_FULFILLED
    assert reasons(outcomes) == [fulfilled, fulfilled, Reason.UNKNOWN_LINE, None]
    assert told(ledger, PO).order.state is OrderState.FULFILLED


def test_a_line_that_was_dropped_takes_nothing(book: Recorder) -> None:
    book.record([placed(PO), revised(PO, Revising.CHANGE, {1: 0})])
    assert reasons(book.record([received(box("A1"))])) == [Reason.NOT_ON_ORDER]


@pytest.mark.parametrize("doing", [Revising.CLOSE, Revising.CANCEL])
def test_what_is_over_takes_nothing_more(ledger: Ledger, book: Recorder, doing: Revising) -> None:
    book.record([placed(PO), revised(PO, doing)])
    again: list[Recordable] = [
        received(box("A1")),
        revised(PO, Revising.CHANGE, {1: 5}),
        revised(PO, doing),
    ]
    assert reasons(book.record(again)) == [Reason.ORDER_CLOSED] * 3
    assert told(ledger, PO).order.state is not OrderState.OPEN


def test_an_order_that_is_not_there_is_not_changed(book: Recorder) -> None:
    book.record([placed(PO)])
    elsewhere = Document("desadv", "PO-1")
    assert reasons(book.record([revised(elsewhere, Revising.CLOSE)])) == [Reason.UNKNOWN_ORDER]


def test_the_history_names_every_entry(ledger: Ledger, book: Recorder) -> None:
    book.record([placed(PO)])
    book.record([received(box("A1"))])
    book.record([event(EventKind.RECEIVED, box("A9"))])
    book.record([revised(PO, Revising.CLOSE)])
    first = ledger.head().size - 4
    assert told(ledger, PO).steps == (first, first + 1, first + 3)


def test_an_order_that_is_done_is_no_longer_open(ledger: Ledger, book: Recorder) -> None:
    orders = [placed(PO, destination="STORE"), placed(MOVE, source="STORE", destination="W07")]
    book.record([*orders, placed(NOTE, destination="W08")])

    def waiting(*places: str, type_: OrderType | None = None) -> list[str]:
        with ledger.database.read() as connection:
            return [each.name[1] for each in open_orders(connection, 1, places, type_=type_)]

    assert waiting("STORE") == ["PO-1", "T-1"]
    assert waiting("W07", "W08") == ["T-1", "DN-1"]
    assert waiting("STORE", type_=OrderType.TRANSFER) == ["T-1"]
    book.record([received(box("A1"), box("A2"), syringes(10))])
    assert waiting("STORE") == ["T-1"]
    assert told(ledger, PO).order.state is OrderState.FULFILLED


def test_a_delivery_note_holds_to_its_lots(book: Recorder) -> None:
    lines = (
        Line(SYRINGE.identifiers, 5, lot="L1", expiry=date(2027, 1, 1)),
        Line(SYRINGE.identifiers, 5, lot="L2"),
    )
    book.record([placed(NOTE, *lines)])
    outcomes = book.record(
        [
            received(syringes(5, lot="L2"), on=NOTE),
            received(syringes(1, lot="L2"), on=NOTE),
            received(syringes(1, lot="L3"), on=NOTE),
            received(syringes(5), on=NOTE),
        ]
    )
    assert reasons(outcomes) == [None, Reason.TOO_MANY, Reason.LOT_MISMATCH, None]


def test_a_box_whose_lot_nobody_told_fits_any_line_of_its_product(book: Recorder) -> None:
    book.record([placed(NOTE, Line(ANTIBODY.identifiers, 1, lot="B1"))])
    assert reasons(book.record([received(box("A1"), on=NOTE)])) == [None]


def test_goods_count_for_the_order_and_for_its_delivery_note(
    ledger: Ledger, book: Recorder
) -> None:
    book.record([placed(PO), placed(NOTE, references=("PO-1",))])
    both = event(EventKind.RECEIVED, syringes(3), documents=(PO, NOTE))
    assert reasons(book.record([both])) == [None]
    assert [told(ledger, each).lines[1].fulfilled for each in (PO, NOTE)] == [3, 3]


@pytest.mark.parametrize(
    ("doing", "quantities"), [(Revising.CHANGE, {}), (Revising.CLOSE, {1: 2}), ("cancel", {1: 2})]
)
def test_only_a_change_names_lines(doing: str, quantities: dict[int, int]) -> None:
    with pytest.raises(Invalid) as caught:
        revised(PO, Revising(doing), quantities)
    assert caught.value.code == "revision-lines"


def test_no_line_asks_for_less_than_nothing() -> None:
    with pytest.raises(Invalid) as caught:
        revised(PO, Revising.CHANGE, {1: -1})
    assert caught.value.code == "quantity-not-positive"


def test_what_no_entry_can_hold_is_said_before() -> None:
    many = [Line((f"https://id.gs1.org/01/{n:014}",), 1) for n in range(1500)]
    for make in (lambda: placed(PO, *many), lambda: revised(PO, Revising.CHANGE, {}, *many)):
        with pytest.raises(Invalid) as caught:
            make()
        assert (caught.value.code, caught.value.field) == ("too-large", "lines")


def revising(doing: Revising, told: dict[str, Any], **more: Any) -> Revision:  # noqa: ANN401 -- fields
    """A revision that fits its type."""
    if doing is Revising.CHANGE:
        more |= told
    return Revision(doing=doing, **more)


heads = {
    "id": st.uuids(),
    "time": times,
    "number": words,
    "person": st.none() | words,
    "note": st.none() | words,
}
quantities = st.dictionaries(st.integers(1, 99), st.integers(0, 2**53 - 1), min_size=1)
revisions = st.one_of(
    st.builds(
        revising,
        st.sampled_from(sorted(set(Revising) - {Revising.STOP})),
        st.fixed_dictionaries({"quantities": quantities}),
        type=st.sampled_from(sorted(set(OrderType) - {OrderType.MEDICATION})),
        **heads,
    ),
    st.builds(
        revising,
        st.sampled_from(Revising),
        st.fixed_dictionaries(
            {"dose": doses}, optional={"route": words.filter(bool), "schedule": schedules()}
        ),
        type=st.just(OrderType.MEDICATION),
        **heads,
    ),
)


@given(revisions)
def test_a_revision_reads_back_from_its_entry(revision: Revision) -> None:
    body = revision.encode()
    read = Revision.parse(json.loads(body))
    assert replace(read, time=revision.time) == revision
    assert read.encode() == body
    assert encode(json.loads(body)) == body
