"""The director's view: at a desk, and on a wall."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from access import Action
from web.filling.board import board_view
from web.filling.page import open_page
from web.guard import needs
from web.shell import plain_shell, show

blueprint = Blueprint("board", __name__, url_prefix="/board")


@blueprint.get("")
@needs(Action.SEE_DASHBOARD)
def page() -> Response:
    """The day in figures."""
    with open_page() as filled:
        view = board_view(filled)
    return show("board.html", place="board", board=view)


@blueprint.get("/wall")
@needs(Action.SEE_DASHBOARD)
def wall() -> Response:
    """The same to be read from three metres; it draws itself anew every half minute."""
    with open_page() as filled:
        view = board_view(filled)
    return make_response(render_template("wall.html", shell=plain_shell(), board=view))
