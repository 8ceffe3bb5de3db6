"""A state to decide over, without a database: one shelf of goods."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from inventory import ALL_LOTS, Arrival, DeclaredPackage, Flag, Location, Lot, Product, Status, Unit
from ledger import Entry
from tests.support import ANTIBODY, LOCATIONS, STENT, SYRINGE, box, stent

BOX = box("A1").key
STENT_KEY = stent("S1").key
SYRINGE_KEY = f"{SYRINGE.identifiers[0]}/21/P1"
PALLET = "https://id.gs1.org/00/106141412345678908"
DOCUMENT = "RX-1"
PATIENT = UUID("018f0000-0000-7000-8000-000000000001")
OTHER_PATIENT = UUID("018f0000-0000-7000-8000-000000000002")


class Shelf:
    """A `View` that a test fills by hand.

    One box of the antibody (lot B1), one stent (lot S1), one syringe with a code of its own and 10
    without (lot L1) lie in the store; everything expires at the end of 2027. Where it is reserved,
    it is kept for `DOCUMENT`.
    """

    def __init__(self, status: Status = Status.AVAILABLE, patient: UUID | None = None) -> None:
        self.next_unit, self.next_lot = 4, 4
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
            SYRINGE_KEY: Unit(3, SYRINGE_KEY, 3, 3, store, status, owner),
        }
        self.amounts = {(store, 3, status): 10}
        self.holds: set[tuple[int, str]] = set()
        self.packed: dict[int, dict[int, int]] = {}
        self.declarations: dict[str, list[DeclaredPackage]] = {}
        self.reservations: dict[tuple[str, int, int, int], int] = {}
        if status is Status.RESERVED:
            self.keep(BOX)
            self.keep(STENT_KEY)
            self.keep(SYRINGE_KEY)
            self.reservations[DOCUMENT, store, 3, 0] = 10

    def keep(self, key: str, document: str = DOCUMENT) -> None:
        """A thing is kept for a document."""
        unit = self.units[key]
        self.reservations[document, unit.location_id, unit.lot_id, unit.unit_id] = 1

    def pack(self, syringes: int = 0) -> None:
        """The box lies on a pallet in the store, with so many of the syringes."""
        around = self.units[BOX]
        pallet = around._replace(unit_id=9, key=PALLET, lot_id=0, product_id=0)
        self.units[PALLET] = pallet._replace(quantity=0, patient=None)
        self.units[BOX] = around._replace(parent=9)
        if syringes:
            self.packed[9] = {3: syringes}
            self.amounts = {place: n - syringes for place, n in self.amounts.items()}
        if around.status is Status.RESERVED:
            self.keep(PALLET)

    def flag(self, flag: Flag) -> None:
        """Every product is to be minded so."""
        for number, product in self._products.items():
            self._products[number] = replace(product, flags=frozenset({flag}))
        by_number = self._products
        self._identifiers = {
            name: by_number[product.product_id] for name, product in self._identifiers.items()
        }

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

    def location_code(self, location_id: int) -> str:
        return next(x.code for x in self._locations.values() if x.location_id == location_id)

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

    def lots_named(self, product_id: int, lot: str) -> list[Lot]:
        pair = (product_id, lot)
        return [x for x in self.lots.values() if (x.product_id, x.lot) == pair]

    def loose(self, location_id: int, lot_id: int, status: Status) -> int:
        return self.amounts.get((location_id, lot_id, status), 0)

    def places_of(self, lot_id: int, status: Status) -> list[int]:
        return [x[0] for x, n in self.amounts.items() if x[1:] == (lot_id, status) and n]

    def unit_numbered(self, unit_id: int) -> Unit:
        return next(unit for unit in self.units.values() if unit.unit_id == unit_id)

    def children(self, unit_id: int) -> list[Unit]:
        return [unit for unit in self.units.values() if unit.parent == unit_id]

    def contents(self, unit_id: int) -> dict[int, int]:
        return self.packed.get(unit_id, {})

    def parts(self, unit_id: int) -> list[Unit]:
        found = [unit for unit in self.units.values() if unit.pack == unit_id]
        return sorted(found, key=lambda unit: unit.start)

    def declared(self, key: str) -> list[DeclaredPackage]:
        return self.declarations.get(key, [])

    def kept(self, document: str, location_id: int, lot_id: int, unit_id: int) -> int:
        return self.reservations.get((document, location_id, lot_id, unit_id), 0)

    def kept_for(self, unit_id: int) -> list[tuple[str, int]]:
        return [(name[0], name[1]) for name in self.reservations if name[3] == unit_id]

    def closed_until(self, _location_id: int) -> int | None:
        return None

    def corrected(self, _event_id: UUID) -> Entry | None:
        return None

    def is_corrected(self, _seq: int) -> bool:
        return False

    def held(self, lot: Lot, _key: str | None, _arrival: Arrival | None = None) -> bool:
        number = lot.product_id
        return not self.holds.isdisjoint({(number, lot.lot), (number, ALL_LOTS)})
