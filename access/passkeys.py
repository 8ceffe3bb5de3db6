"""Passkeys: registered and removed by the one they let in, each row sealed.

The seal is an HMAC under a key outside the database over what decides: whose it is, the key, the
counter, whether it is suspended. A passkey that was written into somebody's account by hand, or
whose counter was put back, opens nothing.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from access.audit import AccessEvent
from access.challenges import Challenges
from access.confirmation import Confirmation
from access.context import Act, Context, text_field
from access.models import staff_passkey
from access.principal import Principal
from access.tokens import is_id
from access.vault import Tampered
from access.webauthn_checks import (
    RelyingParty,
    Unanswered,
    check_registration,
    registration_options,
)
from errors import Conflict, Invalid, NotFound, Refused

_LABEL: Final = 60


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of an account.

    Args:
        passkey_id: its random id with us.
        staff_id: whose it is.
        label: what its owner calls it.
        registered: since when.
        used: when it last opened a session, None: never.
        suspended: since when it opens nothing because it seems to have been copied, or None.
        credential: the id it has with its authenticator.
        public_key: COSE.
        counter: how often it was used, as its authenticator last said; 0: it counts nothing.
    """

    passkey_id: str
    staff_id: str
    label: str
    registered: datetime
    used: datetime | None
    suspended: datetime | None
    credential: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    counter: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A ceremony that has begun.

    Args:
        challenge: what the browser that asked keeps, in a cookie nobody else can make.
        options: what its script hands to the authenticator, as JSON.
    """

    challenge: bytes = field(repr=False)
    options: str


class Passkeys:
    """Keeps the passkeys of accounts.

    Args:
        context: what the services share.
        challenges: those that wait for their answer.
        confirmation: asks for the password once more.
    """

    def __init__(
        self, context: Context, challenges: Challenges, confirmation: Confirmation
    ) -> None:
        self._context = context
        self._challenges = challenges
        self._confirmation = confirmation

    def begin(
        self, by: Principal, password: str, party: RelyingParty, *, address: str = ""
    ) -> Asked:
        """Begin to register a passkey, showing the password once more.

        Raises:
            Unauthenticated: `sign-in-failed` or `sign-in-locked`; recorded.
            Refused: `passkeys-many`.
            Forbidden: `by` is no person at a desk, or has to change the password first.
        """
        shown = self._confirmation.compare(by, password)
        event = AccessEvent("passkey-registered", by.uri, by.uri, address=address)
        with self._context.act() as act:
            self._confirmation.settle(act, shown, event)
            known = self.of(act.connection, by.id)
        most = self._context.policy.max_passkeys
        if len(known) >= most:
            raise Refused("passkeys-many", field="label", count=most)
        challenge = self._challenges.make(by.id)
        options = registration_options(
            party,
            challenge,
            user=self.user_handle(by.id),
            number=shown.account.number,
            known=[each.credential for each in known],
            life=self._context.policy.challenge_life,
        )
        return Asked(challenge, options)

    def register(  # noqa: PLR0913 -- what was asked, what came back, from where; all named
        self,
        by: Principal,
        challenge: bytes,
        answer: str,
        party: RelyingParty,
        *,
        label: str,
        address: str = "",
    ) -> str:
        """Take a passkey into use: the answer to `begin`; gives its id.

        Args:
            by: the same who began.
            challenge: as `begin` gave it to this browser.
            answer: what `navigator.credentials.create()` gave, as JSON.
            party: the same that asked.
            label: what its owner calls it, at most 60 characters.
            address: the network address.

        Raises:
            Invalid: `passkey-late`, the challenge was answered before or has run out;
                `passkey-refused`, the answer is not right. Recorded. Or the label is none.
            Conflict: `passkey-known`; recorded.
        """
        named = text_field(label, "label", limit=_LABEL)
        event = AccessEvent("passkey-registered", by.uri, by.uri, address=address)
        with self._context.act() as act:
            if not self._challenges.take(act, challenge, by.id):
                late = Invalid("passkey-late", field="label")
                raise act.denied(late, replace(event, result="wrong-challenge"))
            try:
                made = check_registration(answer, challenge, party)
            except Unanswered:
                refused = Invalid("passkey-refused", field="label")
                raise act.denied(refused, replace(event, result="wrong-answer")) from None
            if self.by_credential(act.connection, made.credential) is not None:
                known = Conflict("passkey-known", field="label")
                raise act.denied(known, replace(event, result="known"))
            passkey = Passkey(
                passkey_id=self._context.new_id(),
                staff_id=by.id,
                label=named,
                registered=act.now,
                used=None,
                suspended=None,
                credential=made.credential,
                public_key=made.public_key,
                counter=made.counter,
            )
            self._insert(act, passkey)
            details = {"backed_up": made.backed_up, "passkey": passkey.passkey_id}
            act.record(replace(event, details=details))
        return passkey.passkey_id

    def remove(self, by: Principal, passkey_id: str, password: str, *, address: str = "") -> None:
        """Remove one's own passkey, showing the password once more.

        Raises:
            Unauthenticated: `sign-in-failed` or `sign-in-locked`; recorded.
            NotFound: one has no such passkey.
            Forbidden: as `begin`.
        """
        shown = self._confirmation.compare(by, password)
        details = {"passkey": passkey_id} if is_id(passkey_id) else {}
        event = AccessEvent("passkey-removed", by.uri, by.uri, "ok", address, details)
        mine = (staff_passkey.c.staff_id == by.id, staff_passkey.c.passkey_id == passkey_id)
        with self._context.act() as act:
            self._confirmation.settle(act, shown, event)
            gone = act.connection.execute(delete(staff_passkey).where(self._here(), *mine))
            if gone.rowcount == 0:
                raise NotFound("not-found", what="passkey")
            act.record(event)

    def own(self, by: Principal) -> list[Passkey]:
        """One's own passkeys, the oldest first.

        Raises:
            Tampered: a row was changed by hand.
        """
        with self._context.database.read() as connection:
            return self.of(connection, by.id)

    def of(self, connection: Connection, staff_id: str) -> list[Passkey]:
        """The passkeys of an account, the oldest first; raises as `own` does."""
        query = select(staff_passkey).where(self._here(), staff_passkey.c.staff_id == staff_id)
        rows = connection.execute(query.order_by(staff_passkey.c.passkey_id))
        return [self._read(row) for row in rows]

    def by_credential(self, connection: Connection, credential: bytes) -> Passkey | None:
        """The passkey with this credential id; raises as `own` does."""
        row = connection.execute(
            select(staff_passkey).where(self._here(), staff_passkey.c.credential == credential)
        ).first()
        return None if row is None else self._read(row)

    def save(self, act: Act, passkey: Passkey) -> None:
        """Store what changed by using a passkey, inside an act."""
        act.connection.execute(
            update(staff_passkey)
            .where(self._here(), staff_passkey.c.passkey_id == passkey.passkey_id)
            .values(
                counter=passkey.counter,
                used=passkey.used,
                suspended=passkey.suspended,
                seal=self._seal(passkey),
            )
        )

    def user_handle(self, staff_id: str) -> bytes:
        """Who an authenticator says a passkey belongs to: nothing that names the person."""
        return self._context.digest(self._context.keys.index, "user handle", staff_id)

    def _insert(self, act: Act, passkey: Passkey) -> None:
        act.connection.execute(
            insert(staff_passkey).values(
                ledger_id=self._context.ledger_id,
                passkey_id=passkey.passkey_id,
                staff_id=passkey.staff_id,
                label=passkey.label,
                registered=passkey.registered,
                used=passkey.used,
                suspended=passkey.suspended,
                credential=passkey.credential,
                public_key=passkey.public_key,
                counter=passkey.counter,
                seal=self._seal(passkey),
            )
        )

    def _read(self, row: Row[Any]) -> Passkey:
        passkey = Passkey(
            passkey_id=row.passkey_id,
            staff_id=row.staff_id,
            label=row.label,
            registered=row.registered,
            used=row.used,
            suspended=row.suspended,
            credential=bytes(row.credential),
            public_key=bytes(row.public_key),
            counter=row.counter,
        )
        if not hmac.compare_digest(bytes(row.seal), self._seal(passkey)):
            raise Tampered("row-tampered", table="staff_passkey", key=row.passkey_id)
        return passkey

    def _seal(self, passkey: Passkey) -> bytes:
        return self._context.digest(
            self._context.keys.staff,
            "passkey of staff",
            passkey.passkey_id,
            passkey.staff_id,
            passkey.credential.hex(),
            passkey.public_key.hex(),
            str(passkey.counter),
            passkey.suspended.isoformat() if passkey.suspended else "",
        )

    def _here(self) -> ColumnElement[bool]:
        return staff_passkey.c.ledger_id == self._context.ledger_id
