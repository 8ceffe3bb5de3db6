"""What happened, what there is, what is meant to happen, what is recalled: the projections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables; a ledger that has entries fills them by `medtrace rebuild`."""
    op.create_table(
        "balance",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("location_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "ledger_id", "location_id", "product_id", "lot_id", "status", name=op.f("balance_pkey")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("balance_lot_idx", "balance", ["ledger_id", "lot_id"], unique=False)
    op.create_table(
        "counter",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "name", name=op.f("counter_pkey")),
        postgresql_with={"fillfactor": 10},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_id",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "id", name=op.f("event_id_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_lot",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "lot_id", "seq", name=op.f("event_lot_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_unit",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "unit_id", "seq", name=op.f("event_unit_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "exposure",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "ledger_id", "lot_id", "patient", "seq", "unit_id", "status", name=op.f("exposure_pkey")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "exposure_patient_idx", "exposure", ["ledger_id", "patient", "seq"], unique=False
    )
    op.create_table(
        "hold",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "ledger_id", "case_id", "product_id", "lot", name=op.f("hold_pkey")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "location",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("location_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("ledger_id", "location_id", name=op.f("location_pkey")),
    )
    op.create_index("location_code_key", "location", ["ledger_id", "code"], unique=True)
    op.create_table(
        "lot",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expiry", sa.Text(), nullable=True),
        sa.Column("supplier", sa.Text(), nullable=True),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "lot_id", name=op.f("lot_pkey")),
    )
    op.create_index("lot_lot_idx", "lot", ["ledger_id", "lot"], unique=False)
    op.create_index("lot_product_lot_key", "lot", ["ledger_id", "product_id", "lot"], unique=True)
    op.create_table(
        "order_line",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identifiers", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("fulfilled", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "ledger_id", "number", "type", "line", name=op.f("order_line_pkey")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "placed_order",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("destination", sa.Text(), nullable=True),
        sa.Column("patient", sa.LargeBinary(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "number", "type", name=op.f("placed_order_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("specification", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "product_id", name=op.f("product_pkey")),
    )
    op.create_index("product_code_key", "product", ["ledger_id", "code"], unique=True)
    op.create_table(
        "product_identifier",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "identifier", name=op.f("product_identifier_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "product_identifier_product",
        "product_identifier",
        ["ledger_id", "product_id"],
        unique=False,
    )
    op.create_table(
        "recall_case",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("recall_class", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("notified", sa.Text(), nullable=False),
        sa.Column("opened", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "case_id", name=op.f("recall_case_pkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recall_scope",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "ledger_id", "case_id", "product_id", "lot", name=op.f("recall_scope_pkey")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit",
        sa.Column("ledger_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("patient", sa.LargeBinary(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", "unit_id", name=op.f("unit_pkey")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("unit_key_key", "unit", ["ledger_id", "key"], unique=True)
    op.create_index("unit_lot_idx", "unit", ["ledger_id", "lot_id"], unique=False)


def downgrade() -> None:
    """Drop the tables; the ledger keeps all they were made from."""
    op.drop_index("unit_lot_idx", table_name="unit")
    op.drop_index("unit_key_key", table_name="unit")
    op.drop_table("unit")
    op.drop_table("recall_scope")
    op.drop_table("recall_case")
    op.drop_index("product_identifier_product", table_name="product_identifier")
    op.drop_table("product_identifier")
    op.drop_index("product_code_key", table_name="product")
    op.drop_table("product")
    op.drop_table("placed_order")
    op.drop_table("order_line")
    op.drop_index("lot_product_lot_key", table_name="lot")
    op.drop_index("lot_lot_idx", table_name="lot")
    op.drop_table("lot")
    op.drop_index("location_code_key", table_name="location")
    op.drop_table("location")
    op.drop_table("hold")
    op.drop_index("exposure_patient_idx", table_name="exposure")
    op.drop_table("exposure")
    op.drop_table("event_unit")
    op.drop_table("event_lot")
    op.drop_table("event_id")
    op.drop_table("counter")
    op.drop_index("balance_lot_idx", table_name="balance")
    op.drop_table("balance")
