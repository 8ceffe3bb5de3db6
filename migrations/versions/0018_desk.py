"""The desk: products found by their pinyin, stock by product, orders in the order of placing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from inventory.members import PRODUCT_COLUMNS, product_of_row
from inventory.wording import search_words

revision = "0018"
down_revision = "0017"

_INDEXES = (
    ("lot_supplier_idx", "lot", ["ledger_id", "supplier"]),
    ("balance_product_idx", "balance", ["ledger_id", "product_id", "status"]),
    ("placed_order_seq_idx", "placed_order", ["ledger_id", "seq"]),
    ("placed_order_type_idx", "placed_order", ["ledger_id", "type", "state", "seq"]),
)


_WAITING = sa.text("status IN ('to-inspect', 'in-transit', 'quarantined', 'rejected')")


def upgrade() -> None:
    """Add the words of products and fill them; add the indexes."""
    empty = sa.text("''")
    with op.batch_alter_table("product") as product:
        product.add_column(sa.Column("search", sa.Text(), nullable=False, server_default=empty))
    _fill()
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    op.create_index(
        "balance_waiting_idx",
        "balance",
        ["ledger_id", "status", "location_id", "lot_id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index("stock_count_state_idx", "stock_count", ["ledger_id", "state", "seq"])


def _fill() -> None:
    connection = op.get_bind()
    columns = ", ".join(PRODUCT_COLUMNS)
    rows = connection.execute(sa.text(f"SELECT ledger_id, {columns} FROM product")).all()  # noqa: S608 -- our own names
    words = [
        {"ledger": row[0], "product": row[1], "search": search_words(product_of_row(row[1:]))}
        for row in rows
    ]
    if words:
        connection.execute(
            sa.text(
                "UPDATE product SET search = :search"
                " WHERE ledger_id = :ledger AND product_id = :product"
            ),
            words,
        )


def downgrade() -> None:
    """Take both away again."""
    op.drop_index("stock_count_state_idx", "stock_count")
    op.drop_index("balance_waiting_idx", "balance")
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
    with op.batch_alter_table("product") as product:
        product.drop_column("search")
