"""Who asks for passkeys: this hospital, at the address that its browsers know."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import request

from access import RelyingParty
from errors import Invalid
from web.desk import desk

_HERE: Final = "localhost"


def relying_party() -> RelyingParty | None:
    """The relying party of this request; None: passkeys can't be used at this address.

    Without a setting only `localhost` is believed of a request: whoever sends another `Host` could
    have passkeys bound to a name of theirs.
    """
    settings = desk().hospital.settings
    if settings.passkey_origin is not None:
        name = urlsplit(settings.passkey_origin).hostname or ""
        return RelyingParty(name, settings.passkey_origin, settings.hospital)
    if request.host.partition(":")[0] != _HERE:
        return None
    return RelyingParty(_HERE, f"{request.scheme}://{request.host}", settings.hospital)


def required_party() -> RelyingParty:
    """The same, where there must be one.

    Raises:
        Invalid: `passkeys-nowhere`.
    """
    party = relying_party()
    if party is None:
        raise Invalid("passkeys-nowhere", field="label")
    return party
