"""What pages say of goods: their codes, facts, states, sums, and the verdict on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from urllib.parse import unquote

from flask import url_for

from access import Action
from inventory import Balance, Category, Lot, Product, Status, holding_cases, is_patient
from recall import find_case
from texts import Text, text_of
from trace import identifier_of
from web.filling.page import Page
from web.view import (
    Code,
    Expiry,
    Fact,
    PartKind,
    PlaceCount,
    SumBar,
    SumPart,
    ThingStatus,
    Verdict,
    VerdictKind,
)

_GTIN: Final = "https://id.gs1.org/01/"
_SSCC: Final = "https://id.gs1.org/00/"
_SERIAL: Final = "/21/"
_DRUG: Final = "urn:medtrace:cn-drug:"
_LABEL: Final = "urn:medtrace:in-house:"
_DETAILS: Final = ("insurance_code", "registration", "storage")
_MONO: Final = frozenset({"insurance_code"})

STATUSES: Final[Mapping[Status, ThingStatus]] = {
    Status.AVAILABLE: ThingStatus.IN_STOCK,
    Status.TO_INSPECT: ThingStatus.TO_INSPECT,
    Status.RESERVED: ThingStatus.RESERVED,
    Status.IN_TRANSIT: ThingStatus.IN_TRANSIT,
    Status.QUARANTINED: ThingStatus.QUARANTINED,
    Status.REJECTED: ThingStatus.REJECTED,
    Status.DISPENSED: ThingStatus.DISPENSED,
    Status.ADMINISTERED: ThingStatus.ADMINISTERED,
    Status.OPENED: ThingStatus.OPENED,
    Status.USED: ThingStatus.USED,
    Status.IMPLANTED: ThingStatus.IMPLANTED,
    Status.EXPLANTED: ThingStatus.EXPLANTED,
    Status.PATIENTS_OWN: ThingStatus.PATIENTS_OWN,
    Status.HANDED_BACK: ThingStatus.HANDED_BACK,
    Status.SENT_BACK: ThingStatus.RETURNED,
    Status.WASTED: ThingStatus.WASTED,
    Status.DESTROYED: ThingStatus.DESTROYED,
    Status.MISSING: ThingStatus.MISSING,
    Status.COMPOUNDED: ThingStatus.COMPOUNDED,
    Status.VOID: ThingStatus.VOID,
}
GONE: Final = frozenset(
    {
        Status.ADMINISTERED,
        Status.USED,
        Status.IMPLANTED,
        Status.EXPLANTED,
        Status.HANDED_BACK,
        Status.SENT_BACK,
        Status.WASTED,
        Status.DESTROYED,
        Status.VOID,
    }
)
"""Final states: a date or a recall no longer stops anything."""

_PARTS: Final[Mapping[Status, PartKind]] = {
    Status.AVAILABLE: PartKind.IN_STOCK,
    Status.TO_INSPECT: PartKind.IN_STOCK,
    Status.RESERVED: PartKind.IN_STOCK,
    Status.IN_TRANSIT: PartKind.IN_TRANSIT,
    Status.QUARANTINED: PartKind.QUARANTINED,
    Status.REJECTED: PartKind.QUARANTINED,
    Status.DISPENSED: PartKind.DISPENSED,
    Status.ADMINISTERED: PartKind.USED,
    Status.OPENED: PartKind.DISPENSED,
    Status.USED: PartKind.USED,
    Status.IMPLANTED: PartKind.USED,
    Status.EXPLANTED: PartKind.USED,
    Status.PATIENTS_OWN: PartKind.DISPENSED,
    Status.HANDED_BACK: PartKind.DISPENSED,
    Status.SENT_BACK: PartKind.RETURNED,
    Status.WASTED: PartKind.DESTROYED,
    Status.DESTROYED: PartKind.DESTROYED,
    Status.MISSING: PartKind.UNACCOUNTED,
    Status.COMPOUNDED: PartKind.IN_STOCK,
    Status.VOID: PartKind.UNACCOUNTED,
}
_USED: Final = frozenset(
    {ThingStatus.ADMINISTERED, ThingStatus.USED, ThingStatus.IMPLANTED, ThingStatus.EXPLANTED}
    | {ThingStatus.RETURNED, ThingStatus.HANDED_BACK}
)
_AWAY: Final = frozenset({ThingStatus.WASTED, ThingStatus.DESTROYED, ThingStatus.VOID})
_LOOK: Final = frozenset(
    {
        ThingStatus.QUARANTINED,
        ThingStatus.REJECTED,
        ThingStatus.TO_INSPECT,
        ThingStatus.MISSING,
        ThingStatus.VOID,
    }
)
"""What has to be minded, each with a sentence of its own."""


def codes_of(key: str) -> tuple[Code, ...]:
    """The code on the pack, from a thing's key."""
    if key.startswith(_DRUG):
        return (Code(text_of("fact-drug_code"), key.removeprefix(_DRUG)),)
    if key.startswith(_SSCC):
        return (Code(text_of("fact-sscc"), key.removeprefix(_SSCC)),)
    if key.startswith(_LABEL):
        return (Code(text_of("fact-label"), key.removeprefix(_LABEL)),)
    return _product_codes([identifier_of(key)])


def serial_of(key: str) -> str | None:
    """The serial in a thing's key; a traceability code, SSCC or label has none beside itself."""
    if key.startswith((_DRUG, _SSCC, _LABEL)):
        return None
    if key.startswith(_GTIN):
        return unquote(key.partition(_SERIAL)[2]) or None
    return unquote(key.rsplit(":", maxsplit=1)[-1])


def _product_codes(identifiers: Iterable[str]) -> tuple[Code, ...]:
    found = []
    for name in identifiers:
        if name.startswith(_GTIN):
            found.append(Code(text_of("fact-gtin"), name.removeprefix(_GTIN)))
        elif name.startswith(_DRUG):
            found.append(Code(text_of("fact-drug_code"), name.removeprefix(_DRUG)))
        else:
            scheme, _, value = name.removeprefix("urn:medtrace:").partition(":")
            label = text_of("fact-di").filled({"scheme": scheme.upper()})
            found.append(Code(label, unquote(value)))
    return tuple(found)


def category_of(product: Product, *, serial: bool) -> Text:
    """What it is and how it is tracked: 药品 · 一物一码."""
    pattern = text_of("tracked-serial" if serial else "tracked-lot")
    category = text_of(f"category-{product.category}")
    return Text(pattern.zh.format(category=category.zh), pattern.en.format(category=category.en))


def facts_of(
    product: Product, lot: Lot | None = None, *, supplies: bool = False
) -> tuple[Fact, ...]:
    """Holder, supplier and the further codes that the catalogue knows.

    Args:
        product: the product.
        lot: its lot.
        supplies: whether the reader may open the list of suppliers.
    """
    holder = "fact-holder" if product.category is Category.DRUG else "fact-registrant"
    facts = [
        Fact(text_of("fact-product_code"), product.code, mono=True),
        Fact(text_of(holder), product.holder),
    ]
    if lot is not None and lot.supplier:
        href = url_for("catalogue.suppliers", q=lot.supplier) if supplies else None
        facts.append(Fact(text_of("fact-supplier"), lot.supplier, href=href))
    if lot is not None and lot.owner and not is_patient(lot.owner):
        facts.append(Fact(text_of("fact-owner"), lot.owner))
    facts += [
        Fact(text_of(f"fact-{name}"), product.details[name], mono=name in _MONO)
        for name in _DETAILS
        if product.details.get(name)
    ]
    return tuple(facts)


def expiry_of(page: Page, lot: Lot, *, frozen: bool = False) -> Expiry | None:
    """The lot's last day of use, held against today."""
    if lot.expiry is None:
        return None
    return Expiry(date.fromisoformat(lot.expiry), page.today, frozen)


def has_expired(page: Page, lot: Lot) -> bool:
    """Whether the lot's last day of use has passed."""
    return lot.expiry is not None and date.fromisoformat(lot.expiry) < page.today


def status_of(page: Page, status: Status, lot: Lot, key: str | None = None) -> ThingStatus:
    """Where a thing of a lot stands, as the page says it: what stops it is said first."""
    if status in GONE or status is Status.MISSING:
        return STATUSES[status]
    if _open_cases(page, lot, key):
        return ThingStatus.RECALLED
    if has_expired(page, lot):
        return ThingStatus.EXPIRED
    return STATUSES[status]


def lot_status(page: Page, lot: Lot, rows: Iterable[Balance]) -> ThingStatus:
    """Where a lot as a whole stands; of one whose arrival was corrected there is nothing."""
    present = {row.status for row in rows}
    if not present:
        return ThingStatus.VOID
    if _open_cases(page, lot, None):
        return ThingStatus.RECALLED
    if Status.QUARANTINED in present:
        return ThingStatus.QUARANTINED
    if len(present) == 1:
        return status_of(page, present.pop(), lot)
    return ThingStatus.MIXED


def verdict_on(page: Page, status: ThingStatus, lot: Lot, key: str | None = None) -> Verdict | None:
    """The banner over a thing or lot that must not be used; None: nothing is in the way."""
    cases = _open_cases(page, lot, key)
    if cases:
        return _recalled(page, cases[-1], status)
    if status in _LOOK:
        return state_verdict(status)
    if status is ThingStatus.EXPIRED:
        return Verdict(VerdictKind.STOP, text_of("verdict-expired"), (text_of("verdict-isolate"),))
    return None


def state_verdict(status: ThingStatus) -> Verdict | None:
    """The banner over goods in a state that has to be minded, whatever they are."""
    if status not in _LOOK:
        return None
    return Verdict(VerdictKind.LOOK, text_of(f"verdict-{status.value}"))


def _open_cases(page: Page, lot: Lot, key: str | None) -> list[str]:
    return holding_cases(page.connection, page.ledger_id, lot, key)


def _recalled(page: Page, case_id: str, status: ThingStatus) -> Verdict:
    case = find_case(page.connection, page.ledger_id, case_id)
    note = None
    if case is not None:
        words = page.say(f"recall-class-{case.recall_class.value}")
        since = page.moment(case.opened)
        values = {"class": words, "case": case_id, "since": since}
        note = text_of("verdict-recalled-note").filled(values)
    kind, reason, step = VerdictKind.STOP, "verdict-recalled", "verdict-isolate"
    if status in _USED:
        kind, reason, step = VerdictKind.LOOK, "verdict-recalled-used", "verdict-notify"
    elif status in _AWAY:
        kind, reason, step = VerdictKind.LOOK, "verdict-recalled-away", "verdict-see-case"
    return Verdict(
        kind=kind,
        reason=text_of(reason),
        steps=(text_of(step),),
        note=note,
        href=url_for("recalls.case", case_id=case_id) if page.may(Action.SEE_RECALL) else None,
    )


def sum_of(rows: Iterable[Balance], total: int, unit: str) -> SumBar:
    """What became of a quantity that was received."""
    return SumBar(_parts(rows, _PARTS), total, unit)


def exposure_of(rows: Iterable[Balance], total: int, unit: str) -> SumBar:
    """The same for a recall: what is in stock has still to be held apart."""
    return SumBar(_parts(rows, RECALLED_PARTS), total, unit)


RECALLED_PARTS: Final = {
    **_PARTS,
    **dict.fromkeys(
        (Status.AVAILABLE, Status.TO_INSPECT, Status.RESERVED, Status.COMPOUNDED),
        PartKind.TO_QUARANTINE,
    ),
}
"""The part of a recall's sum that each state belongs to."""


def _parts(rows: Iterable[Balance], kinds: Mapping[Status, PartKind]) -> tuple[SumPart, ...]:
    counts = dict.fromkeys(PartKind, 0)
    for row in rows:
        counts[kinds[row.status]] += row.quantity
    return tuple(SumPart(kind, count) for kind, count in counts.items() if count)


def places_of(
    page: Page, rows: Iterable[Balance], *, recalled: bool = False
) -> tuple[PlaceCount, ...]:
    """What lies where, or was handed out from where, the largest count first."""
    kinds = RECALLED_PARTS if recalled else _PARTS
    counts: dict[tuple[int, PartKind], int] = {}
    for row in rows:
        if row.status not in GONE and row.status is not Status.MISSING:
            place = (row.location_id, kinds[row.status])
            counts[place] = counts.get(place, 0) + row.quantity
    found = [
        PlaceCount(page.places.name_of(location_id), kind, count)
        for (location_id, kind), count in counts.items()
    ]
    return tuple(sorted(found, key=lambda place: (-place.count, place.place)))
