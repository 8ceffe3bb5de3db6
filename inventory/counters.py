"""Counters of a ledger: next surrogates, and versions of what processes keep in memory."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

import bulk
from inventory import models

_READ = bulk.Lookup(models.counter, ("name", "value"), by="name")
_WRITE = bulk.Insert(models.counter, key=("ledger_id", "name"), replace=("value",))

PRODUCT = "next-product"
LOCATION = "next-location"
LOT = "next-lot"
UNIT = "next-unit"
HOLDS = "hold-version"
CATALOGUE = "catalogue-version"

_ALL = (PRODUCT, LOCATION, LOT, UNIT, HOLDS, CATALOGUE)


def read_counters(connection: Connection, ledger_id: int) -> dict[str, int]:
    """Every counter by name; one that was never written is 1, so that 0 can mean "none"."""
    return dict.fromkeys(_ALL, 1) | dict(_READ.fetch(connection, ledger_id, _ALL))


def write_counters(connection: Connection, ledger_id: int, values: Mapping[str, int]) -> None:
    """Write counters that have moved."""
    _WRITE.run(connection, [(ledger_id, name, value) for name, value in values.items()])
