"""GS1 Digital Link URIs: identifiers in the path and the query of a web address of any domain."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from scanning.gs1.ai import IDENTIFIERS, Identifier
from scanning.gs1.element_strings import Elements
from scanning.scan import Finding

SHORT_NAMES = {
    "gtin": "01", "itip": "8006", "cpid": "8010", "gln": "414", "party": "417", "gsrnp": "8017",
    "gsrn": "8018", "gcn": "255", "sscc": "00", "gdti": "253", "ginc": "401", "gsin": "402",
    "grai": "8003", "giai": "8004", "gmn": "8013", "payto": "415", "cpv": "22", "lot": "10",
    "ser": "21", "tpx": "235", "glnx": "254", "refno": "8020", "srin": "8019", "cpsn": "8011",
    "uic": "7040", "exp": "17",
}  # fmt: skip
"""The convenience names of Digital Link 1.1, which labels printed before 1.2 still carry."""
_GTIN = 14


def elements_of_link(text: str) -> tuple[Elements, list[Finding]] | None:
    """The elements of a Digital Link, and what is wrong with them; None where `text` is none.

    >>> elements_of_link("https://shop.cn/p/01/06901234567892/10/A%2F1?17=270131&src=box")
    ((('01', '06901234567892'), ('10', 'A/1'), ('17', '270131')), [])
    """
    try:
        address = urlsplit(text)
        query = parse_qsl(address.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:  # a broken port, an unclosed IPv6 bracket, too many fields: no Digital Link
        return None
    if address.scheme.lower() not in ("http", "https") or not address.netloc:
        return None
    path = [unquote(part) for part in address.path.split("/")]
    start = _key_position(path)
    if start is None:
        return None
    elements, findings = _path_elements(path[start:])
    for name, value in query:
        ai = _ai(name)
        if ai is not None:
            elements.append((ai, _padded(ai, value)))
            if not IDENTIFIERS[ai].attribute:
                findings.append(Finding("link-attribute", ai, name, "in the path, not the query"))
    for ai, value in elements:
        findings.extend(IDENTIFIERS[ai].problems(value))
    return tuple(elements), findings


def _ai(name: str) -> str | None:
    ai = SHORT_NAMES.get(name, name)
    return ai if ai in IDENTIFIERS else None


def _padded(ai: str, value: str) -> str:
    """A GTIN may stand there with 8, 12 or 13 digits; on it goes with 14 (section 4.6)."""
    if ai == "01" and len(value) in (8, 12, 13) and value.isascii() and value.isdigit():
        return value.zfill(_GTIN)
    return value


def _key_position(path: list[str]) -> int | None:
    """Where the primary key begins: the last one from which on only pairs follow."""
    while path and not path[-1]:
        path.pop()
    for start in range(len(path) - 2, 0, -2):
        ai = _ai(path[start])
        if ai is None:
            return None
        if IDENTIFIERS[ai].qualifiers is not None:
            return start
    return None


def _path_elements(path: list[str]) -> tuple[list[tuple[str, str]], list[Finding]]:
    """Elements of the path from the key on; `_key_position` saw that names are identifiers."""
    names = [SHORT_NAMES.get(name, name) for name in path[::2]]
    pairs = [(ai, _padded(ai, value)) for ai, value in zip(names, path[1::2], strict=True)]
    return pairs, _qualifier_findings(IDENTIFIERS[names[0]], names[1:])


def _qualifier_findings(key: Identifier, qualifiers: list[str]) -> list[Finding]:
    """Qualifiers come in the order of one of the sequences that the key allows (section 4.9)."""
    for sequence in key.qualifiers or ():
        if [ai for ai in sequence if ai in qualifiers] == qualifiers:
            return []
    allowed = " | ".join("/".join(sequence) for sequence in key.qualifiers or ())
    return [Finding("link-qualifiers", key.ai, "/".join(qualifiers), allowed or "none")]
