"""What a count found: its lines, and every difference from the books at once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Connection, select

import bulk
from inventory import models, store_models
from inventory.things import Status, label_of
from ledger import encode
from trace import lots_touched_since

PRESENT = frozenset(
    {
        Status.AVAILABLE,
        Status.TO_INSPECT,
        Status.RESERVED,
        Status.QUARANTINED,
        Status.REJECTED,
    }
)
"""The states of goods that a store answers for: what a count must find.

What was dispensed is the patient's; a count that finds it is not surprised and does not miss it."""

_LOSABLE = (Status.AVAILABLE, Status.QUARANTINED, Status.TO_INSPECT, Status.REJECTED)
"""The states that a lost amount can be drawn from; of reserved goods the document must be named."""

_PRESENT = tuple(sorted(status.value for status in PRESENT))
_GS1 = "https://id.gs1.org/01/"
COUNTS = bulk.Lookup(
    store_models.stock_count,
    ("count_id", "location_id", "products", "people", "state", "seq", "approval", "adjusting"),
    by="count_id",
)
UNITS = bulk.Lookup(
    models.unit, ("unit_id", "key", "lot_id", "product_id", "location_id", "status"), by="key"
)
UNITS_OF_LOTS = bulk.Lookup(
    models.unit,
    (
        *("unit_id", "key", "lot_id", "product_id", "location_id", "status", "parent", "seq"),
        "quantity",
    ),
    by="lot_id",
)
_UNITS_BY_ID = bulk.Lookup(models.unit, ("unit_id", "key", "parent"), by="unit_id")
_LOT_NAMES = bulk.PairLookup(models.lot, ("lot_id", "product_id", "lot"), by=("product_id", "lot"))
LOOSE = bulk.Lookup(models.balance, ("location_id", "lot_id", "status", "loose"), by="lot_id")
LOTS = bulk.Lookup(models.lot, ("lot_id", "product_id", "lot", "expiry"), by="lot_id")


@dataclass(frozen=True, slots=True)
class CountFile:
    """A count as it stands.

    Args:
        count_id: its id.
        location_id: the place.
        products: surrogates of the products; empty: all.
        people: the staff numbers of who counted.
        state: `open`, `approved`.
        seq: the entry that opened it.
        approval: the id of the approval.
        adjusting: how many events adjust the books.
    """

    count_id: UUID
    location_id: int
    products: tuple[int, ...]
    people: tuple[str, ...]
    state: str
    seq: int
    approval: UUID | None
    adjusting: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing or a lot of which other is there than the books say.

    Args:
        key: of the thing, or of the lot.
        product_id: its product; 0: nobody knows the code.
        lot: its lot.
        expiry: its last day of use.
        serial: whether it is a serialised thing.
        counted: how much was seen; None: nobody counted it.
        expected: how much the books said at that moment.
        problem: what must happen before it can be adjusted: `count-unsettled` (counted in parts
            while it moved), `count-moved` (nobody counted it, and it moved since the count began),
            `not-here` (the books have this thing elsewhere, or it is gone), `unknown-code`,
            `not-enough` (no single state has as much of the lot as is lacking).
    """

    key: str
    product_id: int
    lot: str
    expiry: str | None
    serial: bool
    counted: int | None
    expected: int
    problem: str | None = None

    @property
    def amount(self) -> int:
        """How much more there is than the books say; below 0: how much less."""
        return (self.counted or 0) - self.expected


def count_of_row(row: bulk.Row) -> CountFile:
    """The count in a row of `COUNTS`."""
    count_id, location_id, products, people, state, seq, approval, adjusting = row
    return CountFile(
        UUID(bytes=bytes(count_id)),
        location_id,
        tuple(json.loads(products)),
        tuple(json.loads(people)),
        state,
        seq,
        UUID(bytes=bytes(approval)) if approval else None,
        adjusting,
    )


def find_count(connection: Connection, ledger_id: int, count_id: UUID) -> CountFile | None:
    """The count of this id."""
    rows = COUNTS.fetch(connection, ledger_id, [count_id.bytes])
    return count_of_row(rows[0]) if rows else None


def open_counts(connection: Connection, ledger_id: int, location_id: int) -> list[CountFile]:
    """The counts of a place that nobody has approved yet, the oldest first."""
    c = store_models.stock_count.c
    columns = [c[name] for name in ("count_id", "location_id", "products", "people")]
    columns += [c[name] for name in ("state", "seq", "approval", "adjusting")]
    query = select(*columns).where(
        c.ledger_id == ledger_id, c.location_id == location_id, c.state == "open"
    )
    return [count_of_row(tuple(row)) for row in connection.execute(query.order_by(c.seq))]


def counts_waiting(
    connection: Connection,
    ledger_id: int,
    *,
    locations: Collection[int] | None = None,
    after: int = -1,
    limit: int,
) -> list[CountFile]:
    """The counts that nobody has approved yet, the oldest first.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        locations: only of these places.
        after: only those opened behind this entry, to page on.
        limit: how many at the most.
    """
    c = store_models.stock_count.c
    columns = [c[name] for name in ("count_id", "location_id", "products", "people")]
    columns += [c[name] for name in ("state", "seq", "approval", "adjusting")]
    query = select(*columns).where(c.ledger_id == ledger_id, c.state == "open", c.seq > after)
    if locations is not None:
        query = query.where(c.location_id.in_(locations))
    rows = connection.execute(query.order_by(c.seq).limit(limit))
    return [count_of_row(tuple(row)) for row in rows]


def lines_counted(connection: Connection, ledger_id: int, count_id: UUID) -> int:
    """How many things and lots were counted so far."""
    return len(_lines(connection, ledger_id, count_id))


def differences(connection: Connection, ledger_id: int, count: CountFile) -> list[Difference]:
    """Everything of which other is there than the books say, all of it, by product and lot.

    A line is held against the books as they were when the ledger took it, so goods that came or
    went before or after it was counted make no difference. What nobody counted is missing, unless
    it moved since the count was opened: then nobody can say, and it must be counted.
    """
    lines = _lines(connection, ledger_id, count.count_id)
    found = [*_of_lines(connection, ledger_id, count.location_id, lines)]
    found += _uncounted(connection, ledger_id, count, {row.thing for row in lines})
    found = _check_drawable(connection, ledger_id, count.location_id, found)
    return sorted(found, key=lambda each: (each.product_id, each.lot, each.key))


def digest_of(found: Sequence[Difference]) -> str:
    """SHA-256 of differences, in hex: what an approver has seen is what is approved."""
    told = [[each.key, each.counted, each.expected, each.problem] for each in found]
    return sha256(encode(told)).hexdigest()


def lot_thing(product_id: int, lot: str) -> str:
    """The name of an amount of a lot in a count, whichever of the product's codes was scanned."""
    return f"{product_id}/{lot}"


def lot_key(identifier: str, lot: str) -> str:
    """The key of an amount of a lot, made from one of its product's identifiers."""
    between = "/10/" if identifier.startswith(_GS1) else ":"
    return f"{identifier}{between}{quote(lot, safe='')}" if lot else identifier


def _lines(connection: Connection, ledger_id: int, count_id: UUID) -> Sequence[Any]:
    c = store_models.count_line.c
    columns = ("thing", "key", "product_id", "lot", "expiry", "serial", "counted", "expected")
    query = select(*(c[name] for name in (*columns, "moved"))).where(
        c.ledger_id == ledger_id, c.count_id == count_id.bytes
    )
    return connection.execute(query).all()


def _of_lines(
    connection: Connection, ledger_id: int, place: int, lines: Sequence[Any]
) -> Iterator[Difference]:
    more = [row.key for row in lines if row.serial and row.counted > row.expected]
    known = {row[1]: row[4:] for row in UNITS.fetch(connection, ledger_id, more)}
    for row in lines:
        if row.counted == row.expected and not row.moved:
            continue
        problem = "count-unsettled" if row.moved else None
        if row.key in known:
            at, status = known[row.key]
            back = status == Status.VOID or (status == Status.MISSING and at == place)
            problem = problem if back else "not-here"
        elif row.product_id == 0:
            problem = "unknown-code"
        yield Difference(
            row.key,
            row.product_id,
            row.lot,
            row.expiry,
            bool(row.serial),
            row.counted,
            row.expected,
            problem,
        )


def _uncounted(
    connection: Connection, ledger_id: int, count: CountFile, counted: AbstractSet[str]
) -> Iterator[Difference]:
    present = _present(connection, ledger_id, count)
    lots = {row[0]: row[1:] for row in LOTS.fetch(connection, ledger_id, list(present))}
    identifiers = _identifiers(connection, ledger_id, {lot[0] for lot in lots.values()})
    touched = lots_touched_since(connection, ledger_id, list(present), count.seq)
    yield from _uncounted_units(connection, ledger_id, count, lots, counted)
    amounts: dict[tuple[int, str], int] = {}
    moved = set()
    for lot_id, loose in present.items():
        product_id, lot, _ = lots[lot_id]
        amounts[product_id, lot] = amounts.get((product_id, lot), 0) + loose
        if lot_id in touched:
            moved.add((product_id, lot))
    expiries = {(product_id, lot): expiry for product_id, lot, expiry in lots.values()}
    for name, loose in amounts.items():
        product_id, lot = name
        if loose and lot_thing(product_id, lot) not in counted:
            problem = "count-moved" if name in moved else None
            key = lot_key(identifiers.get(product_id, ""), lot)
            yield Difference(key, product_id, lot, expiries[name], False, None, loose, problem)  # noqa: FBT003 -- an amount


def _uncounted_units(
    connection: Connection,
    ledger_id: int,
    count: CountFile,
    lots: Mapping[int, Sequence[Any]],
    counted: AbstractSet[str],
) -> Iterator[Difference]:
    """Things with a code of their own; what lies in a container that was counted is there.

    Of an opened pack what was taken out and is here again is counted with it, by its code.
    """
    found = {
        label_of(row[1]): row
        for row in UNITS_OF_LOTS.fetch(connection, ledger_id, list(lots))
        if row[4] == count.location_id and row[5] in _PRESENT and row[8]
    }
    here = {key: row for key, row in found.items() if key not in counted}
    around = _around(connection, ledger_id, {row[6] for row in here.values() if row[6] is not None})
    for key, (_, _, lot_id, product_id, _, _, parent, seq, _) in here.items():
        if counted.isdisjoint(_above(around, parent)):
            problem = "count-moved" if seq > count.seq else None
            _, lot, expiry = lots[lot_id]
            yield Difference(key, product_id, lot, expiry, True, None, 1, problem)  # noqa: FBT003 -- a thing


def _around(
    connection: Connection, ledger_id: int, parents: Collection[int]
) -> dict[int, tuple[str, int | None]]:
    """The containers that things lie in, up to the outermost: key and container of each."""
    around: dict[int, tuple[str, int | None]] = {}
    level = list(parents)
    while level:
        rows = _UNITS_BY_ID.fetch(connection, ledger_id, level)
        around.update({unit_id: (key, parent) for unit_id, key, parent in rows})
        level = [parent for _, _, parent in rows if parent is not None and parent not in around]
    return around


def _above(around: Mapping[int, tuple[str, int | None]], parent: int | None) -> set[str]:
    keys = set()
    while parent is not None:
        key, parent = around[parent]
        keys.add(key)
    return keys


def _present(connection: Connection, ledger_id: int, count: CountFile) -> dict[int, int]:
    """How much of each lot that lies at the place is loose: what an amount can be drawn from."""
    c = models.balance.c
    query = select(c.lot_id, c.loose).where(
        c.ledger_id == ledger_id,
        c.location_id == count.location_id,
        c.status.in_(_PRESENT),
        c.quantity > 0,
    )
    if count.products:
        query = query.where(c.product_id.in_(count.products))
    found: dict[int, int] = {}
    for lot_id, loose in connection.execute(query):
        found[lot_id] = found.get(lot_id, 0) + loose
    return found


def _check_drawable(
    connection: Connection, ledger_id: int, place: int, found: Sequence[Difference]
) -> list[Difference]:
    """An amount is lost out of one state of one owner's goods; where none has as much, say so."""
    lacking = [
        each for each in found if not each.serial and each.amount < 0 and each.problem is None
    ]
    pairs = [(each.product_id, each.lot) for each in lacking]
    lots = {row[0]: (row[1], row[2]) for row in _LOT_NAMES.fetch(connection, ledger_id, pairs)}
    most: dict[tuple[int, str], int] = {}
    for at, lot_id, status, loose in LOOSE.fetch(connection, ledger_id, list(lots)):
        if at == place and status in _LOSABLE:
            most[lots[lot_id]] = max(most.get(lots[lot_id], 0), loose)
    short = {
        each.key for each in lacking if most.get((each.product_id, each.lot), 0) < -each.amount
    }
    return [
        replace(each, problem="not-enough") if each.problem is None and each.key in short else each
        for each in found
    ]


def _identifiers(
    connection: Connection, ledger_id: int, product_ids: Collection[int]
) -> dict[int, str]:
    c = models.product_identifier.c
    query = select(c.product_id, c.identifier).where(
        c.ledger_id == ledger_id, c.product_id.in_(product_ids)
    )
    rows = connection.execute(query.order_by(c.identifier.desc()))
    return {row.product_id: row.identifier for row in rows}
