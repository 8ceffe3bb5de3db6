"""Signing: people show once more who they are, at the moment of a grave act.

For narcotics, destruction, closing a recall, erasure and corrections a session is not enough: it
may have been left open. What needs two people takes the second one's secret too. Secrets are
compared and forgotten; who signed what, how and when is on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, select

from access.accounts import Account, Accounts, staff_number
from access.attempts import Attempts
from access.audit import AccessEvent
from access.badges import Badges
from access.context import Act, Context, deny, text_field
from access.models import access_event
from access.passwords import Passwords
from access.permissions import Action
from access.principal import Kind, Principal, permits
from access.second_factor import SecondFactor
from access.signatures import Deed, Method, Shown, Signature, check_signers
from errors import Forbidden, MedtraceError, Refused
from ledger import Entry, read_entries_at

_SIGN, _COUNTERSIGN = "sign", "countersign"
_UNKNOWN = "urn:medtrace:staff:unknown"

_Kept = dict[tuple[str, str, str], Signature]
"""Signatures by what they are about, its digest, and by whom."""


@dataclass(frozen=True, slots=True)
class _Signer:
    """Who somebody says they are, before they have shown it.

    Args:
        account: theirs; None: nobody's.
        subject: under what failures are counted.
        hash: what a PIN or password is compared with.
    """

    account: Account | None
    subject: bytes = field(repr=False)
    hash: str | None = field(repr=False)

    @property
    def uri(self) -> str:
        return self.account.uri if self.account else _UNKNOWN


class Signing:
    """Asks for signatures.

    Args:
        context: what the services share.
        accounts: the people.
        passwords: compares PINs and passwords.
        attempts: counts failures.
        badges: knows badges and PINs.
        second_factor: checks codes.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- it asks each of them
        self,
        context: Context,
        accounts: Accounts,
        passwords: Passwords,
        attempts: Attempts,
        badges: Badges,
        second_factor: SecondFactor,
    ) -> None:
        self._context = context
        self._accounts = accounts
        self._passwords = passwords
        self._attempts = attempts
        self._badges = badges
        self._second_factor = second_factor

    def sign(
        self, by: Principal, deeds: Sequence[Deed], *, address: str = ""
    ) -> list[tuple[Signature, ...]]:
        """Take the signatures of acts that follow at once.

        A secret that several of the deeds show alike is compared once, so that one code of a second
        factor signs what is sent together.

        Args:
            by: who is signed in and acts.
            deeds: what is signed, and what was shown for it.
            address: the network address.

        Returns:
            For each deed, in order, its signatures in the order in which they were shown.

        Raises:
            Refused: `signature-required`, `second-signature-required`; `same-person`, recorded.
            Forbidden: a signer may not do it there; recorded.
            Unauthenticated: `sign-in-failed` or `sign-in-locked`, `field` says whose; recorded.
            Invalid: a deed is about nothing.
        """
        if by.kind is not Kind.STAFF:
            raise Forbidden("forbidden")
        for deed in deeds:
            text_field(deed.about, "about")
        shown = dict.fromkeys(each for deed in deeds for each in deed.shown)
        signers = {each: self._signer(by, each) for each in shown}
        for deed in deeds:
            self._check(by, deed, [signers[each] for each in deed.shown], address)
        kept = self._kept(deeds, signers)
        for each, signer in signers.items():
            own = [deed for deed in deeds if each in deed.shown]
            new = [deed for deed in own if _place(deed, signer) not in kept]
            if new:
                kept |= self._take(by, each, signer, new, address)
        return [tuple(kept[_place(deed, signers[each])] for each in deed.shown) for deed in deeds]

    def _signer(self, by: Principal, shown: Shown) -> _Signer:
        """Who is meant; an unknown name is answered like a known one with a wrong secret."""
        badge = self._badges.find(shown.badge) if shown.badge else None
        number = staff_number(shown.number) if shown.number else None
        with self._context.database.read() as connection:
            if badge or not shown.number:
                account = self._by_id(connection, badge.staff_id if badge else by.id)
            else:
                account = self._accounts.by_number(connection, number)
            staff_id = account.staff_id if account and shown.password else ""
            stored = self._passwords.current(connection, staff_id)
        typed = account.number if account else number or shown.number or ""
        if account is None or shown.password:
            subject = badge.subject if badge else self._attempts.subject("staff", typed)
            return _Signer(account, subject, stored.hash if stored else None)
        pin = self._badges.pin_of(account.staff_id)
        return _Signer(account, pin.subject, pin.pin_hash)

    def _by_id(self, connection: Connection, staff_id: str | None) -> Account | None:
        return self._accounts.by_id(connection, staff_id) if staff_id else None

    def _check(self, by: Principal, deed: Deed, signers: Sequence[_Signer], address: str) -> None:
        """Say what is missing before any secret is compared."""
        named = [signer.uri for signer in signers if signer.account]
        if len(set(named)) < len(named):
            event = AccessEvent(
                _COUNTERSIGN, named[-1], deed.about, "same-person", address, {"action": deed.action}
            )
            with self._context.act() as act:
                raise act.denied(Refused("same-person", field=deed.field), event)
        # Somebody unknown counts here and fails where the secret is compared, as somebody known.
        unknown = {f"{_UNKNOWN}:{place}" for place, each in enumerate(signers) if not each.account}
        check_signers(set(named) | unknown, deed.needed, by, deed.field)

    def _take(
        self, by: Principal, shown: Shown, signer: _Signer, deeds: Sequence[Deed], address: str
    ) -> _Kept:
        """Compare one person's secret, and put what they sign with it on record."""
        uri = signer.uri
        word = _SIGN if uri == by.uri else _COUNTERSIGN
        events = [
            AccessEvent(word, uri, deed.about, "ok", address, _details(deed, shown, uri, by))
            for deed in deeds
        ]
        secret = shown.pin or shown.password
        right = self._passwords.verify(signer.hash, secret) if secret else False
        try:
            with self._context.act() as act:
                account = self._confirm(act, shown, signer, events[0], right=right)
                person = by if word == _SIGN else self._accounts.principal(account, act.now)
                for deed in deeds:
                    self._require(act, person, by, deed, address)
                act.record(*events)
                now = act.now
        except MedtraceError as error:
            error.field = f"{deeds[0].field}.{deeds[0].shown.index(shown)}"
            raise
        number = account.number
        return {
            _place(deed, signer): Signature(
                uri, deed.action_of(uri, by), deed.about, now, shown.method, number
            )
            for deed in deeds
        }

    def _confirm(
        self, act: Act, shown: Shown, signer: _Signer, event: AccessEvent, *, right: bool
    ) -> Account:
        """The account, once the secret proved right; a wrong one counts and ends the act."""
        self._attempts.deny_if_locked(act, signer.subject, replace(event, result="locked"))
        account = self._by_id(act.connection, signer.account.staff_id if signer.account else None)
        if shown.code and account is not None and account.second_factor:
            right = self._second_factor.check(act, account.staff_id, shown.code)
        if account is None or account.disabled is not None or not right:
            wrong = replace(event, result="wrong-secret")
            raise self._attempts.failed(act, signer.subject, "sign-in-failed", wrong)
        self._attempts.clear(act, signer.subject)
        return account

    def _require(
        self, act: Act, person: Principal, by: Principal, deed: Deed, address: str
    ) -> None:
        action = deed.action_of(person.uri, by)
        within: Iterable[str] = self._context.around(deed.place) if deed.place else ()
        if permits(person, action, deed.place, within):
            return
        if person.uri == by.uri:
            raise deny(act, person, action, deed.about, address)
        event = AccessEvent(action, person.uri, deed.about, "forbidden", address)
        raise act.denied(Forbidden("signer-forbidden"), event)

    def _kept(self, deeds: Sequence[Deed], signers: Mapping[Shown, _Signer]) -> _Kept:
        """Signatures that are on record already, by the same persons over the same digests."""
        abouts = [deed.about for deed in deeds if deed.digest and deed.shown]
        numbers = {each.uri: each.account.number for each in signers.values() if each.account}
        if not abouts or not numbers:
            return {}
        columns = access_event.c
        query = select(columns.seq).where(
            columns.ledger_id == self._context.ledger_id,
            columns.object.in_(abouts),
            columns.made_by.in_(list(numbers)),
            columns.action.in_((_SIGN, _COUNTERSIGN)),
            columns.result == "ok",
        )
        with self._context.database.read() as connection:
            seqs = sorted(connection.execute(query).scalars())
            found = read_entries_at(connection, self._context.ledger_id, seqs)
        signed = [_signature(entry, numbers[entry.event["by"]]) for entry in found]
        return {
            (each.about, entry.event["details"]["digest"], each.by): each
            for entry, each in zip(found, signed, strict=True)
            if "digest" in entry.event["details"]
        }


def _place(deed: Deed, signer: _Signer) -> tuple[str, str, str]:
    return deed.about, deed.digest, signer.uri


def _details(deed: Deed, shown: Shown, signer: str, by: Principal) -> dict[str, object]:
    action = deed.action_of(signer, by)
    details: dict[str, object] = {"action": str(action), "method": str(shown.method)}
    return {**details, "digest": deed.digest} if deed.digest else details


def _signature(entry: Entry, number: str) -> Signature:
    said = entry.event
    return Signature(
        said["by"],
        Action(said["details"]["action"]),
        said["object"],
        datetime.fromisoformat(said["at"]),
        Method(said["details"]["method"]),
        number,
    )
