"""The register of implants: what was put into whom or taken out, where in the body, by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Index, LargeBinary, Table, Text

import bulk
from database import metadata
from inventory.changes import StockChange
from inventory.things import Location, Lot, Status
from trace import Event, EventKind, Reason


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


implant = Table(
    "implant",
    metadata,
    _key("ledger_id"),
    _key("seq"),
    _key("lot_id"),
    _key("unit_id"),
    Column("status", Text, nullable=False),
    _number("product_id"),
    Column("patient", LargeBinary, nullable=False),
    _number("location_id"),
    _number("quantity"),
    _number("time"),
    Column("person", Text, nullable=True),
    Column("surgeon", Text, nullable=True),
    Column("site", Text, nullable=True),
    Column("code", Text, nullable=True),
    Index("implant_time_idx", "ledger_id", "status", "time", "seq"),
    Index("implant_product_idx", "ledger_id", "product_id", "status", "time", "seq"),
    Index("implant_lot_idx", "ledger_id", "lot_id", "status", "time", "seq"),
    Index("implant_surgeon_idx", "ledger_id", "surgeon", "status", "time", "seq"),
    Index("implant_patient_idx", "ledger_id", "patient", "status", "time", "seq"),
    Index("implant_unit_idx", "ledger_id", "unit_id"),
    sqlite_with_rowid=False,
)
"""What was implanted or explanted (`status`) in each entry; `unit_id` 0: counted by lot only.

Of what was told after the fact under a code that names no goods, `code` is its key, `lot_id` 0 and
`unit_id` its number among those of the entry. `patient` is empty where nobody said whose. Rows of
entries in `correction` stay, and are left out by whoever reads them. `time` is when it happened, in
milliseconds since 1970."""

_PUT = bulk.Insert(implant)
REGISTERED: Final = frozenset({Status.IMPLANTED, Status.EXPLANTED})
_KINDS: Final = {
    EventKind.IMPLANTED: Status.IMPLANTED,
    EventKind.EXPLANTED: Status.EXPLANTED,
}
_NO_GOODS: Final = frozenset({Reason.UNKNOWN_CODE, Reason.IS_CONTAINER})


class ImplantBook:
    """What the events of a batch add to the register.

    Args:
        ledger_id: whose register.
    """

    def __init__(self, ledger_id: int) -> None:
        self._ledger_id = ledger_id
        self._rows: list[bulk.Row] = []

    def take(
        self,
        event: Event,
        change: StockChange,
        seq: int,
        lot_of: Callable[[int], Lot],
        location: Callable[[str], Location | None],
    ) -> None:
        """Take in what one event did.

        Args:
            event: the event.
            change: what it changed.
            seq: its entry.
            lot_of: the lot of a surrogate.
            location: the place of a code.
        """
        sums: dict[tuple[int, int, bytes, Status, int], int] = {}
        for each in (*change.exposed, *change.of_nobody):
            if each.status in REGISTERED:
                name = (each.lot_id, each.unit_id, each.patient, each.status, each.location_id)
                sums[name] = sums.get(name, 0) + each.quantity
        for (lot_id, unit_id, patient, status, place), quantity in sums.items():
            goods = (lot_id, unit_id, status, lot_of(lot_id).product_id, patient, place, quantity)
            self._put(event, seq, *goods, None)
        where = location(event.whereabouts) if event.kind in _KINDS else None
        if where is not None:
            self._unknown(event, change, seq, where.location_id)

    def _unknown(self, event: Event, change: StockChange, seq: int, place: int) -> None:
        """What stands under codes that name no goods was put in, or taken out, all the same."""
        patient = event.patient.bytes if event.patient else b""
        for number, (key, count) in enumerate(_without_goods(event, change), 1):
            self._put(event, seq, 0, number, _KINDS[event.kind], 0, patient, place, count, key)

    def _put(  # noqa: PLR0913, PLR0917 -- a line of the register
        self,
        event: Event,
        seq: int,
        lot_id: int,
        unit_id: int,
        status: Status,
        product_id: int,
        patient: bytes,
        location_id: int,
        quantity: int,
        code: str | None,
    ) -> None:
        time = int(event.time.timestamp() * 1000)
        said = (event.person, event.surgeon, event.site)
        goods = (status.value, product_id, patient, location_id, quantity, time)
        self._rows.append((self._ledger_id, seq, lot_id, unit_id, *goods, *said, code))

    def write(self, connection: Connection) -> None:
        """Write the rows."""
        _PUT.run(connection, self._rows)


def _without_goods(event: Event, change: StockChange) -> Iterator[tuple[str, int]]:
    """The things that a code of no goods was scanned for, each with how many they are."""
    broken = (each for each in change.exceptions if each["reason"] in _NO_GOODS)
    keys = {each["key"] for each in broken if "key" in each}
    for thing in event.things:
        if thing.key in keys:
            yield thing.key, thing.quantity or thing.part or 1
