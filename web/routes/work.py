"""Work-lists: what waits for somebody, and settling it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Action
from errors import Conflict, MedtraceError, NotFound
from inventory import (
    CodeMapping,
    ExcursionDecision,
    digest_of,
    find_excursion,
)
from texts import Text
from trace import Recordable, Refused, Resolution, exceptions_of
from web.desk import desk
from web.filling.counted import approval_of, count_view, find
from web.filling.documents import RECEIVING
from web.filling.page import Page, open_page
from web.filling.products import product_meant
from web.filling.recall_work import RECALL_TASKS
from web.filling.settling import CODES, EXCEPTIONS, EXCURSIONS
from web.filling.waiting import APART, COUNTS, INSPECTIONS, TRANSFERS
from web.filling.work import further_work, work_tabs
from web.forms import needed, recorded, token
from web.guard import needs
from web.listing import Listing, listed, table_view
from web.paths import NUMBER
from web.shell import show, tell
from web.small_tables import file_among
from web.visitor import address, reader

blueprint = Blueprint("work", __name__, url_prefix="/work")

_PLACE: Final = "work"
_LONGEST: Final = 500


@blueprint.get("")
@needs(Action.SEARCH)
def page() -> Response:
    """Every list of this reader, with how much waits there."""
    with open_page() as filled:
        lists, further = work_tabs(filled), further_work(filled)
    return show("work.html", place=_PLACE, lists=lists, further=further)


def _list(listing: Listing, name: str) -> Response:
    return listed(listing, f"work.{name}", "work_list.html", place=_PLACE, beside=_beside(name))


def _beside(name: str, problem: Text | None = None) -> Callable[[Page], Mapping[str, object]]:
    return lambda filled: {"tabs": work_tabs(filled, name), "current": name, "problem": problem}


@blueprint.get("/receiving")
@needs(Action.RECEIVE, somewhere=True)
def receiving() -> Response:
    """What suppliers still owe."""
    return _list(RECEIVING, "receiving")


@blueprint.get("/inspections")
@needs(Action.INSPECT, somewhere=True)
def inspections() -> Response:
    """What arrived and was not inspected."""
    return _list(INSPECTIONS, "inspections")


@blueprint.get("/transfers")
@needs(Action.MOVE, somewhere=True)
def transfers() -> Response:
    """What was sent here and not accepted."""
    return _list(TRANSFERS, "transfers")


@blueprint.get("/apart")
@needs(Action.QUARANTINE, somewhere=True)
def apart() -> Response:
    """What is in quarantine, or rejected."""
    return _list(APART, "apart")


@blueprint.get("/exceptions")
@needs(Action.RESOLVE_EXCEPTION, somewhere=True)
def exceptions() -> Response:
    """What broke a rule and is on record all the same."""
    return _list(EXCEPTIONS, "exceptions")


@blueprint.post(f"/exceptions/<{NUMBER}:seq>/<{NUMBER}:number>")
@needs(Action.RESOLVE_EXCEPTION, somewhere=True)
def resolve(seq: int, number: int) -> Response:
    """Resolve an exception, with a note of what was found and done."""
    house = desk().hospital
    with house.database.read() as connection:
        found = exceptions_of(connection, house.ledger_id, seq)
    if number not in {each.number for each in found}:
        raise NotFound("not-found", what=f"{seq:,}.{number}")
    _require(Action.RESOLVE_EXCEPTION, found[0].place)

    def record() -> Recordable:
        return Resolution(
            id=token(),
            time=house.clock(),
            seq=seq,
            number=number,
            person=reader().number,
            note=needed("note", _LONGEST),
        )

    return _settle(record, EXCEPTIONS, "exceptions")


@blueprint.get("/codes")
@needs(Action.MANAGE_CATALOGUE)
def codes() -> Response:
    """Codes that nobody owns, or that two products claim."""
    return _list(CODES, "codes")


@blueprint.post("/codes")
@needs(Action.MANAGE_CATALOGUE)
def map_code() -> Response:
    """Say which product a code stands for from now on."""

    def record() -> Recordable:
        with open_page() as filled:
            product = product_meant(filled, needed("product", _LONGEST)).code
        return CodeMapping(
            id=token(),
            time=desk().hospital.clock(),
            identifier=needed("identifier", _LONGEST),
            product=product,
            person=reader().number,
        )

    return _settle(record, CODES, "codes")


@blueprint.get("/excursions")
@needs(Action.MEASURE, somewhere=True)
def excursions() -> Response:
    """Ranges of the cold chain that were left."""
    return _list(EXCURSIONS, "excursions")


@blueprint.post(f"/excursions/<{NUMBER}:number>")
@needs(Action.RESOLVE_EXCEPTION, somewhere=True)
def decide(number: int) -> Response:
    """Decide an excursion: it holds nothing more."""
    house = desk().hospital
    with house.database.read() as connection:
        found = find_excursion(connection, house.ledger_id, number)
    if found is None:
        raise NotFound("not-found", what=str(number))
    _require(Action.RESOLVE_EXCEPTION, found.place.code)

    def record() -> Recordable:
        return ExcursionDecision(
            id=token(),
            time=house.clock(),
            number=number,
            person=reader().number,
            note=needed("note", _LONGEST),
        )

    return _settle(record, EXCURSIONS, "excursions")


@blueprint.get("/recall-tasks")
@needs(Action.WORK_RECALL, somewhere=True)
def recall_tasks() -> Response:
    """What is still to be done for open recalls."""
    return _list(RECALL_TASKS, "recall_tasks")


@blueprint.get("/counts")
@needs(Action.COUNT, somewhere=True)
def counts() -> Response:
    """Counts that nobody has approved."""
    return _list(COUNTS, "counts")


@blueprint.get("/counts/<count_id>")
@needs(Action.COUNT, somewhere=True)
def count(count_id: str) -> Response:
    """A count with everything that differs from the books."""
    return _count(count_id)


@blueprint.post("/counts/<count_id>")
@needs(Action.COUNT, somewhere=True)
def approve(count_id: str) -> Response:
    """Approve the differences that were shown; the books follow, all of them or none."""
    with open_page() as filled:
        file, place, found = find(filled, count_id)
    _require(Action.COUNT, place)
    try:
        own = token()
        if file.approval != own:
            if file.state == "open" and digest_of(found) != request.form.get("digest", ""):
                raise Conflict("count-changed", field="digest")
            records = approval_of(file, place, found, own)
            first, *_ = desk().hospital.recorder.record(records)
            if isinstance(first, Refused):
                return _count(count_id, first.text)
    except MedtraceError as error:
        return _count(count_id, error.text)
    tell("count-approved")
    return redirect(url_for("work.count", count_id=count_id), code=303)


def _count(count_id: str, problem: Text | None = None) -> Response:
    with open_page() as filled:
        view, place = count_view(filled, count_id)
    _require(Action.COUNT, place)
    if (file := file_among([view.table])) is not None:
        return file
    return show(
        "count.html",
        place=_PLACE,
        status=422 if problem else 200,
        back_to=url_for("work.count", count_id=count_id),
        count=view,
        problem=problem,
    )


def _settle(record: Callable[[], Recordable], listing: Listing, name: str) -> Response:
    """Put it on record and go back to the list; what stands in the way is said above it."""
    problem = recorded(record)
    if problem is None:
        tell("settled")
        return redirect(url_for(f"work.{name}"), code=303)
    with open_page() as filled:
        views = dict(_beside(name, problem)(filled))
        table = table_view(filled, listing, f"work.{name}")
    back = url_for(f"work.{name}")
    return show(
        "work_list.html",
        place=_PLACE,
        status=422,
        back_to=back,
        table=table,
        **views,  # type: ignore[arg-type] # view models by name
    )


def _require(action: Action, place: str | None) -> None:
    desk().hospital.access.require(reader(), action, place, address=address())
