"""Access: accounts, sessions, devices, encrypted identities, the findable audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = (
    "staff",
    "staff_password",
    "staff_totp",
    "staff_badge",
    "sign_in_attempt",
    "device",
    "device_key",
    "enrolment_code",
    "session",
    "patient",
    "patient_index",
    "legal_hold",
    "access_event",
)


def upgrade() -> None:
    """Make the tables. Moments are microseconds since 1970 in UTC, sets are sorted JSON arrays."""
    _tables_of_people()
    _tables_of_devices()
    _tables_of_patients()
    _tables_of_audit()


def downgrade() -> None:
    """Drop them: accounts and identities are lost, the ledger's entries about them stay."""
    for table in ("session", *reversed(_TABLES)):
        op.execute(sa.text(f"DROP TABLE IF EXISTS {table}"))


def _reference(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["ledger_id", column], [f"{table}.ledger_id", f"{table}.{column}"]
    )


def _tables_of_people() -> None:
    op.create_table(
        "staff",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("places", sa.Text, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("disabled", sa.BigInteger),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("ledger_id", "number"),
    )
    op.create_table(
        "staff_password",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        _reference("staff", "staff_id"),
    )
    op.create_table(
        "staff_totp",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("confirmed", sa.BigInteger),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        _reference("staff", "staff_id"),
    )
    op.create_table(
        "staff_badge",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("badge", sa.LargeBinary),
        sa.Column("pin", sa.LargeBinary),
        sa.UniqueConstraint("ledger_id", "badge"),
        _reference("staff", "staff_id"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("subject", sa.LargeBinary, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("latest", sa.BigInteger, nullable=False),
    )


def _tables_of_devices() -> None:
    op.create_table(
        "device",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("device_id", sa.Text, primary_key=True),
        sa.Column("token", sa.LargeBinary),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hardware", sa.Text, nullable=False),
        sa.Column("software", sa.Text, nullable=False),
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("enrolled", sa.BigInteger, nullable=False),
        sa.Column("enrolled_by", sa.Text, nullable=False),
        sa.Column("seen", sa.BigInteger),
        sa.Column("skew_ms", sa.BigInteger),
        sa.Column("revoked", sa.BigInteger),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("ledger_id", "token"),
    )
    op.create_table(
        "device_key",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("key_id", sa.Text, primary_key=True),
        sa.Column("device_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("registered", sa.BigInteger, nullable=False),
        _reference("device", "device_id"),
    )
    op.create_index(
        op.f("device_key_ledger_id_device_id_idx"), "device_key", ["ledger_id", "device_id"]
    )
    op.create_table(
        "enrolment_code",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("code", sa.LargeBinary, primary_key=True),
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("token", sa.LargeBinary, primary_key=True),
        sa.Column("staff_id", sa.Text, nullable=False),
        sa.Column("device_id", sa.Text),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        _reference("device", "device_id"),
        _reference("staff", "staff_id"),
    )
    op.create_index(op.f("session_ledger_id_staff_id_idx"), "session", ["ledger_id", "staff_id"])


def _tables_of_patients() -> None:
    op.create_table(
        "patient",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("pseudonym", sa.LargeBinary, primary_key=True),
        sa.Column("wrapped_key", sa.LargeBinary),
        sa.Column("identity", sa.LargeBinary),
        sa.Column("registered", sa.BigInteger, nullable=False),
        sa.Column("erased", sa.BigInteger),
    )
    op.create_table(
        "patient_index",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("pseudonym", sa.LargeBinary, nullable=False),
        _reference("patient", "pseudonym"),
    )
    op.create_index(
        op.f("patient_index_ledger_id_pseudonym_idx"), "patient_index", ["ledger_id", "pseudonym"]
    )
    op.create_table(
        "legal_hold",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hold_id", sa.Text, primary_key=True),
        sa.Column("pseudonym", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("placed", sa.BigInteger, nullable=False),
        sa.Column("placed_by", sa.Text, nullable=False),
        sa.Column("lifted", sa.BigInteger),
        sa.Column("lifted_by", sa.Text),
        _reference("patient", "pseudonym"),
    )
    op.create_index(
        op.f("legal_hold_ledger_id_pseudonym_idx"), "legal_hold", ["ledger_id", "pseudonym"]
    )


def _tables_of_audit() -> None:
    op.create_table(
        "access_event",
        sa.Column("ledger_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("object", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
    )
    op.create_index(
        op.f("access_event_ledger_id_action_seq_idx"),
        "access_event",
        ["ledger_id", "action", "seq"],
    )
    op.create_index(op.f("access_event_ledger_id_at_idx"), "access_event", ["ledger_id", "at"])
    op.create_index(
        op.f("access_event_ledger_id_made_by_seq_idx"),
        "access_event",
        ["ledger_id", "made_by", "seq"],
    )
    op.create_index(
        op.f("access_event_ledger_id_object_seq_idx"),
        "access_event",
        ["ledger_id", "object", "seq"],
    )
