"""A state to decide over, without a database: one shelf of goods."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from inventory import ALL_LOTS, Location, Lot, Product, Status, Unit
from tests.support import ANTIBODY, LOCATIONS, STENT, SYRINGE, box, stent

BOX = box("A1").key
STENT_KEY = stent("S1").key
PATIENT = UUID("018f0000-0000-7000-8000-000000000001")
OTHER_PATIENT = UUID("018f0000-0000-7000-8000-000000000002")


class Shelf:
    """A `View` that a test fills by hand.

    One box of the antibody (lot B1), one stent (lot S1) and 10 syringes (lot L1) lie in the store;
    everything expires at the end of 2027.
    """

    def __init__(self, status: Status = Status.AVAILABLE, patient: UUID | None = None) -> None:
        self.next_unit, self.next_lot = 3, 4
        self._locations = {
            place.code: replace(place, location_id=number)
            for number, place in enumerate(LOCATIONS, 1)
        }
        known = [
            replace(product, product_id=number)
            for number, product in enumerate((ANTIBODY, STENT, SYRINGE), 1)
        ]
        self._products = {product.product_id: product for product in known}
        self._identifiers = {name: product for product in known for name in product.identifiers}
        self.lots = {
            1: Lot(1, 1, "B1", "2027-12-31", None),
            2: Lot(2, 2, "S1", "2027-12-31", None),
            3: Lot(3, 3, "L1", "2027-12-31", None),
        }
        store = self._locations["STORE"].location_id
        owner = patient.bytes if patient else None
        self.units = {
            BOX: Unit(1, BOX, 1, 1, store, status, owner),
            STENT_KEY: Unit(2, STENT_KEY, 2, 2, store, status, owner),
        }
        self.amounts = {(store, 3, status): 10}
        self.holds: set[tuple[int, str]] = set()

    def expire(self, day: str) -> None:
        """Every lot's last day of use is this one."""
        self.lots = {number: replace(lot, expiry=day) for number, lot in self.lots.items()}

    def recall(self) -> None:
        """Every product is recalled."""
        self.holds = {(number, ALL_LOTS) for number in self._products}

    def number_of(self, location: str) -> int:
        """The surrogate of a location."""
        return self._locations[location].location_id

    def location(self, code: str) -> Location | None:
        return self._locations.get(code)

    def location_named(self, location_id: int) -> str:
        return next(x.name for x in self._locations.values() if x.location_id == location_id)

    def product(self, identifier: str) -> Product | None:
        return self._identifiers.get(identifier)

    def product_of(self, product_id: int) -> Product:
        return self._products[product_id]

    def unit(self, key: str) -> Unit | None:
        return self.units.get(key)

    def lot(self, lot_id: int) -> Lot:
        return self.lots[lot_id]

    def lot_named(self, product_id: int, lot: str) -> Lot | None:
        pair = (product_id, lot)
        return next((x for x in self.lots.values() if (x.product_id, x.lot) == pair), None)

    def balance(self, location_id: int, lot_id: int, status: Status) -> int:
        return self.amounts.get((location_id, lot_id, status), 0)

    def held(self, product_id: int, lot: str) -> bool:
        return not self.holds.isdisjoint({(product_id, lot), (product_id, ALL_LOTS)})
