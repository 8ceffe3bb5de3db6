"""The user guide, built from docs/guide and served as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, send_from_directory
from werkzeug.wrappers import Response

from web.guard import open_to_all

blueprint = Blueprint("guide", __name__, url_prefix="/help")

_FOLDER: Final = Path(__file__).resolve().parents[1] / "help"


@blueprint.get("/")
@open_to_all
def page() -> Response:
    """The first page of the guide."""
    return send_from_directory(_FOLDER, "index.html")


@blueprint.get("/<path:name>")
@open_to_all
def part(name: str) -> Response:
    """A page of the guide, or a picture."""
    return send_from_directory(_FOLDER, name)
