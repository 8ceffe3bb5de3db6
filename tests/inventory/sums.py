"""What is told of goods in several tables is one truth: the sums that must agree at any time."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Table, select

from inventory import models
from ledger import Ledger


def rows(ledger: Ledger, table: Table) -> list[Any]:
    with ledger.database.read() as connection:
        return list(connection.execute(select(table)))


def sums_agree(ledger: Ledger) -> None:
    """Hold the tables of goods against each other."""
    units = {row.unit_id: row for row in rows(ledger, models.unit)}
    balances = rows(ledger, models.balance)
    contents = rows(ledger, models.content)
    counted: Counter[tuple[int, int, str]] = Counter()
    for unit in units.values():
        if unit.product_id and unit.status != "void":
            counted[unit.location_id, unit.lot_id, unit.status] += unit.quantity
        if unit.parent is not None:
            around = units[unit.parent]
            assert not around.product_id, "things lie in containers only"
            assert unit.location_id == around.location_id, "a thing is where its container is"
            assert unit.status == around.status, "a thing is in the state of its container"
    for inside in contents:
        around = units[inside.parent]
        assert inside.quantity > 0
        counted[around.location_id, inside.lot_id, around.status] += inside.quantity
    for balance in balances:
        place = (balance.location_id, balance.lot_id, balance.status)
        assert balance.quantity > 0, "no balance is empty or negative"
        assert balance.loose >= 0, "nobody drew what was not there"
        assert balance.quantity == balance.loose + counted.pop(place, 0), place
    assert not +counted, "every thing stands in a balance"
    received = {lot.lot_id: lot.received for lot in rows(ledger, models.lot)}
    there: Counter[int] = Counter()
    for balance in balances:
        there[balance.lot_id] += balance.quantity
    assert {lot: n for lot, n in received.items() if n} == dict(there), "received = in stock + out"
    reserved_as_kept(ledger, balances)


def reserved_as_kept(ledger: Ledger, balances: list[Any]) -> None:
    """What is reserved is kept for somebody, thing by thing and lot by lot."""
    units = {row.unit_id: row for row in rows(ledger, models.unit)}
    kept: Counter[tuple[int, int]] = Counter()
    for row in rows(ledger, models.reservation):
        assert row.quantity > 0
        if row.unit_id:
            assert units[row.unit_id].status == "reserved"
        else:
            kept[row.location_id, row.lot_id] += row.quantity
    loose = {(b.location_id, b.lot_id): b.loose for b in balances if b.status == "reserved"}
    assert {place: n for place, n in loose.items() if n} == dict(kept)
