"""Holds: the rules of open recalls, as the gate sees them.

A hold is a few rule rows and a new version number, whatever the size of the lot; every process asks
for the version inside the lock of its next batch, so from the commit on no exit lets it through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

import bulk
from inventory import models
from inventory.counters import HOLDS, version_at, write_counters
from inventory.rules import ALL_LOTS

_PUT = bulk.Insert(models.hold)


@dataclass(frozen=True, slots=True)
class Hold:
    """One rule: this lot of this product (`rules.ALL_LOTS`: all of them) may not leave.

    Args:
        case_id: the recall that says so.
        product_id: the product.
        lot: the lot's name.
        seq: the entry that opened it.
    """

    case_id: str
    product_id: int
    lot: str
    seq: int


def place_holds(connection: Connection, ledger_id: int, holds: Sequence[Hold]) -> None:
    """Put holds into force with the commit of this transaction, which holds the ledger's lock."""
    _PUT.run(connection, [(ledger_id, h.case_id, h.product_id, h.lot, h.seq) for h in holds])
    write_counters(connection, ledger_id, {HOLDS: version_at(max(h.seq for h in holds))})


def lift_holds(
    connection: Connection, ledger_id: int, case_ids: Sequence[str], *, seq: int
) -> None:
    """Take the holds of these cases out of force with the commit of this transaction.

    Args:
        connection: in the transaction, which holds the ledger's lock.
        ledger_id: whose.
        case_ids: of which recalls.
        seq: the last entry that says so; every process reads the rules anew after it.
    """
    c = models.hold.c
    connection.execute(delete(models.hold).where(c.ledger_id == ledger_id, c.case_id.in_(case_ids)))
    write_counters(connection, ledger_id, {HOLDS: version_at(seq)})


def holding_cases(connection: Connection, ledger_id: int, product_id: int, lot: str) -> list[str]:
    """The numbers of the open recalls that hold this lot."""
    c = models.hold.c
    query = select(c.case_id).where(
        c.ledger_id == ledger_id, c.product_id == product_id, c.lot.in_((lot, ALL_LOTS))
    )
    return sorted(set(connection.execute(query).scalars()))
