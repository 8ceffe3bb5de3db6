"""The cold chain: its products, the last word of sensors, ranges left, excursions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    """Make the tables; products of a ledger that has entries come by `medtrace rebuild`."""
    op.create_table(
        "cold_product",
        _key("ledger_id"),
        _key("product_id"),
        sa.PrimaryKeyConstraint("ledger_id", "product_id", name=op.f("cold_product_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sensor",
        _key("ledger_id"),
        _key("location_id"),
        _text("sensor"),
        _number("at"),
        _number("lowest"),
        _number("highest"),
        _number("seq"),
        sa.PrimaryKeyConstraint("ledger_id", "location_id", "sensor", name=op.f("sensor_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sensor_watch",
        _key("ledger_id"),
        _key("location_id"),
        _text("sensor"),
        _text("limits"),
        _number("since"),
        _number("lowest"),
        _number("highest"),
        _number("number", nullable=True),
        sa.PrimaryKeyConstraint(
            "ledger_id", "location_id", "sensor", "limits", name=op.f("sensor_watch_pkey")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "excursion",
        _key("ledger_id"),
        _key("number"),
        _number("location_id"),
        _text("sensor"),
        _text("limits"),
        _number("of_place"),
        _number("started"),
        _number("until"),
        _number("ended"),
        _number("lowest"),
        _number("highest"),
        _number("first_seq"),
        _number("last_seq"),
        _text("person", nullable=True),
        _number("decided_seq", nullable=True),
        sa.PrimaryKeyConstraint("ledger_id", "number", name=op.f("excursion_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("excursion_decided_idx", "excursion", ["ledger_id", "decided_seq", "number"])


def downgrade() -> None:
    """Drop the tables; the ledger fills them again."""
    for name in ("excursion", "sensor_watch", "sensor", "cold_product"):
        op.drop_table(name)
