"""Tables of what care makes of goods: what was bought by using it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from database import metadata


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


bought = Table(
    "bought",
    metadata,
    _key("ledger_id"),
    Column("owner", Text, primary_key=True),
    _key("seq"),
    _key("lot_id"),
    _number("location_id"),
    _number("quantity"),
    _number("time"),
    Index("bought_time_idx", "ledger_id", "owner", "time"),
    sqlite_with_rowid=False,
)
"""Consigned goods that became the hospital's own because they were used, by owner and entry.

Rows of entries in `correction` stay, and are left out by whoever reads them."""

narcotic_line = Table(
    "narcotic_line",
    metadata,
    _key("ledger_id"),
    _key("location_id"),
    _key("product_id"),
    _key("seq"),
    _key("lot_id"),
    _number("time"),
    _number("came"),
    _number("went"),
    _number("used"),
    sqlite_with_rowid=False,
)
"""What each entry brought to a place, and took away, of a narcotic (专用账册), in base units.

The sum of a place's lines is what lies there; `used` is how much of it was administered, less what
a correction took back. `time` is when it happened, in milliseconds since 1970."""

narcotic_closing = Table(
    "narcotic_closing",
    metadata,
    _key("ledger_id"),
    _key("location_id"),
    Column("day", Text, primary_key=True),
    _number("seq"),
    _number("time"),
    sqlite_with_rowid=False,
)
"""The days that are closed, place by place."""

empty_ampoule = Table(
    "empty_ampoule",
    metadata,
    _key("ledger_id"),
    _key("location_id"),
    _key("product_id"),
    _key("seq"),
    _number("quantity"),
    sqlite_with_rowid=False,
)
"""Empty ampoules that came back from where they were used."""

kit = Table(
    "kit",
    metadata,
    _key("ledger_id"),
    _key("location_id"),
    Column("code", Text, nullable=False),
    Column("contents", Text, nullable=False),
    _number("every"),
    Column("seal", Text, nullable=True),
    _number("checked"),
    _number("seq"),
    Index("kit_code_key", "ledger_id", "code", unique=True),
    sqlite_with_rowid=False,
)
"""Kits by the place that each is: what belongs in, by product code as JSON; its seal, NULL: open.

`checked` is when it was sealed or checked last (ms since 1970), `seq` its last entry."""
