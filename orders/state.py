"""The working state of one batch: the orders it names, and what it makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

import bulk
from ledger import Entry, encode
from orders import models
from orders.schedule import Schedule
from orders.standing import Drug, Happened, Name, OpenLine, OpenOrder, OrderState, SettledDose
from trace import Dose, Event, Thing

ORDER_COLUMNS = (
    *("type", "number", "party", "source", "destination", "patient", "state", "seq"),
    *("care", "given"),
)
"""What `order_of_row` reads."""

ORDERS = bulk.Lookup(models.placed_order, ORDER_COLUMNS, by="number")
LINES = bulk.Lookup(
    models.order_line,
    (
        "type",
        "number",
        "line",
        "identifiers",
        "quantity",
        "fulfilled",
        "accepted",
        "product",
        "lot",
        "expiry",
        "care",
    ),
    by="number",
)
_ORDER_KEY = ("ledger_id", "number", "type")
_PUT_ORDERS = bulk.Insert(models.placed_order, key=_ORDER_KEY, replace=("state", "care", "given"))
_LINE_KEY = ("ledger_id", "number", "type", "line")
_PUT_LINES = bulk.Insert(
    models.order_line, key=_LINE_KEY, replace=("quantity", "fulfilled", "accepted", "care")
)
DOSES = bulk.PairLookup(
    models.order_dose, ("number", "due", "seq", "time", "kind"), by=("number", "due")
)
_PUT_DOSES = bulk.Insert(
    models.order_dose, key=("ledger_id", "number", "due"), replace=("seq", "time", "kind")
)
_DROP_DOSES = bulk.Delete(models.order_dose, key=("ledger_id", "number", "due"))
_PUT_MONTHS = bulk.Insert(models.order_month, key=("ledger_id", "month", "number"))
_PUT_STEPS = bulk.Insert(
    models.order_step,
    key=("ledger_id", "number", "type", "seq"),
    replace=("kind", "time", "place"),
)


def order_of_row(row: bulk.Row) -> OpenOrder:
    """The order in a row of `ORDERS`."""
    type_, number, party, source, destination, patient, state, seq, care, given = row
    owner = UUID(bytes=bytes(patient)) if patient else None
    told = json.loads(care) if care else {}
    schedule = told.get("schedule")
    return OpenOrder(
        (type_, number),
        party,
        source,
        destination,
        owner,
        OrderState(state),
        seq,
        Schedule.parse(schedule) if schedule else None,
        told.get("planned"),
        told.get("highAlert", False),
        given,
    )


def line_of_row(row: bulk.Row) -> OpenLine:
    """The line in a row of `LINES`."""
    type_, number, line, identifiers, *rest, care = row
    found = OpenLine((type_, number), line, tuple(json.loads(identifiers)), *rest)
    if care:
        told = json.loads(care)
        found.generic, found.route = told.get("generic"), told.get("route")
        found.substitution = told.get("substitution", True)
        found.dose = Dose.parse(told["dose"]) if "dose" in told else None
    return found


class BookState:
    """The orders that a batch names, with what was accepted of it folded in.

    Args:
        ledger_id: which ledger.
    """

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.orders: dict[Name, OpenOrder] = {}
        self.lines: dict[Name, list[OpenLine]] = {}
        self.contents: Mapping[str, Sequence[Thing]] = {}
        self.drugs: Mapping[str, Drug] = {}
        self.doses: dict[tuple[str, int], SettledDose] = {}
        self.given_before: dict[tuple[str, int], int] = {}
        self.corrected: Mapping[UUID, Entry] = {}
        self._changed: dict[Name, OpenOrder] = {}
        self._changed_lines: dict[tuple[Name, int], OpenLine] = {}
        self._steps: dict[tuple[Name, int], Happened | None] = {}
        self._settled: dict[tuple[str, int], SettledDose | None] = {}
        self._months: dict[tuple[str, str], None] = {}

    def load(self, connection: Connection, numbers: Sequence[str]) -> None:
        """Read the orders of these numbers."""
        for row in ORDERS.fetch(connection, self.ledger_id, numbers):
            order = order_of_row(row)
            self.orders[order.name] = order
        found = map(line_of_row, LINES.fetch(connection, self.ledger_id, numbers))
        for line in sorted(found, key=lambda each: (each.name, each.number)):
            self.lines.setdefault(line.name, []).append(line)

    def named_by(self, entry: Entry) -> list[Name]:
        """The orders that the event of an entry names, as far as we know them."""
        documents = Event.parse(entry.event).documents
        return [name for each in documents if (name := (each.type, each.id)) in self.orders]

    def place(
        self, order: OpenOrder, lines: Iterable[OpenLine], happened: Happened | None = None
    ) -> None:
        """A new order."""
        self.orders[order.name] = order
        self.lines[order.name] = []
        for line in lines:
            self.add(line)
        self.touch(order.name, order.seq, happened)

    def add(self, line: OpenLine) -> None:
        """A line is new."""
        self.lines[line.name].append(line)
        self.change(line)

    def change(self, line: OpenLine) -> None:
        """A line is to be written."""
        self._changed_lines[line.name, line.number] = line

    def touch(self, name: Name, seq: int, happened: Happened | None = None) -> None:
        """An entry is about this order, whose state is to be written."""
        self._changed[name] = self.orders[name]
        self._steps[name, seq] = happened

    def settle_dose(self, dose: SettledDose) -> None:
        """A dose of a medication order was given, withheld or refused."""
        name = (dose.number, dose.due)
        self.doses[name] = self._settled[name] = dose

    def open_dose(self, number: str, due: int) -> None:
        """A dose was not given after all."""
        self.doses.pop((number, due), None)
        self._settled[number, due] = None

    def runs_in(self, number: str, months: Iterable[str]) -> None:
        """A medication order ran in these months."""
        self._months.update(dict.fromkeys((month, number) for month in months))

    def write(self, connection: Connection) -> None:
        """Write what has changed, a statement a table."""
        own = self.ledger_id
        _PUT_ORDERS.run(connection, [_order_row(own, each) for each in self._changed.values()])
        lines = self._changed_lines.values()
        _PUT_LINES.run(connection, [_line_row(own, each) for each in lines])
        steps = [
            (own, number, type_, seq, *((each.kind, each.time, each.place) if each else _NOTHING))
            for ((type_, number), seq), each in self._steps.items()
        ]
        _PUT_STEPS.run(connection, steps)
        self._write_doses(connection)

    def _write_doses(self, connection: Connection) -> None:
        if not self._settled and not self._months:
            return
        own = self.ledger_id
        dropped = [(own, *name) for name, dose in self._settled.items() if dose is None]
        _DROP_DOSES.run(connection, dropped)
        settled = [dose for dose in self._settled.values() if dose is not None]
        rows = [(own, d.number, d.due, d.seq, d.time, d.kind) for d in settled]
        _PUT_DOSES.run(connection, rows)
        _PUT_MONTHS.run(connection, [(own, month, number) for month, number in self._months])


_NOTHING = (None, None, None)


def _order_row(ledger_id: int, order: OpenOrder) -> bulk.Row:
    type_, number = order.name
    return (
        ledger_id,
        number,
        type_,
        order.party,
        order.destination,
        order.patient.bytes if order.patient else None,
        order.seq,
        order.source,
        order.state.value,
        _json(order.care),
        order.given,
    )


def _line_row(ledger_id: int, line: OpenLine) -> bulk.Row:
    type_, number = line.name
    return (
        ledger_id,
        number,
        type_,
        line.number,
        encode(list(line.identifiers)).decode(),
        line.quantity,
        line.fulfilled,
        line.accepted,
        line.product,
        line.lot,
        line.expiry,
        _json(line.care),
    )


def _json(care: dict[str, Any]) -> str | None:
    return encode(care).decode() if care else None
