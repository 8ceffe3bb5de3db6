"""Orders have a state, a source and a history; their lines lots and what was accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Widen the tables; `medtrace rebuild` fills the history of orders that are there."""
    op.add_column("placed_order", sa.Column("source", sa.Text(), nullable=True))
    op.add_column(
        "placed_order", sa.Column("state", sa.Text(), nullable=False, server_default="open")
    )
    for end in ("destination", "source"):
        op.create_index(f"placed_order_{end}_idx", "placed_order", ["ledger_id", end, "state"])
    op.add_column(
        "order_line", sa.Column("accepted", sa.BigInteger(), nullable=False, server_default="0")
    )
    for name in ("product", "lot", "expiry"):
        op.add_column("order_line", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "order_step",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "number", "type", "seq", name="order_step_pkey"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop what was added: the ledger keeps it."""
    op.drop_table("order_step")
    for name in ("expiry", "lot", "product", "accepted"):
        op.drop_column("order_line", name)
    for end in ("source", "destination"):
        op.drop_index(f"placed_order_{end}_idx", "placed_order")
    for name in ("state", "source"):
        op.drop_column("placed_order", name)
