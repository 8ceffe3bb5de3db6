"""Grants for handhelds that are out of reach of the server."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the table; it holds digests of tokens and is no projection."""
    op.create_table(
        "offline_grant",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("token", sa.LargeBinary, primary_key=True),
        sa.Column("staff_id", sa.Text, nullable=False),
        sa.Column("device_id", sa.Text, nullable=False),
        sa.Column("sign_in_until", sa.BigInteger, nullable=False),
        sa.Column("send_until", sa.BigInteger, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["ledger_id", f"{table}_id"], [f"{table}.ledger_id", f"{table}.{table}_id"]
            )
            for table in ("staff", "device")
        ),
    )
    for column in ("staff_id", "device_id"):
        op.create_index(
            f"offline_grant_ledger_id_{column}_idx", "offline_grant", ["ledger_id", column]
        )
