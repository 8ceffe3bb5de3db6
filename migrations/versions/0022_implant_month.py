"""The implants of each month, for the closed-loop report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make the table; implants that are on record come by `medtrace rebuild`."""
    op.create_table(
        "implant_month",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "month", "seq", name=op.f("implant_month_pkey")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the table: the ledger fills it again."""
    op.drop_table("implant_month")
