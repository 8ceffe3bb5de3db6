"""The tables of what there is: catalogue, locations, stock, and who had what.

All of them are projections of the ledger. Surrogates (`product_id`, `unit_id` …) are given in the
ledger's order from the rows of `counter`, so a rebuild gives the same ones.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text, text

from database import metadata


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _number(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _json(name: str, empty: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=empty)


counter = Table(
    "counter",
    metadata,
    _key("ledger_id"),
    Column("name", Text, primary_key=True),
    _number("value"),
    postgresql_with={"fillfactor": 10},
    sqlite_with_rowid=False,
)
"""A ledger's next surrogates, and the versions of what processes keep in memory."""

product = Table(
    "product",
    metadata,
    _key("ledger_id"),
    _key("product_id"),
    _text("code"),
    _text("name"),
    _text("specification"),
    _text("category"),
    _text("unit"),
    _text("holder"),
    _text("details"),
    _json("flags", "[]"),
    _json("levels", "{}"),
    _text("storage", nullable=True),
    Column("search", Text, nullable=False, server_default=""),
    Index("product_code_key", "ledger_id", "code", unique=True),
)
"""The catalogue. `details`, `flags`, `levels` and `storage` are canonical JSON as in the entry.

`search` is what a product is found by (`inventory.wording`), made when the row is written."""

product_identifier = Table(
    "product_identifier",
    metadata,
    _key("ledger_id"),
    Column("identifier", Text, primary_key=True),
    _number("product_id"),
    Index("product_identifier_product", "ledger_id", "product_id"),
    sqlite_with_rowid=False,
)
"""Every identifier a product is found by, as the beginning of the keys it gives its things."""

location = Table(
    "location",
    metadata,
    _key("ledger_id"),
    _key("location_id"),
    _text("code"),
    _text("name"),
    _text("kind"),
    _text("parent", nullable=True),
    _text("gln", nullable=True),
    _text("temperatures", nullable=True),
    Index("location_code_key", "ledger_id", "code", unique=True),
)
"""Where things can be; `parent` is the code of the location around it, `temperatures` JSON."""

lot = Table(
    "lot",
    metadata,
    _key("ledger_id"),
    _key("lot_id"),
    _number("product_id"),
    _text("lot"),
    _text("expiry", nullable=True),
    _text("supplier", nullable=True),
    _text("owner", nullable=True),
    _number("received"),
    _text("produced", nullable=True),
    Index("lot_product_lot_idx", "ledger_id", "product_id", "lot"),
    Index("lot_lot_idx", "ledger_id", "lot"),
    Index("lot_expiry_idx", "ledger_id", "expiry"),
    Index("lot_supplier_idx", "ledger_id", "supplier"),
)
"""Goods of one lot, expiry and owner, as first received; `expiry` is an ISO date.

Goods without a lot have the empty one. One name has several rows where goods of it belong to
several owners, and the empty name one for each expiry.

`received` counts arrivals by themselves, so that balances can be held against it. `produced` is an
ISO date."""

arrival = Table(
    "arrival",
    metadata,
    _key("ledger_id"),
    _key("lot_id"),
    _key("seq"),
    _text("day", nullable=True),
    _text("supplier", nullable=True),
    _number("quantity"),
    _number("amount"),
    sqlite_with_rowid=False,
)
"""What came in of which lot by which entry (`inventory.things.Arrival`).

Rows of entries in `correction` stay, and are left out by whoever reads them."""

unit = Table(
    "unit",
    metadata,
    _key("ledger_id"),
    _key("unit_id"),
    _text("key"),
    _number("lot_id"),
    _number("product_id"),
    _number("location_id"),
    _text("status"),
    Column("patient", LargeBinary, nullable=True),
    _number("quantity"),
    _number("parent", nullable=True),
    _number("time"),
    _number("seq"),
    Column("start", BigInteger, nullable=False, server_default="0"),
    _number("pack", nullable=True),
    Column("arrival", BigInteger, nullable=False, server_default="0"),
    Index("unit_key_key", "ledger_id", "key", unique=True),
    Index("unit_lot_idx", "ledger_id", "lot_id"),
    postgresql_with={"fillfactor": 80},
)
"""The present state of every thing with a code of its own (`inventory.things.Unit`)."""

Index(
    "unit_parent_idx",
    unit.c.ledger_id,
    unit.c.parent,
    sqlite_where=unit.c.parent.is_not(None),
    postgresql_where=unit.c.parent.is_not(None),
)

Index(
    "unit_pack_idx",
    unit.c.ledger_id,
    unit.c.pack,
    sqlite_where=unit.c.pack.is_not(None),
    postgresql_where=unit.c.pack.is_not(None),
)

mix = Table(
    "mix",
    metadata,
    _key("ledger_id"),
    _key("lot_id"),
    _key("unit_id"),
    _number("quantity"),
    Index("mix_unit_idx", "ledger_id", "unit_id"),
    sqlite_with_rowid=False,
)
"""Which lots went into which bag, and how much: flattened when written, so that a bag in a bag
names the lots of both, and no question has to follow one into the other."""

content = Table(
    "content",
    metadata,
    _key("ledger_id"),
    _key("parent"),
    _key("lot_id"),
    _number("quantity"),
    Index("content_lot_idx", "ledger_id", "lot_id"),
    sqlite_with_rowid=False,
)
"""How much of a lot lies in a container, by the container's `unit_id`."""

reservation = Table(
    "reservation",
    metadata,
    _key("ledger_id"),
    Column("document", Text, primary_key=True),
    _key("location_id"),
    _key("lot_id"),
    _key("unit_id"),
    _number("quantity"),
    Index("reservation_unit_idx", "ledger_id", "unit_id"),
    sqlite_with_rowid=False,
)
"""What is kept for which document: a thing, or with `unit_id` 0 an amount of a lot."""

balance = Table(
    "balance",
    metadata,
    _key("ledger_id"),
    _key("location_id"),
    _key("product_id"),
    _key("lot_id"),
    Column("status", Text, primary_key=True),
    _number("quantity"),
    _number("loose"),
    Index("balance_lot_idx", "ledger_id", "lot_id"),
    Index("balance_product_idx", "ledger_id", "product_id", "status"),
    sqlite_with_rowid=False,
)
"""How much of a lot is where and in which state.

`loose` is what of it an amount can be drawn from: what has no code of its own and lies in no
container."""

WAITING = "status IN ('to-inspect', 'in-transit', 'quarantined', 'rejected')"
"""The states in which goods wait for somebody; a question that says it is answered by its index."""

Index(
    "balance_waiting_idx",
    *(balance.c[name] for name in ("ledger_id", "status", "location_id", "lot_id")),
    sqlite_where=text(WAITING),
    postgresql_where=text(WAITING),
)

exposure = Table(
    "exposure",
    metadata,
    _key("ledger_id"),
    _key("lot_id"),
    Column("patient", LargeBinary, primary_key=True),
    _key("seq"),
    _key("unit_id"),
    Column("status", Text, primary_key=True),
    _number("location_id"),
    _number("quantity"),
    Index("exposure_patient_idx", "ledger_id", "patient", "seq"),
    sqlite_with_rowid=False,
)
"""Which patient got how much of which lot in which entry; a return counts negative.

Rows of entries in `correction` stay, and are left out by whoever reads them.

`unit_id` is 0 for goods that are only counted by lot, and the bag's where they are in one; of what
was taken out of a pack it is the pack's."""

hold = Table(
    "hold",
    metadata,
    _key("ledger_id"),
    Column("case_id", Text, primary_key=True),
    _key("part"),
    _number("product_id"),
    _text("extent"),
    _number("seq"),
    sqlite_with_rowid=False,
)
"""What no exit lets through: rules of open recalls, each a product and how far into it.

`extent` is canonical JSON as in the entry (`inventory.Extent`). One row blocks its goods however
many they are, also what of them is received later."""

correction = Table(
    "correction",
    metadata,
    _key("ledger_id"),
    _key("corrected"),
    _number("seq"),
    sqlite_with_rowid=False,
)
"""Which entry declares which earlier one wrong: each at the most once."""
