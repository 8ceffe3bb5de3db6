"""The implant card that a patient takes home (such as Regulation (EU) 2017/745 art. 18 wants)."""

from __future__ import annotations

from datetime import date

from access import Purpose
from errors import NotFound
from scanning import has_gs1_check_digit
from web.filling.implants import ImplantFacts, udi_di_of
from web.print import Card
from web.view import pseudonym_tail
from web.visitor import address


def card_of(facts: ImplantFacts, name: str = "") -> Card:
    """The card.

    Args:
        facts: of which implant.
        name: the patient's; empty: a line to write it on.
    """
    page, each = facts.page, facts.implant
    udi_di = udi_di_of(facts.product, facts.unit) or ""
    tail = pseudonym_tail(str(each.patient)) if each.patient else ""
    rows = (
        ("implant-card-patient", name or f"__________________  {tail}"),
        ("implant-card-date", f"{each.time.astimezone(page.desk.hospital.zone):%Y-%m-%d}"),
        ("implant-card-hospital", page.desk.hospital.settings.hospital),
        ("implant-card-surgeon", page.person(each.surgeon) if each.surgeon else "–"),
        ("implant-card-site", each.site or "–"),
        ("implant-card-device", facts.product.name),
        ("implant-card-model", facts.product.specification or "–"),
        ("implant-card-maker", facts.product.holder or "–"),
        ("implant-card-registration", facts.product.details.get("registration") or "–"),
        ("implant-card-udi", udi_di),
        ("implant-card-lot", facts.lot.lot or "–"),
        ("implant-card-serial", facts.serial or "–"),
        ("implant-card-expiry", facts.lot.expiry or "–"),
    )
    return Card(
        title=page.say("implant-card"),
        rows=tuple((page.say(code), value) for code, value in rows),
        symbol=symbol_of(facts),
        foot=page.say("implant-card-foot", seq=f"{each.seq:,}"),
    )


def symbol_of(facts: ImplantFacts) -> tuple[str, bool]:
    """What the symbol says, and whether that is a GS1 element string."""
    udi_di = udi_di_of(facts.product, facts.unit) or ""
    if not (len(udi_di) == _GTIN and has_gs1_check_digit(udi_di)):
        return (facts.unit.key if facts.unit else udi_di or facts.product.code), False
    parts = [f"(01){udi_di}"]
    if facts.lot.expiry:
        parts.append(f"(17){date.fromisoformat(facts.lot.expiry):%y%m%d}")
    if facts.lot.lot:
        parts.append(f"(10){facts.lot.lot}")
    if facts.serial:
        parts.append(f"(21){facts.serial}")
    return "".join(parts), True


_GTIN = 14


def name_of(facts: ImplantFacts, reason: Purpose) -> str:
    """The patient's name; empty for one whose identity was erased. The view is on record.

    Raises:
        Forbidden: the reader may not see this patient; recorded.
        NotFound: nobody said in whom it is.
    """
    page = facts.page
    if facts.implant.patient is None:
        raise NotFound("not-found", what=str(facts.implant.seq))
    identity = page.desk.hospital.access.patients.identify(
        f"urn:uuid:{facts.implant.patient}",
        by=page.principal,
        reason=reason,
        about=f"implant {facts.implant.seq}",
        address=address(),
    )
    return identity.display.name
