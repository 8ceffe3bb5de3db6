"""What the API answers to a scan or a photo, ready for its schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from handheld_api.reading import ONE_PIECE, THINGS, Known, Verdict, finding_text, judge, look_up
from hospital import Hospital
from scanning import Scan, Symbol, read
from texts import text_of


def reading_of(
    hospital: Hospital,
    scan: Scan,
    *,
    uncertain: bool = False,
    gate: Callable[[Scan, Known], tuple[Verdict, int]] | None = None,
) -> dict[str, Any]:
    """Everything a code says, what we know of its thing, and what to do with it.

    Args:
        hospital: who is asked.
        scan: what was read.
        uncertain: a picture showed it, and its readers did not agree.
        gate: says what to do and how many persons sign, where it is known what is about to happen.
    """
    known = look_up(hospital, scan)
    verdict, signatures = gate(scan, known) if gate else (judge(hospital, scan, known), 0)
    if uncertain and verdict.verdict == "go":
        found = text_of("photo-uncertain").filled({"found": scan.raw})
        verdict = Verdict("look", "photo-uncertain", found)
    return {
        "raw": scan.raw,
        "scheme": scan.scheme.value,
        "symbology": scan.symbology,
        "key": scan.key,
        "granularity": scan.granularity.value,
        "gtin": scan.gtin,
        "lot": scan.lot,
        "serial": scan.serial,
        "expiry": scan.expiry,
        "quantity": scan.quantity,
        "elements": [list(element) for element in scan.elements],
        "findings": _findings(scan),
        "product": known.product,
        "signatures": signatures,
        "state": _state(known),
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "text": verdict.text,
    }


def photo_of(hospital: Hospital, symbols: Sequence[Symbol]) -> dict[str, Any]:
    """Every symbol of a photo with its reading; where there is none, what to do about it."""
    reason = None if symbols else "photo-empty"
    return {
        "symbols": [_symbol(hospital, symbol) for symbol in symbols],
        "things": _things(symbols),
        "reason": reason,
        "text": text_of(reason) if reason else None,
    }


def _things(symbols: Sequence[Symbol]) -> list[dict[str, Any]]:
    """What the photo shows, each thing once, as an event takes it.

    A label may say the same in two symbols, never twice in one kind of symbol: so many labels of a
    lot as there are symbols of one kind are so many pieces of it.
    """
    places: dict[str, list[int]] = {}
    scans = [read(symbol.raw) for symbol in symbols]
    for place, scan in enumerate(scans):
        if scan.valid and scan.key is not None and scan.granularity in THINGS:
            places.setdefault(scan.key, []).append(place)
    things = []
    for key, found in places.items():
        kinds = Counter(symbols[place].symbology for place in found)
        scan = scans[found[0]]
        serial = scan.granularity in ONE_PIECE
        pieces = 1 if serial else max(kinds.values()) * (scan.quantity or 1)
        things.append({"scan": scan.raw, "key": key, "quantity": pieces, "symbols": found})
    return things


def _symbol(hospital: Hospital, symbol: Symbol) -> dict[str, Any]:
    return {
        "symbology": symbol.symbology,
        "page": symbol.page,
        "uncertain": symbol.uncertain,
        "readings": list(symbol.readings),
        "corners": [list(corner) for corner in symbol.corners],
        "reading": reading_of(hospital, read(symbol.raw), uncertain=symbol.uncertain),
    }


def _findings(scan: Scan) -> list[dict[str, Any]]:
    return [
        {
            "code": finding.code,
            "ai": finding.ai,
            "found": finding.found,
            "expected": finding.expected,
            "text": finding_text(finding),
        }
        for finding in scan.findings
    ]


def _state(known: Known) -> dict[str, Any] | None:
    if known.unit is None or known.lot is None or known.location is None:
        return None
    return {
        "status": known.unit.status.value,
        "location": known.location.code,
        "location_name": known.location.name,
        "lot": known.lot.lot,
        "expiry": known.lot.expiry,
    }
