"""The participant of narcotics: closings against the books, ampoules against what was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, Table

import bulk
from inventory import care_models
from inventory.counters import NARCOTICS, version_at, write_counters
from inventory.narcotic_queries import Closed, Standing, last_closings, standing_of
from inventory.narcotics import EmptyAmpoules, NarcoticClosing
from inventory.queries import products_by_code
from inventory.store_queries import locations_by_code
from inventory.things import Flag, Location, Product
from trace import NO_CHANGE, NoChange, Reason, Recordable, Refused, Touch

_PUT_CLOSINGS = bulk.Insert(care_models.narcotic_closing)
_PUT_EMPTIES = bulk.Insert(care_models.empty_ampoule)

_Said = NarcoticClosing | EmptyAmpoules


@dataclass(frozen=True, slots=True)
class Booked:
    """The change: a day is closed, or ampoules are back; the context says what the books said."""

    context: Mapping[str, Any] = field(default_factory=dict)
    touch: Touch = field(default_factory=Touch)


class BookState:
    """The working state of one batch: the places and products that it names."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.places: dict[str, Location] = {}
        self.products: dict[str, Product] = {}
        self.closed: dict[int, Closed] = {}
        self.standing: dict[int, dict[int, Standing]] = {}
        self.closings: list[bulk.Row] = []
        self.empties: list[bulk.Row] = []
        self.version = 0


class NarcoticBook:
    """Participant: the daily closing, and empty ampoules. The lines are the stock's (`Stock`)."""

    tables: ClassVar[Sequence[Table]] = (care_models.narcotic_closing, care_models.empty_ampoule)

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> BookState | None:
        """What the books say of the places that are closed."""
        said = [each for each in records if isinstance(each, _Said)]
        if not said:
            return None
        state = BookState(ledger_id)
        state.places = locations_by_code(connection, ledger_id, {each.location for each in said})
        numbers = [place.location_id for place in state.places.values()]
        state.closed = last_closings(connection, ledger_id, numbers)
        for number in numbers:
            since = state.closed[number].seq if number in state.closed else -1
            state.standing[number] = standing_of(connection, ledger_id, number, since=since)
        codes = {code for each in said for code in each.counted}
        state.products = products_by_code(connection, ledger_id, codes)
        return state

    def decide(self, state: BookState | None, record: Recordable) -> Booked | NoChange | Refused:
        """Two persons, known places and narcotics, each day once."""
        if state is None or not isinstance(record, _Said):
            return NO_CHANGE
        refused = _unknown(state, record)
        if refused is not None:
            return refused
        if record.second_person is None or record.second_person == record.person:
            return Refused(Reason.SECOND_PERSON_MISSING)
        return Booked() if isinstance(record, EmptyAmpoules) else _close(state, record)

    def accept(self, state: BookState, record: Recordable, _change: Booked, seq: int) -> None:
        """Take it into the working state."""
        assert isinstance(record, _Said)  # noqa: S101 -- `decide` said so; for the type checker
        place = state.places[record.location].location_id
        if isinstance(record, EmptyAmpoules):
            for code, quantity in record.counted.items():
                product_id = state.products[code].product_id
                state.empties.append((state.ledger_id, place, product_id, seq, quantity))
                standing = state.standing[place].setdefault(product_id, Standing(product_id, code))
                standing.empties += quantity
            return
        time = int(record.time.timestamp() * 1000)
        state.closings.append((state.ledger_id, place, record.day.isoformat(), seq, time))
        state.closed[place] = Closed(record.day.isoformat(), seq, time)
        state.version = version_at(seq)
        for standing in state.standing[place].values():
            standing.begin_anew()

    def apply(self, connection: Connection, state: BookState | None) -> None:
        """Write closings and ampoules."""
        if state is None:
            return
        _PUT_CLOSINGS.run(connection, state.closings)
        _PUT_EMPTIES.run(connection, state.empties)
        if state.version:
            write_counters(connection, state.ledger_id, {NARCOTICS: state.version})


def _unknown(state: BookState, record: _Said) -> Refused | None:
    if record.location not in state.places:
        return Refused(Reason.UNKNOWN_LOCATION, {"location": record.location})
    for code in record.counted:
        product = state.products.get(code)
        if product is None:
            return Refused(Reason.UNKNOWN_PRODUCT, {"product": code})
        if Flag.NARCOTIC not in product.flags:
            return Refused(Reason.NOT_A_NARCOTIC, {"product": product.name})
    return None


def _close(state: BookState, record: NarcoticClosing) -> Booked | Refused:
    place = state.places[record.location]
    last = state.closed.get(place.location_id)
    day, time = record.day.isoformat(), int(record.time.timestamp() * 1000)
    if last is not None and (day <= last.day or time <= last.time):
        return Refused(Reason.DAY_CLOSED, {"location": place.name, "day": last.day})
    standing = dict(state.standing[place.location_id])
    for code in record.counted:
        product_id = state.products[code].product_id
        standing.setdefault(product_id, Standing(product_id, code))
    rows, exceptions = [], []
    for each in sorted(standing.values(), key=lambda one: one.product):
        if each.product not in record.counted:
            return Refused(Reason.CLOSING_INCOMPLETE, {"product": each.product})
        counted = record.counted[each.product]
        rows.append(each.members() | {"counted": counted})
        exceptions += _differences(each, counted)
    context: dict[str, Any] = {"closing": rows}
    if exceptions:
        context["exceptions"] = exceptions
    return Booked(context)


def _differences(standing: Standing, counted: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if counted != standing.books:
        values = {"product": standing.product, "counted": counted, "books": standing.books}
        found.append({"reason": Reason.NARCOTIC_DIFFERENCE.value, "values": values})
    if standing.used != standing.empties:
        values = {
            "product": standing.product,
            "used": standing.used,
            "returned": standing.empties,
        }
        found.append({"reason": Reason.AMPOULES_MISSING.value, "values": values})
    return found
