"""The register of implants has what came under codes that nobody knew, and answers by month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Unknown codes of before come into the register by `medtrace rebuild`."""
    op.add_column("implant", sa.Column("code", sa.Text(), nullable=True))
    op.drop_table("implant_month")


def downgrade() -> None:
    """Make the table again; the ledger fills it."""
    op.create_table(
        "implant_month",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "month", "seq", name=op.f("implant_month_pkey")),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM implant WHERE code IS NOT NULL OR length(patient) = 0")
    op.drop_column("implant", "code")
