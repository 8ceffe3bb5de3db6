"""Transfers: requested, sent, accepted; what does not agree goes on the work-list."""

from __future__ import annotations

from dataclasses import replace

import pytest
from uuid6 import uuid7

from hospital import new_participants
from inventory import Definition
from ledger import Ledger
from orders import (
    Line,
    Order,
    OrderFile,
    OrderState,
    OrderType,
    Revising,
    Revision,
    find_order,
)
from tests.support import (
    ANTIBODY,
    CEPHALOSPORIN,
    NOON,
    SYRINGE,
    box,
    event,
    furnish,
    syringes,
)
from trace import (
    Correction,
    Document,
    Error,
    EventKind,
    Outcome,
    Reason,
    Recorded,
    Recorder,
    Refused,
    Thing,
    open_exceptions,
)

PAPER = (Document("transfer", "T-1"),)
PALLET = Thing("https://id.gs1.org/00/106141412345678908")


@pytest.fixture
def hands(ledger: Ledger) -> Recorder:
    """Five boxes and 20 syringes in the store; the ward asks for 3 and 10."""
    made = Recorder(ledger, new_participants())
    furnish(made)
    boxes = [box(f"A{number}") for number in range(5)]
    request = Order(
        id=uuid7(),
        time=NOON,
        type=OrderType.TRANSFER,
        number="T-1",
        lines=(
            Line(ANTIBODY.identifiers, 3, "D001"),
            Line(SYRINGE.identifiers, 10, "C001"),
            Line(CEPHALOSPORIN.identifiers, 10, "D002"),
        ),
        source="STORE",
        destination="W07",
    )
    assert reasons(made.record([event(EventKind.RECEIVED, *boxes, syringes(20)), request])) == [
        None,
        None,
    ]
    return made


def reasons(outcomes: list[Outcome]) -> list[Reason | None]:
    return [each.reason if isinstance(each, Refused) else None for each in outcomes]


def sent(*things: Thing) -> object:
    return event(EventKind.SENT, *things, to="W07", documents=PAPER)


def accepted(*things: Thing) -> object:
    return event(EventKind.ACCEPTED, *things, at="W07", documents=PAPER)


def record(hands: Recorder, *events: object) -> list[Reason | None]:
    return [reason for each in events for reason in reasons(hands.record([each]))]  # type: ignore[list-item]


def told(ledger: Ledger) -> OrderFile:
    with ledger.database.read() as connection:
        found = find_order(connection, 1, OrderType.TRANSFER, "T-1")
    assert found is not None
    return found


def amounts(ledger: Ledger) -> list[tuple[int, int]]:
    return [(line.fulfilled, line.accepted) for line in told(ledger).lines]


def close(hands: Recorder) -> Recorded:
    closing = Revision(
        id=uuid7(), time=NOON, type=OrderType.TRANSFER, number="T-1", doing=Revising.CLOSE
    )
    (outcome,) = hands.record([closing])
    assert isinstance(outcome, Recorded)
    return outcome


def test_what_was_asked_for_is_sent_and_accepted(ledger: Ledger, hands: Recorder) -> None:
    goods = (box("A0"), box("A1"), box("A2"), syringes(10))
    assert record(hands, sent(*goods)) == [None]
    assert amounts(ledger) == [(3, 0), (10, 0), (0, 0)]
    assert record(hands, accepted(*goods)) == [None]
    assert amounts(ledger) == [(3, 3), (10, 10), (0, 0)]
    assert told(ledger).order.state is OrderState.OPEN


def test_more_than_was_asked_for_is_not_sent(ledger: Ledger, hands: Recorder) -> None:
    assert record(hands, sent(syringes(11))) == [Reason.TOO_MANY]
    assert record(hands, sent(*(box(f"A{number}") for number in range(4)))) == [Reason.TOO_MANY]
    assert amounts(ledger) == [(0, 0), (0, 0), (0, 0)]


def test_a_move_sends_and_accepts_at_once(ledger: Ledger, hands: Recorder) -> None:
    moved = event(EventKind.MOVED, box("A0"), syringes(10), to="W07", documents=PAPER)
    assert record(hands, moved) == [None]
    assert amounts(ledger) == [(1, 1), (10, 10), (0, 0)]


def test_what_a_correction_undoes_no_longer_counts(ledger: Ledger, hands: Recorder) -> None:
    wrong = event(EventKind.SENT, box("A0"), syringes(4), to="W07", documents=PAPER)
    assert record(hands, wrong) == [None]
    counted = amounts(ledger)
    never = Correction(
        id=uuid7(), time=NOON, corrects=wrong.id, error=Error.DID_NOT_OCCUR, person="0417"
    )
    assert record(hands, never) == [None]
    assert counted != amounts(ledger) == [(0, 0)] * 3
    assert record(hands, wrong, sent(box("A0"), syringes(10))) == [None, None]


def test_closing_tells_what_did_not_arrive(ledger: Ledger, hands: Recorder) -> None:
    goods = (box("A0"), box("A1"), box("A2"), syringes(10))
    assert record(hands, sent(*goods), accepted(box("A0"), box("A1"), syringes(10))) == [None, None]
    outcome = close(hands)
    (exception,) = outcome.exceptions
    assert exception.reason is Reason.TRANSFER_DIFFERENCE
    assert exception.values == {
        "number": "T-1",
        "line": 1,
        "product": "D001",
        "sent": 3,
        "accepted": 2,
    }
    assert "T-1" in exception.text.zh
    with ledger.database.read() as connection:
        (waits,) = open_exceptions(connection, 1)
    assert waits.place == "W07", "it is the receiver's work"
    assert told(ledger).order.state is OrderState.CLOSED


def test_closing_what_agrees_tells_nothing(hands: Recorder) -> None:
    assert record(hands, sent(box("A0")), accepted(box("A0"))) == [None, None]
    assert close(hands).exceptions == ()


def test_goods_that_turn_up_after_closing_are_accepted(ledger: Ledger, hands: Recorder) -> None:
    assert record(hands, sent(box("A0"))) == [None]
    close(hands)
    assert record(hands, accepted(box("A0"))) == [None]
    assert record(hands, sent(box("A1"))) == [Reason.ORDER_CLOSED]
    assert amounts(ledger)[0] == (1, 1)


def test_what_is_accepted_goes_to_the_line_it_was_sent_for(ledger: Ledger, hands: Recorder) -> None:
    more = Revision(
        id=uuid7(),
        time=NOON,
        type=OrderType.TRANSFER,
        number="T-1",
        doing=Revising.CHANGE,
        added=(Line(SYRINGE.identifiers, 10, "C001"),),
    )
    assert reasons(hands.record([more])) == [None]
    assert record(hands, sent(syringes(10)), sent(syringes(6))) == [None, None]
    assert record(hands, accepted(syringes(10)), accepted(syringes(6))) == [None, None]
    assert amounts(ledger)[1::2] == [(10, 10), (6, 6)]
    assert close(hands).exceptions == ()


def test_a_case_counts_what_it_holds(ledger: Ledger, hands: Recorder) -> None:
    level = "urn:medtrace:cn-drug:8327117"
    cased = replace(
        CEPHALOSPORIN, identifiers=(*CEPHALOSPORIN.identifiers, level), levels={level: 9}
    )
    hands.record([Definition(id=uuid7(), time=NOON, thing=cased)])
    asked = [
        Order(
            id=uuid7(),
            time=NOON,
            type=type_,
            number=number,
            lines=(Line(cased.identifiers, 10, "D002"),),
        )
        for type_, number in ((OrderType.PURCHASE, "PO-1"), (OrderType.TRANSFER, "T-2"))
    ]
    hands.record(asked)
    first, other = (Thing(f"{level}{number:013}") for number in (1, 2))
    bought, moved = (Document("po", "PO-1"),), (Document("transfer", "T-2"),)
    assert record(
        hands,
        event(EventKind.RECEIVED, first, documents=bought),
        event(EventKind.RECEIVED, other, documents=bought),
        event(EventKind.SENT, first, to="W07", documents=moved),
    ) == [None, Reason.TOO_MANY, None]
    with ledger.database.read() as connection:
        files = [find_order(connection, 1, each.type, each.number) for each in asked]
    assert [file.lines[0].fulfilled for file in files if file] == [9, 9]


def test_a_packed_container_counts_what_lies_in_it(ledger: Ledger, hands: Recorder) -> None:
    packed = event(EventKind.PACKED, box("A0"), box("A1"), syringes(4), parent=PALLET.key)
    assert record(hands, packed, sent(PALLET), accepted(PALLET)) == [None] * 3
    assert amounts(ledger) == [(2, 2), (4, 4), (0, 0)]
