"""Find the containers that amounts of a lot lie in."""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Index what lies in containers by its lot."""
    op.create_index("content_lot_idx", "content", ["ledger_id", "lot_id"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("content_lot_idx", "content")
