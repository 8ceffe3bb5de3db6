"""What is known of the companies that deliver."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the table; entries of kind `catalogue` fill it."""
    texts = ("name", "credit_code", "licence")
    op.create_table(
        "supplier",
        sa.Column("ledger_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("code", sa.Text(), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("licence_until", sa.Text(), nullable=True),
        sa.Column("gln", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop it; the ledger fills it again."""
    op.drop_table("supplier")
