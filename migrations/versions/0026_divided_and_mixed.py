"""Packs are divided into ranges of base units, and things are mixed into bags."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Say of what was taken out of a pack which range it is, and which lots are in which bag."""
    op.add_column("unit", sa.Column("start", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("unit", sa.Column("pack", sa.BigInteger(), nullable=True))
    op.create_index(
        "unit_pack_idx",
        "unit",
        ["ledger_id", "pack"],
        sqlite_where=sa.text("pack IS NOT NULL"),
        postgresql_where=sa.text("pack IS NOT NULL"),
    )
    op.create_table(
        "mix",
        sa.Column("ledger_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("lot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("unit_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("mix_unit_idx", "mix", ["ledger_id", "unit_id"])


def downgrade() -> None:
    """Drop them; the ledger fills them again."""
    op.drop_index("mix_unit_idx", "mix")
    op.drop_table("mix")
    op.drop_index("unit_pack_idx", "unit")
    op.drop_column("unit", "pack")
    op.drop_column("unit", "start")
