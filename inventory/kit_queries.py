"""Questions about kits: what belongs in, what lies in, and what somebody has to see to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

import bulk
from inventory import care_models
from inventory.picking import StockRow, stock_at
from inventory.queries import products

COLUMNS = ("location_id", "code", "contents", "every", "seal", "checked", "seq")
KITS = bulk.Lookup(care_models.kit, COLUMNS, by="code")

_SOON = timedelta(days=30)


class KitWant(StrEnum):
    """What somebody has to see to."""

    OPEN = "open"
    UNCHECKED = "unchecked"
    SHORT = "short"
    EXPIRED = "expired"
    EXPIRING = "expiring"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class KitFile:
    """A kit as it stands; `checked` in milliseconds since 1970, 0: never."""

    location_id: int
    code: str
    contents: Mapping[str, int]
    every: int
    seal: str | None
    checked: int
    seq: int


@dataclass(frozen=True, slots=True)
class Within:
    """What lies in a kit.

    Args:
        rows: by product, lot and state.
        short: how much is lacking of what belongs in, by the product's code.
        codes: the products' codes by surrogate.
        today: the day it is looked at.
    """

    rows: tuple[StockRow, ...]
    short: Mapping[str, int]
    codes: Mapping[int, str]
    today: date

    @property
    def soonest(self) -> str | None:
        """The soonest last day of what lies in it."""
        return min((row.expiry for row in self.rows if row.expiry), default=None)

    @property
    def expired(self) -> list[StockRow]:
        """What is past its last day."""
        return [row for row in self.rows if row.expired(self.today)]

    @property
    def recalled(self) -> list[StockRow]:
        """What an open recall holds."""
        return [row for row in self.rows if row.held]


def kit_of_row(row: bulk.Row) -> KitFile:
    """The kit in a row of `COLUMNS`."""
    location_id, code, contents, *rest = row
    return KitFile(location_id, code, json.loads(contents), *rest)


def kits(connection: Connection, ledger_id: int) -> list[KitFile]:
    """Every kit, by the code of its place."""
    c = care_models.kit.c
    query = select(*(c[name] for name in COLUMNS)).where(c.ledger_id == ledger_id)
    return [kit_of_row(tuple(row)) for row in connection.execute(query.order_by(c.code))]


def within(connection: Connection, ledger_id: int, kit: KitFile, today: date) -> Within:
    """What lies in a kit, held against what belongs in it."""
    rows = stock_at(connection, ledger_id, kit.location_id)
    known = products(connection, ledger_id, {row.product_id for row in rows})
    codes = {number: product.code for number, product in known.items()}
    usable: Counter[str] = Counter()
    for row in rows:
        usable[codes[row.product_id]] += row.quantity if row.usable(today) else 0
    short = {
        code: wanted - usable[code]
        for code, wanted in kit.contents.items()
        if usable[code] < wanted
    }
    return Within(tuple(rows), short, codes, today)


def wants_of(kit: KitFile, found: Within, now: datetime) -> Sequence[KitWant]:
    """What somebody has to see to in a kit; none: it is ready."""
    wants = []
    if kit.seal is None:
        wants.append(KitWant.OPEN)
    elif (now.timestamp() * 1000 - kit.checked) > kit.every * 86_400_000:
        wants.append(KitWant.UNCHECKED)
    if found.short:
        wants.append(KitWant.SHORT)
    if found.expired:
        wants.append(KitWant.EXPIRED)
    elif found.soonest is not None and found.soonest <= (found.today + _SOON).isoformat():
        wants.append(KitWant.EXPIRING)
    if found.recalled:
        wants.append(KitWant.RECALLED)
    return wants
