"""In-house label numbers for goods that have no unique code (无码库).

`MT`, sixteen characters, one check character: `MT06H013BM00000000E`. The sixteen are 48 bits of
time and 32 of chance in Crockford's base 32 (no I, L, O, U), so a number is unique for ever and
two stations need not ask each other; the ledger registers each and refuses a second one.
"""

from __future__ import annotations

import datetime as dt
import re

from errors import Invalid
from scanning.checks import mod37_check_character
from scanning.incoming import Incoming
from scanning.keys import urn
from scanning.scan import Finding, Granularity, Scan, Scheme

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PREFIX = "MT"
_NUMBER = re.compile(r"MT[0-9A-HJKMNP-TV-Z]{16}[0-9A-Z*]")
_CHARACTERS = 16
_CHANCE_BYTES = 4
_TIME_BITS = 48


def new_label_number(at: dt.datetime, chance: bytes) -> str:
    """A label number that nobody else makes.

    Args:
        at: the present moment, with its zone.
        chance: four bytes of a cryptographic random source.

    Raises:
        Invalid: `label-number` when `at` has no zone or `chance` is not four bytes.

    >>> new_label_number(dt.datetime(2026, 11, 22, tzinfo=dt.UTC), bytes(4))
    'MT06H013BM00000000E'
    """
    if at.tzinfo is None or len(chance) != _CHANCE_BYTES:
        raise Invalid("label-number", detail="a time with its zone and four random bytes")
    milliseconds = int(at.timestamp() * 1000) & (1 << _TIME_BITS) - 1
    value = milliseconds << 8 * _CHANCE_BYTES | int.from_bytes(chance)
    digits = [_ALPHABET[value >> 5 * place & 31] for place in reversed(range(_CHARACTERS))]
    number = _PREFIX + "".join(digits)
    return number + mod37_check_character(number)


def read_in_house(incoming: Incoming) -> Scan | None:
    """Reads an in-house label number; None where the text has another form."""
    text = incoming.text
    if _NUMBER.fullmatch(text) is None:
        return None
    right = mod37_check_character(text[:-1])
    broken = text[-1] != right
    finding = Finding("check-character", None, text[-1], right)
    return Scan(
        incoming.raw,
        Scheme.IN_HOUSE,
        incoming.symbology,
        findings=(finding,) if broken else (),
        serial=text,
        key=None if broken else urn(Scheme.IN_HOUSE, text),
        granularity=Granularity.NOTHING if broken else Granularity.SERIAL,
    )
