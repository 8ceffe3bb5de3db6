"""How goods came in: by which entries, on which days, brought by whom."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from sqlalchemy import Connection

import bulk
from inventory import models
from inventory.things import Arrival

_ARRIVALS = bulk.Lookup(
    models.arrival,
    ("lot_id", "seq", "day", "supplier", "quantity", "amount"),
    by="lot_id",
    condition="NOT EXISTS (SELECT 1 FROM correction AS wrong"
    " WHERE wrong.ledger_id = arrival.ledger_id AND wrong.corrected = arrival.seq)",
)


def arrivals_of(
    connection: Connection, ledger_id: int, lot_ids: Sequence[int]
) -> dict[int, list[Arrival]]:
    """How goods of some lots came in, in the ledger's order; what was corrected is left out.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        lot_ids: of which lots; each has its list, an empty one where nothing is known.
    """
    found: dict[int, list[Arrival]] = {lot_id: [] for lot_id in lot_ids}
    rows = _ARRIVALS.fetch(connection, ledger_id, list(found))
    for lot_id, *told in sorted(rows, key=itemgetter(0, 1)):
        found[lot_id].append(Arrival(*told))
    return found
