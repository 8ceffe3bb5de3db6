"""Challenges of passkeys: made for one browser, answered once, within minutes.

The challenge itself is kept by the browser that asked, in its signed cookie; what is stored is that
it still waits. Taking it out makes an answer to it worthless when it is sent again, to whichever
process.
"""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import delete, insert

from access.context import Act, Context
from access.models import passkey_challenge

_BYTES: Final = 32
"""At least 16 (W3C WebAuthn §13.4.3)."""


class Challenges:
    """The challenges of one ledger that wait for their answer."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def make(self, staff_id: str | None = None) -> bytes:
        """A fresh challenge.

        Args:
            staff_id: who registers a passkey; None: somebody signs in.
        """
        challenge, columns = self._context.entropy(_BYTES), passkey_challenge.c
        now = self._context.clock()
        with self._context.database.write() as connection:
            connection.execute(
                delete(passkey_challenge).where(
                    columns.ledger_id == self._context.ledger_id, columns.expires <= now
                )
            )
            connection.execute(
                insert(passkey_challenge).values(
                    ledger_id=self._context.ledger_id,
                    challenge=_digest(challenge),
                    staff_id=staff_id,
                    expires=now + self._context.policy.challenge_life,
                )
            )
        return challenge

    def take(self, act: Act, challenge: bytes, staff_id: str | None = None) -> bool:
        """Use a challenge up; whether it waited, for this purpose, and in time."""
        columns = passkey_challenge.c
        row = act.connection.execute(
            delete(passkey_challenge)
            .where(
                columns.ledger_id == self._context.ledger_id,
                columns.challenge == _digest(challenge),
            )
            .returning(columns.staff_id, columns.expires)
        ).first()
        return row is not None and row.staff_id == staff_id and row.expires > act.now


def _digest(challenge: bytes) -> bytes:
    # 256 random bits: there is nothing to guess, a plain digest is enough (see `tokens`).
    return hashlib.sha256(challenge).digest()
