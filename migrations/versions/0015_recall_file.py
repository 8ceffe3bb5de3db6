"""A recall case has a file: effectiveness checks, their level, and the reports that went out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables of the file."""
    op.create_table(
        "recall_check",
        *_key(),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("informed", sa.Boolean(), nullable=False),
        sa.Column("acted", sa.Boolean(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recall_level",
        *_key(),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recall_report",
        *_key(),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("entries_digest", sa.Text(), nullable=False),
        sa.Column("issued", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def _key() -> list[sa.Column[object]]:
    return [
        sa.Column("ledger_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.Text(), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
    ]


def downgrade() -> None:
    """Drop the tables; the ledger fills them again."""
    for table in ("recall_check", "recall_level", "recall_report"):
        op.drop_table(table)
