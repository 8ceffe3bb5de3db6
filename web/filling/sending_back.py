"""Sending a recall's goods back to who supplied them: with a document, and the note to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from errors import Invalid, NotFound
from inventory import Flag, Lot, Status, containers_of_lot, lot_key
from ledger import Entry, read_entries_at
from recall import where
from trace import Document, Event, EventKind, Thing
from web.filling.dossier import Dossier
from web.filling.page import Page
from web.filling.report import Report
from web.print import Facts, Paper, Section, Signing, Table

FIELDS: Final = ("event_id", "place", "lot", "party", "document")
"""What the form sends; `lot` is the lot's number in the books."""

_APART: Final = frozenset({Status.QUARANTINED, Status.REJECTED})
_LONGEST: Final = 64
_RETURN_NOTE: Final = "rma"


def read_return(page: Page, case_id: str, sent: Mapping[str, str]) -> list[Event]:
    """The return that a form asks for: all of a lot that is held apart at a place.

    Amounts that lie in containers are taken out of them first, each by an event of its own.

    Raises:
        NotFound: there is no such case.
        Invalid: a field is missing or malformed, or a narcotic is to be sent back, which takes two
            who sign at the handheld.
    """
    dossier = Dossier(page, case_id)
    for name in ("place", "party", "document"):
        if not sent[name].strip() or not sent[name].isprintable() or len(sent[name]) > _LONGEST:
            raise Invalid("required", field=name)
    things = _things(page, dossier, sent["place"], sent["lot"])
    back = Event(
        id=_uuid(sent["event_id"]),
        kind=EventKind.RETURNED,
        time=page.now.astimezone(page.desk.hospital.zone),
        things=things,
        location=sent["place"],
        party=sent["party"].strip(),
        person=page.principal.number,
        documents=(Document(_RETURN_NOTE, sent["document"].strip()),),
        note=dossier.case.case_id,
    )
    return [*_taken_out(page, back, int(sent["lot"])), back]


def _taken_out(page: Page, back: Event, lot_id: int) -> Iterator[Event]:
    """What has to leave its container before it can go back as an amount."""
    key = _key(page, page.lot(lot_id))
    for container, quantity in containers_of_lot(page.connection, page.ledger_id, lot_id):
        place = page.places.by_id[container.location_id].code
        if place == back.location and container.status in _APART:
            yield replace(
                back,
                id=uuid5(back.id, container.key),
                kind=EventKind.UNPACKED,
                things=(Thing(key, quantity),),
                parent=container.key,
                party=None,
                documents=(),
            )


def _things(page: Page, dossier: Dossier, place: str, number: str) -> tuple[Thing, ...]:
    here = [
        each
        for each in where(page.connection, page.ledger_id, dossier.case.scope).goods
        if each.status in _APART
        and str(each.lot_id) == number
        and page.places.by_id[each.location_id].code == place
        and each.bag is None  # what was mixed goes back to nobody
    ]
    if not here:
        raise Invalid("return-nothing", field="lot")
    lot = page.lot(here[0].lot_id)
    product = page.product(lot.product_id)
    if Flag.NARCOTIC in product.flags:
        raise Invalid("return-narcotic", field="lot")
    things = [Thing(each.unit.key, lot=lot.lot or None) for each in here if each.unit]
    rest = sum(each.quantity for each in here if each.unit is None)
    if rest:
        things.append(Thing(_key(page, lot), rest))
    return tuple(things)


def _key(page: Page, lot: Lot) -> str:
    """What an amount of a lot is called by."""
    return lot_key(page.identifiers(lot.product_id)[0], lot.lot)


def return_note(page: Page, case_id: str, seq: int) -> Paper:
    """The note of a return that is on record.

    Raises:
        NotFound: there is no such case, or the entry is no return of its goods.
    """
    dossier = Dossier(page, case_id)
    happened = {each.seq: each for each in dossier.happened if each.sends_back}
    if seq not in happened:
        raise NotFound("not-found", what=str(seq))
    event, report = happened[seq].event, Report(dossier)
    (entry,) = read_entries_at(page.connection, page.ledger_id, [seq])
    facts = (
        ("party", event.party or "–"),
        ("document", "、".join(each.id for each in event.documents) or "–"),
        ("at", page.moment(event.time)),
        ("place", page.places.name(event.location)),
        ("by-whom", page.person(event.person)),
        ("entry", f"{seq:,}"),
    )
    heads = ("product", "lots", "serial", "quantity")
    rows = tuple(_lines(dossier, entry))
    return report.around(
        "report-return",
        (
            Section(
                page.say("report-return-facts"),
                (Facts(tuple((page.say(f"report-{name}"), value) for name, value in facts)),),
            ),
            Section(
                page.say("report-return-goods"),
                (
                    Table(
                        heads=tuple(page.say(f"report-{name}") for name in heads),
                        rows=rows,
                        widths=(3, 1.5, 4, 1),
                        numbers=frozenset({3}),
                    ),
                    Signing((page.say("report-sign-out"), page.say("report-sign-in"))),
                ),
            ),
        ),
    )


def _lines(dossier: Dossier, entry: Entry) -> list[tuple[str, str, str, str]]:
    """What went back, as its entry says: a line for each thing or amount."""
    names = {product.code: product.name for product in dossier.products}
    return [
        (
            names.get(said["product"], said["product"]),
            said["lot"] or "–",
            key if "quantity" not in said else "–",
            str(said.get("quantity", 1)),
        )
        for thing in entry.context.get("things", ())
        for said in thing.get("contents", (thing,))
        for key in said.get("keys", (thing["key"],))
    ]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("malformed", field="event_id", detail="UUID") from None
