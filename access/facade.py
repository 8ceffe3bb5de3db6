"""Access as the doors see it: one object, wired once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from access.accounts import Accounts
from access.attempts import Attempts
from access.badges import Badges
from access.batches import Batches
from access.challenges import Challenges
from access.confirmation import Confirmation
from access.context import Context, Keys, deny
from access.device_keys import DeviceKeys
from access.device_rows import BY_TOKEN as DEVICE_BY_TOKEN
from access.device_rows import check_seal
from access.devices import Devices
from access.fleet import Fleet
from access.legal_holds import LegalHolds
from access.offline import Offline
from access.passkey_sign_in import PasskeySignIn
from access.passkeys import Passkeys
from access.passwords import Passwords
from access.patient_files import PatientFiles
from access.patients import Patients
from access.permissions import Action
from access.policy import Policy
from access.principal import Principal, permits
from access.profiles import PROFILES, Profile
from access.queries import AuditTrail
from access.roster import Roster
from access.sealed_bands import SealedBands
from access.second_factor import SecondFactor
from access.sessions import BY_TOKEN as SESSION_BY_TOKEN
from access.sessions import Sessions
from access.settings_trail import SettingsTrail
from access.sign_in import SignIn
from access.signing import Signing
from access.single_sign_on import SingleSignOn
from access.staff import Staff
from access.tokens import Entropy, TokenKind, token_digest
from access.vault import cipher_for
from compiled import CompiledTogether
from database import Database
from ledger import Clock, Ledger

_BOTH = CompiledTogether(DEVICE_BY_TOKEN, SESSION_BY_TOKEN)


def keys_from(secret: Callable[[str], bytes]) -> Keys:
    """The keys of access from a store of secrets, such as `Settings.secret`.

    Args:
        secret: gives the 32 bytes kept under a name, the same every time.
    """
    return Keys(secret("patient-master"), secret("access-index"), secret("access-staff"))


class Access:
    """Who may act, and who saw what.

    Args:
        database: where the tables are.
        ledger: where the entries go; it must have been founded.
        keys: the secrets, see `keys_from`.
        clock: the time.
        suite: the ledger's hash suite; `sm3` brings SM4-GCM and HMAC-SM3 with it.
        entropy: randomness; other than the default in tests only.
        policy: the figures of the rules.
        profiles: the security profiles of devices, by name.
        around: the codes of the places that a place lies in, from the inside out.

    Attributes:
        policy: the figures of the rules.
        staff: accounts.
        roster: the same, looked up.
        sign_in: by password, by badge; changing passwords.
        sessions: who is signed in.
        second_factor: TOTP.
        passkeys: WebAuthn credentials.
        passkey_sign_in: by passkey.
        badges: badges and PINs.
        offline: working at a handheld that is out of reach.
        single_sign_on: by an identity provider.
        signing: signatures of one or two persons.
        devices: enrolment, tokens, revocation.
        fleet: the same, looked up and moved.
        device_keys: what devices sign with.
        batches: what they signed.
        patients: pseudonyms and identities.
        sealed_bands: wristbands that devices out of reach could not look up.
        audit: the trail.
        settings: what the service was started with.
    """

    def __init__(  # noqa: PLR0913 -- what is injected is named, one by one
        self,
        database: Database,
        ledger: Ledger,
        keys: Keys,
        clock: Clock,
        *,
        suite: str = "sha256",
        entropy: Entropy = secrets.token_bytes,
        policy: Policy | None = None,
        profiles: Mapping[str, Profile] = PROFILES,
        around: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        context = Context(
            database, ledger, clock, entropy, keys, policy or Policy(), cipher_for(suite), around
        )
        accounts, attempts = Accounts(context), Attempts(context)
        passwords = Passwords(context)
        files = PatientFiles(context)
        self._context = context
        self.policy = context.policy
        self.sessions = Sessions(context, accounts)
        self.staff = Staff(context, accounts, passwords, self.sessions, attempts)
        self.roster = Roster(context, accounts, attempts, self.sessions)
        self.second_factor = SecondFactor(context, accounts, self.sessions)
        confirmation = Confirmation(context, accounts, passwords, attempts)
        self.badges = Badges(context, accounts, passwords, attempts, confirmation)
        challenges = Challenges(context)
        self.passkeys = Passkeys(context, challenges, confirmation)
        self.passkey_sign_in = PasskeySignIn(
            context, accounts, self.passkeys, challenges, attempts, self.sessions
        )
        self.sign_in = SignIn(
            context,
            accounts,
            passwords,
            attempts,
            self.sessions,
            self.second_factor,
            self.badges,
        )
        self.offline = Offline(context, accounts)
        self.single_sign_on = SingleSignOn(context, accounts, self.sessions)
        self.signing = Signing(
            context, accounts, passwords, attempts, self.badges, self.second_factor
        )
        self.devices = Devices(context, self.sessions, profiles)
        self.fleet = Fleet(context, self.sessions, profiles)
        self.device_keys = DeviceKeys(context)
        self.batches = Batches(context, self.device_keys)
        self.patients = Patients(context, files, LegalHolds(context, files))
        self.sealed_bands = SealedBands(context)
        self.audit = AuditTrail(context)
        self.settings = SettingsTrail(context)

    def permits(self, principal: Principal, action: Action, place: str | None = None) -> bool:
        """Whether the principal may do the action at the place; see `access.permits`."""
        if permits(principal, action, place):
            return True
        # Being inside another place permits more, never less: it is asked only where it decides.
        return place is not None and permits(principal, action, place, self._context.around(place))

    def at_device(  # noqa: PLR0913 -- what a request shows, one by one
        self,
        token: str,
        session: str,
        endpoint: str,
        *,
        software: str | None = None,
        says: datetime | None = None,
        address: str = "",
    ) -> tuple[Principal, Principal]:
        """The device that shows `token`, and who is signed in at it by `session`.

        Both are read at once: each scan asks for both.

        Args:
            token: the device's.
            session: the person's.
            endpoint: what is asked of the device's profile.
            software: see `Devices.principal`.
            says: see `Devices.principal`.
            address: the network address.

        Raises:
            Unauthenticated: `device-unknown`; then `not-signed-in`.
            Forbidden: the device's profile doesn't list the endpoint; recorded.
            Tampered: a row was changed by hand.
        """
        with self._context.database.glance() as connection:
            found, begun = _BOTH.first(
                connection,
                own=self._context.ledger_id,
                value=token_digest(TokenKind.DEVICE, token),
                token=token_digest(TokenKind.SESSION, session),
            )
        if found is not None:
            check_seal(self._context, found)
        device = self.devices.admitted(found, software=software, says=says)
        self.require_endpoint(device, endpoint, address=address)
        return device, self.sessions.admitted(begun, device=device)

    def require(
        self,
        principal: Principal,
        action: Action,
        place: str | None = None,
        *,
        address: str = "",
    ) -> None:
        """Let the principal pass, or put on record that they tried.

        Raises:
            Forbidden: `forbidden`; or, when that is what stands in the way,
                `password-change-due` or `second-factor-due`.
        """
        if not self.permits(principal, action, place):
            with self._context.act() as act:
                raise deny(act, principal, action, place or "hospital", address)

    def require_endpoint(self, principal: Principal, endpoint: str, *, address: str = "") -> None:
        """Let a device pass to an endpoint that its profile lists.

        Raises:
            Forbidden: `forbidden`; recorded.
        """
        if not principal.may_call(endpoint):
            with self._context.act() as act:
                raise deny(act, principal, "call", endpoint, address)
