"""Reports: how complete the loops of a month are, doses and implants."""

from __future__ import annotations

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from access import Action
from web.filling.loops import IMPLANTS, MEDICATION, loops_view
from web.guard import needs
from web.listing import Listing, listed, wanted_of
from web.small_tables import small_file

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

_PLACE: Final = "reports"


@blueprint.get("/closed-loop")
@needs(Action.SEE_REPORTS, somewhere=True)
def medication() -> Response:
    """The loops of doses (闭环完整率)."""
    return _shown(MEDICATION, "reports.medication")


@blueprint.get("/closed-loop/implants")
@needs(Action.SEE_REPORTS, somewhere=True)
def implants() -> Response:
    """The loops of implants."""
    return _shown(IMPLANTS, "reports.implants")


def _shown(listing: Listing, endpoint: str) -> Response:
    wanted = wanted_of(listing)
    file = small_file(lambda page: [loops_view(page, wanted, endpoint).totals])
    if file is not None:
        return file
    return listed(
        listing,
        endpoint,
        "loops.html",
        place=_PLACE,
        beside=lambda page: {"loops": loops_view(page, wanted, endpoint)},
    )
