"""Recalls reach as far as they say: into serials, days, suppliers; a scope may change."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_CASE = ("ledger_id", "case_id")
_HOURS = {"I": 24, "II": 48, "III": 72}
_Names = dict[tuple[int, str, int], list[str]]


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    """Turn rows of lots into extents; what old lots did not say stays unknown."""
    for name in ("produced", "first_received", "last_received"):
        op.add_column("lot", _text(name, nullable=True))
    none = sa.text("''")
    op.add_column("lot", sa.Column("suppliers", sa.Text(), nullable=False, server_default=none))
    op.execute("UPDATE lot SET suppliers = supplier WHERE supplier IS NOT NULL")
    holds = _rows("SELECT ledger_id, case_id, product_id, lot, seq FROM hold ORDER BY 1, 2, 3, 4")
    query = "SELECT ledger_id, case_id, product_id, lot, 0 FROM recall_scope ORDER BY 1, 2, 3, 4"
    scopes = _rows(query)
    _remake("hold", holds, _number("seq"))
    _remake("recall_scope", scopes)
    op.create_index("recall_scope_product_idx", "recall_scope", ["ledger_id", "product_id"])
    _extend_cases()
    op.create_table(
        "recall_revision",
        _number("ledger_id"),
        _text("case_id"),
        _number("seq"),
        *(_text(name) for name in ("revised", "person")),
        _text("second_person", nullable=True),
        *(_text(name) for name in ("explanation", "adds", "drops")),
        sa.PrimaryKeyConstraint(*_CASE, "seq", name=op.f("recall_revision_pkey")),
        sqlite_with_rowid=False,
    )


def _rows(query: str) -> list[tuple[int, str, int, str, int]]:
    return [tuple(row) for row in op.get_bind().execute(sa.text(query))]


def _remake(name: str, rows: list[tuple[int, str, int, str, int]], *more: sa.Column[int]) -> None:
    op.drop_table(name)
    table = op.create_table(
        name,
        _number("ledger_id"),
        _text("case_id"),
        _number("part"),
        _number("product_id"),
        _text("extent"),
        *more,
        sa.PrimaryKeyConstraint(*_CASE, "part", name=op.f(f"{name}_pkey")),
        sqlite_with_rowid=False,
    )
    lots: _Names = defaultdict(list)
    for ledger_id, case_id, product_id, lot, _ in rows:
        lots[ledger_id, case_id, product_id].append(lot)
    seqs = {row[:3]: row[4] for row in rows}
    parts: dict[tuple[int, str], int] = defaultdict(int)
    made = []
    for key, names in lots.items():
        extent = json.dumps({"lots": names}, ensure_ascii=False, separators=(",", ":"))
        row = {"ledger_id": key[0], "case_id": key[1], "part": parts[key[:2]]}
        row |= {"product_id": key[2], "extent": extent}
        made.append(row | ({"seq": seqs[key]} if more else {}))
        parts[key[:2]] += 1
    if made:
        op.bulk_insert(table, made)


def _extend_cases() -> None:
    """Cases of before are due as their class said then."""
    none = sa.text("''")
    for name in ("due", "number"):
        op.add_column(
            "recall_case", sa.Column(name, sa.Text(), nullable=False, server_default=none)
        )
    drill: sa.Column[bool] = sa.Column(
        "drill", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("recall_case", drill)
    connection = op.get_bind()
    put = "UPDATE recall_case SET due = :due WHERE ledger_id = :own AND case_id = :case"
    written = sa.text(put)
    query = "SELECT ledger_id, case_id, notified, recall_class FROM recall_case"
    for own, case, notified, recall_class in connection.execute(sa.text(query)).all():
        due = datetime.fromisoformat(notified) + timedelta(hours=_HOURS[recall_class])
        told = due.isoformat(timespec="microseconds").replace("+00:00", "Z")
        connection.execute(written, {"due": told, "own": own, "case": case})


def downgrade() -> None:
    """Go back to rows of lots: what else a recall named is lost until the ledger is replayed."""
    op.drop_table("recall_revision")
    for name in ("due", "number", "drill"):
        op.drop_column("recall_case", name)
    op.drop_index("recall_scope_product_idx", table_name="recall_scope")
    for table, more in (("hold", "seq"), ("recall_scope", "")):
        columns = "ledger_id, case_id, product_id, extent" + (f", {more}" if more else "")
        query = sa.text(f"SELECT {columns} FROM {table}")  # noqa: S608 -- names of ours
        rows = op.get_bind().execute(query).all()
        op.drop_table(table)
        made = op.create_table(
            table,
            _number("ledger_id"),
            _text("case_id"),
            _number("product_id"),
            _text("lot"),
            *([_number(more)] if more else []),
            sa.PrimaryKeyConstraint(*_CASE, "product_id", "lot", name=op.f(f"{table}_pkey")),
            sqlite_with_rowid=False,
        )
        names = (*_CASE, "product_id", *([more] if more else []))
        old = [
            dict(zip(names, (*key, *seq), strict=True)) | {"lot": lot}
            for *key, extent, seq in ((*row[:4], row[4:]) for row in rows)
            for lot in dict.fromkeys(json.loads(extent)["lots"])
        ]
        if old:
            op.bulk_insert(made, old)
    for name in ("produced", "suppliers", "first_received", "last_received"):
        op.drop_column("lot", name)
