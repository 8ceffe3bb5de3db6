"""A recall case is closed, and may be opened again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table of closings and reopenings."""
    op.create_table(
        "recall_decision",
        sa.Column("ledger_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.Text(), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("second_person", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the table; the ledger fills it again."""
    op.drop_table("recall_decision")
