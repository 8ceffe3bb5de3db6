"""The published log: checkpoints, keys, witnesses, evidence, audits; guards for the tiles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SQLITE_GUARDS = (
    """
    CREATE TRIGGER tile_grows BEFORE UPDATE ON tile
    WHEN length(NEW.data) <= length(OLD.data) OR length(NEW.data) > 8192
        OR substr(NEW.data, 1, length(OLD.data)) <> OLD.data
    BEGIN SELECT RAISE(ABORT, 'a tile only grows'); END
    """,
    """
    CREATE TRIGGER tile_no_delete BEFORE DELETE ON tile
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER witnessed_forward BEFORE UPDATE ON witnessed
    WHEN NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
    BEGIN SELECT RAISE(ABORT, 'a witness does not go back'); END
    """,
    """
    CREATE TRIGGER witnessed_no_delete BEFORE DELETE ON witnessed
    BEGIN SELECT RAISE(ABORT, 'a witness does not forget'); END
    """,
)

_POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION medtrace_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$
    """,
    """
    CREATE TRIGGER tile_grows BEFORE UPDATE ON tile FOR EACH ROW
    WHEN (length(NEW.data) <= length(OLD.data) OR length(NEW.data) > 8192
        OR substr(NEW.data, 1, length(OLD.data)) <> OLD.data)
    EXECUTE FUNCTION medtrace_refuse('a tile only grows')
    """,
    """
    CREATE TRIGGER tile_no_delete BEFORE DELETE OR TRUNCATE ON tile
    FOR EACH STATEMENT EXECUTE FUNCTION medtrace_refuse('the ledger is append-only')
    """,
    """
    CREATE TRIGGER witnessed_forward BEFORE UPDATE ON witnessed FOR EACH ROW
    WHEN (NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root))
    EXECUTE FUNCTION medtrace_refuse('a witness does not go back')
    """,
    """
    CREATE TRIGGER witnessed_no_delete BEFORE DELETE OR TRUNCATE ON witnessed
    FOR EACH STATEMENT EXECUTE FUNCTION medtrace_refuse('a witness does not forget')
    """,
)


def upgrade() -> None:
    """Make the tables and set the guards."""
    _tables_of_the_log()
    _tables_of_witnesses_and_audits()
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in _POSTGRESQL_GUARDS if postgres else _SQLITE_GUARDS:
        op.execute(sa.text(statement.replace(":", r"\:")))


def _tables_of_the_log() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("made", sa.Text, nullable=False),
    )
    op.create_table(
        "ledger_key",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("vkey", sa.Text, nullable=False),
    )


def _tables_of_witnesses_and_audits() -> None:
    op.create_table(
        "witnessed",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "evidence",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("claimed", sa.LargeBinary, primary_key=True),
        sa.Column("known", sa.LargeBinary, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("seen", sa.Text, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("started", sa.Text, primary_key=True),
        sa.Column("finished", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("problem", sa.Text, nullable=True),
    )


def downgrade() -> None:
    """There is no way back: a ledger is not thrown away by a program."""
    raise NotImplementedError
