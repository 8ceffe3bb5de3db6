"""Theatre and emergency: saying what belongs in a kit, comes with a set, or is laid out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Action
from inventory import Kit, Product
from orders import LoanerSet, Preference, PreferenceList, preference_lists
from texts import text_of
from trace import Recordable
from web.desk import desk
from web.filling.declaring import (
    ACTIONS,
    FIELDS,
    MOST,
    Declaring,
    check_head,
    declare_view,
    kit_at,
    meant,
    order_lines,
    preference_like,
)
from web.filling.page import Page, open_page
from web.forms import recorded, token, word, words
from web.guard import needs
from web.shell import show, tell
from web.view.declaring import Declared
from web.visitor import address, reader

blueprint = Blueprint("declaring", __name__, url_prefix="/rooms/declare")

Lines = Sequence[tuple[Product, int, bool]]
Make = Callable[[Page, Declaring, Lines], Recordable]
"""Makes the record of a form whose lines are understood."""

_LONGEST: Final = 64


@blueprint.get("/kit")
@needs(Action.COUNT, somewhere=True)
def kit() -> Response:
    """What belongs in a kit: of `place` as it is now."""
    with open_page() as page:
        return _shown(page, kit_at(page, request.args.get("place", "")[:_LONGEST]))


@blueprint.post("/kit")
@needs(Action.COUNT, somewhere=True)
def declare_kit() -> Response:
    """Say what belongs in a kit from now on."""
    return _declared("kit", _kit)


@blueprint.get("/loaner")
@needs(Action.RECEIVE, somewhere=True)
def loaner() -> Response:
    """An empty form of a loaner set."""
    with open_page() as page:
        return _shown(page, Declaring("loaner", {"due": f"{page.today}"}))


@blueprint.post("/loaner")
@needs(Action.RECEIVE, somewhere=True)
def declare_loaner() -> Response:
    """Declare a loaner set that comes."""
    return _declared("loaner", _loaner)


@blueprint.get("/preference")
@needs(Action.USE, somewhere=True)
def preference() -> Response:
    """What to lay out for a procedure: as the list `code` says now."""
    code = request.args.get("code", "")[:_LONGEST]
    with open_page() as page:
        found = preference_lists(page.connection, page.ledger_id, code=code) if code else []
        return _shown(page, preference_like(found[0] if found else None))


@blueprint.post("/preference")
@needs(Action.USE, somewhere=True)
def declare_preference() -> Response:
    """Say what a preference list holds from now on."""
    return _declared("preference", _preference)


def _declared(kind: str, make: Make) -> Response:
    form = _sent(kind)
    check_head(form)
    place = form.values.get("place")
    if place:
        access = desk().hospital.access
        access.require(reader(), ACTIONS[kind], place, address=address())
    ended = form.known and bool(request.form.get("end"))
    with open_page() as page:
        lines = [] if ended else meant(page, form)
        if not (lines or form.faults or ended):
            form.faults.append(text_of("declare-empty"))
        record = None if form.faults else make(page, form, lines)
    if record is not None:
        problem = recorded(lambda: record)
        if problem is None:
            tell("declare-done")
            return redirect(_after(kind, form, ended=ended), code=303)
        form.faults.append(problem)
    with open_page() as page:
        return _shown(page, form)


def _sent(kind: str) -> Declaring:
    values = {asked.name: word(asked.name, _LONGEST) for asked in FIELDS[kind]}
    products, quantities = words("product", _LONGEST), words("quantity", _LONGEST)
    holds = words("hold") or [""] * len(products)
    lines = [
        Declared(product, quantity, bool(hold))
        for product, quantity, hold in zip(products, quantities, holds, strict=False)
        if product or quantity
    ]
    return Declaring(kind, values, lines[:MOST], bool(request.form.get("known")))


def _shown(page: Page, form: Declaring) -> Response:
    view = declare_view(page, form)
    return show(
        "declare.html",
        place="rooms",
        status=422 if form.faults else 200,
        back_to=view.action,
        form=view,
    )


def _after(kind: str, form: Declaring, *, ended: bool) -> str:
    if ended:
        return url_for("rooms.kits" if kind == "kit" else "rooms.preferences")
    if kind == "loaner":
        return url_for("rooms.loaner", number=form.values["number"])
    if kind == "preference":
        return url_for("rooms.preference", code=form.values["code"])
    with open_page() as page:
        number = page.places.number_of(form.values["place"])
    return url_for("rooms.kit", location_id=number)


def _kit(_page: Page, form: Declaring, lines: Lines) -> Recordable:
    return Kit(
        id=token(),
        time=desk().hospital.clock(),
        location=form.values["place"],
        contents={product.code: quantity for product, quantity, _ in lines},
        every=int(form.values["every"]),
        person=reader().number,
    )


def _loaner(page: Page, form: Declaring, lines: Lines) -> Recordable:
    values = form.values
    return LoanerSet(
        id=token(),
        time=desk().hospital.clock(),
        number=values["number"],
        party=values["party"],
        location=values["place"],
        due=date.fromisoformat(values["due"]),
        lines=order_lines(page, lines),
        procedure=values["procedure"] or None,
        person=reader().number,
    )


def _preference(_page: Page, form: Declaring, lines: Lines) -> Recordable:
    values = form.values
    return PreferenceList(
        id=token(),
        time=desk().hospital.clock(),
        code=values["code"],
        procedure=values["procedure"],
        surgeon=values["surgeon"] or None,
        lines=tuple(Preference(product.code, quantity, hold) for product, quantity, hold in lines),
        person=reader().number,
    )
