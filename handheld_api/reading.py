"""From what a scanner sent to things, products and a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from errors import Invalid
from hospital import Hospital
from inventory import (
    Arrival,
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

T = TypeVar("T")

_NEAR_EXPIRY = timedelta(days=30)
ONE_PIECE = frozenset({Granularity.SERIAL, Granularity.LOGISTIC_UNIT})
"""What a code names one thing of."""
THINGS = ONE_PIECE | {Granularity.LOT, Granularity.PRODUCT}
"""What a code names goods by, so that an event can be about it."""


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


def thing_of(sent: Mapping[str, Any], field: str) -> Thing:
    """The thing that a scan names, for an event.

    Args:
        sent: as `schemas.ThingSchema` loads it.
        field: where it stands in the request, for messages.

    Raises:
        Invalid: the code breaks a rule (the finding's code and text), names no thing, or says
            other than what was written beside it.
    """
    scan, quantity = read(sent["scan"]), sent.get("quantity")
    if not scan.valid:
        finding = _broken_rule(scan)
        raise Invalid(f"scan-{finding.code}", field=f"{field}.scan", **_values(finding))
    if scan.key is None or scan.granularity not in THINGS:
        raise Invalid("scan-names-no-thing", field=f"{field}.scan")
    if scan.granularity not in ONE_PIECE:
        quantity = quantity or scan.quantity or 1
    elif quantity not in (None, 1):
        raise Invalid("quantity-of-serial", field=f"{field}.quantity", found=quantity)
    else:
        quantity = None
    part = sent.get("part")
    if part is not None and quantity is not None:
        raise Invalid("part-of-amount", field=f"{field}.part", found=part)
    return Thing(
        scan.key,
        quantity,
        _agreed(scan.lot, sent.get("lot"), f"{field}.lot"),
        _agreed(scan.expiry, sent.get("expiry"), f"{field}.expiry"),
        scan.production_date,
        part,
    )


def _agreed(scanned: T | None, written: T | None, field: str) -> T | None:
    """What the code says, or where it says nothing, what was read off the label.

    Raises:
        Invalid: they differ.
    """
    if scanned is None or written is None or scanned == written:
        return scanned if written is None else written
    raise Invalid("label-differs", field=field, expected=scanned, found=written)


def look_up(hospital: Hospital, scan: Scan) -> Known:
    """What we know of the thing that a scan names."""
    if scan.key is None or scan.granularity not in THINGS:
        return Known()
    own = hospital.ledger_id
    with hospital.database.read() as connection:
        product = find_product(connection, own, scan.key)
        unit = find_unit(connection, own, scan.key)
        if unit is None:
            held = product is not None and bool(
                holding_cases(
                    connection, own, _arriving(product, scan), scan.key, arrival=_today(hospital)
                )
            )
            return Known(product, recalled=held)
        place = locations(connection, own, [unit.location_id])[unit.location_id]
        if unit.is_container:
            return Known(None, unit, None, place)
        found = lot(connection, own, unit.lot_id)
        held = bool(holding_cases(connection, own, found, unit.key))
        return Known(product, unit, found, place, held)


def _today(hospital: Hospital) -> Arrival:
    return Arrival(0, hospital.today().isoformat(), None)


def _arriving(product: Product, scan: Scan) -> Lot:
    """The lot that goods would be of if they arrived today."""
    return Lot(
        0,
        product.product_id,
        scan.lot or "",
        scan.expiry.isoformat() if scan.expiry else None,
        None,
        produced=scan.production_date.isoformat() if scan.production_date else None,
    )


def judge(hospital: Hospital, scan: Scan, known: Known) -> Verdict:
    """What to do with a scanned thing, before anything is said about what happens to it."""
    if not scan.valid:
        finding = _broken_rule(scan)
        return _verdict("stop", f"scan-{finding.code}", **_values(finding))
    if scan.key is None or scan.granularity not in THINGS:
        return _verdict("look", "scan-names-no-thing")
    if known.unit is not None and known.unit.is_container:
        return _verdict("look", Reason.IS_CONTAINER)
    if known.product is None:
        return _verdict("stop", Reason.UNKNOWN_CODE)
    return _by_state(known, known.product, scan) or _by_expiry(hospital, scan, known, known.product)


def _by_state(known: Known, product: Product, scan: Scan) -> Verdict | None:
    """What stops it wherever it is; None: nothing does."""
    lot_name = known.lot.lot if known.lot else scan.lot or ""
    if known.recalled:
        return _verdict("stop", Reason.RECALLED, product=product.name, lot=lot_name)
    if known.unit and known.location and known.unit.status in _USED:
        return _verdict("stop", Reason.ALREADY_USED, location=known.location.name)
    if known.unit and known.unit.status is Status.QUARANTINED:
        return _verdict("stop", Reason.QUARANTINED, product=product.name)
    return None


_USED = frozenset({Status.ADMINISTERED, Status.USED, Status.IMPLANTED, Status.SENT_BACK})


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


def _broken_rule(scan: Scan) -> Finding:
    """The first finding that makes the code invalid; a notice about the reader doesn't."""
    return next(each for each in scan.findings if not replace(scan, findings=(each,)).valid)


def _values(finding: Finding) -> dict[str, object]:
    return {"ai": finding.ai, "found": finding.found, "expected": finding.expected}


def finding_text(finding: Finding) -> Text:
    """What a finding says, in words."""
    return text_of(f"scan-{finding.code}").filled(_values(finding))
