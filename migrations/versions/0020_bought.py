"""What care makes of goods: consigned ones that are bought by using them, and narcotics."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    """Add the tables; what happened before is in them after the next rebuild."""
    op.create_table(
        "bought",
        _key("ledger_id"),
        sa.Column("owner", sa.Text(), nullable=False),
        *(_key(name) for name in ("seq", "lot_id", "location_id", "quantity", "time")),
        sa.PrimaryKeyConstraint("ledger_id", "owner", "seq", "lot_id", name=op.f("bought_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("bought_time_idx", "bought", ["ledger_id", "owner", "time"])
    line = ("ledger_id", "location_id", "product_id", "seq", "lot_id")
    op.create_table(
        "narcotic_line",
        *(_key(name) for name in (*line, "time", "came", "went", "used")),
        sa.PrimaryKeyConstraint(*line, name=op.f("narcotic_line_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "narcotic_closing",
        *(_key(name) for name in ("ledger_id", "location_id")),
        sa.Column("day", sa.Text(), nullable=False),
        *(_key(name) for name in ("seq", "time")),
        sa.PrimaryKeyConstraint(
            "ledger_id", "location_id", "day", name=op.f("narcotic_closing_pkey")
        ),
        sqlite_with_rowid=False,
    )
    empty = ("ledger_id", "location_id", "product_id", "seq")
    op.create_table(
        "empty_ampoule",
        *(_key(name) for name in (*empty, "quantity")),
        sa.PrimaryKeyConstraint(*empty, name=op.f("empty_ampoule_pkey")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop what is new; the ledger still knows it."""
    for table in ("empty_ampoule", "narcotic_closing", "narcotic_line", "bought"):
        op.drop_table(table)
