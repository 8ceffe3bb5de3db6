"""Reading what a batch says about orders of care: drugs, and the doses around each act.

A batch that names no such order costs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection, func, select

import bulk
from ledger import Entry
from orders import models
from orders.care import SETTLES, names_order
from orders.order import Order, OrderType
from orders.revision import Revision
from orders.rights import doses_around
from orders.schedule import milliseconds
from orders.standing import Drug, OrderState, SettledDose
from orders.state import DOSES, BookState
from trace import EVENT_TYPES, Event, EventKind, Recordable, identifier_of

Drugs = Callable[[Connection, int, Sequence[str]], Mapping[str, Drug]]
"""Answers (connection, ledger, product identifiers) with what the catalogue says of each."""


def numbers_named(records: Sequence[Recordable], corrected: Sequence[Entry]) -> set[str]:
    """The numbers of all orders that a batch may be about."""
    numbers = {d.id for r in records if isinstance(r, Event) for d in r.documents}
    numbers |= {r.number for r in records if isinstance(r, Order | Revision)}
    for entry in corrected:
        numbers |= {said["number"] for said in entry.context.get("orders", ())}
        if entry.event.get("type") in EVENT_TYPES:
            numbers |= {document.id for document in Event.parse(entry.event).documents}
    return numbers


def numbers_of_patients(
    connection: Connection, state: BookState, records: Sequence[Recordable]
) -> set[str]:
    """The open medication orders of patients who are given something that names no such order.

    Whoever leaves the order out is held to it all the same, or a dose could be given twice.
    """
    patients = {
        event.patient.bytes
        for event in records
        if isinstance(event, Event)
        and event.kind is EventKind.ADMINISTERED
        and event.patient is not None
        and not names_order(state, event)
    }
    rows = _OF_PATIENT.fetch(connection, state.ledger_id, list(patients))
    medication, open_ = OrderType.MEDICATION.value, OrderState.OPEN.value
    return {number for type_, number, state in rows if (type_, state) == (medication, open_)}


_OF_PATIENT = bulk.Lookup(models.placed_order, ("type", "number", "state"), by="patient")


def load_care(
    connection: Connection, state: BookState, records: Sequence[Recordable], drugs: Drugs
) -> None:
    """Read what orders of care are held against, where the batch names some.

    Args:
        connection: inside the recorder's transaction.
        state: of the batch, its orders and lines loaded.
        records: the batch.
        drugs: what the catalogue says.
    """
    named = {name for name, order in state.orders.items() if order.is_of_care}
    if not named:
        return
    told = [each for each in records if isinstance(each, Event)]
    patients = {state.orders[name].patient for name in named}
    events = [
        e
        for e in told
        if e.patient in patients or any((d.type, d.id) in named for d in e.documents)
    ]
    identifiers = {identifier_of(t.key) for e in events for t in e.things}
    identifiers |= {identifier_of(t.key) for ts in state.contents.values() for t in ts}
    identifiers |= {i for name in named for line in state.lines[name] for i in line.identifiers}
    state.drugs = drugs(connection, state.ledger_id, list(identifiers)) if events else {}
    _load_doses(connection, state, events)
    for entry in state.corrected.values():
        _load_given_before(connection, state, entry)


def _load_doses(connection: Connection, state: BookState, events: Sequence[Event]) -> None:
    pairs = set()
    for event in events:
        if event.kind not in SETTLES:
            continue
        moment = milliseconds(event.time)
        for document in event.documents:
            order = state.orders.get((document.type, document.id))
            if order is not None and order.schedule is not None:
                pairs |= {(document.id, due) for due in doses_around(order.schedule, moment)}
    for row in DOSES.fetch(connection, state.ledger_id, list(pairs)):
        state.doses[row[0], row[1]] = SettledDose(*row)


def _load_given_before(connection: Connection, state: BookState, entry: Entry) -> None:
    """When the latest dose was given beside the one that a correction takes back."""
    c = models.order_dose.c
    for said in entry.context.get("orders", ()):
        if said["type"] == OrderType.MEDICATION and "due" in said:
            latest = connection.execute(
                select(func.max(c.time)).where(
                    c.ledger_id == state.ledger_id,
                    c.number == said["number"],
                    c.due != said["due"],
                    c.kind == EventKind.ADMINISTERED.value,
                )
            ).scalar()
            if latest is not None:
                state.given_before[said["number"], said["due"]] = latest
