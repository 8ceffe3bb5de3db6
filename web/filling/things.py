"""The pages of one thing and of one lot."""

from __future__ import annotations

from typing import Final

from flask import url_for

from access import Action
from errors import NotFound
from inventory import (
    Lot,
    Product,
    Unit,
    balances,
    exposures,
    history,
    label_of,
    lots_by_id,
    received,
    unit_of,
)
from ledger import read_entries_at
from recall import cases_of_lot, find_case
from texts import Text, text_of
from trace import Step, history_of_lot, step_of, steps_of_lot
from web.filling.climate import with_climate
from web.filling.containers import around, container_view
from web.filling.goods import (
    GONE,
    category_of,
    codes_of,
    expiry_of,
    facts_of,
    lot_status,
    places_of,
    serial_of,
    status_of,
    sum_of,
    verdict_on,
)
from web.filling.page import Page
from web.filling.steps import Goods, seal_summary, steps
from web.view import Fact, Life, LotView, ThingStatus, ThingView

STEPS: Final = 50
"""How many steps of a lot one page shows."""


def thing_view(page: Page, unit_id: int) -> ThingView:
    """The page of one serialised thing, or of a container.

    Raises:
        NotFound: there is none of this number.
    """
    own = page.ledger_id
    unit = unit_of(page.connection, own, unit_id)
    if unit is None:
        raise NotFound("not-found", what=str(unit_id))
    if unit.is_container:
        return container_view(page, unit)
    lot = page.lot(unit.lot_id)
    product = page.product(unit.product_id)
    status = status_of(page, unit.status, lot, unit.key)
    history = _history(page, unit, lot)
    told, warm = with_climate(page, steps(page, history, key=unit.key), history, unit.key)
    rows = balances(page.connection, own, [lot.lot_id])
    arrived = received(page.connection, own, [lot.lot_id])
    may_see_lot = page.may(Action.SEE_STOCK)
    return ThingView(
        name=product.name,
        spec=product.specification,
        category=_kind_of(product, unit),
        status=status,
        lot=lot.lot or None,
        serial=serial_of(label_of(unit.key)),
        expiry=expiry_of(page, lot, frozen=unit.status in GONE),
        codes=codes_of(label_of(unit.key)),
        facts=(
            *facts_of(product, lot, supplies=may_see_lot),
            *_amount(page, unit, product),
            *around(page, unit),
            *warm,
        ),
        life=Life(told),
        seals=seal_summary(page, told),
        lot_sum=sum_of(rows, arrived, product.unit) if may_see_lot else None,
        lot_href=url_for("lots.page", lot_id=lot.lot_id) if may_see_lot else None,
        verdict=verdict_on(page, status, lot, unit.key),
    )


def _kind_of(product: Product, unit: Unit) -> Text:
    """What it is: a part of a pack says so."""
    return text_of("part-kind") if unit.pack is not None else category_of(product, serial=True)


def _amount(page: Page, unit: Unit, product: Product) -> tuple[Fact, ...]:
    """How much a part is, or how much of an opened pack is left in it."""
    if unit.pack is not None:
        return (Fact(text_of("fact-amount"), page.quantity(unit.quantity, product)),)
    if unit.is_opened:
        return (Fact(text_of("fact-left"), page.quantity(unit.quantity, product)),)
    return ()


def _history(page: Page, unit: Unit, lot: Lot) -> list[Step]:
    """What happened to a thing itself, and the recalls of its lot since it came."""
    own = history(page.connection, page.ledger_id, unit)
    numbers = cases_of_lot(page.connection, page.ledger_id, lot)
    cases = [find_case(page.connection, page.ledger_id, number) for number in numbers]
    first = own[0].entry.seq if own else 0
    seqs = [seq for case in cases if case is not None for seq in case.seqs if seq > first]
    recalls = read_entries_at(page.connection, page.ledger_id, seqs)
    known = {step.entry.seq: step for step in (*own, *map(step_of, recalls))}
    return [known[seq] for seq in sorted(known)]


def lot_view(page: Page, lot_id: int, before: int | None) -> LotView:
    """The page of one lot.

    Args:
        page: the page.
        lot_id: which lot.
        before: only steps with a smaller entry number; None: the latest.

    Raises:
        NotFound: there is none of this number.
    """
    own = page.ledger_id
    lot = lots_by_id(page.connection, own, [lot_id]).get(lot_id)
    if lot is None:
        raise NotFound("not-found", what=str(lot_id))
    product = page.product(lot.product_id)
    rows = balances(page.connection, own, [lot_id])
    status = lot_status(page, lot, rows)
    life = _life(page, lot_id, before, Goods.of(product, lot))
    patients = {each.patient for each in exposures(page.connection, own, [lot_id])}
    recall = url_for("recalls.new", product=product.code, lot=lot.lot)
    return LotView(
        name=product.name,
        spec=product.specification,
        category=category_of(product, serial=product.details.get("tracking") == "serial"),
        status=status,
        lot=lot.lot or page.say("lot-none"),
        expiry=expiry_of(page, lot),
        codes=(),
        facts=facts_of(product, lot, supplies=True),
        life=life,
        seals=seal_summary(page, life.steps),
        total=sum_of(rows, received(page.connection, own, [lot_id]), product.unit),
        places=places_of(page, rows),
        patients=len(patients) if page.may(Action.SEE_RECALL) else None,
        flow_href=url_for("lots.flow", lot_id=lot_id),
        recall_href=recall if _may_be_recalled(page, status) else None,
        verdict=verdict_on(page, status, lot),
    )


def _may_be_recalled(page: Page, status: ThingStatus) -> bool:
    return page.may(Action.OPEN_RECALL) and status is not ThingStatus.RECALLED


def _life(page: Page, lot_id: int, before: int | None, goods: Goods) -> Life:
    own = page.ledger_id
    history = history_of_lot(page.connection, own, lot_id, before=before, limit=STEPS)
    cut = 0
    more = None
    if history:
        first = history[0].entry.seq
        cut = steps_of_lot(page.connection, own, lot_id, before=first)
        more = url_for("lots.page", lot_id=lot_id, before=first) if cut else None
    return Life(steps(page, history, goods), cut, more)
