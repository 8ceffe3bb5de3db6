"""Passkeys, their challenges, and one-time codes that give a known device a new token."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables; each passkey's row is sealed, challenges are kept as digests."""
    op.create_table(
        "staff_passkey",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("passkey_id", sa.Text, primary_key=True),
        sa.Column("staff_id", sa.Text, nullable=False),
        sa.Column("credential", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("registered", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger),
        sa.Column("suspended", sa.BigInteger),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["ledger_id", "staff_id"], ["staff.ledger_id", "staff.staff_id"]),
        sa.UniqueConstraint("ledger_id", "credential"),
    )
    op.create_index(
        "staff_passkey_ledger_id_staff_id_idx", "staff_passkey", ["ledger_id", "staff_id"]
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("challenge", sa.LargeBinary, primary_key=True),
        sa.Column("staff_id", sa.Text),
        sa.Column("expires", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "passkey_challenge_ledger_id_expires_idx", "passkey_challenge", ["ledger_id", "expires"]
    )
    op.add_column("enrolment_code", sa.Column("device_id", sa.Text))


def downgrade() -> None:
    """Drop them: people sign in with their passwords and codes again."""
    op.drop_column("enrolment_code", "device_id")
    op.drop_table("passkey_challenge")
    op.drop_table("staff_passkey")
