"""From what a scanner sent to things, products and a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from errors import Invalid
from hospital import Hospital
from inventory import (
    Location,
    Lot,
    Product,
    Status,
    Unit,
    find_product,
    find_unit,
    holding_cases,
    locations,
    lot,
)
from scanning import Finding, Granularity, Scan, read
from texts import Text, text_of
from trace import Reason, Thing

_NEAR_EXPIRY = timedelta(days=30)
_THINGS = frozenset({Granularity.SERIAL, Granularity.LOT, Granularity.PRODUCT})


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of a scanned thing."""

    product: Product | None = None
    unit: Unit | None = None
    lot: Lot | None = None
    location: Location | None = None
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Go, look or stop; why, by a code; and in words."""

    verdict: str
    reason: str | None = None
    text: Text | None = None


def thing_of(raw: str, quantity: int | None, field: str) -> Thing:
    """The thing that a scan names, for an event.

    Args:
        raw: the characters that the scanner sent.
        quantity: how many base units, for goods that are counted by lot.
        field: where the scan stands in the request, for messages.

    Raises:
        Invalid: the code breaks a rule (the finding's code and text), or names no thing.
    """
    scan = read(raw)
    if not scan.valid:
        finding = next(iter(scan.findings))
        raise Invalid(f"scan-{finding.code}", field=field, **_values(finding))
    if scan.key is None or scan.granularity not in _THINGS:
        raise Invalid("scan-names-no-thing", field=field)
    if scan.granularity is Granularity.SERIAL:
        if quantity not in (None, 1):
            raise Invalid("quantity-of-serial", field=field, found=quantity)
        return Thing(scan.key, None, scan.lot, scan.expiry)
    return Thing(scan.key, quantity or scan.quantity or 1, scan.lot, scan.expiry)


def look_up(hospital: Hospital, scan: Scan) -> Known:
    """What we know of the thing that a scan names."""
    if scan.key is None or scan.granularity not in _THINGS:
        return Known()
    own = hospital.ledger_id
    with hospital.database.read() as connection:
        product = find_product(connection, own, scan.key)
        unit = find_unit(connection, own, scan.key)
        if unit is None:
            held = product is not None and bool(
                holding_cases(connection, own, product.product_id, scan.lot or "")
            )
            return Known(product, recalled=held)
        found = lot(connection, own, unit.lot_id)
        place = locations(connection, own, [unit.location_id])[unit.location_id]
        held = bool(holding_cases(connection, own, unit.product_id, found.lot))
        return Known(product, unit, found, place, held)


def judge(hospital: Hospital, scan: Scan, known: Known) -> Verdict:
    """What to do with a scanned thing, before anything is said about what happens to it."""
    if not scan.valid:
        finding = next(iter(scan.findings))
        return _verdict("stop", f"scan-{finding.code}", **_values(finding))
    if known.product is None:
        return _verdict("stop", Reason.UNKNOWN_CODE)
    lot_name = known.lot.lot if known.lot else scan.lot or ""
    if known.recalled:
        return _verdict("stop", Reason.RECALLED, product=known.product.name, lot=lot_name)
    if known.unit and known.location and known.unit.status in _USED:
        return _verdict("stop", Reason.ALREADY_USED, location=known.location.name)
    if known.unit and known.unit.status is Status.QUARANTINED:
        return _verdict("stop", Reason.QUARANTINED, product=known.product.name)
    return _by_expiry(hospital, scan, known, known.product)


_USED = frozenset({Status.ADMINISTERED, Status.IMPLANTED, Status.SENT_BACK})


def _by_expiry(hospital: Hospital, scan: Scan, known: Known, product: Product) -> Verdict:
    expiry = known.lot.expiry if known.lot else scan.expiry and scan.expiry.isoformat()
    if expiry:
        today = hospital.today()
        if expiry < today.isoformat():
            return _verdict("stop", Reason.EXPIRED, product=product.name, expiry=expiry)
        if expiry <= (today + _NEAR_EXPIRY).isoformat():
            return _verdict("look", "near-expiry", expiry=expiry)
    return Verdict("go")


def _verdict(verdict: str, reason: str, **values: object) -> Verdict:
    return Verdict(verdict, str(reason), text_of(str(reason)).filled(values))


def _values(finding: Finding) -> dict[str, object]:
    return {"ai": finding.ai, "found": finding.found, "expected": finding.expected}


def finding_text(finding: Finding) -> Text:
    """What a finding says, in words."""
    return text_of(f"scan-{finding.code}").filled(_values(finding))
