"""The register of implants, and the card for the patient."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, request
from werkzeug.wrappers import Response

from access import Action, Purpose
from errors import Invalid
from web.filling.cases import PURPOSES
from web.filling.implant_card import card_of, name_of
from web.filling.implants import IMPLANTS, ImplantFacts, implant_view, register
from web.filling.page import open_page
from web.guard import needs
from web.listing import listed
from web.paths import NUMBER
from web.print import print_card
from web.shell import show

blueprint = Blueprint("implants", __name__, url_prefix="/implants")

_ONE: Final = f"/<{NUMBER}:seq>/<{NUMBER}:lot_id>/<{NUMBER}:unit_id>"


@blueprint.get("")
@needs(Action.SEE_STOCK)
def page() -> Response:
    """The register, page by page."""
    return listed(IMPLANTS, "implants.page", "implants.html", place="implants", beside=register)


@blueprint.get(_ONE)
@needs(Action.SEE_STOCK)
def one(seq: int, lot_id: int, unit_id: int) -> Response:
    """One implant."""
    with open_page() as filled:
        view = implant_view(filled, seq, lot_id, unit_id)
    return show("implant.html", place="implants", one=view)


@blueprint.get(f"{_ONE}/card.pdf")
@needs(Action.SEE_STOCK)
def card(seq: int, lot_id: int, unit_id: int) -> Response:
    """The card for the patient, with a line for the name."""
    with open_page() as filled:
        paper = card_of(ImplantFacts(filled, seq, lot_id, unit_id))
    return _download(print_card(paper), seq)


@blueprint.post(f"{_ONE}/card.pdf")
@needs(Action.SEE_STOCK, Action.SEE_PATIENTS, somewhere=True)
def named_card(seq: int, lot_id: int, unit_id: int) -> Response:
    """The card with the patient's name; who it is, is asked with a reason and put on record.

    Raises:
        Invalid: `purpose-missing`.
    """
    given = request.form.get("reason", "")
    if given not in set(PURPOSES):
        raise Invalid("purpose-missing", field="reason")
    with open_page() as filled:
        facts = ImplantFacts(filled, seq, lot_id, unit_id)
        paper = card_of(facts, name_of(facts, Purpose(given)))
    return _download(print_card(paper), seq)


def _download(content: bytes, seq: int) -> Response:
    response = Response(content, content_type="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"implant-card-{seq}.pdf")
    return response
