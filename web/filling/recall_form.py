"""Opening a recall: finding the product, reading the form, and what it becomes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from flask import url_for
from uuid6 import uuid7

from inventory import (
    Lot,
    Product,
    Status,
    balances,
    find_product,
    lots_of,
    products_by_code,
    received,
    search_products,
)
from recall import Recall, RecallClass, Scope
from scanning import read
from texts import Text, text_of
from web.filling.cases import CLASSES
from web.filling.deadline import class_limits, deadline_of
from web.filling.goods import expiry_of, facts_of
from web.filling.page import Page
from web.view import ChosenProduct, Field, LotChoice, RecallForm

_SEVERAL: Final = 5
_LONGEST_LOT: Final = 50
_LONGEST_REASON: Final = 500
_LONGEST_NOTICE: Final = 120
_APART: Final = re.compile(r"[\s,，、;；]+")
_OPEN_STATUSES: Final = frozenset(
    {
        Status.AVAILABLE,
        Status.TO_INSPECT,
        Status.RESERVED,
        Status.IN_TRANSIT,
        Status.QUARANTINED,
        Status.REJECTED,
        Status.DISPENSED,
        Status.COMPOUNDED,
    }
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A form as it was sent, read and found right.

    Args:
        event_id: the form's token; sent twice it opens one case.
        product: which product.
        lots: which of its lots.
        recall_class: how dangerous it is.
        reason: why.
        source: who says so.
    """

    event_id: UUID
    product: Product
    lots: tuple[str, ...]
    recall_class: RecallClass
    reason: str
    source: str

    def recall(self, page: Page, case_id: str, attempt: int) -> Recall:
        """The recall to be put on record; each attempt under an id of its own, always the same."""
        event_id = uuid.uuid5(self.event_id, str(attempt)) if attempt else self.event_id
        now = page.now.astimezone(page.desk.hospital.zone)
        return Recall(
            id=event_id,
            case_id=case_id,
            time=now,
            notified=now,
            due=deadline_of(page, self.recall_class, now),
            recall_class=self.recall_class,
            reason=self.reason,
            source=self.source,
            scope=(Scope(self.product.code, self.lots),),
            person=page.principal.number,
        )


def empty_form(page: Page) -> RecallForm:
    """The form before a product was found."""
    return RecallForm(
        find=url_for("recalls.new"),
        action=url_for("recalls.open_case"),
        limits=class_limits(page),
        token=str(uuid7()),
    )


def form_for(page: Page, words: str, ticked: Sequence[str]) -> RecallForm:
    """The form for the product that `words` name, with some of its lots ticked."""
    form = empty_form(page)
    if not words:
        return form
    found = _find(page, words)
    if isinstance(found, Text):
        return replace(form, product=Field(words, found))
    return replace(form, product=Field(words), chosen=_chosen(page, found, ticked))


def read_form(page: Page, sent: Mapping[str, str], lots: Sequence[str]) -> Notice | RecallForm:
    """The notice that a form says; or the form again, with what is wrong in it."""
    product = products_by_code(page.connection, page.ledger_id, [sent["product"]])
    if not product:
        missing = Field(sent["product"], text_of("product-unknown"))
        return replace(empty_form(page), product=missing)
    chosen = product[sent["product"]]
    further = [name for name in _APART.split(sent["other_lots"]) if name]
    fields = _checked(sent, further)
    if not lots and not further:
        fields["lots_error"] = text_of("lots-missing")
    wrong = any(isinstance(each, Text) or _has_error(each) for each in fields.values())
    event_id = _uuid(sent["event_id"])
    if wrong or event_id is None:
        return form_again(page, chosen, lots, fields)
    return Notice(
        event_id=event_id,
        product=chosen,
        lots=tuple(dict.fromkeys([*lots, *further])),
        recall_class=_classes()[sent["recall_class"]],
        reason=sent["reason"].strip(),
        source=sent["notice"].strip(),
    )


def form_again(
    page: Page, product: Product, lots: Sequence[str], fields: Mapping[str, object]
) -> RecallForm:
    """The form with what was typed, under a fresh token."""
    shown = replace(
        empty_form(page), product=Field(product.code), chosen=_chosen(page, product, lots)
    )
    return replace(shown, **fields)  # type: ignore[arg-type]  # the fields of RecallForm


def typed(sent: Mapping[str, str]) -> dict[str, object]:
    """What was typed, without any error."""
    return {name: Field(sent[name]) for name in ("other_lots", "recall_class", "reason", "notice")}


def _checked(sent: Mapping[str, str], further: Sequence[str]) -> dict[str, object]:
    return {
        "other_lots": Field(sent["other_lots"], _lots_problem(further)),
        "recall_class": Field(sent["recall_class"], _class_problem(sent["recall_class"])),
        "reason": Field(sent["reason"], _text_problem(sent["reason"], _LONGEST_REASON)),
        "notice": Field(
            sent["notice"], _text_problem(sent["notice"], _LONGEST_NOTICE, needed=False)
        ),
    }


def _has_error(value: object) -> bool:
    return isinstance(value, Field) and value.error is not None


def _lots_problem(names: Sequence[str]) -> Text | None:
    for name in names:
        if len(name) > _LONGEST_LOT or not name.isprintable() or "*" in name:
            return text_of("lots-malformed").filled({"found": name[:_LONGEST_LOT]})
    return None


def _class_problem(value: str) -> Text | None:
    return None if value in _classes() else text_of("required")


def _text_problem(value: str, most: int, *, needed: bool = True) -> Text | None:
    text = value.strip()
    if needed and not text:
        return text_of("required")
    if len(text) > most or not text.replace("\r\n", "").replace("\n", "").isprintable():
        return text_of("malformed").filled({"detail": f"≤ {most}"})
    return None


def _classes() -> dict[str, RecallClass]:
    return {str(number.value): own for own, number in CLASSES.items()}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _find(page: Page, words: str) -> Product | Text:
    """The product that a code, a scan or a name leads to; or why it leads to none."""
    own = page.ledger_id
    plain = words.strip()
    if "\x00" in plain:
        return text_of("product-unknown")
    if exact := products_by_code(page.connection, own, [plain]):
        return exact[plain]
    for reading in read(words, today=page.today).readings:
        if reading.key and (known := find_product(page.connection, own, reading.key)):
            return known
    found = search_products(page.connection, own, plain, _SEVERAL + 1)
    if len(found) > 1:
        names = "、".join(f"{each.name} {each.code}" for each in found[:_SEVERAL])
        count = f"{_SEVERAL}+" if len(found) > _SEVERAL else str(len(found))
        return text_of("products-several").filled({"count": count, "names": names})
    return found[0] if found else text_of("product-unknown")


def _chosen(page: Page, product: Product, ticked: Sequence[str]) -> ChosenProduct:
    lots = lots_of(page.connection, page.ledger_id, product.product_id)
    return ChosenProduct(
        key=product.code,
        name=product.name,
        spec=product.specification,
        facts=facts_of(product),
        lots=tuple(_choice(page, product, lot, ticked) for lot in lots[::-1]),
    )


def _choice(page: Page, product: Product, lot: Lot, ticked: Sequence[str]) -> LotChoice:
    rows = balances(page.connection, page.ledger_id, [lot.lot_id])
    there = sum(row.quantity for row in rows if row.status in _OPEN_STATUSES)
    arrived = received(page.connection, page.ledger_id, [lot.lot_id])
    return LotChoice(
        lot=lot.lot,
        expiry=expiry_of(page, lot),
        received=page.quantity(arrived, product),
        on_hand=page.quantity(there, product),
        ticked=lot.lot in ticked,
    )
