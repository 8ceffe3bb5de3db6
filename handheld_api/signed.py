"""What a device signed: base64 on the wire, bytes for `access`."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from flask import request

from access import Principal
from errors import Invalid
from handheld_api.identity import address, hospital
from ledger import encode

KEY = "Medtrace-Key"
"""The header with the id of the key that a batch was signed with."""

SIGNATURE = "Medtrace-Signature"
"""The header with a device's signature over the body, in base64."""


def take_signed(by: Principal, key_id: str | None, signature: str | None) -> None:
    """Put the batch that this request brings on record, where its device signed it.

    Args:
        by: who is at the device; the device itself where nobody is.
        key_id: what the header `KEY` says; None: it is not there.
        signature: what the header `SIGNATURE` says.

    Raises:
        Invalid: one of the two headers is missing, or the signature doesn't hold.
        NotFound: no such key of this device.
    """
    if key_id is None and signature is None:
        return
    if not key_id or not signature:
        raise Invalid("required", field=SIGNATURE if key_id else KEY)
    raw, body = from_base64(signature, SIGNATURE), _without_secrets(request.get_data())
    hospital().access.batches.take(by, key_id, body, raw, address=address())


def _without_secrets(body: bytes) -> bytes:
    """The bytes that the device signed: the body, or where it holds secrets, the body without them.

    What was signed stands in the ledger for ever; PINs, passwords, grants and wristbands must not.
    Such a body is signed in canonical form (RFC 8785), so that both sides make the same bytes of
    the rest.

    Raises:
        Invalid: it has no canonical form.
    """
    told: dict[str, Any] = json.loads(body)
    uploads = told.get("uploads", ())
    acts = told.get("events", [each.get(what, {}) for each in uploads for what in _SIGNED])
    secrets = [each.pop(name, None) for each in uploads for name in ("grant", "band")]
    secrets += [act.pop("signatures", None) for act in acts]
    if not uploads and all(each is None for each in secrets):
        return body
    return encode(told)


_SIGNED = ("event", "correction")
"""What people sign of what is sent in afterwards."""


def from_base64(text: str, field: str) -> bytes:
    """The bytes of a text in base64 (RFC 4648 §4).

    Raises:
        Invalid: it is none.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("malformed", field=field, detail="base64") from None
