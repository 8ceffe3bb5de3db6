"""Canonical JSON, RFC 8785: one value, one sequence of bytes.

Whoever hashes must agree on bytes. orjson with sorted keys writes them twenty times faster than
a Python encoder and is right for almost every event; `encode` uses it where its output is provably
RFC 8785's and falls back to the letter of the standard elsewhere:

- floats: ECMAScript writes 1e21 as `1e+21` and 1.0 as `1` (RFC 8785 §3.2.2.3);
- keys: RFC 8785 §3.2.3 sorts by UTF-16 units, orjson by code points. The two orders differ only
  when a character beyond U+FFFF is about, and such a one starts with a byte ≥ 0xF0 in UTF-8.
"""

from __future__ import annotations

import math
from typing import Final

import orjson

from errors import Invalid

MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 7493 §2.2)."""

MAX_DEPTH: Final = 128
"""Arrays and objects inside one another, at most."""

_FAST: Final = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_SUBCLASS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
)
_BEYOND_BMP: Final = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
_PLAIN: Final = frozenset((str, int, bool, type(None)))


def encode(value: object) -> bytes:
    """The RFC 8785 bytes of `value`: dicts with str keys, lists, tuples and JSON's scalars.

    Raises:
        errors.Invalid: `value` has no canonical form: NaN or an infinity (`json-not-finite`), a
            lone surrogate (`json-surrogate`), an integer beyond ±(2^53 − 1) (`json-integer`), a
            key that is no str (`json-key`), nesting beyond 128 (`json-too-deep`), or a type that
            JSON doesn't know (`json-type`).
    """
    if _is_plain(value, MAX_DEPTH):
        try:
            out = orjson.dumps(value, option=_FAST)
        except orjson.JSONEncodeError:
            return _encode(value)  # which says what is wrong
        if out.isascii() or not any(lead in out for lead in _BEYOND_BMP):
            return out
    return _encode(value)


def _is_plain(value: object, depth: int) -> bool:
    """Whether orjson can be trusted with it: exact types, no floats, str keys, not too deep."""
    kind = type(value)
    if kind is dict:
        for key, item in value.items():  # type: ignore[attr-defined] # exactly a dict
            if type(key) is not str:
                return False
            if type(item) not in _PLAIN and not (depth and _is_plain(item, depth - 1)):
                return False
        return depth > 0
    if kind is list:
        for item in value:  # type: ignore[attr-defined] # exactly a list
            if type(item) not in _PLAIN and not (depth and _is_plain(item, depth - 1)):
                return False
        return depth > 0
    return kind in _PLAIN


def _encode(value: object) -> bytes:
    out: list[str] = []
    _write(value, out, MAX_DEPTH)
    return "".join(out).encode()


def _write(value: object, out: list[str], depth: int) -> None:
    match value:
        case None | True | False:
            out.append({None: "null", True: "true", False: "false"}[value])
        case str():
            out.append(_string(value))
        case int():
            out.append(_integer(value))
        case float():
            out.append(_number(value))
        case dict() | list() | tuple() if depth == 0:
            raise Invalid("json-too-deep", limit=MAX_DEPTH)
        case dict():
            _write_object(value, out, depth - 1)
        case list() | tuple():
            _write_array(value, out, depth - 1)
        case _:
            raise Invalid("json-type", type=type(value).__name__)


def _write_object(value: dict[object, object], out: list[str], depth: int) -> None:
    members: list[tuple[bytes, str, object]] = []
    for key, item in value.items():
        if not isinstance(key, str):
            raise Invalid("json-key", type=type(key).__name__)
        text = _string(key)
        members.append((key.encode("utf-16-be"), text, item))
    members.sort(key=lambda member: member[0])
    separator = "{"
    for _, text, item in members:
        out.append(f"{separator}{text}:")
        _write(item, out, depth)
        separator = ","
    out.append("}" if members else "{}")


def _write_array(value: list[object] | tuple[object, ...], out: list[str], depth: int) -> None:
    separator = "["
    for item in value:
        out.append(separator)
        _write(item, out, depth)
        separator = ","
    out.append("]" if value else "[]")


def _string(value: str) -> str:
    # An enumeration's member is a str with another str(); its letters are what counts.
    try:
        return orjson.dumps(str.__str__(value)).decode()
    except orjson.JSONEncodeError:
        raise Invalid("json-surrogate", text=ascii(value)) from None


def _integer(value: int) -> str:
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise Invalid("json-integer", limit=MAX_INTEGER)
    return int.__repr__(value)


def _number(value: float) -> str:
    """ECMA-262 Number::toString: the shortest digits that read back, laid out its own way."""
    if not math.isfinite(value):
        raise Invalid("json-not-finite", number=float.__repr__(value))
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = float.__repr__(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # n as in ECMA-262: the value is 0.digits × 10^n
    leading = len(whole + fraction) - len(digits)
    n = len(whole) - leading + int(exponent or 0)
    return sign + _layout(digits.rstrip("0"), n)


def _layout(digits: str, n: int) -> str:
    k = len(digits)
    if k <= n <= 21:  # noqa: PLR2004 -- ECMA-262's own figures, here and below
        return digits + "0" * (n - k)
    if 0 < n <= 21:  # noqa: PLR2004
        return f"{digits[:n]}.{digits[n:]}"
    if -6 < n <= 0:  # noqa: PLR2004
        return "0." + "0" * -n + digits
    point = "." if k > 1 else ""
    return f"{digits[0]}{point}{digits[1:]}e{n - 1:+d}"
