"""The work-list of codes: what nobody owns, and what more than one product claims."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables; they fill as goods come in and products are defined."""
    op.create_table(
        "code_mapping",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("decided_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("ledger_id", "identifier", name=op.f("code_mapping_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("code_mapping_state_idx", "code_mapping", ["ledger_id", "state", "last_seq"])
    op.create_table(
        "code_claim",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("settled_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "ledger_id", "identifier", "product_id", name=op.f("code_claim_pkey")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("code_claim_product_idx", "code_claim", ["ledger_id", "product_id"])


def downgrade() -> None:
    """Drop the tables; the ledger fills them again."""
    op.drop_table("code_claim")
    op.drop_table("code_mapping")
