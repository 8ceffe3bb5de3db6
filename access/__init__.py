"""Access: who may act, on which device, and who saw what.

Staff and their sign-in, handhelds and their enrolment, the one table of permissions, the encrypted
identities of patients behind the pseudonyms that events name. Every act on rights and every reading
of an identity is an entry of kind `access` in the ledger, in the same transaction.
"""

from __future__ import annotations

from access.accounts import Account, Label
from access.audit import KIND, forget, replay
from access.batches import BatchReader, SignedBatch
from access.device_rows import Description, Device
from access.devices import Enrolled
from access.errors import Unauthenticated
from access.facade import Access, keys_from
from access.fleet import Kept, SigningKey
from access.identity import DisplayName, IdentifierKind, Identity, Purpose
from access.legal_holds import LegalHold
from access.offline import Grant
from access.passkeys import Asked, Passkey
from access.permissions import (
    ADMINISTRATORS,
    HOSPITAL_WIDE,
    NARCOTIC_SIGNATURES,
    PERMISSIONS,
    SIGNATURES,
    Action,
    Role,
    Scope,
    scope_of,
    signatures_needed,
)
from access.policy import Policy
from access.principal import OPERATOR, Kind, Principal, permits, permits_somewhere
from access.profiles import PROFILES, Profile
from access.queries import AuditFilter, AuditRecord
from access.roster import Standing
from access.sessions import Session
from access.sign_in import SignedIn
from access.signatures import Deed, Shown, Signature, check_signatures
from access.single_sign_on import Subject
from access.staff import NewAccount
from access.vault import Tampered
from access.webauthn_checks import RelyingParty

__all__ = [
    "ADMINISTRATORS",
    "HOSPITAL_WIDE",
    "KIND",
    "NARCOTIC_SIGNATURES",
    "OPERATOR",
    "PERMISSIONS",
    "PROFILES",
    "SIGNATURES",
    "Access",
    "Account",
    "Action",
    "Asked",
    "AuditFilter",
    "AuditRecord",
    "BatchReader",
    "Deed",
    "Description",
    "Device",
    "DisplayName",
    "Enrolled",
    "Grant",
    "IdentifierKind",
    "Identity",
    "Kept",
    "Kind",
    "Label",
    "LegalHold",
    "NewAccount",
    "Passkey",
    "Policy",
    "Principal",
    "Profile",
    "Purpose",
    "RelyingParty",
    "Role",
    "Scope",
    "Session",
    "Shown",
    "Signature",
    "SignedBatch",
    "SignedIn",
    "SigningKey",
    "Standing",
    "Subject",
    "Tampered",
    "Unauthenticated",
    "check_signatures",
    "forget",
    "keys_from",
    "permits",
    "permits_somewhere",
    "replay",
    "scope_of",
    "signatures_needed",
]
