"""The page of a container: what lies in it, and where it has been."""

from __future__ import annotations

from typing import Final

from flask import url_for

from access import Action
from inventory import (
    Lot,
    Unit,
    contents_of,
    history,
    label_of,
    lots_by_id,
    lots_inside,
    parts_of_pack,
    unit_of,
)
from texts import text_of
from web.filling.climate import with_climate
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

_PARTS: Final = 20
"""Parts of a pack that are linked; a pack seldom has more."""
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
    bag = unit.is_bag
    past = history(page.connection, page.ledger_id, unit)
    went = steps(page, past, key=unit.key, mixed=bag)
    told, warm = with_climate(page, went, past, unit.key, mixed=bag)
    return ThingView(
        name=page.say("bag" if bag else "container"),
        spec=" ＋ ".join(dict.fromkeys(str(row.name) for row in rows)) if bag else "",
        category=text_of("bag-kind" if bag else "container-kind"),
        status=status,
        lot=None,
        serial=serial_of(unit.key),
        expiry=None,
        codes=codes_of(unit.key),
        facts=(_place(page, unit), *around(page, unit), *warm),
        life=Life(told),
        seals=seal_summary(page, told),
        verdict=_verdict(page, unit),
        contents=tuple(rows),
        contents_cut=found.more,
    )


def around(page: Page, unit: Unit) -> tuple[Fact, ...]:
    """Up and down from a thing: what it lies in or was mixed into, its pack, the pack's parts."""
    own, connection = page.ledger_id, page.connection
    parent = None if unit.parent is None else unit_of(connection, own, unit.parent)
    pack = None if unit.pack is None else unit_of(connection, own, unit.pack)
    facts = []
    if parent is not None:
        word = "fact-mixed-into" if parent.is_bag else "fact-inside"
        facts.append(_link(page, word, parent))
    if pack is not None:
        facts.append(_link(page, "fact-pack", pack))
    parts = parts_of_pack(connection, own, unit.unit_id, _PARTS) if unit.is_opened else []
    return (*facts, *(_link(page, "fact-part", part) for part in parts))


def _link(page: Page, word: str, unit: Unit) -> Fact:
    """Another thing of the same life: its code, of a part its range in the pack, and its page."""
    code = serial_of(label_of(unit.key)) or codes_of(label_of(unit.key))[0].value
    if unit.pack is not None:
        code = f"{code} #{unit.start + 1}–{unit.stop}"
    return Fact(text_of(word), code, mono=True, href=_href(page, unit))


def _place(page: Page, unit: Unit) -> Fact:
    return Fact(text_of("fact-place"), page.places.name_of(unit.location_id))


def _href(page: Page, unit: Unit) -> str | None:
    return url_for("things.page", unit_id=unit.unit_id) if page.may(Action.SEARCH) else None


def _unit_row(page: Page, unit: Unit, lots: dict[int, Lot], around_it: ThingStatus) -> ContentRow:
    code = serial_of(unit.key) or codes_of(unit.key)[0].value
    if unit.is_container:
        return ContentRow(text_of("container"), "", code, _href(page, unit))
    product = page.product(unit.product_id)
    status = status_of(page, unit.status, lots[unit.lot_id], unit.key)
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
