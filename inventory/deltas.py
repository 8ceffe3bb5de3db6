"""What changed since a size of the ledger: for handhelds that keep a copy of what they need.

A handheld works without network from what it was told last, and asks for the rest by the ledger's
position. The catalogue's and the holds' versions come from the ledger (`counters.version_at`), so
that they can be compared with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from inventory import models
from inventory.counters import CATALOGUE, HOLDS, read_counters
from inventory.members import PRODUCT_COLUMNS, product_of_row
from inventory.picking import StockRow, stock_rows
from inventory.queries import locations
from inventory.things import GONE, Location, Product, Status
from trace import lots_touched_since


@dataclass(frozen=True, slots=True)
class LotAtPlaces:
    """What lies of a lot's name at some places now."""

    product_id: int
    lot: str
    rows: tuple[StockRow, ...]


def versions(connection: Connection, ledger_id: int) -> tuple[int, int]:
    """The ledger's size when the catalogue changed last, and when the rules of recalls did."""
    counters = read_counters(connection, ledger_id)
    return counters[CATALOGUE], counters[HOLDS]


def places_inside(connection: Connection, ledger_id: int, code: str) -> list[Location]:
    """A place and everything that lies in it; none where there is no such place."""
    places = locations(connection, ledger_id)
    codes, more = {code}, True
    while more:
        found = {place.code for place in places.values() if place.parent in codes} - codes
        codes, more = codes | found, bool(found)
    return [place for place in places.values() if place.code in codes]


def products_coded(
    connection: Connection, ledger_id: int, codes: Iterable[str] | None = None
) -> list[Product]:
    """Products by the hospital's own codes, in their order; None: all of them."""
    c = models.product.c
    query = select(*(c[name] for name in PRODUCT_COLUMNS)).where(c.ledger_id == ledger_id)
    if codes is not None:
        query = query.where(c.code.in_(set(codes)))
    return [product_of_row(row) for row in connection.execute(query.order_by(c.code))]


def stock_since(
    connection: Connection, ledger_id: int, location_ids: Sequence[int], since: int | None
) -> tuple[list[LotAtPlaces], int]:
    """What lies at some places, lot by lot, and of how many lots something lies there.

    What has left entirely is not told; whoever keeps a copy sees by the number that something has.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        location_ids: the places.
        since: the size of the ledger that the asker knows: only lots that a later entry is about;
            None: all that lie there.
    """
    c = models.balance.c
    rows = connection.execute(
        select(c.location_id, c.product_id, c.lot_id, c.status, c.quantity).where(
            c.ledger_id == ledger_id,
            c.location_id.in_(location_ids),
            c.quantity > 0,
            c.status.not_in(_GONE),
        )
    ).all()
    found = _by_lot(stock_rows(connection, ledger_id, rows))
    if since is None:
        return found, len(found)
    there = list({row.lot_id for row in rows})
    touched = lots_touched_since(connection, ledger_id, there, since - 1)
    changed = [each for each in found if touched & {row.lot_id for row in each.rows}]
    return changed, len(found)


_GONE = tuple(status.value for status in (*sorted(GONE), Status.MISSING))


def _by_lot(rows: Sequence[StockRow]) -> list[LotAtPlaces]:
    grouped: dict[tuple[int, str], list[StockRow]] = {}
    for row in rows:
        grouped.setdefault((row.product_id, row.lot), []).append(row)
    return [LotAtPlaces(*name, tuple(group)) for name, group in grouped.items()]
