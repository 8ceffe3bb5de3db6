"""Single sign-on: an account that the hospital's identity provider vouches for.

Who shows an ID token (OpenID Connect Core 1.0 §2) is known by its issuer and subject. A subject
opens the account that it was linked to by hand and no other: nobody gets an account by having one
elsewhere, and no name or address in a token is looked at. Checking the token is the door's work.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from access.accounts import Account, Accounts
from access.audit import ANYBODY, AccessEvent
from access.context import Act, Context, deny, text_field
from access.errors import Unauthenticated
from access.models import staff_subject
from access.permissions import ADMINISTRATORS, Action
from access.policy import comes_from
from access.principal import Kind, Principal, permits
from access.sessions import Sessions
from access.sign_in import SignedIn
from access.vault import Tampered
from errors import Conflict, NotFound

_UNKNOWN: Final = "urn:medtrace:staff:unknown"
_SEVERAL_FACTORS: Final = "mfa"
_LONGEST: Final = 255


@dataclass(frozen=True, slots=True)
class Subject:
    """Who an ID token is about, as far as it is believed.

    Args:
        issuer: `iss`, the provider.
        subject: `sub`, who it is there; at most 255 characters (OpenID Connect Core 1.0 §2).
        methods: `amr`, how they showed who they are (RFC 8176).
    """

    issuer: str
    subject: str = field(repr=False)
    methods: frozenset[str] = frozenset()


class SingleSignOn:
    """Links subjects to accounts, and lets in who shows one.

    Args:
        context: what the services share.
        accounts: whose they are.
        sessions: begins sessions.
    """

    def __init__(self, context: Context, accounts: Accounts, sessions: Sessions) -> None:
        self._context = context
        self._accounts = accounts
        self._sessions = sessions

    def link(
        self, staff_id: str, issuer: str, subject: str, *, by: Principal, address: str = ""
    ) -> None:
        """Let a subject open this account, instead of the one that did before.

        Raises:
            Forbidden: `by` may not, or it is an administrator's account and `by` is not the
                command line: who links an administrator's account could act as them. Recorded.
            NotFound: there is no such account.
            Invalid: the issuer or the subject is not of its form.
            Conflict: `subject-taken`, it opens somebody else's account.
        """
        who = Subject(
            text_field(issuer, "issuer", limit=_LONGEST),
            text_field(subject, "subject", limit=_LONGEST),
        )
        digest = self._digest(who)
        with self._context.act() as act:
            account = self._changed(act, staff_id, by, "subject-linked", address)
            if self._owner(act.connection, digest) not in {None, staff_id}:
                raise Conflict("subject-taken", field="subject")
            self._delete(act, staff_id)
            act.connection.execute(
                insert(staff_subject).values(
                    ledger_id=self._context.ledger_id,
                    staff_id=staff_id,
                    subject=digest,
                    seal=self._seal(staff_id, digest),
                )
            )
            details: dict[str, object] = {"issuer": who.issuer}
            act.record(AccessEvent("subject-linked", by.uri, account.uri, "ok", address, details))

    def unlink(self, staff_id: str, *, by: Principal, address: str = "") -> None:
        """Let no subject open this account any more; raises as `link` does."""
        with self._context.act() as act:
            account = self._changed(act, staff_id, by, "subject-unlinked", address)
            self._delete(act, staff_id)
            act.record(AccessEvent("subject-unlinked", by.uri, account.uri, address=address))

    def sign_in(self, who: Subject, *, address: str = "") -> SignedIn:
        """Begin a session at a desk for the account that a believed subject opens.

        Administrators, and whoever set up a second factor here, must have shown several factors
        there (`mfa` among the methods): single sign-on is no way around a factor.

        Raises:
            Unauthenticated: `single-sign-on-failed`; no account, a closed one, a foreign network
                or too few factors, which is not told apart. Recorded.
            Tampered: a row was changed by hand.
        """
        digest = self._digest(who)
        with self._context.act() as act:
            staff_id = self._owner(act.connection, digest)
            account = self._accounts.by_id(act.connection, staff_id) if staff_id else None
            event = self._event(account, who, address)
            wrong = self._wrong(account, who.methods, address)
            if wrong or account is None:
                failed = Unauthenticated("single-sign-on-failed")
                raise act.denied(failed, self._event(account, who, address, wrong))
            token = self._sessions.start(act, account.staff_id, None, address)
            act.record(event)
            return SignedIn(token, self._accounts.principal(account, act.now))

    def _wrong(self, account: Account | None, methods: Collection[str], address: str) -> str:
        """Why this account is not opened; empty: nothing stands against it."""
        policy = self._context.policy
        if account is None:
            return "unknown-account"
        if account.disabled:
            return "disabled"
        if not comes_from(policy, account.roles, address):
            return "wrong-network"
        guarded = account.second_factor or account.roles & policy.second_factor_for
        return "second-factor-needed" if guarded and _SEVERAL_FACTORS not in methods else ""

    def _event(
        self, account: Account | None, who: Subject, address: str, wrong: str = ""
    ) -> AccessEvent:
        what = account.uri if account else _UNKNOWN
        by = ANYBODY if wrong or account is None else account.uri
        details = {"issuer": who.issuer, "method": "oidc"}
        return AccessEvent("sign-in", by, what, wrong or "ok", address, details)

    def _changed(self, act: Act, staff_id: str, by: Principal, word: str, address: str) -> Account:
        """The account that is about to be changed, when `by` may change it."""
        account = self._accounts.by_id(act.connection, staff_id)
        what = account.uri if account else _UNKNOWN
        guarded = account is not None and account.roles & ADMINISTRATORS
        if not permits(by, Action.MANAGE_STAFF) or (guarded and by.kind is not Kind.OPERATOR):
            raise deny(act, by, word, what, address)
        if account is None:
            raise NotFound("not-found", what=staff_id)
        return account

    def _owner(self, connection: Connection, digest: bytes) -> str | None:
        """The id of the account that the subject opens."""
        row = connection.execute(
            select(staff_subject.c.staff_id, staff_subject.c.seal).where(
                staff_subject.c.ledger_id == self._context.ledger_id,
                staff_subject.c.subject == digest,
            )
        ).first()
        if row is None:
            return None
        if not hmac.compare_digest(bytes(row.seal), self._seal(row.staff_id, digest)):
            raise Tampered("row-tampered", table="staff_subject", key=row.staff_id)
        staff_id: str = row.staff_id
        return staff_id

    def _delete(self, act: Act, staff_id: str) -> None:
        columns = staff_subject.c
        act.connection.execute(
            delete(staff_subject).where(
                columns.ledger_id == self._context.ledger_id, columns.staff_id == staff_id
            )
        )

    def _digest(self, who: Subject) -> bytes:
        return self._context.digest(self._context.keys.index, "subject", who.issuer, who.subject)

    def _seal(self, staff_id: str, digest: bytes) -> bytes:
        keys = self._context.keys
        return self._context.digest(keys.staff, "subject of staff", staff_id, digest.hex())
