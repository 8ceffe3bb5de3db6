"""WebAuthn ceremonies (W3C Web Authentication Level 3 §7): asked, and rightly answered or not.

Nothing here knows a database. A passkey is asked for as a discoverable credential with the user
verified by the authenticator: that is something one has and something one knows or is, so it
counts as two factors (NIST SP 800-63B §5.1.9). py_webauthn reads and checks what comes back.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

_LONGEST: Final = 16_384
"""Characters of an answer, at most: attestations with certificates stay well below."""
_MILLISECOND: Final = timedelta(milliseconds=1)


class Unanswered(Exception):  # noqa: N818 -- it says what happened, and never leaves this folder
    """What came back is no right answer to what was asked."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks for passkeys (W3C WebAuthn §4, "Relying Party").

    Args:
        id: the domain that passkeys are bound to, such as `medtrace.hospital.example`.
        origin: where our pages are, such as `https://medtrace.hospital.example`.
        name: what authenticators show people: the hospital's name.
    """

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A credential that an authenticator made.

    Args:
        credential: its id.
        public_key: its public key, COSE (RFC 9052).
        counter: its signature counter; 0 where the authenticator counts nothing.
        backed_up: it is kept elsewhere too, by the maker of the authenticator.
    """

    credential: bytes
    public_key: bytes = field(repr=False)
    counter: int
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a sign-in, as it claims to be; nothing of it is believed yet.

    Args:
        credential: the id of the credential.
        user: the user handle, who the authenticator says it belongs to.
        said: the whole.
    """

    credential: bytes
    user: bytes
    said: dict[str, Any] = field(repr=False)


def registration_options(  # noqa: PLR0913 -- the members of the options; all but two are named
    party: RelyingParty,
    challenge: bytes,
    *,
    user: bytes,
    number: str,
    known: Sequence[bytes],
    life: timedelta,
) -> str:
    """The options of `navigator.credentials.create()`, as JSON.

    Args:
        party: who asks.
        challenge: what must come back signed.
        user: the user handle; says nothing about the person (§14.6.1).
        number: the staff number, which the authenticator shows.
        known: the credentials that the account has, so that no authenticator makes a second one.
        life: how long there is to answer.
    """
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user,
        user_name=number,
        challenge=challenge,
        timeout=life // _MILLISECOND,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options_to_json(options)


def sign_in_options(party: RelyingParty, challenge: bytes, *, life: timedelta) -> str:
    """The options of `navigator.credentials.get()`, as JSON: whichever passkey the person picks."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=life // _MILLISECOND,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def check_registration(answer: str, challenge: bytes, party: RelyingParty) -> NewCredential:
    """The credential that was made (§7.1).

    Raises:
        Unanswered: malformed, another challenge, origin or domain, or the user was not verified.
    """
    said = _read(answer)
    _deny_foreign_frame(said)
    try:
        verified = verify_registration_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as error:  # noqa: BLE001 -- its parsers let errors of many kinds through
        raise Unanswered(str(error)) from None
    return NewCredential(
        verified.credential_id,
        verified.credential_public_key,
        verified.sign_count,
        verified.credential_backed_up,
    )


def read_answer(answer: str) -> Answer:
    """What an answer to a sign-in claims.

    Raises:
        Unanswered: malformed.
    """
    said = _read(answer)
    response = said.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    return Answer(_bytes(said.get("rawId")), _bytes(handle), said)


def check_sign_in(answer: Answer, challenge: bytes, party: RelyingParty, public_key: bytes) -> int:
    """The signature counter that comes with a right answer (§7.2).

    The counter is signed, so it is believed; what it means is the caller's to say.

    Raises:
        Unanswered: another key, challenge, origin or domain, or the user was not verified.
    """
    _deny_foreign_frame(answer.said)
    try:
        verified = verify_authentication_response(
            credential=answer.said,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # noqa: BLE001 -- its parsers let errors of many kinds through
        raise Unanswered(str(error)) from None
    return verified.new_sign_count


def is_copied(before: int, now: int) -> bool:
    """Whether a counter shows that two authenticators hold the key (§6.1.1, §7.2 step 22)."""
    return (before > 0 or now > 0) and now <= before


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > _LONGEST:
        raise Unanswered("too long")
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        raise Unanswered("no JSON") from None
    if not isinstance(said, dict):
        raise Unanswered("no object")
    return said


def _deny_foreign_frame(said: dict[str, Any]) -> None:
    """Refuse what was answered inside somebody else's page (§7.2 step 13)."""
    response = said.get("response")
    raw = _bytes(response.get("clientDataJSON") if isinstance(response, dict) else None)
    try:
        client_data = json.loads(raw)
    except (ValueError, RecursionError):
        raise Unanswered("no client data") from None
    if not isinstance(client_data, dict) or client_data.get("crossOrigin", False) is not False:
        raise Unanswered("cross-origin")


def _bytes(text: object) -> bytes:
    if not isinstance(text, str) or not text.isascii():
        raise Unanswered("a member is missing")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise Unanswered("no base64url") from None
