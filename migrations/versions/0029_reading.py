"""Which readings there are of a place, so that a thing's life can say how warm it stood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Make the table; readings from before come into it by `medtrace rebuild`."""
    numbers = ("location_id", "first_at", "last_at", "lowest", "highest")
    op.create_table(
        "reading",
        sa.Column("ledger_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("sensor", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in numbers),
        sqlite_with_rowid=False,
    )
    op.create_index("reading_location_idx", "reading", ["ledger_id", "location_id", "last_at"])


def downgrade() -> None:
    """Drop it; the ledger fills it again."""
    op.drop_table("reading")
