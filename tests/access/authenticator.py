"""A security key in software: makes credentials and signs as WebAuthn Level 3 says."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from access import RelyingParty

HERE = RelyingParty("medtrace.example", "https://medtrace.example", "江州市第一人民医院")
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def b64(raw: bytes) -> str:
    """Base64url without padding, as WebAuthn writes bytes in JSON."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes again."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One key, made when it is asked for.

    Args:
        origin: the page that the browser has open.
        counts: whether it counts its signatures.
        verifies: whether it makes sure of the person.
    """

    origin: str = HERE.origin
    counts: bool = True
    verifies: bool = True
    cross_origin: bool = False
    counter: int = 0
    user: bytes = b""
    credential: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: str) -> str:
        """What `navigator.credentials.create()` answers."""
        asked = json.loads(options)
        self.user = unb64(asked["user"]["id"])
        client_data = self._client_data("webauthn.create", asked["challenge"])
        data = self._data(asked["rp"]["id"], _ATTESTED) + self._attested()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"clientDataJSON": b64(client_data), "attestationObject": b64(attestation)}
        return self._answer(response)

    def get(self, options: str, *, domain: str | None = None) -> str:
        """What `navigator.credentials.get()` answers."""
        asked = json.loads(options)
        client_data = self._client_data("webauthn.get", asked["challenge"])
        data = self._data(domain or asked["rpId"])
        signed = data + hashlib.sha256(client_data).digest()
        response = {
            "clientDataJSON": b64(client_data),
            "authenticatorData": b64(data),
            "signature": b64(self.key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": b64(self.user),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, str]) -> str:
        name = b64(self.credential)
        said: dict[str, Any] = {"id": name, "rawId": name, "type": "public-key"}
        return json.dumps({**said, "response": response, "clientExtensionResults": {}})

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps({**said, "crossOrigin": self.cross_origin}).encode()

    def _data(self, domain: str, flags: int = 0) -> bytes:
        self.counter += self.counts
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        digest = hashlib.sha256(domain.encode()).digest()
        return digest + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _attested(self) -> bytes:
        point = self.key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (point.x, point.y))
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = len(self.credential).to_bytes(2, "big")
        return bytes(16) + length + self.credential + cose
