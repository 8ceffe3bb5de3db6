"""Taking in a recall notice: reading it, showing what it may mean, and what a person confirms."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from flask import url_for
from uuid6 import uuid7

from errors import Invalid
from inventory import Days, Extent, products_by_code
from recall import Draft, Match, Recall, RecallClass, Scope, matches, read_notice, scans_told
from texts import Text, text_of
from web.filling.cases import CLASSES
from web.filling.deadline import class_limits, deadline_of
from web.filling.page import Page
from web.view import Field, MatchChoice, NoticeForm
from web.view.recall_notice import FIELDS

OWN_LOTS: Final = "own_lots."
"""What the field with a product's own lots is called, before its code."""
_LONGEST: Final = {"reason": 500, "source": 120, "number": 64, "supplier": 120}
_LONGEST_LOTS: Final = 20_000
_SHOWN: Final = 8
_WINDOWS: Final = ("expiry", "produced", "received")
_ON_HAND: Final = ("available", "in_transit", "quarantined", "dispensed")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A notice as a person confirmed it.

    Args:
        event_id: the form's token; sent twice it opens one case.
        extents: how far it reaches into each product, by the product's code.
        notified: when it arrived.
        recall_class: how dangerous it is.
        reason, source, number: as the notice says.
        drill: whether it is an exercise.
    """

    event_id: UUID
    extents: Mapping[str, Extent]
    notified: datetime
    recall_class: RecallClass
    reason: str
    source: str
    number: str
    drill: bool

    def recall(self, page: Page, case_id: str, attempt: int) -> Recall:
        """The recall to be put on record; each attempt under an id of its own, always the same."""
        zone = page.desk.hospital.zone
        return Recall(
            id=uuid.uuid5(self.event_id, str(attempt)) if attempt else self.event_id,
            case_id=case_id,
            time=page.now.astimezone(zone),
            notified=self.notified,
            recall_class=self.recall_class,
            reason=self.reason,
            source=self.source,
            scope=tuple(
                Scope(code, extent.lots, replace(extent, lots=()))
                for code, extent in self.extents.items()
            ),
            person=page.principal.number,
            due=deadline_of(page, self.recall_class, self.notified),
            number=self.number,
            drill=self.drill,
        )


def notice_form(page: Page, text: str = "", error: Text | None = None) -> NoticeForm:
    """The form; with a text, what was read of it and which products it may be about."""
    form = NoticeForm(
        read=url_for("recall_notices.read"),
        action=url_for("recall_notices.open_case"),
        token=str(uuid7()),
        text=text,
        file_error=error,
        limits=class_limits(page),
    )
    if not text.strip():
        return form
    draft = read_notice(scans_told(page.connection, page.ledger_id, text, page.today))
    found = matches(page.connection, page.ledger_id, draft)
    sure = [match for match in found if match.by in {"identifier", "licence"}]
    ticked = {match.product.code for match in sure or (found if len(found) == 1 else [])}
    return replace(
        form,
        was_read=True,
        unread=tuple(draft.unread),
        matches=tuple(_choice(page, match, ticked) for match in found),
        fields=_proposed(page, draft),
    )


def read_confirmed(
    page: Page, sent: Mapping[str, str], codes: Sequence[str], own: Mapping[str, str]
) -> Confirmed:
    """What a person confirmed.

    Args:
        page: the page.
        sent: the fields that are about all products.
        codes: the products that are ticked.
        own: the lots that are meant of one product alone, by its code.

    Raises:
        Invalid: a field is missing or malformed; `field` names it.
    """
    chosen = [code for code in dict.fromkeys([*codes, sent["product_code"].strip()]) if code]
    known = products_by_code(page.connection, page.ledger_id, chosen)
    if not known or len(known) < len(chosen):
        raise Invalid("product-unknown", field="product_code")
    recall_class = {str(number.value): own for own, number in CLASSES.items()}
    if sent["recall_class"] not in recall_class:
        raise Invalid("required", field="recall_class")
    if not sent["reason"].strip():
        raise Invalid("required", field="reason")
    told = {name: _line(sent[name], name) for name in ("reason", "source", "number")}
    return Confirmed(
        event_id=_uuid(sent["event_id"]),
        extents={code: _extent_into(code, sent, own.get(code, "")) for code in chosen},
        notified=_notified(page, sent["notified"]),
        recall_class=recall_class[sent["recall_class"]],
        drill=sent["drill"] == "1",
        **told,
    )


def _extent_into(code: str, sent: Mapping[str, str], own: str) -> Extent:
    """How far it reaches into a product: the lots of its own, or else those named for all."""
    if not own.strip():
        return extent_of(sent)
    try:
        return extent_of({**sent, "lots": own})
    except Invalid as error:
        if error.field != "lots":
            raise
        raise Invalid(error.code, field=f"{OWN_LOTS}{code}", **error.values) from None


def notice_again(
    page: Page,
    sent: Mapping[str, str],
    codes: Sequence[str],
    own: Mapping[str, str],
    error: Invalid | Text,
) -> NoticeForm:
    """The form with what was typed, and what is wrong with it."""
    form = notice_form(page, sent["text"])
    text = error if isinstance(error, Text) else error.text
    name = None if isinstance(error, Text) else error.field
    fields = {each: Field(sent[each]) for each in FIELDS}
    if name in fields:
        fields[name] = Field(sent[name], text)
    wrong_lots = {name: text} if (name or "").startswith(OWN_LOTS) else {}
    chosen = tuple(
        replace(
            match,
            ticked=match.code in codes,
            own=Field(own.get(match.code, ""), wrong_lots.get(OWN_LOTS + match.code)),
        )
        for match in form.matches
    )
    wrong_product = text if name == "product_code" else None
    return replace(
        form,
        was_read=True,
        matches=chosen,
        product=Field(sent["product_code"], wrong_product),
        fields=fields,
        drill=sent["drill"] == "1",
        error=None if name in fields or wrong_product or any(x.own.error for x in chosen) else text,
    )


def _choice(page: Page, match: Match, ticked: set[str]) -> MatchChoice:
    found, product = match.found, match.product
    here = sum(getattr(found, name) for name in _ON_HAND)
    return MatchChoice(
        code=product.code,
        name=product.name,
        spec=product.specification,
        maker=product.holder,
        by=text_of(f"matched-by-{match.by}"),
        lots=tuple(dict.fromkeys(lot.lot for lot in found.lots))[:_SHOWN],
        received=page.quantity(found.received, product),
        on_hand=page.quantity(here, product),
        patients=found.people,
        ticked=product.code in ticked,
    )


def _proposed(page: Page, draft: Draft) -> dict[str, Field]:
    names = [*draft.lots, *draft.patterns, *(f"{each.first}~{each.last}" for each in draft.ranges)]
    said = {
        "lots": "、".join(names),
        "serials": "、".join(
            each.first if each.first == each.last else f"{each.first}~{each.last}"
            for each in draft.serials
        ),
        **{name: draft.text(name)[:most] for name, most in _LONGEST.items()},
        "source": (draft.text("source") or draft.text("maker"))[: _LONGEST["source"]],
        "recall_class": str(CLASSES[draft.recall_class].value) if draft.recall_class else "",
        "notified": page.moment(page.now).replace(" ", "T"),
    }
    for name, window in draft.windows.items():
        said |= {f"{name}_first": window.first or "", f"{name}_last": window.last or ""}
    return {name: Field(value) for name, value in said.items()}


def extent_of(sent: Mapping[str, str]) -> Extent:
    """How far a form says that a recall reaches.

    Raises:
        Invalid: a field is malformed, or all are empty; `field` names it.
    """
    lots = _listed(sent["lots"], "批号：", "lots")
    serials = _listed(sent["serials"], "序列号：", "serials")
    expiry, produced, received = (
        _window(sent[f"{name}_first"], sent[f"{name}_last"], name) for name in _WINDOWS
    )
    extent = replace(
        lots.extent(),
        serials=serials.extent().serials,
        supplier=_line(sent["supplier"], "supplier") or None,
        expiry=expiry,
        produced=produced,
        received=received,
    )
    if extent.is_empty:
        raise Invalid("lots-missing", field="lots")
    return extent


def _listed(text: str, label: str, name: str) -> Draft:
    """A list as the notice would say it; what is no name is told."""
    plain = "、".join(text[:_LONGEST_LOTS].split())
    draft = read_notice(label + plain if plain else "")
    if draft.unread or len(text) > _LONGEST_LOTS:
        raise Invalid("lots-malformed", field=name, found=(draft.unread or [text])[0][:50])
    return draft


def _window(first: str, last: str, name: str) -> Days | None:
    if not first and not last:
        return None
    for end in ("first", "last"):
        value = first if end == "first" else last
        try:
            date.fromisoformat(value) if value else None
        except ValueError:
            raise Invalid("field-date", field=f"{name}_{end}") from None
    if first and last and first > last:
        raise Invalid("range-backwards", field=f"{name}_last", found=f"{first}–{last}")
    return Days(first or None, last or None)


def _notified(page: Page, text: str) -> datetime:
    zone = page.desk.hospital.zone
    try:
        told = datetime.fromisoformat(text).replace(tzinfo=zone) if text else page.now
    except ValueError:
        raise Invalid("field-time", field="notified") from None
    if told > page.now + timedelta(minutes=1):
        raise Invalid("notified-later", field="notified")
    return told.astimezone(zone)


def _line(text: str, name: str) -> str:
    told, most = text.strip(), _LONGEST[name]
    if len(told) > most or not told.replace("\r\n", "").replace("\n", "").isprintable():
        raise Invalid("malformed", field=name, detail=f"≤ {most}")
    return told


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("malformed", field="event_id", detail="UUID") from None
