"""SM2 signatures with SM3 (GB/T 32918.2-2016, curve of GB/T 32918.5-2017), over the gmssl library.

`cryptography` has no SM2. gmssl is plain Python: some 60 signatures and 30 verifications a second,
enough for checkpoints and never used per entry. Everything that it leaves to its caller is done
here: the range of every number, points that lie on the curve, nonces from the system's generator.
Signatures are r ‖ s, 64 bytes; public keys x ‖ y, 64 bytes; the signer's identity is the
standard's default, `1234567812345678`.
"""

from __future__ import annotations

import secrets
from typing import Final

from gmssl.sm2 import CryptSM2

_P: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
_A: Final = _P - 3
_B: Final = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
_N: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
_G: Final = (
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)
_SIZE: Final = 32

SECRET_SIZE: Final = _SIZE
"""Bytes in a private key."""
PUBLIC_SIZE: Final = 2 * _SIZE
"""Bytes in a public key, x ‖ y."""
SIGNATURE_SIZE: Final = 2 * _SIZE
"""Bytes in a signature, r ‖ s."""


def make_secret() -> bytes:
    """A new private key: a number from 1 to n − 2 (GB/T 32918.1-2016 §6.1)."""
    return (secrets.randbelow(_N - 2) + 1).to_bytes(_SIZE, "big")


def public_of(secret: bytes) -> bytes:
    """The public key of a private one.

    Raises:
        ValueError: `secret` is not a private key.
    """
    number = int.from_bytes(secret, "big")
    if len(secret) != SECRET_SIZE or not 1 <= number <= _N - 2:
        raise ValueError("not an SM2 private key")
    return bytes.fromhex(_crypt(b"", b"")._kg(number, _G))  # noqa: SLF001 -- gmssl shows no other way to kG


def check_public(public: bytes) -> None:
    """See that `public` is a point of the curve (GB/T 32918.1-2016 §6.2.1).

    Raises:
        ValueError: it is not.
    """
    x, y = int.from_bytes(public[:_SIZE], "big"), int.from_bytes(public[_SIZE:], "big")
    if len(public) != PUBLIC_SIZE or x >= _P or y >= _P:
        raise ValueError("not an SM2 public key")
    if (y * y - (x * x * x + _A * x + _B)) % _P:
        raise ValueError("the point is not on the SM2 curve")


def sign(secret: bytes, message: bytes, *, nonce: int | None = None) -> bytes:
    """Sign `message` (GB/T 32918.2-2016 §6).

    Args:
        secret: the private key.
        message: what to sign; it is hashed with SM3 behind the signer's Z.
        nonce: the number k, for the standard's own example only; None: a fresh secret one.
    """
    crypt = _crypt(secret, public_of(secret))
    while True:
        k = nonce or secrets.randbelow(_N - 1) + 1
        signature = crypt.sign_with_sm3(message, f"{k:064x}")
        if signature is not None:  # None: the standard asks for another k
            return bytes.fromhex(signature)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is `public`'s over `message` (GB/T 32918.2-2016 §7); never raises."""
    r, s = int.from_bytes(signature[:_SIZE], "big"), int.from_bytes(signature[_SIZE:], "big")
    if len(signature) != SIGNATURE_SIZE or not 0 < r < _N or not 0 < s < _N:
        return False
    try:
        check_public(public)
        return bool(_crypt(b"", public).verify_with_sm3(signature.hex(), message))
    except (ValueError, TypeError):  # TypeError: gmssl met the point at infinity
        return False


def _crypt(secret: bytes, public: bytes) -> CryptSM2:
    crypt = CryptSM2(private_key=secret.hex(), public_key="")
    # Given to the constructor, a key that begins with the digits 0 and 4 would lose them.
    crypt.public_key = public.hex()
    return crypt
