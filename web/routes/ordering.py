"""Orders of care written at the desk, where no other system brings them, and their end."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Action
from errors import Invalid, NotFound
from hospital import Filed, examine, file_papers, with_patients
from orders import (
    ORDERS_OF_CARE,
    OrderFile,
    OrderType,
    Paper,
    Revising,
    Revision,
    find_order,
    placed_at,
)
from trace import Refused
from web.desk import desk
from web.filling.ordering import (
    HEADS,
    LINE,
    TYPES,
    OrderForm,
    Understood,
    faults_told,
    form_of,
    fresh,
    paper_of,
    type_tabs,
    understood,
    unit_choices,
    ward_choices,
)
from web.filling.page import open_page
from web.forms import token
from web.guard import needs
from web.paths import NUMBER
from web.shell import show, tell
from web.visitor import address, reader

blueprint = Blueprint("ordering", __name__, url_prefix="/orders")

_PLACE: Final = "documents"
_LONGEST: Final = 200


@blueprint.get("/new")
@needs(Action.ORDER_CARE, somewhere=True)
def new() -> Response:
    """An empty form of the kind that the address asks for."""
    known = {each.value: each for each in TYPES}
    type_ = known.get(request.args.get("type", ""), OrderType.MEDICATION)
    with open_page() as page:
        form = fresh(page, type_)
    return _form(form)


@blueprint.post("/new")
@needs(Action.ORDER_CARE, somewhere=True)
def write() -> Response:
    """Say what an order would be; place it, once that was looked at."""
    form = _sent()
    with open_page() as page:
        paper = paper_of(page, form)
    if paper is None:
        return _form(form)
    access = desk().hospital.access
    access.require(reader(), Action.ORDER_CARE, paper.destination, address=address())
    filed = _examined(paper)
    if filed.faults:
        form.faults += faults_told(filed.faults)
        return _form(form)
    if request.form.get("step") != "place":
        with open_page() as page:
            return _form(form, understood(page, form, filed))
    file_papers(desk().hospital, [filed])
    if not filed.placed:
        form.faults += faults_told(filed.faults)
        return _form(form)
    tell("order-written", number=paper.number)
    return redirect(url_for("documents.one", seq=_seq_of(paper)), code=303)


def _examined(paper: Paper) -> Filed:
    """The paper with its patient found and everything looked up; nothing is recorded of it yet."""
    house, by = desk().hospital, reader()
    papers, strangers = with_patients(house, [paper], by=by, address=address())
    return strangers[0] if strangers else examine(house, papers, person=by.number)[0]


def _seq_of(paper: Paper) -> int:
    house = desk().hospital
    with house.database.read() as connection:
        found = find_order(connection, house.ledger_id, paper.type, paper.number)
    if found is None:
        raise NotFound("not-found", what=paper.number)
    return found.order.seq


def _sent() -> OrderForm:
    heads = {name: _clean(request.form.get(name, "")) for name in HEADS}
    columns = [[_clean(each) for each in request.form.getlist(name)] for name in LINE]
    longest = max(map(len, columns))
    filled = [column + [""] * (longest - len(column)) for column in columns]
    return form_of(heads, [dict(zip(LINE, row, strict=True)) for row in zip(*filled, strict=True)])


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()


def _form(form: OrderForm, checked: Understood | None = None) -> Response:
    with open_page() as page:
        wards = ward_choices(page, form.values["destination"])
        words = (*page.desk.hospital.usual.times, "q8h", "q6h", "st", "prn")
    return show(
        "order_new.html",
        place=_PLACE,
        status=422 if form.faults else 200,
        back_to=url_for("ordering.new", type=form.type.value),
        tabs=type_tabs(form.type),
        form=form,
        checked=checked,
        wards=wards,
        frequencies=words,
        units=unit_choices(),
        action=url_for("ordering.write"),
    )


@blueprint.post(f"/<{NUMBER}:seq>/stop")
@needs(Action.ORDER_CARE, somewhere=True)
def stop(seq: int) -> Response:
    """Stop an order of care: from now on nothing of it is handed out or given."""
    found = _of_care(seq)
    house, order = desk().hospital, found.order
    house.access.require(reader(), Action.ORDER_CARE, order.destination, address=address())
    note = _clean(request.form.get("note", ""))[:_LONGEST]
    try:
        revision = Revision(
            id=token(),
            time=house.clock(),
            type=OrderType(order.name[0]),
            number=order.name[1],
            doing=Revising.STOP,
            person=reader().number,
            note=note or None,
        )
        (outcome,) = house.recorder.record([revision])
    except Invalid as error:
        tell(error.code, **error.values)
    else:
        if isinstance(outcome, Refused):
            tell(outcome.reason.value, **outcome.values)
        else:
            tell("order-stopped-now", number=order.name[1])
    return redirect(url_for("documents.one", seq=seq), code=303)


def _of_care(seq: int) -> OrderFile:
    """The order of care that an entry placed.

    Raises:
        NotFound: it placed none.
    """
    house = desk().hospital
    with house.database.read() as connection:
        found = placed_at(connection, house.ledger_id, seq)
    if found is None or OrderType(found.order.name[0]) not in ORDERS_OF_CARE:
        raise NotFound("not-found", what=f"{seq:,}")
    return found
