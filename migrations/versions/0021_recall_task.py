"""Recalls open tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_KEY = ("ledger_id", "case_id", "work", "subject")


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=nullable)


def _text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    """Make the table of tasks; cases of before get theirs when the projections are rebuilt."""
    op.create_table(
        "recall_task",
        _number("ledger_id"),
        *(_text(name, nullable=False) for name in _KEY[1:]),
        _number("location_id"),
        _text("opened", nullable=False),
        _number("expected"),
        *(_text(name) for name in ("owner", "acknowledged", "acknowledged_by")),
        *(_text(name) for name in ("counted", "counted_by")),
        _number("count", nullable=True),
        *(_text(name) for name in ("done", "done_by")),
        _text("note", nullable=False),
        _number("seq"),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("recall_task_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("recall_task_location_idx", "recall_task", ["ledger_id", "location_id"])


def downgrade() -> None:
    """Drop the table; the ledger fills it again."""
    op.drop_table("recall_task")
