"""Questions about what there is. Keys are read first, names second: no join with the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from sqlalchemy import Connection, exists, select

import bulk
from inventory import models
from inventory.counters import CATALOGUE, read_counter
from inventory.members import LOCATION_COLUMNS, PRODUCT_COLUMNS, location_of_row, product_of_row
from inventory.rows import LOT_COLUMNS, STATUS, UNIT_COLUMNS, lot_of_row, unit_of_row
from inventory.things import Location, Lot, Product, Status, Unit
from inventory.wording import words_of
from trace import identifier_of

_PRODUCT = models.product.c
_PRODUCT_COLUMNS = [_PRODUCT[name] for name in PRODUCT_COLUMNS]
_DISPENSED, _EXPLANTED = Status.DISPENSED.value, Status.EXPLANTED.value
_RETURNABLE = frozenset({_DISPENSED, _EXPLANTED})
_REAL = f"status <> '{Status.VOID.value}'"
_UNITS = bulk.Lookup(models.unit, UNIT_COLUMNS, by="key", condition=_REAL)
_UNITS_OF_LOTS = bulk.Lookup(models.unit, UNIT_COLUMNS, by="lot_id")
_IDENTIFIERS = bulk.Lookup(models.product_identifier, ("product_id",), by="identifier")
_PRODUCTS = bulk.Lookup(models.product, PRODUCT_COLUMNS, by="product_id")
_PRODUCT_CODES = bulk.Lookup(models.product, PRODUCT_COLUMNS, by="code")
_LOCATIONS = bulk.Lookup(models.location, LOCATION_COLUMNS, by="location_id")
_ALL_LOCATIONS = f"SELECT {','.join(LOCATION_COLUMNS)} FROM location WHERE ledger_id=?"  # noqa: S608 -- names come from the table
_LOTS = bulk.Lookup(models.lot, LOT_COLUMNS, by="lot_id")
_LOTS_OF = bulk.Lookup(models.lot, LOT_COLUMNS, by="product_id")
_LOTS_CALLED = bulk.Lookup(models.lot, LOT_COLUMNS, by="lot")
_LOTS_NAMED = bulk.PairLookup(models.lot, LOT_COLUMNS, by=("product_id", "lot"))
_RECEIVED = bulk.Lookup(models.lot, ("received",), by="lot_id")
_BALANCES = bulk.Lookup(
    models.balance,
    ("location_id", "lot_id", "status", "product_id", "quantity"),
    by="lot_id",
    condition="quantity <> 0",
)
_EXPOSURES = bulk.Lookup(
    models.exposure,
    ("lot_id", "patient", "seq", "unit_id", "status", "location_id", "quantity"),
    by="lot_id",
    condition="NOT EXISTS (SELECT 1 FROM correction AS wrong"
    " WHERE wrong.ledger_id = exposure.ledger_id AND wrong.corrected = exposure.seq)",
)


@dataclass(frozen=True, slots=True)
class Balance:
    """How much of a lot is where and in which state."""

    location_id: int
    product_id: int
    lot_id: int
    status: Status
    quantity: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """A patient who has or had goods of a lot.

    Args:
        patient: the pseudonym.
        lot_id: of which lot.
        location_id: where it was last given or handed over.
        used: how much was administered, used or implanted, and not taken out again.
        holding: how much was handed over and neither used nor given back.
        seqs: the entries that say so.
        explanted: how much was taken out of the patient.
    """

    patient: UUID
    lot_id: int
    location_id: int
    used: int
    holding: int
    seqs: tuple[int, ...]
    explanted: int = 0

    @property
    def had(self) -> int:
        """How much the patient has or had, in whatever way."""
        return self.used + self.holding + self.explanted


def find_unit(connection: Connection, ledger_id: int, key: str) -> Unit | None:
    """The thing with this code of its own; what a correction took out never was."""
    found = _UNITS.fetch(connection, ledger_id, [key])
    return unit_of_row(found[0]) if found else None


def find_product(connection: Connection, ledger_id: int, key: str) -> Product | None:
    """The product that a thing's key belongs to."""
    found = _IDENTIFIERS.fetch(connection, ledger_id, [identifier_of(key)])
    numbers = [number for (number,) in found]
    return products(connection, ledger_id, numbers)[numbers[0]] if numbers else None


def find_lots(connection: Connection, ledger_id: int, lot: str) -> list[Lot]:
    """The lots of this name, of whatever product."""
    return _lots(_LOTS_CALLED.fetch(connection, ledger_id, [lot]))


def find_lot(connection: Connection, ledger_id: int, product_id: int, lot: str) -> Lot | None:
    """A lot of a product by its name, the first of several owners'."""
    found = lots_named(connection, ledger_id, product_id, lot)
    return found[0] if found else None


def lots_named(connection: Connection, ledger_id: int, product_id: int, *names: str) -> list[Lot]:
    """The goods of some lots' names: one for each owner, nameless ones for each expiry."""
    pairs = [(product_id, name) for name in dict.fromkeys(names)]
    return _lots(_LOTS_NAMED.fetch(connection, ledger_id, pairs))


def lots_of(connection: Connection, ledger_id: int, product_id: int) -> list[Lot]:
    """Every lot of a product."""
    return _lots(_LOTS_OF.fetch(connection, ledger_id, [product_id]))


def lot(connection: Connection, ledger_id: int, lot_id: int) -> Lot:
    """The lot of this surrogate, which must exist."""
    return _lots(_LOTS.fetch(connection, ledger_id, [lot_id]))[0]


def _lots(rows: Iterable[bulk.Row]) -> list[Lot]:
    return [lot_of_row(row) for row in sorted(rows, key=itemgetter(0))]


def products(
    connection: Connection, ledger_id: int, product_ids: Iterable[int]
) -> dict[int, Product]:
    """Products by surrogate."""
    rows = _PRODUCTS.fetch(connection, ledger_id, list(set(product_ids)))
    return {row[0]: product_of_row(row) for row in rows}


def search_products(
    connection: Connection, ledger_id: int, words: str, limit: int
) -> list[Product]:
    """Products that are called so, or have it in their name, code, facts or pinyin.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        words: as typed; several have all to be there.
        limit: how many at the most.
    """
    asked = words_of(words).split()
    query = select(*_PRODUCT_COLUMNS).where(_PRODUCT.ledger_id == ledger_id)
    for word in asked:
        query = query.where(_PRODUCT.search.contains(word, autoescape=True))
    rows = connection.execute(query.order_by(_PRODUCT.code != words, _PRODUCT.code).limit(limit))
    return [product_of_row(row) for row in rows]


def locations(
    connection: Connection, ledger_id: int, location_ids: Iterable[int] | None = None
) -> dict[int, Location]:
    """Locations by surrogate; all of them where none are named."""
    if location_ids is not None:
        rows = _LOCATIONS.fetch(connection, ledger_id, list(set(location_ids)))
        return {row[0]: location_of_row(row) for row in rows}
    rows = bulk.fetch(connection, _ALL_LOCATIONS, [ledger_id])
    return {row[0]: location_of_row(row) for row in rows}


def balances(connection: Connection, ledger_id: int, lot_ids: Sequence[int]) -> list[Balance]:
    """Where some lots are, and in which state."""
    rows = _BALANCES.fetch(connection, ledger_id, lot_ids)
    return [
        Balance(location_id, product_id, lot_id, STATUS[status], quantity)
        for location_id, lot_id, status, product_id, quantity in sorted(rows)
    ]


def units_of_lots(
    connection: Connection, ledger_id: int, lot_ids: Sequence[int], *, void: bool = False
) -> list[Unit]:
    """The serialised things of some lots.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        lot_ids: of which lots.
        void: also those that a correction took out of the books.
    """
    rows = _UNITS_OF_LOTS.fetch(connection, ledger_id, lot_ids)
    found = [unit_of_row(row) for row in sorted(rows, key=itemgetter(0))]
    return found if void else [unit for unit in found if unit.status is not Status.VOID]


def exposures(
    connection: Connection,
    ledger_id: int,
    lot_ids: Sequence[int],
    *,
    without: Collection[int] = (),
) -> list[Exposure]:
    """The patients who have or had goods of some lots, one row a patient and lot.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        lot_ids: of which lots.
        without: their things that are left out, by surrogate.
    """
    rows = sorted(_EXPOSURES.fetch(connection, ledger_id, lot_ids))
    if without:
        rows = [row for row in rows if row[3] not in without]
    grouped = groupby(rows, itemgetter(0, 1))
    found = [_exposure(lot_id, patient, list(group)) for (lot_id, patient), group in grouped]
    return [each for each in found if each.had]


def _exposure(lot_id: int, patient: bytes, rows: Sequence[bulk.Row]) -> Exposure:
    """Thing by thing in the ledger's order: what was never handed over can't be given back.

    So what a patient got from a ward's own stock never hides what was handed to her.
    """
    if len(rows) == 1 and rows[0][4] not in _RETURNABLE and rows[0][6] > 0:
        _, _, seq, _, _, location_id, quantity = rows[0]
        return Exposure(UUID(bytes=patient), lot_id, location_id, quantity, 0, (seq,))
    holding: dict[int, int] = {}
    inside: dict[int, int] = {}
    explanted, where = 0, rows[0][5]
    for _, _, _, unit_id, status, location_id, quantity in rows:
        where = location_id if quantity > 0 else where
        if status == _DISPENSED:
            holding[unit_id] = max(holding.get(unit_id, 0) + quantity, 0)
        elif status == _EXPLANTED:
            inside[unit_id] = max(inside.get(unit_id, 0) - quantity, 0)
            explanted += quantity
        else:
            holding[unit_id] = max(holding.get(unit_id, 0) - quantity, 0)
            inside[unit_id] = inside.get(unit_id, 0) + quantity
    return Exposure(
        patient=UUID(bytes=patient),
        lot_id=lot_id,
        location_id=where,
        used=sum(inside.values()),
        explanted=explanted,
        holding=sum(holding.values()),
        seqs=tuple(dict.fromkeys([row[2] for row in rows])),
    )


@dataclass(frozen=True, slots=True)
class Given:
    """Goods that a patient got, or gave back (a negative quantity), by one entry."""

    lot_id: int
    seq: int
    unit_id: int
    status: Status
    location_id: int
    quantity: int


def given_to(connection: Connection, ledger_id: int, patient: UUID, *, limit: int) -> list[Given]:
    """What a patient got, the latest first; what was corrected is left out."""
    c, wrong = models.exposure.c, models.correction.c
    corrected = exists().where(wrong.ledger_id == c.ledger_id, wrong.corrected == c.seq)
    rows = connection.execute(
        select(c.lot_id, c.seq, c.unit_id, c.status, c.location_id, c.quantity)
        .where(c.ledger_id == ledger_id, c.patient == patient.bytes, ~corrected)
        .order_by(c.seq.desc(), c.lot_id, c.unit_id)
        .limit(limit)
    )
    return [Given(*row[:3], Status(row.status), row.location_id, row.quantity) for row in rows]


def received(connection: Connection, ledger_id: int, lot_ids: Sequence[int]) -> int:
    """How much of some lots ever arrived, counted at the door."""
    return sum(number for (number,) in _RECEIVED.fetch(connection, ledger_id, lot_ids))


def products_by_code(
    connection: Connection, ledger_id: int, codes: Iterable[str]
) -> dict[str, Product]:
    """Products by the hospital's own code."""
    rows = _PRODUCT_CODES.fetch(connection, ledger_id, list(set(codes)))
    return {each.code: each for each in map(product_of_row, rows)}


def catalogue_version(connection: bulk.Reader, ledger_id: int) -> int:
    """A number that changes whenever a product or location does."""
    return read_counter(connection, ledger_id, CATALOGUE)
