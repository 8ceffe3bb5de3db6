"""Theatre and emergency: kits, loaner sets, preference lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, redirect, request, url_for
from uuid6 import uuid7
from werkzeug.wrappers import Response

from access import Action
from errors import Invalid
from inventory import KitAct, KitDoing, KitFile
from orders import LoanerNote, LoanerState, Noting
from texts import Text, text_of
from web.desk import desk
from web.filling.declaring import ACTIONS
from web.filling.kits import KITS, kit_numbered, kit_view, room_tabs
from web.filling.page import Page, open_page
from web.filling.theatre import (
    LOANERS,
    PREFERENCES,
    loaner_named,
    loaner_view,
    preference_named,
    preference_places,
    preference_view,
)
from web.forms import recorded, token, word
from web.guard import needs
from web.listing import Listing, listed
from web.paths import NUMBER
from web.shell import show, tell
from web.small_tables import file_among
from web.visitor import address, reader

blueprint = Blueprint("rooms", __name__, url_prefix="/rooms")

_PLACE: Final = "rooms"


def _list(listing: Listing, current: str) -> Response:
    def beside(page: Page) -> Mapping[str, object]:
        kind = current.removesuffix("s")
        declare = url_for(f"declaring.{kind}") if page.may(ACTIONS[kind]) else None
        return {"tabs": room_tabs(page, current), "current": current, "declare": declare}

    return listed(listing, f"rooms.{current}", "rooms.html", place=_PLACE, beside=beside)


@blueprint.get("/kits")
@needs(Action.SEE_STOCK)
def kits() -> Response:
    """Every emergency kit and what it wants."""
    return _list(KITS, "kits")


@blueprint.get(f"/kits/<{NUMBER}:location_id>")
@needs(Action.SEE_STOCK)
def kit(location_id: int) -> Response:
    """One kit: contents, seal, checks."""
    return _kit(location_id)


@blueprint.post(f"/kits/<{NUMBER}:location_id>")
@needs(Action.COUNT, somewhere=True)
def act_on_kit(location_id: int) -> Response:
    """Seal, check or open a kit."""
    with open_page() as page:
        found = kit_numbered(page, location_id)
    desk().hospital.access.require(reader(), Action.COUNT, found.code, address=address())
    problem = recorded(lambda: _act(found))
    if problem is not None:
        return _kit(location_id, problem)
    tell("kit-recorded")
    return redirect(url_for("rooms.kit", location_id=location_id), code=303)


def _act(found: KitFile) -> KitAct:
    doing = request.form.get("doing", "")
    if doing not in set(KitDoing):
        raise Invalid("required", field="doing")
    return KitAct(
        id=token(),
        time=desk().hospital.clock(),
        location=found.code,
        doing=KitDoing(doing),
        seal=word("seal", 64) or None,
        intact=request.form.get("broken") is None,
        person=reader().number,
        note=word("note") or None,
    )


def _kit(location_id: int, problem: Text | None = None) -> Response:
    with open_page() as page:
        found = kit_numbered(page, location_id)
        view = kit_view(page, found)
        may = page.may_at(Action.COUNT, found.code)
    if (file := file_among([view.lines])) is not None:
        return file
    return show(
        "emergency_kit.html",
        place=_PLACE,
        status=422 if problem else 200,
        back_to=url_for("rooms.kit", location_id=location_id),
        document=view,
        doings=_doings(found) if may else (),
        change=url_for("declaring.kit", place=found.code) if may else None,
        seal=found.seal or "",
        token=str(uuid7()),
        problem=problem,
    )


def _doings(found: KitFile) -> tuple[tuple[str, Text], ...]:
    """What may be done with a kit: a sealed one is checked or opened, an open one sealed."""
    names = (KitDoing.SEAL,) if found.seal is None else (KitDoing.CHECK, KitDoing.OPEN)
    return tuple((each.value, text_of(f"kit-doing-{each}")) for each in names)


@blueprint.get("/loaners")
@needs(Action.SEE_ORDERS, somewhere=True)
def loaners() -> Response:
    """Loaner sets: declared, here, used, out, overdue."""
    return _list(LOANERS, "loaners")


@blueprint.get("/loaners/<path:number>")
@needs(Action.SEE_ORDERS, somewhere=True)
def loaner(number: str) -> Response:
    """One set, line by line."""
    return _loaner(number)


@blueprint.post("/loaners/<path:number>")
@needs(Action.RETURN, somewhere=True)
def close_loaner(number: str) -> Response:
    """Close a set: what came and was neither used nor went out becomes an exception."""
    with open_page() as page:
        found = loaner_named(page, number)
    desk().hospital.access.require(reader(), Action.RETURN, found.location, address=address())

    def note() -> LoanerNote:
        return LoanerNote(
            id=token(),
            time=desk().hospital.clock(),
            number=found.number,
            location=found.location,
            noting=Noting.CLOSE,
            person=reader().number,
            note=word("note") or None,
        )

    problem = recorded(note)
    if problem is not None:
        return _loaner(number, problem)
    tell("loaner-is-closed")
    return redirect(url_for("rooms.loaner", number=number), code=303)


def _loaner(number: str, problem: Text | None = None) -> Response:
    with open_page() as page:
        found = loaner_named(page, number)
        house = page.desk.hospital.access
        house.require(page.principal, Action.SEE_ORDERS, found.location, address=address())
        view = loaner_view(page, found)
        here = found.state is LoanerState.OPEN
        may = here and page.may_at(Action.RETURN, found.location)
    if (file := file_among([view.lines])) is not None:
        return file
    return show(
        "loaner.html",
        place=_PLACE,
        status=422 if problem else 200,
        back_to=url_for("rooms.loaner", number=number),
        document=view,
        may_close=may,
        token=str(uuid7()),
        problem=problem,
    )


@blueprint.get("/preferences")
@needs(Action.SEE_ORDERS, somewhere=True)
def preferences() -> Response:
    """What to lay out for which procedure."""
    return _list(PREFERENCES, "preferences")


@blueprint.get("/preferences/<path:code>")
@needs(Action.SEE_ORDERS, somewhere=True)
def preference(code: str) -> Response:
    """One list; with `place`, which lots to take there."""
    chosen = request.args.get("place", "")
    with open_page() as page:
        places = preference_places(page, chosen)
        known = chosen if any(each.ticked for each in places) else None
        view = preference_view(page, preference_named(page, code), known)
        may = page.may(Action.USE)
    if (file := file_among([view.lines])) is not None:
        return file
    change = url_for("declaring.preference", code=code) if may else None
    return show("preference.html", place=_PLACE, document=view, places=places, change=change)
