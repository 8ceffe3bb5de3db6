"""Finding things by what people hold: a number in an address, a key, a serial."""

from __future__ import annotations

from inventory import lots_by_id, search_products, unit_of, units_by_key, units_by_serial
from ledger import Ledger
from tests.support import box, event, furnish, recorder, stent, syringes
from trace import EventKind, steps_of_lot


def test_things_are_found_by_number_key_and_serial(ledger: Ledger) -> None:
    book = recorder(ledger)
    furnish(book)
    shared = (box("S%2F7", lot="B1"), stent("S%2F7", lot="S1"))
    book.record(
        [
            event(EventKind.RECEIVED, *shared, syringes(10)),
            event(EventKind.MOVED, shared[0], to="PHARM"),
        ]
    )
    with ledger.database.read() as connection:
        found = units_by_serial(connection, 1, "S/7")
        assert [unit.key for unit in found] == [thing.key for thing in shared]
        assert units_by_serial(connection, 1, "none") == []
        first = found[0]
        assert unit_of(connection, 1, first.unit_id) == first
        assert unit_of(connection, 1, 99) is None
        assert units_by_key(connection, 1, [first.key, "urn:x"]) == {first.key: first}
        lots = lots_by_id(connection, 1, [first.lot_id, 99])
        assert [lot.lot for lot in lots.values()] == ["B1"]
        assert steps_of_lot(connection, 1, first.lot_id) == 2
        latest = ledger.head().size - 1
        assert steps_of_lot(connection, 1, first.lot_id, before=latest) == 1


def test_a_name_is_found_in_capitals_or_not(ledger: Ledger) -> None:
    furnish(recorder(ledger))
    with ledger.database.read() as connection:
        assert [p.code for p in search_products(connection, 1, "头孢", 5)] == ["D002"]
        assert [p.code for p in search_products(connection, 1, "D002", 5)] == ["D002"]
