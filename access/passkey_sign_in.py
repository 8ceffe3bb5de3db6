"""Signing in by passkey: the authenticator shows the key, having made sure of the person.

That is two factors at once, so it is enough for administrators too. Everything else holds as it
does for a password: the lock, the networks of administrators, a password that has to be changed,
a closed account.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace

from access.accounts import Account, Accounts
from access.attempts import Attempts
from access.audit import ANYBODY, AccessEvent
from access.challenges import Challenges
from access.context import Act, Context, Denial
from access.errors import Unauthenticated
from access.passkeys import Asked, Passkey, Passkeys
from access.policy import comes_from
from access.sessions import Sessions
from access.sign_in import SignedIn
from access.webauthn_checks import (
    Answer,
    RelyingParty,
    Unanswered,
    check_sign_in,
    is_copied,
    read_answer,
    sign_in_options,
)

_UNKNOWN = "urn:medtrace:staff:unknown"
_FAILED = "passkey-failed"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A passkey that somebody shows, and whose it is."""

    passkey: Passkey
    account: Account
    event: AccessEvent

    def result(self, result: str) -> AccessEvent:
        return replace(self.event, result=result)


class PasskeySignIn:
    """Lets people in by passkey, at a desk.

    Args:
        context: what the services share.
        accounts: whose they are.
        passkeys: the passkeys.
        challenges: those that wait for their answer.
        attempts: counts failures, together with those of the password.
        sessions: begins sessions.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- signing in is where they all meet
        self,
        context: Context,
        accounts: Accounts,
        passkeys: Passkeys,
        challenges: Challenges,
        attempts: Attempts,
        sessions: Sessions,
    ) -> None:
        self._context = context
        self._accounts = accounts
        self._passkeys = passkeys
        self._challenges = challenges
        self._attempts = attempts
        self._sessions = sessions

    def begin(self, party: RelyingParty) -> Asked:
        """Ask whoever is there for a passkey; which one, they choose."""
        challenge = self._challenges.make()
        life = self._context.policy.challenge_life
        return Asked(challenge, sign_in_options(party, challenge, life=life))

    def finish(
        self, challenge: bytes, answer: str, party: RelyingParty, *, address: str = ""
    ) -> SignedIn:
        """Begin a session for who answered.

        Args:
            challenge: as `begin` gave it to this browser.
            answer: what `navigator.credentials.get()` gave, as JSON.
            party: the same that asked.
            address: the network address.

        Raises:
            Unauthenticated: `passkey-failed`, for every reason that a stranger may not learn;
                `sign-in-locked`; `passkey-suspended`, the passkey was right and seems to have been
                copied. Recorded.
            Tampered: a row was changed by hand.
        """
        with self._context.act() as act:
            event = AccessEvent("sign-in", ANYBODY, _UNKNOWN, "ok", address, {"method": "passkey"})
            if not self._challenges.take(act, challenge):
                raise self._refused(act, replace(event, result="wrong-challenge"))
            said = self._read(act, answer, event)
            claim = self._claim(act, said, event)
            subject = self._attempts.subject("staff", claim.account.number)
            self._attempts.deny_if_locked(act, subject, claim.result("locked"))
            try:
                counter = check_sign_in(said, challenge, party, claim.passkey.public_key)
            except Unanswered:
                wrong = claim.result("wrong-passkey")
                raise self._attempts.failed(act, subject, _FAILED, wrong) from None
            self._deny(act, claim, counter)
            used = replace(claim.passkey, counter=counter, used=act.now)
            self._passkeys.save(act, used)
            self._attempts.clear(act, subject)
            token = self._sessions.start(act, claim.account.staff_id, None, address)
            act.record(replace(claim.event, by=claim.account.uri))
            return SignedIn(token, self._accounts.principal(claim.account, act.now))

    def _read(self, act: Act, answer: str, event: AccessEvent) -> Answer:
        try:
            return read_answer(answer)
        except Unanswered:
            raise self._refused(act, replace(event, result="malformed")) from None

    def _claim(self, act: Act, said: Answer, event: AccessEvent) -> _Claim:
        """Whose passkey it would be; the handle it carries must say the same (§7.2 step 6)."""
        passkey = self._passkeys.by_credential(act.connection, said.credential)
        if passkey is None:
            raise self._refused(act, replace(event, result="unknown-passkey"))
        account = self._accounts.by_id(act.connection, passkey.staff_id)
        if account is None or account.disabled:
            raise self._refused(act, replace(event, result="unknown-account"))
        details = {**event.details, "passkey": passkey.passkey_id}
        event = replace(event, object=account.uri, details=details)
        if not hmac.compare_digest(said.user, self._passkeys.user_handle(account.staff_id)):
            raise self._refused(act, replace(event, result="wrong-user"))
        return _Claim(passkey, account, event)

    def _deny(self, act: Act, claim: _Claim, counter: int) -> None:
        """End the act where a right answer is not enough."""
        if claim.passkey.suspended:
            raise act.denied(Unauthenticated("passkey-suspended"), claim.result("suspended"))
        if is_copied(claim.passkey.counter, counter):
            self._passkeys.save(act, replace(claim.passkey, suspended=act.now))
            suspended = replace(claim.event, action="passkey-suspended")
            raise act.denied(
                Unauthenticated("passkey-suspended"), claim.result("copied"), suspended
            )
        event = claim.event
        if not comes_from(self._context.policy, claim.account.roles, event.address):
            raise self._refused(act, claim.result("wrong-network"))

    def _refused(self, act: Act, event: AccessEvent) -> Denial:
        return act.denied(Unauthenticated(_FAILED), event)
