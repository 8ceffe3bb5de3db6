"""The register of implants: what was put into whom or taken out, where in the body, by whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Index, LargeBinary, Table, Text

import bulk
from database import metadata
from inventory.changes import StockChange
from inventory.things import Lot, Status
from trace import Event


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
    Index("implant_time_idx", "ledger_id", "status", "time", "seq"),
    Index("implant_product_idx", "ledger_id", "product_id", "status", "time", "seq"),
    Index("implant_lot_idx", "ledger_id", "lot_id", "status", "time", "seq"),
    Index("implant_surgeon_idx", "ledger_id", "surgeon", "status", "time", "seq"),
    Index("implant_patient_idx", "ledger_id", "patient", "status", "time", "seq"),
    Index("implant_unit_idx", "ledger_id", "unit_id"),
    sqlite_with_rowid=False,
)
"""What was implanted or explanted (`status`) in each entry; `unit_id` 0: counted by lot only.

Rows of entries in `correction` stay, and are left out by whoever reads them. `time` is when it
happened, in milliseconds since 1970."""

_PUT = bulk.Insert(implant)
REGISTERED: Final = frozenset({Status.IMPLANTED, Status.EXPLANTED})


class ImplantBook:
    """What the events of a batch add to the register.

    Args:
        ledger_id: whose register.
    """

    def __init__(self, ledger_id: int) -> None:
        self._ledger_id = ledger_id
        self._rows: list[bulk.Row] = []

    def take(
        self, event: Event, change: StockChange, seq: int, lot_of: Callable[[int], Lot]
    ) -> None:
        """Take in what one event did."""
        sums: dict[tuple[int, int, bytes, Status, int], int] = {}
        for lot_id, patient, unit_id, status, location_id, quantity in change.exposed:
            if status in REGISTERED:
                name = (lot_id, unit_id, patient, status, location_id)
                sums[name] = sums.get(name, 0) + quantity
        time = int(event.time.timestamp() * 1000)
        for (lot_id, unit_id, patient, status, location_id), quantity in sums.items():
            self._rows.append(
                (
                    self._ledger_id,
                    seq,
                    lot_id,
                    unit_id,
                    status.value,
                    lot_of(lot_id).product_id,
                    patient,
                    location_id,
                    quantity,
                    time,
                    event.person,
                    event.surgeon,
                    event.site,
                )
            )

    def write(self, connection: Connection) -> None:
        """Write the rows."""
        _PUT.run(connection, self._rows)
