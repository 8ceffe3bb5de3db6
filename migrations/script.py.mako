"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """TELL what changes for the data."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """TELL what is lost."""
    ${downgrades if downgrades else "pass"}
