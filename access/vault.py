"""Authenticated encryption for what may be read by few and must be erasable.

AES-256-GCM (NIST SP 800-38D) by default; SM4-GCM (GB/T 32907, GB/T 36624) where the ledger uses
the Chinese suite. Each ciphertext names its cipher in its first byte, so both can be read side by
side: `mark ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. Every ciphertext is bound to the place it belongs
to (`bound_to`, the AEAD's associated data): copied into another row it does not open.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher as _Cipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from access.tokens import Entropy
from errors import MedtraceError

KEY_SIZE: Final = 32
"""Bytes of a key, whichever cipher it is used with."""

_NONCE_SIZE: Final = 12
_TAG_SIZE: Final = 16


class Tampered(MedtraceError):  # noqa: N818 -- the house's names are the words of the answer
    """A stored ciphertext or seal is not what was stored: changed, moved, or another key."""


class Aead(Protocol):
    """A cipher that encrypts and authenticates (RFC 5116)."""

    name: str
    mark: bytes

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        """Ciphertext and tag."""

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        """The plain bytes; raises `cryptography.exceptions.InvalidTag`."""


class _Aes256Gcm:
    name = "aes-256-gcm"
    mark = b"\x01"

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        return AESGCM(key).encrypt(nonce, plain, bound_to)

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        return AESGCM(key).decrypt(nonce, sealed, bound_to)


class _Sm4Gcm:
    name = "sm4-gcm"
    mark = b"\x02"

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        encryptor = _Cipher(algorithms.SM4(self._sized(key)), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound_to)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        mode = modes.GCM(nonce, sealed[-_TAG_SIZE:])
        decryptor = _Cipher(algorithms.SM4(self._sized(key)), mode).decryptor()
        decryptor.authenticate_additional_data(bound_to)
        return decryptor.update(sealed[:-_TAG_SIZE]) + decryptor.finalize()

    @staticmethod
    def _sized(key: bytes) -> bytes:
        return HKDFExpand(hashes.SM3(), 16, b"medtrace sm4").derive(key)


AES_256_GCM: Final[Aead] = _Aes256Gcm()
"""AES with a 256-bit key in Galois/Counter Mode."""

SM4_GCM: Final[Aead] = _Sm4Gcm()
"""SM4 in Galois/Counter Mode; its 128-bit key is derived from ours with SM3."""

_CIPHERS: Final = {cipher.mark: cipher for cipher in (AES_256_GCM, SM4_GCM)}


def cipher_for(suite: str) -> Aead:
    """The cipher that belongs to a ledger's hash suite, by the suite's name."""
    return SM4_GCM if suite == "sm3" else AES_256_GCM


class Vault:
    """Encrypts and decrypts under one key.

    Args:
        key: 32 bytes.
        entropy: where nonces come from; they must never repeat under one key.
        cipher: what new ciphertexts are made with; old ones are read with their own.
    """

    def __init__(self, key: bytes, entropy: Entropy, cipher: Aead = AES_256_GCM) -> None:
        if len(key) != KEY_SIZE:
            raise Tampered("key-damaged")
        self._key = key
        self._entropy = entropy
        self._cipher = cipher

    def encrypt(self, plain: bytes, *, bound_to: bytes) -> bytes:
        """The ciphertext of `plain`, which opens only together with `bound_to`."""
        nonce = self._entropy(_NONCE_SIZE)
        sealed = self._cipher.encrypt(self._key, nonce, plain, bound_to)
        return self._cipher.mark + nonce + sealed

    def decrypt(self, stored: bytes, *, bound_to: bytes) -> bytes:
        """The plain bytes of a ciphertext.

        Raises:
            Tampered: `ciphertext-damaged`; changed, moved, or made under another key.
        """
        mark, nonce, sealed = stored[:1], stored[1 : 1 + _NONCE_SIZE], stored[1 + _NONCE_SIZE :]
        cipher = _CIPHERS.get(mark)
        if cipher is None or len(sealed) < _TAG_SIZE:
            raise Tampered("ciphertext-damaged")
        try:
            return cipher.decrypt(self._key, nonce, sealed, bound_to)
        except InvalidTag:
            raise Tampered("ciphertext-damaged") from None


def keyed_digest(key: bytes, purpose: str, *parts: str, sm3: bool = False) -> bytes:
    """HMAC (RFC 2104) over a purpose and parts: a blind index, or the seal of a row.

    Each part is preceded by its length, so that no two different lists give the same input.
    """
    mac = hmac.new(key, digestmod="sm3" if sm3 else hashlib.sha256)
    for part in (purpose, *parts):
        raw = part.encode("utf-8", "surrogatepass")
        mac.update(len(raw).to_bytes(4, "big") + raw)
    return mac.digest()
