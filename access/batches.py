"""Batches that a device signed: the bytes it sent, its key's id and the signature, on record.

A signature only says something to whoever has the bytes that were signed, so the batch stands in
the ledger as it came, in one entry before its events; `hospital.check_batches` compares the two.
Whoever keeps the ledger can then make up no event in the name of a device.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from access.audit import KIND, AccessEvent
from access.context import Context
from access.device_keys import DeviceKeys, verify_signature
from access.models import access_event
from access.principal import Kind, Principal
from errors import Invalid
from ledger import Entry

SIGNED: Final = "batch-signed"
_REGISTERED: Final = "device-key-registered"
_DEVICE: Final = f"urn:medtrace:{Kind.DEVICE}:"
_LONGEST: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SignedBatch:
    """A batch as an entry holds it, its signature checked.

    Args:
        seq: of the entry.
        device_id: which device signed.
        key_id: with which key.
        body: the bytes that were signed.
    """

    seq: int
    device_id: str
    key_id: str
    body: bytes = field(repr=False)


class Batches:
    """Takes signed batches.

    Args:
        context: what the services share.
        keys: the keys of devices.
    """

    def __init__(self, context: Context, keys: DeviceKeys) -> None:
        self._context = context
        self._keys = keys

    def take(
        self, by: Principal, key_id: str, body: bytes, signature: bytes, *, address: str = ""
    ) -> None:
        """Put a batch on record that the device of `by` signed; the same one again changes nothing.

        Args:
            by: the person at the device.
            key_id: the key it signed with.
            body: the bytes that were signed, as they came.
            signature: r ‖ s, 64 bytes.
            address: the network address.

        Raises:
            Invalid: `device-signature-wrong`; or `too-large`, or the body is not UTF-8.
            NotFound: no such key of this device.
        """
        if len(body) > _LONGEST:
            raise Invalid("too-large", limit=f"{_LONGEST // 1024} KiB")
        self._keys.verify_batch(by, key_id, body, signature)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise Invalid("malformed", detail="UTF-8") from None
        what = f"urn:medtrace:batch:{hashlib.sha256(body).hexdigest()}"
        details: dict[str, object] = {
            "body": text,
            "device": f"{_DEVICE}{by.device}",
            "key_id": key_id,
            "signature": signature.hex(),
        }
        with self._context.act() as act:
            columns = access_event.c
            known = act.connection.execute(
                select(columns.seq).where(
                    columns.ledger_id == self._context.ledger_id,
                    columns.object == what,
                    columns.made_by == by.uri,
                )
            ).first()
            if known is None:
                act.record(AccessEvent(SIGNED, by.uri, what, "ok", address, details))


class BatchReader:
    """Reads signed batches out of entries, in the ledger's order, with nothing but the entries."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[str, bytes]] = {}

    def knows(self, device_id: str) -> bool:
        """Whether the device had registered a key by now."""
        return any(owner == device_id for owner, _ in self._keys.values())

    def read(self, entry: Entry) -> SignedBatch | None:
        """The batch in this entry, its signature checked; None: there is none in it.

        Raises:
            Invalid: `device-signature-wrong`, `device-key-malformed`; the key was not registered
                by this device, or the signature doesn't hold.
        """
        said = entry.event
        if entry.kind != KIND or said.get("result") != "ok":
            return None
        if said["action"] == _REGISTERED:
            self._register(said)
            return None
        return self._checked(entry.seq, said) if said["action"] == SIGNED else None

    def _register(self, said: dict[str, Any]) -> None:
        spki = bytes.fromhex(said["details"]["public_key"])
        if hashlib.sha256(spki).hexdigest() != said["details"]["key_id"]:
            raise Invalid("device-key-malformed", field="key_id")
        owner = said["object"].removeprefix(_DEVICE)
        self._keys[said["details"]["key_id"]] = (owner, spki)

    def _checked(self, seq: int, said: dict[str, Any]) -> SignedBatch:
        details = said["details"]
        device_id = details["device"].removeprefix(_DEVICE)
        body = details["body"].encode()
        owner, spki = self._keys.get(details["key_id"], ("", b""))
        digest = hashlib.sha256(body).hexdigest()
        if owner != device_id or said["object"] != f"urn:medtrace:batch:{digest}":
            raise Invalid("device-signature-wrong", field="key_id")
        verify_signature(spki, body, bytes.fromhex(details["signature"]))
        return SignedBatch(seq, device_id, details["key_id"], body)
