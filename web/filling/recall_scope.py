"""Widening and narrowing the scope of a recall: what it names, and what a form says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from flask import url_for
from uuid6 import uuid7

from access import Action
from errors import Invalid, MedtraceError, NotFound
from inventory import Extent, products_by_code
from recall import Case, Part, RecallRevision, Scope, find_case
from texts import Text
from web.filling.cases import case_names
from web.filling.conclude import WAYS
from web.filling.extents import extent_words
from web.filling.page import Page
from web.filling.recall_notice import extent_of
from web.view import Field, ScopeItem, ScopeView, SignerFields

WIDENING: Final = (
    *("product", "lots", "serials", "supplier", "explanation", "event_id"),
    *(f"{name}_{end}" for name in ("expiry", "produced", "received") for end in ("first", "last")),
)
"""What the form that widens sends."""

NARROWING: Final = (
    *("explanation", "event_id", "way", "secret", "second_number", "second_way", "second_secret"),
)
"""What the form that narrows sends, besides `drop`."""

_LONGEST: Final = 500


def scope_view(page: Page, case_id: str) -> ScopeView:
    """The scope of a case, to be changed.

    Raises:
        NotFound: there is no such case.
    """
    case = _case(page, case_id)
    narrows = page.may(Action.CLOSE_RECALL)
    numbers = dict.fromkeys(part.product_id for part in case.scope)
    known = [page.product(number) for number in numbers]
    return ScopeView(
        case_id=case.case_id,
        name=case_names(page, case),
        drill=case.drill,
        case_href=url_for("recalls.case", case_id=case.case_id),
        items=tuple(
            ScopeItem(token, page.product(part.product_id).name, words)
            for token, part, words in _items(page, case)
        ),
        widens=url_for("recall_scope.widen", case_id=case.case_id),
        narrows=url_for("recall_scope.narrow", case_id=case.case_id) if narrows else None,
        token=str(uuid7()),
        products=tuple((product.code, product.name) for product in known),
        fields={"product": Field(known[0].code)},
        own=SignerFields(page.principal.number),
        ways=WAYS,
    )


def read_widening(page: Page, case_id: str, sent: Mapping[str, str]) -> RecallRevision:
    """What the form that widens says.

    Raises:
        NotFound: there is no such case.
        Invalid: a field is missing or malformed; `field` names it.
    """
    _case(page, case_id)
    code = sent["product"].strip()
    if not products_by_code(page.connection, page.ledger_id, [code]):
        raise Invalid("product-unknown", field="product")
    extent = extent_of(sent)
    scope = Scope(code, extent.lots, replace(extent, lots=()))
    return _revision(page, case_id, sent, adds=(scope,))


def read_narrowing(
    page: Page, case_id: str, sent: Mapping[str, str], tokens: Sequence[str]
) -> RecallRevision:
    """What the form that narrows says, not signed yet.

    Raises:
        NotFound: there is no such case.
        Invalid: nothing is ticked, or a field is malformed; `field` names it.
    """
    case = _case(page, case_id)
    drops = [part for token, part, _ in _items(page, case) if token in tokens]
    if not drops:
        raise Invalid("lots-missing", field="drop")
    codes = {part.product_id: page.product(part.product_id).code for part in drops}
    scopes = tuple(
        Scope(codes[part.product_id], part.extent.lots, replace(part.extent, lots=()))
        for part in drops
    )
    return _revision(page, case_id, sent, drops=scopes)


def scope_again(
    view: ScopeView, sent: Mapping[str, str], tokens: Sequence[str], error: MedtraceError | Text
) -> ScopeView:
    """The page with what was typed, but for secrets, and with what is wrong."""
    text = error if isinstance(error, Text) else error.text
    name = None if isinstance(error, Text) else error.field
    fields = {each: Field(value) for each, value in sent.items()}
    if name in fields:
        fields[name] = Field(sent[name], text)
    return replace(
        view,
        fields=view.fields | fields,
        items=tuple(replace(item, ticked=item.token in tokens) for item in view.items),
        explanation=Field(sent["explanation"]),
        second=SignerFields(sent.get("second_number", "")),
        error=None if name in fields and name != "explanation" else text,
    )


def _items(page: Page, case: Case) -> Iterator[tuple[str, Part, str]]:
    """What a scope names: lots of a part that only names lots each by itself."""
    for number, part in enumerate(case.scope):
        if part.extent.only_names:
            for index, lot in enumerate(part.extent.lots):
                single = part._replace(extent=Extent(lots=(lot,)))
                yield f"{number}.{index}", single, " ".join(extent_words(page, single.extent))
        else:
            yield str(number), part, " ".join(extent_words(page, part.extent))


def _revision(
    page: Page,
    case_id: str,
    sent: Mapping[str, str],
    *,
    adds: tuple[Scope, ...] = (),
    drops: tuple[Scope, ...] = (),
) -> RecallRevision:
    told = sent["explanation"].strip()
    if not told:
        raise Invalid("required", field="explanation")
    if len(told) > _LONGEST or not told.replace("\r\n", "").replace("\n", "").isprintable():
        raise Invalid("malformed", field="explanation", detail=f"≤ {_LONGEST}")
    try:
        number = UUID(sent["event_id"])
    except ValueError:
        raise Invalid("malformed", field="event_id", detail="UUID") from None
    return RecallRevision(
        id=number,
        case_id=case_id,
        time=page.now,
        person=page.principal.number,
        explanation=told,
        adds=adds,
        drops=drops,
    )


def _case(page: Page, case_id: str) -> Case:
    case = find_case(page.connection, page.ledger_id, case_id)
    if case is None:
        raise NotFound("not-found", what=case_id)
    return case
