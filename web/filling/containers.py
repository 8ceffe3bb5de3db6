"""The page of a container: what lies in it, and where it has been."""

from __future__ import annotations

from typing import Final

from flask import url_for

from access import Action
from inventory import Lot, Unit, contents_of, lots_by_id, lots_inside, unit_of
from texts import text_of
from trace import history_of_unit
from web.filling.goods import STATUSES, codes_of, serial_of, state_verdict, status_of
from web.filling.page import Page
from web.filling.steps import seal_summary, steps
from web.view import (
    ContentRow,
    Fact,
    Life,
    ThingStatus,
    ThingView,
    Verdict,
    VerdictKind,
)

_MOST: Final = 200
"""Things that one page shows; a pallet may hold some thousand."""


def container_view(page: Page, unit: Unit) -> ThingView:
    """The page of a container."""
    found = contents_of(page.connection, page.ledger_id, unit.unit_id, limit=_MOST)
    lot_ids = {each.lot_id for each in found.units} | {lot_id for lot_id, _ in found.amounts}
    lots = lots_by_id(page.connection, page.ledger_id, sorted(lot_ids))
    status = STATUSES[unit.status]
    rows = [
        *(_amount_row(page, lot_id, count, lots, unit) for lot_id, count in found.amounts),
        *(_unit_row(page, each, lots, status) for each in found.units),
    ]
    history = history_of_unit(page.connection, page.ledger_id, unit.unit_id)
    told = steps(page, history, key=unit.key)
    return ThingView(
        name=page.say("container"),
        spec="",
        category=text_of("container-kind"),
        status=status,
        lot=None,
        serial=serial_of(unit.key),
        expiry=None,
        codes=codes_of(unit.key),
        facts=(_place(page, unit), *around(page, unit)),
        life=Life(told),
        seals=seal_summary(page, told),
        verdict=_verdict(page, unit),
        contents=tuple(rows),
        contents_cut=found.more,
    )


def around(page: Page, unit: Unit) -> tuple[Fact, ...]:
    """The container that a thing lies in, with its page."""
    if unit.parent is None:
        return ()
    parent = unit_of(page.connection, page.ledger_id, unit.parent)
    if parent is None:
        return ()
    code = codes_of(parent.key)[0].value
    return (Fact(text_of("fact-inside"), code, mono=True, href=_href(page, parent)),)


def _place(page: Page, unit: Unit) -> Fact:
    return Fact(text_of("fact-place"), page.places.name_of(unit.location_id))


def _href(page: Page, unit: Unit) -> str | None:
    return url_for("things.page", unit_id=unit.unit_id) if page.may(Action.SEARCH) else None


def _unit_row(page: Page, unit: Unit, lots: dict[int, Lot], around_it: ThingStatus) -> ContentRow:
    code = serial_of(unit.key) or codes_of(unit.key)[0].value
    if unit.is_container:
        return ContentRow(text_of("container"), "", code, _href(page, unit))
    product = page.product(unit.product_id)
    status = status_of(page, unit.status, lots[unit.lot_id])
    shown = None if status is around_it else status
    href = _href(page, unit)
    return ContentRow(product.name, product.specification, code, href, status=shown)


def _amount_row(
    page: Page, lot_id: int, count: int, lots: dict[int, Lot], container: Unit
) -> ContentRow:
    lot = lots[lot_id]
    product = page.product(lot.product_id)
    status = status_of(page, container.status, lot)
    shown = None if status is STATUSES[container.status] else status
    href = url_for("lots.page", lot_id=lot_id) if page.may(Action.SEE_STOCK) else None
    code = lot.lot or page.say("lot-none")
    amount = page.quantity(count, product)
    return ContentRow(product.name, product.specification, code, href, amount, shown)


def _verdict(page: Page, unit: Unit) -> Verdict | None:
    """Recalled goods in a container, however deep they lie, stop all of it."""
    status = STATUSES[unit.status]
    inside = lots_inside(page.connection, page.ledger_id, unit.unit_id)
    lots = lots_by_id(page.connection, page.ledger_id, sorted(inside)).values()
    recalled = (status_of(page, unit.status, lot) is ThingStatus.RECALLED for lot in lots)
    if any(recalled):
        steps_to_take = (text_of("verdict-isolate"),)
        return Verdict(VerdictKind.STOP, text_of("verdict-recalled-inside"), steps_to_take)
    return state_verdict(status)
