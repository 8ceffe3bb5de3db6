"""Amounts that are taken out of a patient or brought along, wherever the books have them."""

from __future__ import annotations

from inventory.act import Act
from inventory.arrivals import arrive_amount, lot_named_by
from inventory.things import Lot, Product, Status
from trace import EventKind, Reason, Thing, Touch


def take_amount_anywhere(act: Act, thing: Thing, product: Product, quantity: int) -> None:
    """An explant of goods without a code of their own, or a patient's own goods that come.

    What a patient brings comes from outside, whatever others were handed of the same lot. What is
    taken out was implanted here, by the books, or it was implanted elsewhere and comes in with it.
    """
    if act.kind is EventKind.BROUGHT:
        arrive_amount(act, thing, quantity)
        return
    found = _implanted(act, product, thing, quantity)
    if found is None:
        arrive_amount(act, thing, quantity)
        return
    lot, place = found
    touch = Touch((), (lot.lot_id,))
    if any(flow.lot_id == lot.lot_id for flow in act.change.flows):
        act.object(Reason.LISTED_TWICE, touch, thing.key)
    act.check_label(thing, lot, touch)
    act.check_persons(product, touch)
    source = (place, Status.IMPLANTED)
    act.flow(lot, source, Status.EXPLANTED, quantity, drawn=True, laid=True)
    act.expose(lot, 0, quantity, Status.IMPLANTED, act.patient)
    more = {} if place == act.here.location_id else {"at": act.view.location_code(place)}
    act.describe(
        thing.key,
        product,
        lot,
        now=Status.EXPLANTED,
        was=Status.IMPLANTED,
        quantity=quantity,
        **more,
    )


def _implanted(act: Act, product: Product, thing: Thing, quantity: int) -> tuple[Lot, int] | None:
    """The lot and the place of so many that were implanted; here before elsewhere."""
    for lot in act.view.lots_named(product.product_id, lot_named_by(thing)):
        places = act.view.places_of(lot.lot_id, Status.IMPLANTED)
        here = act.here.location_id
        for place in sorted(places, key=lambda each: (each != here, each)):
            if act.view.loose(place, lot.lot_id, Status.IMPLANTED) >= quantity:
                return lot, place
    return None
