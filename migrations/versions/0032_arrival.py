"""Goods know by which delivery they came in: recalls by supplier or day cut a lot exactly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

_BY_LOT = ("suppliers", "first_received", "last_received")


def upgrade() -> None:
    """Make the table; how older goods came in is unknown until `medtrace rebuild`."""
    op.create_table(
        "arrival",
        *(
            sa.Column(name, sa.BigInteger(), primary_key=True, autoincrement=False)
            for name in ("ledger_id", "lot_id", "seq")
        ),
        sa.Column("day", sa.Text(), nullable=True),
        sa.Column("supplier", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("unit", sa.Column("arrival", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "INSERT INTO arrival (ledger_id, lot_id, seq, quantity, amount)"
        " SELECT ledger_id, lot_id, 0, received, received FROM lot"
    )
    for name in _BY_LOT:
        op.drop_column("lot", name)


def downgrade() -> None:
    """Drop it; the ledger fills it again."""
    none = sa.text("''")
    op.add_column("lot", sa.Column("suppliers", sa.Text(), nullable=False, server_default=none))
    for name in _BY_LOT[1:]:
        op.add_column("lot", sa.Column(name, sa.Text(), nullable=True))
    op.drop_column("unit", "arrival")
    op.drop_table("arrival")
