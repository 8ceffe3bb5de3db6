"""What open recalls hold, as a device needs it to check by itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from inventory import Extent, Product, hold_version, holds_in_force, identifiers_of, products
from recall import models
from recall.case import RecallClass


@dataclass(frozen=True, slots=True)
class Block:
    """One rule in force.

    Args:
        case_id: the recall that says so.
        recall_class: how dangerous it is.
        product: the product.
        identifiers: what the keys of its things begin with.
        extent: what of it.
    """

    case_id: str
    recall_class: RecallClass
    product: Product
    identifiers: tuple[str, ...]
    extent: Extent


def blocks_in_force(connection: Connection, ledger_id: int) -> tuple[int, list[Block]]:
    """The version of the rules in force, and the rules."""
    version = hold_version(connection, ledger_id)
    holds = holds_in_force(connection, ledger_id)
    numbers = {hold.product_id for hold in holds}
    known = products(connection, ledger_id, numbers)
    names = identifiers_of(connection, ledger_id, numbers)
    c = models.recall_case.c
    classes = dict(
        connection.execute(
            select(c.case_id, c.recall_class).where(
                c.ledger_id == ledger_id, c.case_id.in_({hold.case_id for hold in holds})
            )
        ).all()
    )
    return version, [
        Block(
            hold.case_id,
            RecallClass(classes[hold.case_id]),
            known[hold.product_id],
            tuple(names.get(hold.product_id, ())),
            hold.extent,
        )
        for hold in holds
    ]
