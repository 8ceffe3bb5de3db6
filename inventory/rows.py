"""How goods stand in their tables, read the same way by the recorder and by questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inventory.things import Lot, Status, Unit

UNIT_COLUMNS = (
    "unit_id",
    "key",
    "lot_id",
    "product_id",
    "location_id",
    "status",
    "patient",
    "quantity",
    "parent",
    "time",
    "seq",
    "start",
    "pack",
    "arrival",
)
"""What `unit_of_row` takes, in order."""

LOT_COLUMNS = (*("lot_id", "product_id", "lot", "expiry", "supplier", "owner", "produced"),)
"""What `lot_of_row` takes, in order."""

STATUS = {status.value: status for status in Status}
"""Every status by its word: a look-up costs less than making the member."""


def unit_of_row(row: Sequence[Any]) -> Unit:
    """The thing in a row of `UNIT_COLUMNS`."""
    unit_id, key, lot_id, product_id, location_id, status, patient, *rest = row
    owner = None if patient is None else bytes(patient)
    return Unit(unit_id, key, lot_id, product_id, location_id, STATUS[status], owner, *rest)


def lot_of_row(row: Sequence[Any]) -> Lot:
    """The lot in a row of `LOT_COLUMNS`."""
    return Lot(*row)
