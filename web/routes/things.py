"""The page of one thing."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from access import Action
from web.filling.page import open_page
from web.filling.things import thing_view
from web.guard import needs
from web.paths import NUMBER
from web.shell import show

blueprint = Blueprint("things", __name__, url_prefix="/units")


@blueprint.get(f"/<{NUMBER}:unit_id>")
@needs(Action.SEARCH)
def page(unit_id: int) -> Response:
    """A serialised thing and its whole life."""
    with open_page() as filled:
        view = thing_view(filled, unit_id)
    return show("thing.html", place="search", thing=view)
