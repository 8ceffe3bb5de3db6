"""Counters of a ledger: next surrogates, and versions of what processes keep in memory."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, select

import bulk
from compiled import CompiledQuery
from inventory import models

_READ = bulk.Lookup(models.counter, ("name", "value"), by="name")
_READ_ONE = CompiledQuery(
    select(models.counter.c.value).where(
        models.counter.c.ledger_id == bindparam("own"), models.counter.c.name == bindparam("name")
    )
)
_WRITE = bulk.Insert(models.counter, key=("ledger_id", "name"), replace=("value",))

PRODUCT = "next-product"
LOCATION = "next-location"
LOT = "next-lot"
UNIT = "next-unit"
HOLDS = "hold-version"
CATALOGUE = "catalogue-version"
NARCOTICS = "narcotic-version"
RECALLS = "recall-version"

_ALL = (PRODUCT, LOCATION, LOT, UNIT, HOLDS, CATALOGUE, NARCOTICS, RECALLS)


def read_counters(connection: bulk.Reader, ledger_id: int) -> dict[str, int]:
    """Every counter by name; one that was never written is 1, so that 0 can mean "none"."""
    return dict.fromkeys(_ALL, 1) | dict(_READ.fetch(connection, ledger_id, _ALL))


def read_counter(connection: bulk.Reader, ledger_id: int, name: str) -> int:
    """One of them, for what asks at every request."""
    row = _READ_ONE.first(connection, own=ledger_id, name=name)
    return row.value if row else 1


def version_at(seq: int) -> int:
    """The version of what the entry `seq` changed last.

    It comes from the ledger, not from counting batches: a rebuild, which cuts them otherwise, gives
    the same one, so that no process takes a new state for the one that it remembers.
    """
    return seq + 1


def write_counters(connection: Connection, ledger_id: int, values: Mapping[str, int]) -> None:
    """Write counters that have moved."""
    _WRITE.run(connection, [(ledger_id, name, value) for name, value in values.items()])


def recall_version(connection: bulk.Reader, ledger_id: int) -> int:
    """A number that changes whenever a recall case or one of its tasks does."""
    return read_counter(connection, ledger_id, RECALLS)


def mark_recalls(connection: Connection, ledger_id: int, seq: int) -> None:
    """Say that the entry `seq` changed a recall case or a task, with the commit of this one."""
    write_counters(connection, ledger_id, {RECALLS: version_at(seq)})
