"""Find the open tasks of somebody without reading those of everybody."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Index the tasks by who is to do them."""
    op.create_index("recall_task_owner_idx", "recall_task", ["ledger_id", "owner"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("recall_task_owner_idx", "recall_task")
