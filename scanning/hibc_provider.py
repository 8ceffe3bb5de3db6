"""HIBC provider labels (ANSI/HIBC 1.3) and HIBC Basic UDI-DI.

A provider label is what a hospital prints for itself: `+/`, a letter for where it sticks, then
letters for what each value is. It may name a patient or a person of the staff: such a value is
read like any other and is the caller's to guard.
"""

from __future__ import annotations

import re

from scanning.checks import hibc_check_character
from scanning.fields import Fields
from scanning.incoming import Incoming
from scanning.scan import Scan, Scheme

_PLACES = frozenset("ABCDEFGHIJKLZ")
"""Patient, care record, specimen container, image, business record, administration record, library,
device, card, product container, asset, instrument, own use."""
_DATA = frozenset("ABCDEFGHIJKLMNOPQRSTUVXZ")
_ITEMS = {"F": "administrable", "G": "implantable", "H": "hospital-item"}
"""Kinds of data that name a product by the hospital's own number."""
_SERIAL = "Q"
_BASIC_UDI = re.compile(r"\+\+([A-Z][A-Z0-9]{3})([A-Z0-9]{1,17})(..)")


def read_provider(incoming: Incoming) -> Scan | None:
    """Reads `+/`, place, values with `/` between them, check character.

    >>> from scanning import read
    >>> read("+/EO523201/Z34H159/M98424313402").elements
    (('E', ''), ('O', '523201'), ('Z', '34H159'), ('M', '9842431340'))
    """
    text = incoming.text
    place, values = text[2], text[3:-1].split("/")
    if place not in _PLACES or any(value[:1] not in _DATA for value in values):
        return None
    fields = Fields(incoming, Scheme.HIBC)
    right = hibc_check_character(text[:-1])
    if text[-1] != right:
        fields.problem("check-character", None, text[-1], right)
        fields.di_is_broken = True
    fields.add(place, "")
    for value in values:
        kind, content = value[0], value[1:]
        fields.add(kind, content)
        if kind in _ITEMS:
            fields.di = content
            fields.product_ids.append(("hospital", content))
        elif kind == _SERIAL:
            fields.serial = content
    return fields.scan()


def read_basic_udi(incoming: Incoming) -> Scan | None:
    """Reads a Basic UDI-DI: `++`, labeler, device group, check pair. It names no single product.

    The check pair is kept, not verified: its algorithm is HIBCC's own and wasn't at hand.
    """
    match = _BASIC_UDI.fullmatch(incoming.text)
    if match is None:
        return None
    fields = Fields(incoming, Scheme.HIBC)
    for name, value in zip(("LIC", "GROUP", "CHECK"), match.groups(), strict=True):
        fields.add(name, value)
    fields.problem("check-unverified", "CHECK", match[3])
    fields.product_ids.append(("basic-udi-di", incoming.text))
    return fields.scan()
