"""Notices of recalls go out, and what became of them is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _notice() -> sa.Column[bytes]:
    return sa.Column("notice", sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Make the tables of notices, deliveries and the outbox."""
    op.create_table(
        "recall_notice",
        _number("ledger_id"),
        _notice(),
        *(_text(name) for name in ("case_id", "topic", "told")),
        *(_number(name) for name in ("open_tasks", "seq")),
        sa.PrimaryKeyConstraint("ledger_id", "notice", name=op.f("recall_notice_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("recall_notice_case_idx", "recall_notice", ["ledger_id", "case_id"])
    op.create_table(
        "recall_delivery",
        *(_number(name) for name in ("ledger_id", "seq")),
        _notice(),
        *(_text(name) for name in ("case_id", "channel", "target")),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        _number("attempts"),
        *(_text(name) for name in ("detail", "at")),
        sa.PrimaryKeyConstraint("ledger_id", "seq", name=op.f("recall_delivery_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("recall_delivery_case_idx", "recall_delivery", ["ledger_id", "case_id"])
    op.create_table(
        "notice_outbox",
        _number("ledger_id"),
        _notice(),
        *(_text(name) for name in ("channel", "address")),
        *(_number(name) for name in ("attempts", "due")),
        *(_text(name) for name in ("state", "detail")),
        sa.PrimaryKeyConstraint(
            *("ledger_id", "notice", "channel", "address"), name=op.f("notice_outbox_pkey")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("notice_outbox_due_idx", "notice_outbox", ["ledger_id", "state", "due"])


def downgrade() -> None:
    """Drop the tables; the ledger fills all but the outbox again."""
    for table in ("notice_outbox", "recall_delivery", "recall_notice"):
        op.drop_table(table)
