"""Decides how far bare characters are GS1 element strings, and reads them as such."""

from __future__ import annotations

from dataclasses import replace

from scanning.carriers import Carrier
from scanning.gs1.ai import GS, IDENTIFIERS
from scanning.gs1.dropped import splits, with_separators
from scanning.gs1.element_strings import Elements, split
from scanning.gs1.retail import gtin_elements
from scanning.incoming import Incoming
from scanning.scan import Alternative, Finding, Scan
from scanning.separators import normalise

_OPENERS = frozenset({"00", "01", "02", "03", "414", "8006", "8003", "8004"})
"""Identifiers that begin the message of a box, a case or a place."""
_PROVING = frozenset({"11", "12", "13", "15", "16", "17", "410", "411", "412", "413", "415", "416"})
"""Identifiers of which a second bar of a split label consists: dates and checked numbers."""
_MENDABLE = frozenset({"gs-replaced", "gs-missing", "carrier-not-gs1", "required-missing"})
"""Findings about the reader, the carrier, or the other bar of a split label."""
_COMPOSITE = "|]e"
_CARRIER_NAME = 3


def read_elements(incoming: Incoming) -> Scan:
    """Reads `incoming.text` as element strings, whatever becomes of them."""
    text, spelling = normalise(_without_composite_mark(incoming.text))
    elements, findings = split(text)
    if spelling is not None:
        findings.append(Finding("gs-replaced", None, spelling, "GS (0x1D)"))
    carrier = incoming.carrier
    if carrier is not None and not carrier.gs1 and not carrier.retail:
        findings.append(_wrong_carrier(carrier))
    scan = incoming.gs1(elements, findings)
    if GS in text or not elements:
        return scan
    return _with_dropped_separator(incoming, scan)


def is_plausible(scan: Scan) -> bool:
    """Whether `scan`, read from bare characters, is more than a number that happens to fit."""
    if not scan.elements:
        return False
    ai, value = scan.elements[0]
    if ai in _OPENERS:
        return IDENTIFIERS[ai].pattern.fullmatch(value) is not None
    mendable = all(finding.code in _MENDABLE for finding in scan.findings)
    return mendable and any(ai in _PROVING for ai, _ in scan.elements)


def read_retail(incoming: Incoming, digits: str) -> Scan:
    """Reads `digits`, of a length that GTINs have, as one GTIN, with a composite part behind it."""
    elements, findings = gtin_elements(digits)
    carrier = incoming.carrier
    if carrier is not None and not carrier.retail:
        findings.append(_wrong_carrier(carrier))
    return incoming.gs1(elements, findings)


def read_retail_composite(incoming: Incoming) -> Scan:
    """Reads an EAN with its composite component: `6901234567892|]e017270131`."""
    digits, _, rest = incoming.text.partition("|")
    elements, findings = gtin_elements(digits)
    more, more_findings = split(rest[_CARRIER_NAME:] if rest.startswith("]e") else rest)
    return incoming.gs1((*elements, *more), [*findings, *more_findings])


def _wrong_carrier(carrier: Carrier) -> Finding:
    return Finding("carrier-not-gs1", None, carrier.name, "a GS1 symbol (FNC1 in first position)")


def _without_composite_mark(text: str) -> str:
    """A composite symbol's two parts come with the second one's name between them."""
    position = text.find(_COMPOSITE)
    if position < 0:
        return text
    return text[:position] + GS + text[position + len(_COMPOSITE) + 1 :]


def _with_dropped_separator(incoming: Incoming, scan: Scan) -> Scan:
    fitting = splits(scan.elements)
    if not fitting:
        return scan
    readings = [_dropped(incoming, elements) for elements in fitting]
    others = [Alternative(other, "gs-missing") for other in readings[1:]]
    if scan.valid:
        others.append(Alternative(scan, "as-it-stands"))
    return replace(readings[0], alternatives=tuple(others))


def _dropped(incoming: Incoming, elements: Elements) -> Scan:
    missing = Finding(
        "gs-missing",
        None,
        incoming.text,
        with_separators(elements).replace(GS, "<GS>"),
    )
    return incoming.gs1(elements, [missing])
