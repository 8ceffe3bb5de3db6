"""The work-list of codes, for those who resolve it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from inventory import mapping_models as models
from inventory.mapping import MappingRow, MappingState
from inventory.queries import products
from inventory.things import Product

_ROW = models.code_mapping.c
_CLAIM = models.code_claim.c
_COLUMNS = [column for column in models.code_mapping.columns if column.name != "ledger_id"]


@dataclass(frozen=True, slots=True)
class MappingItem:
    """A line of the work-list.

    Args:
        row: the identifier, its state, how often it was seen, first and last.
        owner: the product that owns it, where one does.
        claimants: the products that claim it beside the owner, not settled yet.
    """

    row: MappingRow
    owner: Product | None
    claimants: tuple[Product, ...]


def mapping_items(
    connection: Connection,
    ledger_id: int,
    state: MappingState,
    *,
    before: int | None = None,
    limit: int = 100,
) -> list[MappingItem]:
    """The identifiers in a state, the last seen first.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        state: unmapped, conflicting or confirmed.
        before: only those last seen before this entry, to page on.
        limit: how many at the most.
    """
    query = select(*_COLUMNS).where(_ROW.ledger_id == ledger_id, _ROW.state == state.value)
    if before is not None:
        query = query.where(_ROW.last_seq < before)
    query = query.order_by(_ROW.last_seq.desc(), _ROW.identifier).limit(limit)
    rows = [_row(row) for row in connection.execute(query)]
    return _items(connection, ledger_id, rows)


def mapping_of(connection: Connection, ledger_id: int, identifier: str) -> MappingItem | None:
    """The line of one identifier; None: it never was on the work-list."""
    query = select(*_COLUMNS).where(_ROW.ledger_id == ledger_id, _ROW.identifier == identifier)
    rows = [_row(row) for row in connection.execute(query)]
    return _items(connection, ledger_id, rows)[0] if rows else None


def mapping_counts(connection: Connection, ledger_id: int) -> dict[MappingState, int]:
    """How many identifiers are in each state."""
    query = select(_ROW.state, func.count()).where(_ROW.ledger_id == ledger_id)
    found = {row[0]: row[1] for row in connection.execute(query.group_by(_ROW.state))}
    return {state: found.get(state.value, 0) for state in MappingState}


def _items(connection: Connection, ledger_id: int, rows: Sequence[MappingRow]) -> list[MappingItem]:
    claims = _open_claims(connection, ledger_id, [row.identifier for row in rows])
    numbers = {row.product_id for row in rows if row.product_id is not None}
    numbers.update(number for found in claims.values() for number in found)
    known = products(connection, ledger_id, numbers)
    return [
        MappingItem(
            row,
            known[row.product_id] if row.product_id is not None else None,
            tuple(known[number] for number in claims.get(row.identifier, ())),
        )
        for row in rows
    ]


def _open_claims(
    connection: Connection, ledger_id: int, identifiers: Sequence[str]
) -> dict[str, list[int]]:
    query = select(_CLAIM.identifier, _CLAIM.product_id).where(
        _CLAIM.ledger_id == ledger_id,
        _CLAIM.identifier.in_(identifiers),
        _CLAIM.settled_seq.is_(None),
    )
    claims: dict[str, list[int]] = {}
    for identifier, product_id in connection.execute(query.order_by(_CLAIM.seq)):
        claims.setdefault(identifier, []).append(product_id)
    return claims


def _row(row: Sequence[object]) -> MappingRow:
    identifier, state, *rest = row
    return MappingRow(identifier, MappingState(state), *rest)  # type: ignore[arg-type] # the columns' types
