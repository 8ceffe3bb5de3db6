"""Counts, par levels, and lots by their last day of use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables; they are projections."""
    op.create_index("lot_expiry_idx", "lot", ["ledger_id", "expiry"])
    op.create_table(
        "stock_count",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count_id", sa.LargeBinary(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("products", sa.Text(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("approval", sa.LargeBinary(), nullable=True),
        sa.Column("adjusting", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "count_id", name="stock_count_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "stock_count_location_idx", "stock_count", ["ledger_id", "location_id", "state"]
    )
    op.create_table(
        "count_line",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count_id", sa.LargeBinary(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expiry", sa.Text(), nullable=True),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "count_id", "thing", name="count_line_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "par_level",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("location_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "location_id", "product_id", name="par_level_pkey"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop what was added: the ledger keeps it."""
    for table in ("par_level", "count_line", "stock_count"):
        op.drop_table(table)
    op.drop_index("lot_expiry_idx", "lot")
