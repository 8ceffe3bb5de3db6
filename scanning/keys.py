"""Canonical keys: one name for one physical thing, whichever symbol was scanned."""

from __future__ import annotations

from urllib.parse import quote

RESOLVER = "https://id.gs1.org"
"""The domain of GS1's canonical Digital Links (Digital Link URI syntax 1.6, section 5.2)."""


def escaped(value: str) -> str:
    """`value` with every reserved character percent-encoded (RFC 3986, 2.1).

    >>> escaped("A/1 b")
    'A%2F1%20b'
    """
    return (
        value
        if value.isalnum() and value.isascii()
        else quote(value, safe="", errors="surrogatepass")
    )


def digital_link(*parts: str) -> str:
    """The canonical Digital Link of alternating identifiers and values.

    >>> digital_link("01", "06901234567892", "21", "A/1")
    'https://id.gs1.org/01/06901234567892/21/A%2F1'
    """
    return "/".join((RESOLVER, *map(escaped, parts)))


def urn(scheme: str, *parts: str) -> str:
    """The name of a thing outside GS1.

    >>> urn("hibc", "A123BJC5D6E71", "LOT 7")
    'urn:medtrace:hibc:A123BJC5D6E71:LOT%207'
    """
    return ":".join(("urn:medtrace", scheme, *map(escaped, parts)))
