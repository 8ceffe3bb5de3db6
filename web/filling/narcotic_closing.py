"""The daily closing of a place's narcotics at the desk: two count, and both sign."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from access import Action, Deed, Shown, signatures_needed
from access import Signature as Signed
from errors import Invalid, NotFound
from inventory import (
    Closed,
    Location,
    NarcoticClosing,
    closings_of,
    last_closings,
    locations,
    narcotic_places,
    products,
    standing_of,
)
from texts import Text
from trace import Signature
from web.filling.conclude import WAYS
from web.filling.faults import whole
from web.filling.page import Page
from web.filling.steps import proof_of
from web.view import Said, SignerFields
from web.visitor import address

_LONGEST: Final = 500
_COUNT: Final = "counted-"


@dataclass(slots=True)
class ClosingForm:
    """The form of a closing (`narcotic_closing.html`, variable `form`).

    Args:
        place: of what place.
        day: the day that is closed.
        products: code, name, strength and unit of what is to be counted.
        counted: what was typed, by product code.
        note: the same, of a difference.
        token: a client-made id, so that a form sent twice closes once.
        own, second: who signs.
        ways: by what.
        error: why it was not taken.
        earlier: days that are closed: the day, when, the entry and its page.
        may: whether the reader closes here.
    """

    place: Location
    day: date
    products: tuple[tuple[str, str, str, str], ...]
    token: str
    counted: dict[str, str] = field(default_factory=dict)
    note: str = ""
    own: SignerFields = field(default_factory=SignerFields)
    second: SignerFields = field(default_factory=SignerFields)
    ways: tuple[tuple[str, Said], ...] = WAYS
    error: Text | None = None
    earlier: tuple[tuple[date, datetime, int, str | None], ...] = ()
    may: bool = False


def closing_form(page: Page, location_id: int, token: str) -> ClosingForm:
    """The empty form of a place; what is to be counted is what lies there or was used since.

    Raises:
        NotFound: the place has no account.
        Forbidden: the reader may not see it; recorded.
    """
    own, connection = page.ledger_id, page.connection
    if not any(place == location_id for place, _ in narcotic_places(connection, own)):
        raise NotFound("not-found", what=str(location_id))
    place = locations(connection, own, [location_id])[location_id]
    access = page.desk.hospital.access
    access.require(page.principal, Action.SEE_NARCOTICS, place.code, address=address())
    last = last_closings(connection, own, [location_id]).get(location_id)
    since = last.seq if last else -1
    standing = standing_of(connection, own, location_id, since=since)
    known = products(connection, own, standing)
    listed = tuple(
        (product.code, product.name, product.specification, product.unit)
        for product in sorted(known.values(), key=lambda each: each.code)
    )
    closed = closings_of(connection, own, location_id)
    return ClosingForm(
        place=place,
        day=page.today,
        products=listed,
        token=token,
        own=SignerFields(page.principal.number),
        earlier=tuple(_earlier(page, each) for each in closed),
        may=page.may_at(Action.CLOSE_NARCOTICS, place.code),
    )


def _earlier(page: Page, each: Closed) -> tuple[date, datetime, int, str | None]:
    at = datetime.fromtimestamp(each.time / 1000, UTC)
    return date.fromisoformat(each.day), at, each.seq, proof_of(page, each.seq)


def read_closing(
    page: Page, form: ClosingForm, sent: Mapping[str, str]
) -> tuple[NarcoticClosing, Deed]:
    """What a form says, and what two are to sign for it; the form keeps what was typed.

    Raises:
        Invalid: a count is none, or something that has to be shown is missing; `field` names it.
    """
    form.counted = {code: sent.get(f"{_COUNT}{code}", "") for code, *_ in form.products}
    form.note = sent.get("note", "")[:_LONGEST]
    form.own = replace(form.own, way=_way(sent.get("way", "")))
    second = sent.get("second_number", "")[:64]
    form.second = SignerFields(second, _way(sent.get("second_way", "")))
    form.day = _day(sent.get("day", ""))
    said = NarcoticClosing(
        id=_uuid(sent.get("event_id", "")),
        time=page.now,
        location=form.place.code,
        day=form.day,
        counted={code: whole(text, code, least=0) for code, text in form.counted.items()},
        person=page.principal.number,
        note=form.note or None,
    )
    shown = (
        _shown(form.own.way, sent.get("secret", ""), "own", None),
        _shown(form.second.way, sent.get("second_secret", ""), "second", second),
    )
    return said, Deed(
        action=Action.CLOSE_NARCOTICS,
        about=f"urn:uuid:{said.id}",
        needed=signatures_needed(Action.CLOSE_NARCOTICS),
        shown=shown,
        place=form.place.code,
        digest=hashlib.sha256(said.encode()).hexdigest(),
    )


def signed_closing(said: NarcoticClosing, signatures: tuple[Signed, ...]) -> NarcoticClosing:
    """The closing with the signatures that were taken for it."""
    others = [each.number for each in signatures if each.number != said.person]
    return replace(
        said,
        second_person=others[0] if others else None,
        signatures=tuple(Signature(each.number, each.method.value, each.at) for each in signatures),
    )


def _way(text: str) -> str:
    return text if text in {way for way, _ in WAYS} else WAYS[0][0]


def _shown(way: str, secret: str, field: str, number: str | None) -> Shown:
    if not secret or number == "":
        raise Invalid("required", field=field)
    return Shown(number=number, **{way: secret[:_LONGEST]})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("cell-day", field="day", found=text[:20] or "–") from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("malformed", field="event_id", detail="UUID") from None
