"""The ledger: head, entries, tiles, and the triggers by which the database guards them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SQLITE_GUARDS = (
    """
    CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER entry_chain BEFORE INSERT ON entry
    WHEN NEW.seq > 0 AND NOT EXISTS (
        SELECT 1 FROM entry WHERE ledger_id = NEW.ledger_id AND seq = NEW.seq - 1 AND
        instr(NEW.body, CAST('"prev":"' || lower(hex(leaf)) || '","recorded":' AS BLOB)) > 0)
    BEGIN SELECT RAISE(ABORT, 'the entry does not follow the one before it'); END
    """,
    """
    CREATE TRIGGER head_forward BEFORE UPDATE ON head WHEN NEW.size < OLD.size
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER head_no_delete BEFORE DELETE ON head
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
)

_POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION medtrace_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$
    """,
    """
    CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION medtrace_append_only()
    """,
    """
    CREATE FUNCTION medtrace_chain() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM added LEFT JOIN LATERAL (
                SELECT leaf FROM entry
                WHERE entry.ledger_id = added.ledger_id AND entry.seq = added.seq - 1
            ) AS before ON true
            WHERE added.seq > 0 AND coalesce(position(
                convert_to('"prev":"' || encode(before.leaf, 'hex') || '","recorded":', 'UTF8')
                IN added.body), 0) = 0
        ) THEN RAISE EXCEPTION 'the entry does not follow the one before it'; END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER entry_chain AFTER INSERT ON entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION medtrace_chain()
    """,
    """
    CREATE TRIGGER head_no_delete BEFORE DELETE OR TRUNCATE ON head
    FOR EACH STATEMENT EXECUTE FUNCTION medtrace_append_only()
    """,
    """
    CREATE TRIGGER head_forward BEFORE UPDATE ON head FOR EACH ROW WHEN (NEW.size < OLD.size)
    EXECUTE FUNCTION medtrace_append_only()
    """,
)


def upgrade() -> None:
    """Make the tables and set the guards."""
    op.create_table(
        "head",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("suite", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        postgresql_with={"fillfactor": 10},
    )
    op.create_table(
        "entry",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "tile",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("level", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("tile_index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in _POSTGRESQL_GUARDS if postgres else _SQLITE_GUARDS:
        op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    """There is no way back: a ledger is not thrown away by a program."""
    raise NotImplementedError
