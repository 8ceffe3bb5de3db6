"""What is to be minded about goods: flags, package levels and storage; ranges of places."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; what older entries don't say stays empty."""
    for name, empty in (("flags", "[]"), ("levels", "{}")):
        op.add_column("product", sa.Column(name, sa.Text(), nullable=False, server_default=empty))
    op.add_column("product", sa.Column("storage", sa.Text(), nullable=True))
    op.add_column("location", sa.Column("gln", sa.Text(), nullable=True))
    op.add_column("location", sa.Column("temperatures", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop them; the ledger still knows what stood there."""
    for name in ("gln", "temperatures"):
        op.drop_column("location", name)
    for name in ("flags", "levels", "storage"):
        op.drop_column("product", name)
