"""Orders of care: their doses and schedules, their steps, and the doses that were settled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    """Widen the tables and add those of doses; no order of care is on record before this."""
    op.add_column("placed_order", sa.Column("care", sa.Text(), nullable=True))
    op.add_column("placed_order", sa.Column("given", sa.BigInteger(), nullable=True))
    op.create_index(
        "placed_order_patient_idx",
        "placed_order",
        ["ledger_id", "patient", "state"],
        sqlite_where=sa.text("patient IS NOT NULL"),
        postgresql_where=sa.text("patient IS NOT NULL"),
    )
    op.add_column("order_line", sa.Column("care", sa.Text(), nullable=True))
    op.add_column("order_step", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("order_step", sa.Column("time", sa.BigInteger(), nullable=True))
    op.add_column("order_step", sa.Column("place", sa.Text(), nullable=True))
    op.create_table(
        "order_dose",
        _key("ledger_id"),
        sa.Column("number", sa.Text(), nullable=False),
        _key("due"),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "number", "due", name=op.f("order_dose_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "order_month",
        _key("ledger_id"),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "month", "number", name=op.f("order_month_pkey")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop what was added: the ledger keeps it."""
    op.drop_table("order_month")
    op.drop_table("order_dose")
    for name in ("place", "time", "kind"):
        op.drop_column("order_step", name)
    op.drop_column("order_line", "care")
    op.drop_index("placed_order_patient_idx", "placed_order")
    for name in ("given", "care"):
        op.drop_column("placed_order", name)
