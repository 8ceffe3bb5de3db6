"""Narcotics (麻精药品): the accounts of the house, and the book of one, on a page and as a file."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from uuid6 import uuid7
from werkzeug.wrappers import Response

from access import Action, Purpose
from errors import Invalid, MedtraceError
from texts import Text, text_of
from trace import Refused
from web.desk import desk
from web.filling.cases import PURPOSES
from web.filling.narcotic_book import book_of, day_in, may_name
from web.filling.narcotic_closing import (
    ClosingForm,
    closing_form,
    read_closing,
    signed_closing,
)
from web.filling.narcotics import ACCOUNTS, account_listing, account_named
from web.filling.page import open_page
from web.filling.patient_goods import purposes
from web.guard import needs
from web.listing import listed
from web.paths import NUMBER
from web.shell import show, tell
from web.visitor import address

blueprint = Blueprint("narcotics", __name__, url_prefix="/narcotics")


@blueprint.get("")
@needs(Action.SEE_NARCOTICS, somewhere=True)
def page() -> Response:
    """Every account that the reader may see: what lies there, and what is still open of the day."""
    return listed(ACCOUNTS, "narcotics.page", "narcotics.html", place="narcotics")


@blueprint.get(f"/<{NUMBER}:location_id>/<{NUMBER}:product_id>")
@needs(Action.SEE_NARCOTICS, somewhere=True)
def account(location_id: int, product_id: int) -> Response:
    """The account book (专用账册): each line with in, out, balance and both persons."""
    with open_page() as filled:
        place, product = account_named(filled, location_id, product_id)
    return listed(
        account_listing(location_id, product_id),
        "narcotics.account",
        "narcotic_account.html",
        place="narcotics",
        beside=lambda _page: {
            "where": place.name,
            "product": product,
            "book": url_for(
                "narcotics.book",
                location_id=location_id,
                product_id=product_id,
                since=request.args.get("since") or None,
                until=request.args.get("until") or None,
            ),
            "closing": url_for("narcotics.closing", location_id=location_id),
        },
        location_id=location_id,
        product_id=product_id,
    )


@blueprint.get(f"/<{NUMBER}:location_id>/<{NUMBER}:product_id>/book")
@needs(Action.SEE_NARCOTICS, somewhere=True)
def book(location_id: int, product_id: int) -> Response:
    """The account book to print: no patient by name."""
    return _book(location_id, product_id, request.args)


@blueprint.post(f"/<{NUMBER}:location_id>/<{NUMBER}:product_id>/book")
@needs(Action.SEE_NARCOTICS, Action.SEE_PATIENTS, somewhere=True)
def named_book(location_id: int, product_id: int) -> Response:
    """The same with the names of patients and staff; each reading is on record with its reason."""
    reason = request.form.get("reason", "")
    if reason not in set(PURPOSES):
        problem = text_of("purpose-missing")
        return _book(location_id, product_id, request.form, problem=problem)
    return _book(location_id, product_id, request.form, Purpose(reason))


def _book(
    location_id: int,
    product_id: int,
    asked: Mapping[str, str],
    reason: Purpose | None = None,
    problem: Text | None = None,
) -> Response:
    try:
        days = (day_in(asked.get("since", ""), "since"), day_in(asked.get("until", ""), "until"))
    except Invalid as error:
        days, problem = (None, None), error.text
    with open_page() as filled:
        place, product = account_named(filled, location_id, product_id)
        view = book_of(filled, place, product, days, reason)
        names = may_name(filled)
    address_of = url_for("narcotics.book", location_id=location_id, product_id=product_id)
    return show(
        "narcotic_book.html",
        place="narcotics",
        status=422 if problem else 200,
        back_to=address_of,
        book=view,
        action=address_of,
        reasons=purposes(reason.value if reason else "") if names else (),
        problem=problem,
    )


@blueprint.get(f"/<{NUMBER}:location_id>/closing")
@needs(Action.SEE_NARCOTICS, somewhere=True)
def closing(location_id: int) -> Response:
    """Where a place's day is closed, and the days that are."""
    with open_page() as filled:
        form = closing_form(filled, location_id, str(uuid7()))
    return _closing(form)


@blueprint.post(f"/<{NUMBER}:location_id>/closing")
@needs(Action.CLOSE_NARCOTICS, somewhere=True)
def close(location_id: int) -> Response:
    """Close the day of a place: every narcotic counted, signed by two."""
    house = desk().hospital
    with open_page() as filled:
        form = closing_form(filled, location_id, request.form.get("event_id", ""))
        principal = filled.principal
        house.access.require(principal, Action.CLOSE_NARCOTICS, form.place.code, address=address())
        try:
            said, deed = read_closing(filled, form, request.form)
        except Invalid as error:
            return _closing(form, error.text)
    try:
        (signatures,) = house.access.signing.sign(principal, [deed], address=address())
    except MedtraceError as error:
        return _closing(form, error.text)
    (outcome,) = house.recorder.record([signed_closing(said, signatures)])
    if isinstance(outcome, Refused):
        return _closing(form, outcome.text)
    tell("day-is-closed", day=said.day.isoformat(), place=form.place.name)
    return redirect(url_for("narcotics.closing", location_id=location_id), code=303)


def _closing(form: ClosingForm, problem: Text | None = None) -> Response:
    form.error = problem
    return show(
        "narcotic_closing.html",
        place="narcotics",
        status=422 if problem else 200,
        back_to=url_for("narcotics.closing", location_id=form.place.location_id),
        form=form,
        back=url_for("narcotics.page"),
    )
