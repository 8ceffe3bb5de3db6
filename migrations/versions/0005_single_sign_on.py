"""Single sign-on: which subject of the identity provider opens which account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table: subjects are kept as keyed digests, each row is sealed."""
    op.create_table(
        "staff_subject",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["ledger_id", "staff_id"], ["staff.ledger_id", "staff.staff_id"]),
        sa.UniqueConstraint("ledger_id", "subject"),
    )


def downgrade() -> None:
    """Drop it: people sign in with their passwords again."""
    op.drop_table("staff_subject")
