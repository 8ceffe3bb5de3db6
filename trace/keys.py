"""What a thing's key says by itself: which product it belongs to, and which lot.

The keys are made by `scanning` (docs/scanning.md); the product's identifier is their beginning.
"""

from __future__ import annotations

from urllib.parse import unquote

IN_HOUSE = "urn:medtrace:in-house:"
"""How the keys of labels begin that the hospital printed itself: of doses, bags and other goods."""

_GTIN = "https://id.gs1.org/01/"
_GTIN_END = len(_GTIN) + 14
_DRUG = "urn:medtrace:cn-drug:"
_DRUG_END = len(_DRUG) + 7
_LOT = "/10/"
_SERIAL = "/21/"


def identifier_of(key: str) -> str:
    """The product identifier in a thing's key.

    A GTIN keeps its Digital Link, a Chinese drug traceability code its first seven digits
    (药品标识码), any other scheme everything before the lot or serial.

    >>> identifier_of("https://id.gs1.org/01/06901234567892/21/A1")
    'https://id.gs1.org/01/06901234567892'
    >>> identifier_of("urn:medtrace:cn-drug:83271160045839207715")
    'urn:medtrace:cn-drug:8327116'
    >>> identifier_of("urn:medtrace:hibc:A123BJC5D6E71:LOT7")
    'urn:medtrace:hibc:A123BJC5D6E71'
    """
    if key.startswith(_GTIN):
        return key[:_GTIN_END]
    if key.startswith(_DRUG):
        return key[:_DRUG_END]
    scheme_and_di = key.split(":")
    return ":".join(scheme_and_di[:4])


def lot_in(key: str) -> str:
    """The lot in the key of an amount of a lot; empty where it names none.

    >>> lot_in("https://id.gs1.org/01/06901234567892/10/26%2F08A")
    '26/08A'
    >>> lot_in("urn:medtrace:hibc:A123BJC5D6E71:LOT7")
    'LOT7'
    """
    if key.startswith(_GTIN):
        return unquote(key.partition(_LOT)[2])
    parts = key.split(":")
    return unquote(parts[4]) if len(parts) > 4 else ""  # noqa: PLR2004 -- urn, medtrace, scheme, di, lot


def serial_in(key: str) -> str:
    """The serial in the key of one thing; empty where the key names none.

    >>> serial_in("https://id.gs1.org/01/06901234567892/21/A%2F1")
    'A/1'
    >>> serial_in("urn:medtrace:cn-drug:83271160045839207715")
    '0045839207715'
    """
    if key.startswith(_GTIN):
        return unquote(key.partition(_SERIAL)[2])
    if key.startswith(_DRUG):
        return key[_DRUG_END:]
    return lot_in(key)
