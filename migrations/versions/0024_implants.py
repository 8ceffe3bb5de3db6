"""The register of implants: what was put into whom or taken out, where in the body, by whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Make the register; what happened before is in it after the next rebuild."""
    op.create_table(
        "implant",
        *(
            sa.Column(name, sa.BigInteger(), primary_key=True, autoincrement=False)
            for name in ("ledger_id", "seq", "lot_id", "unit_id")
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("patient", sa.LargeBinary(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("surgeon", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sqlite_with_rowid=False,
    )
    newest = ("status", "time", "seq")
    op.create_index("implant_time_idx", "implant", ["ledger_id", *newest])
    for name in ("product", "lot", "surgeon", "patient"):
        column = f"{name}_id" if name in {"product", "lot"} else name
        op.create_index(f"implant_{name}_idx", "implant", ["ledger_id", column, *newest])
    op.create_index("implant_unit_idx", "implant", ["ledger_id", "unit_id"])


def downgrade() -> None:
    """Drop the register; the ledger fills it again."""
    op.drop_table("implant")
