"""Says to a person what a code is, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator

from scanning.gs1.ai import IDENTIFIERS
from scanning.scan import Finding, Scan, Scheme
from texts import text_of

_FACTS = (
    "gtin", "sscc", "gln", "di", "drug_code", "drug_identifier", "pack_level", "lot", "serial",
    "expiry", "production_date", "quantity", "key",
)  # fmt: skip


def explain(scan: Scan, language: str = "zh") -> list[str]:
    """The lines that tell a person what `scan` says and what is wrong with it.

    Args:
        scan: what `read` or `join` answered.
        language: `zh` or `en`.

    >>> from scanning import read
    >>> explain(read("6901234567893"), "en")[-1]
    '  - Check digit wrong: 6901234567893, should be 6901234567892'
    """
    return list(_lines(scan, language))


def sentence(finding: Finding, language: str) -> str:
    """What a finding says, in `language`."""
    values = {"ai": finding.ai, "found": finding.found, "expected": finding.expected}
    shown = {name: _visible(str(value)) for name, value in values.items() if value is not None}
    return text_of(f"scan-{finding.code}").filled(shown).in_language(language)


def _word(name: str, language: str) -> str:
    return text_of(f"scan-word-{name.replace('_', '-')}").in_language(language)


def _lines(scan: Scan, language: str) -> Iterator[str]:
    scheme = text_of(f"scan-kind-{scan.scheme}").in_language(language)
    yield f"{_word('scheme', language)}: {scheme}"
    if scan.symbology:
        yield f"{_word('symbology', language)}: {scan.symbology}"
    for name in _FACTS:
        value = getattr(scan, name)
        if value is not None:
            yield f"{_word(name, language)}: {value}"
    if scan.elements:
        yield f"{_word('elements', language)}:"
        yield from (f"  {_element(scan, name)} {_visible(value)}" for name, value in scan.elements)
    if scan.scheme is Scheme.UNKNOWN:
        yield f"{_word('raw', language)}: {_visible(scan.raw)}"
    yield from _alternatives(scan, language)
    if not scan.findings:
        yield _word("valid", language)
        return
    yield f"{_word('findings', language)}:"
    yield from (f"  - {sentence(finding, language)}" for finding in scan.findings)


def _element(scan: Scan, name: str) -> str:
    if scan.scheme is Scheme.GS1 and name in IDENTIFIERS:
        return f"({name}) {IDENTIFIERS[name].title}:"
    return f"{name}:"


def _alternatives(scan: Scan, language: str) -> Iterator[str]:
    for other in scan.alternatives:
        why = text_of(f"scan-why-{other.why}").in_language(language)
        scheme = text_of(f"scan-kind-{other.scan.scheme}").in_language(language)
        yield f"{_word('alternatives', language)}: {scheme} {other.scan.key or ''} ({why})"


def _visible(text: str) -> str:
    """`text` with its control characters as pictures: a terminal would swallow them."""
    return "".join(chr(0x2400 + ord(c)) if c < " " else c for c in text)
