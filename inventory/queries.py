"""Questions about what there is. Keys are read first, names second: no join with the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, exists, func, or_, select

from inventory import models
from inventory.counters import CATALOGUE, read_counters
from inventory.members import LOCATION_COLUMNS, PRODUCT_COLUMNS, location_of_row, product_of_row
from inventory.rows import LOT_COLUMNS, UNIT_COLUMNS, lot_of_row, unit_of_row
from inventory.things import Location, Lot, Product, Status, Unit
from trace import identifier_of

_PRODUCT = models.product.c
_PRODUCT_COLUMNS = [_PRODUCT[name] for name in PRODUCT_COLUMNS]


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
        used: how much was administered or implanted.
        holding: how much was handed over and neither used nor given back.
        seqs: the entries that say so.
    """

    patient: UUID
    lot_id: int
    location_id: int
    used: int
    holding: int
    seqs: tuple[int, ...]


def find_unit(connection: Connection, ledger_id: int, key: str) -> Unit | None:
    """The thing with this code of its own; what a correction took out never was."""
    c = models.unit.c
    query = select(*(c[name] for name in UNIT_COLUMNS))
    row = connection.execute(query.where(c.ledger_id == ledger_id, c.key == key)).first()
    unit = None if row is None else unit_of_row(row)
    return None if unit is None or unit.status is Status.VOID else unit


def find_product(connection: Connection, ledger_id: int, key: str) -> Product | None:
    """The product that a thing's key belongs to."""
    c = models.product_identifier.c
    number = connection.execute(
        select(c.product_id).where(c.ledger_id == ledger_id, c.identifier == identifier_of(key))
    ).scalar()
    return None if number is None else products(connection, ledger_id, [number])[number]


def find_lots(connection: Connection, ledger_id: int, lot: str) -> list[Lot]:
    """The lots of this name, of whatever product."""
    return _lots(connection, ledger_id, models.lot.c.lot == lot)


def find_lot(connection: Connection, ledger_id: int, product_id: int, lot: str) -> Lot | None:
    """A lot of a product by its name, the first of several owners'."""
    found = lots_named(connection, ledger_id, product_id, lot)
    return found[0] if found else None


def lots_named(connection: Connection, ledger_id: int, product_id: int, lot: str) -> list[Lot]:
    """The goods of a lot's name: one for each owner, nameless ones for each expiry."""
    c = models.lot.c
    return _lots(connection, ledger_id, (c.product_id == product_id) & (c.lot == lot))


def lots_of(connection: Connection, ledger_id: int, product_id: int) -> list[Lot]:
    """Every lot of a product."""
    return _lots(connection, ledger_id, models.lot.c.product_id == product_id)


def lot(connection: Connection, ledger_id: int, lot_id: int) -> Lot:
    """The lot of this surrogate, which must exist."""
    return _lots(connection, ledger_id, models.lot.c.lot_id == lot_id)[0]


def _lots(connection: Connection, ledger_id: int, condition: object) -> list[Lot]:
    c = models.lot.c
    rows = connection.execute(
        select(*(c[name] for name in LOT_COLUMNS))
        .where(c.ledger_id == ledger_id, condition)  # type: ignore[arg-type]
        .order_by(c.lot_id)
    )
    return [lot_of_row(row) for row in rows]


def products(
    connection: Connection, ledger_id: int, product_ids: Iterable[int]
) -> dict[int, Product]:
    """Products by surrogate."""
    rows = connection.execute(
        select(*_PRODUCT_COLUMNS).where(
            _PRODUCT.ledger_id == ledger_id, _PRODUCT.product_id.in_(set(product_ids))
        )
    )
    return {row[0]: product_of_row(row) for row in rows}


def search_products(
    connection: Connection, ledger_id: int, words: str, limit: int
) -> list[Product]:
    """Products whose code or name holds these words."""
    rows = connection.execute(
        select(*_PRODUCT_COLUMNS)
        .where(
            _PRODUCT.ledger_id == ledger_id,
            or_(
                _PRODUCT.code == words,
                _PRODUCT.name.icontains(words, autoescape=True),
                _PRODUCT.details.icontains(words, autoescape=True),
            ),
        )
        .order_by(_PRODUCT.code)
        .limit(limit)
    )
    return [product_of_row(row) for row in rows]


def locations(
    connection: Connection, ledger_id: int, location_ids: Iterable[int] | None = None
) -> dict[int, Location]:
    """Locations by surrogate; all of them where none are named."""
    c = models.location.c
    query = select(*(c[name] for name in LOCATION_COLUMNS)).where(c.ledger_id == ledger_id)
    if location_ids is not None:
        query = query.where(c.location_id.in_(set(location_ids)))
    return {row[0]: location_of_row(row) for row in connection.execute(query)}


def balances(connection: Connection, ledger_id: int, lot_ids: Sequence[int]) -> list[Balance]:
    """Where some lots are, and in which state."""
    c = models.balance.c
    rows = connection.execute(
        select(c.location_id, c.product_id, c.lot_id, c.status, c.quantity)
        .where(c.ledger_id == ledger_id, c.lot_id.in_(lot_ids), c.quantity != 0)
        .order_by(c.location_id, c.lot_id, c.status)
    )
    return [Balance(*row[:3], Status(row.status), row.quantity) for row in rows]


def units_of_lots(connection: Connection, ledger_id: int, lot_ids: Sequence[int]) -> list[Unit]:
    """The serialised things of some lots."""
    c = models.unit.c
    rows = connection.execute(
        select(*(c[name] for name in UNIT_COLUMNS))
        .where(c.ledger_id == ledger_id, c.lot_id.in_(lot_ids), c.status != Status.VOID.value)
        .order_by(c.unit_id)
    )
    return [unit_of_row(row) for row in rows]


def exposures(connection: Connection, ledger_id: int, lot_ids: Sequence[int]) -> list[Exposure]:
    """The patients who have or had goods of some lots, one row a patient and lot."""
    c, wrong = models.exposure.c, models.correction.c
    corrected = exists().where(wrong.ledger_id == c.ledger_id, wrong.corrected == c.seq)
    rows = connection.execute(
        select(c.lot_id, c.patient, c.seq, c.unit_id, c.status, c.location_id, c.quantity)
        .where(c.ledger_id == ledger_id, c.lot_id.in_(lot_ids), ~corrected)
        .order_by(c.lot_id, c.patient, c.seq)
    )
    grouped: dict[tuple[int, bytes], list[Any]] = {}
    for row in rows:
        grouped.setdefault((row.lot_id, bytes(row.patient)), []).append(row)
    found = [_exposure(lot_id, patient, g) for (lot_id, patient), g in grouped.items()]
    return [each for each in found if each.used or each.holding]


def _exposure(lot_id: int, patient: bytes, rows: Sequence[Any]) -> Exposure:
    """Thing by thing in the ledger's order: what was never handed over can't be given back.

    So what a patient got from a ward's own stock never hides what was handed to her.
    """
    holding: dict[int, int] = {}
    used, where = 0, rows[0].location_id
    for row in rows:
        handed = row.status == Status.DISPENSED.value
        gain = row.quantity if handed else -row.quantity
        holding[row.unit_id] = max(holding.get(row.unit_id, 0) + gain, 0)
        used += 0 if handed else row.quantity
        where = row.location_id if row.quantity > 0 else where
    return Exposure(
        patient=UUID(bytes=patient),
        lot_id=lot_id,
        location_id=where,
        used=used,
        holding=sum(holding.values()),
        seqs=tuple(dict.fromkeys(row.seq for row in rows)),
    )


def received(connection: Connection, ledger_id: int, lot_ids: Sequence[int]) -> int:
    """How much of some lots ever arrived, counted at the door."""
    c = models.lot.c
    query = select(func.coalesce(func.sum(c.received), 0))
    query = query.where(c.ledger_id == ledger_id, c.lot_id.in_(lot_ids))
    return int(connection.execute(query).scalar_one())


def products_by_code(
    connection: Connection, ledger_id: int, codes: Iterable[str]
) -> dict[str, Product]:
    """Products by the hospital's own code."""
    rows = connection.execute(
        select(*_PRODUCT_COLUMNS).where(
            _PRODUCT.ledger_id == ledger_id, _PRODUCT.code.in_(set(codes))
        )
    )
    return {each.code: each for each in map(product_of_row, rows)}


def catalogue_version(connection: Connection, ledger_id: int) -> int:
    """A number that changes whenever a product or location does."""
    return read_counters(connection, ledger_id)[CATALOGUE]
