"""Signatures of devices: a handheld makes a key pair and signs what it sends.

The private key never leaves the browser (WebCrypto, not extractable). ECDSA on P-256 with SHA-256
(FIPS 186-5); WebCrypto writes a signature as r ‖ s, 64 bytes (IEEE P1363), the public key as SPKI.
Public keys are kept for ever, revoked or not: whoever checks the ledger needs them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from sqlalchemy import Connection, insert, select

from access.audit import AccessEvent
from access.context import Context
from access.models import device_key
from access.principal import Kind, Principal
from errors import Forbidden, Invalid, NotFound

_KEY_ID: Final = re.compile(r"[0-9a-f]{64}")
_HALF: Final = 32
_LONGEST_KEY: Final = 200


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A public key of a device.

    Args:
        key_id: SHA-256 of the SPKI bytes, in hex: this goes into ledger entries.
        device_id: whose it is.
        public_key: the SPKI bytes (DER).
        registered: since when.
    """

    key_id: str
    device_id: str
    public_key: bytes = field(repr=False)
    registered: datetime


class DeviceKeys:
    """Keeps the public keys of devices and checks what they signed."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def register(
        self, by: Principal, public_key: bytes, proof: bytes, *, address: str = ""
    ) -> DeviceKey:
        """Take a device's public key into use.

        Args:
            by: the device.
            public_key: SPKI, DER, an uncompressed point on P-256.
            proof: its signature over `proof_message(by.id)`: that it holds the private key.
            address: the network address.

        Raises:
            Invalid: `device-key-malformed` or `device-signature-wrong`.
            Forbidden: `by` is no device, or the key is another device's.
        """
        if by.kind is not Kind.DEVICE:
            raise Forbidden("forbidden")
        spki = _canonical(public_key)
        verify_signature(spki, proof_message(by.id), proof)
        with self._context.act() as act:
            key = DeviceKey(hashlib.sha256(spki).hexdigest(), by.id, spki, act.now)
            known = self._find(act.connection, key.key_id)
            if known is not None:
                if known.device_id != by.id:
                    raise Forbidden("forbidden")
                return known
            act.connection.execute(
                insert(device_key).values(
                    ledger_id=self._context.ledger_id,
                    key_id=key.key_id,
                    device_id=key.device_id,
                    public_key=key.public_key,
                    registered=key.registered,
                )
            )
            # The key itself goes on record: the ledger alone is enough to check signatures.
            details: dict[str, object] = {"key_id": key.key_id, "public_key": spki.hex()}
            act.record(AccessEvent("device-key-registered", by.uri, by.uri, "ok", address, details))
        return key

    def find(self, key_id: str) -> DeviceKey | None:
        """The key with this id, whether its device is still let in or not."""
        with self._context.database.read() as connection:
            return self._find(connection, key_id)

    def verify_batch(self, by: Principal, key_id: str, body: bytes, signature: bytes) -> None:
        """Check that the device that sends a batch of scans signed exactly these bytes.

        Raises:
            NotFound: no such key, or not of this device.
            Invalid: `device-signature-wrong`.
        """
        key = self.find(key_id)
        if key is None or key.device_id != by.device:
            raise NotFound("not-found", field="key_id", what=key_id)
        verify_signature(key.public_key, body, signature)

    def _find(self, connection: Connection, key_id: str) -> DeviceKey | None:
        if _KEY_ID.fullmatch(key_id) is None:
            return None
        columns = device_key.c
        row = connection.execute(
            select(device_key).where(
                columns.ledger_id == self._context.ledger_id, columns.key_id == key_id
            )
        ).first()
        if row is None:
            return None
        return DeviceKey(row.key_id, row.device_id, bytes(row.public_key), row.registered)


def proof_message(device_id: str) -> bytes:
    """What a device signs to show that it holds the private key; never a batch's form."""
    return f"medtrace device key {device_id}".encode()


def verify_signature(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Check a WebCrypto ECDSA signature (P-256, SHA-256, r ‖ s).

    Raises:
        Invalid: `device-signature-wrong`, or `device-key-malformed`.
    """
    key = _load(public_key)
    if len(signature) != 2 * _HALF:
        raise Invalid("device-signature-wrong", field="signature")
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise Invalid("device-signature-wrong", field="signature") from None


def _load(public_key: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(public_key) if len(public_key) <= _LONGEST_KEY else None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise Invalid("device-key-malformed", field="public_key")


def _canonical(public_key: bytes) -> bytes:
    # One key has one id, however its point was written.
    return _load(public_key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
