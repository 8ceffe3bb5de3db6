"""What suppliers declare to lie in what: package relations (包装关联) of delivery notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table; it is a projection."""
    op.create_table(
        "declared_package",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parent_key", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("expiry", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "parent_key", "key", name="declared_package_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("declared_package_key_idx", "declared_package", ["ledger_id", "key"])


def downgrade() -> None:
    """Drop it: the ledger keeps the declarations."""
    op.drop_table("declared_package")
