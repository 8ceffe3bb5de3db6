"""Loaner sets, emergency kits and preference lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "loaner_set",
        _key("ledger_id"),
        *(_text(name) for name in ("number", "party", "location", "due")),
        _text("procedure", nullable=True),
        _text("state"),
        _key("told"),
        _key("seq"),
        sa.PrimaryKeyConstraint("ledger_id", "number", name=op.f("loaner_set_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("loaner_set_state_idx", "loaner_set", ["ledger_id", "state", "due"])
    op.create_table(
        "loaner_line",
        _key("ledger_id"),
        _text("number"),
        _key("line"),
        _text("identifiers"),
        _text("product", nullable=True),
        *(_key(name) for name in ("quantity", "came", "used", "went_out")),
        sa.PrimaryKeyConstraint("ledger_id", "number", "line", name=op.f("loaner_line_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "preference_list",
        _key("ledger_id"),
        *(_text(name) for name in ("code", "procedure")),
        _text("surgeon", nullable=True),
        _text("content"),
        _key("seq"),
        sa.PrimaryKeyConstraint("ledger_id", "code", name=op.f("preference_list_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("preference_list_procedure_idx", "preference_list", ["ledger_id", "procedure"])
    op.create_table(
        "kit",
        *(_key(name) for name in ("ledger_id", "location_id")),
        *(_text(name) for name in ("code", "contents")),
        _key("every"),
        _text("seal", nullable=True),
        *(_key(name) for name in ("checked", "seq")),
        sa.PrimaryKeyConstraint("ledger_id", "location_id", name=op.f("kit_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index("kit_code_key", "kit", ["ledger_id", "code"], unique=True)


def downgrade() -> None:
    """Drop them; the ledger still knows what they said."""
    for table in ("kit", "preference_list", "loaner_line", "loaner_set"):
        op.drop_table(table)
