"""Every step of goods: containers, owners, reservations, exceptions and corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_LOOSE = """
UPDATE balance SET loose = quantity - (
    SELECT count(*) FROM unit WHERE unit.ledger_id = balance.ledger_id
    AND unit.lot_id = balance.lot_id AND unit.location_id = balance.location_id
    AND unit.status = balance.status)
"""


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def upgrade() -> None:
    """Add what is new; what is there is loose, in no container and the hospital's own."""
    one, none = sa.text("1"), sa.text("0")
    with op.batch_alter_table("unit") as unit:
        unit.add_column(sa.Column("quantity", sa.BigInteger(), nullable=False, server_default=one))
        unit.add_column(_number("parent", nullable=True))
        unit.add_column(sa.Column("time", sa.BigInteger(), nullable=False, server_default=none))
    within = sa.text("parent IS NOT NULL")
    op.create_index(
        "unit_parent_idx",
        "unit",
        ["ledger_id", "parent"],
        sqlite_where=within,
        postgresql_where=within,
    )
    op.add_column("lot", sa.Column("owner", sa.Text(), nullable=True))
    op.drop_index("lot_product_lot_key", table_name="lot")
    op.create_index("lot_product_lot_idx", "lot", ["ledger_id", "product_id", "lot"])
    op.add_column(
        "balance", sa.Column("loose", sa.BigInteger(), nullable=False, server_default=none)
    )
    op.execute(_LOOSE)
    _create_tables()


def _create_tables() -> None:
    op.create_table(
        "content",
        *(_key(name) for name in ("ledger_id", "parent", "lot_id")),
        _number("quantity"),
        sa.PrimaryKeyConstraint("ledger_id", "parent", "lot_id", name=op.f("content_pkey")),
        sqlite_with_rowid=False,
    )
    kept = ("ledger_id", "document", "location_id", "lot_id", "unit_id")
    op.create_table(
        "reservation",
        _key("ledger_id"),
        sa.Column("document", sa.Text(), nullable=False),
        *(_key(name) for name in kept[2:]),
        _number("quantity"),
        sa.PrimaryKeyConstraint(*kept, name=op.f("reservation_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("reservation_unit_idx", "reservation", ["ledger_id", "unit_id"])
    op.create_table(
        "exception",
        *(_key(name) for name in ("ledger_id", "seq", "number")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        _number("resolved", nullable=True),
        sa.PrimaryKeyConstraint("ledger_id", "seq", "number", name=op.f("exception_pkey")),
        sqlite_with_rowid=False,
    )
    unresolved = sa.text("resolved IS NULL")
    op.create_index(
        "exception_open_idx",
        "exception",
        ["ledger_id", "seq"],
        sqlite_where=unresolved,
        postgresql_where=unresolved,
    )
    op.create_table(
        "correction",
        *(_key(name) for name in ("ledger_id", "corrected")),
        _number("seq"),
        sa.PrimaryKeyConstraint("ledger_id", "corrected", name=op.f("correction_pkey")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop what is new; the ledger still knows it."""
    for table in ("correction", "exception", "reservation", "content"):
        op.drop_table(table)
    op.drop_column("balance", "loose")
    op.drop_index("lot_product_lot_idx", table_name="lot")
    op.drop_column("lot", "owner")
    op.create_index("lot_product_lot_key", "lot", ["ledger_id", "product_id", "lot"], unique=True)
    op.drop_index("unit_parent_idx", table_name="unit")
    with op.batch_alter_table("unit") as unit:
        for name in ("quantity", "parent", "time"):
            unit.drop_column(name)
