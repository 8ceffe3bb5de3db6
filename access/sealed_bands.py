"""Wristbands that a device out of reach seals for the hospital: it can't open them again itself.

A device that can't ask who a wristband belongs to keeps the record all the same; what was read off
the band waits on its disk sealed to the hospital's key (ECDH on P-256, HKDF-SHA-256 per RFC 5869,
AES-256-GCM per NIST SP 800-38D, as WebCrypto has them): `ephemeral key (65) ‖ nonce (12) ‖
ciphertext ‖ tag (16)`, base64. It is opened once, when the record is sent in, and is kept nowhere.
"""

from __future__ import annotations

import base64
import binascii
from functools import cached_property
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from access.context import Context
from errors import Invalid

_CURVE: Final = ec.SECP256R1()
_POINT: Final = 65
_NONCE: Final = 12
_PURPOSE: Final = b"medtrace wristband"
_FIELD: Final = "band"


class SealedBands:
    """Opens what devices sealed.

    Args:
        context: what the services share.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def key(self) -> str:
        """What devices seal with: the uncompressed point (SEC 1 §2.3.3), base64."""
        return base64.b64encode(self._point).decode()

    def open(self, sealed: str) -> str:
        """What was read off the band.

        Args:
            sealed: as the device made it, base64.

        Raises:
            Invalid: `malformed`; it was sealed to another key, or changed.
        """
        try:
            raw = base64.b64decode(sealed, validate=True)
            point = raw[:_POINT]
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
            shared = self._private.exchange(ec.ECDH(), theirs)
            key = HKDF(SHA256(), 32, b"", _PURPOSE + point + self._point).derive(shared)
            nonce = raw[_POINT : _POINT + _NONCE]
            return AESGCM(key).decrypt(nonce, raw[_POINT + _NONCE :], None).decode()
        except (binascii.Error, ValueError, InvalidTag):
            raise Invalid("malformed", field=_FIELD, detail="ECDH P-256, AES-GCM") from None

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        """The key of this ledger, made from the one that keeps patients; stored nowhere else."""
        seed = self._context.digest(self._context.keys.patients, _PURPOSE.decode())
        order = _CURVE.group_order
        return ec.derive_private_key(int.from_bytes(seed) % (order - 1) + 1, _CURVE)

    @cached_property
    def _point(self) -> bytes:
        public = self._private.public_key()
        return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
