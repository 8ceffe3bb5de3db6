"""The published log (C2SP tlog-tiles): what auditors and witnesses fetch without signing in."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from web.desk import desk
from web.guard import open_to_all

blueprint = Blueprint("log", __name__, url_prefix="/log")


@blueprint.get("/<path:path>")
@open_to_all
def resource(path: str) -> Response:
    """A checkpoint, a tile or a bundle of entries, as `ledger.PublishedLog` gives it.

    Entries name patients by pseudonym only and staff by number or random id
    (docs/architecture.md, "Privacy"); a hospital that wants its log inside its own walls closes
    `/log/` at its reverse proxy.
    """
    found = desk().notary.log.resource(path)
    response = Response(found.content, content_type=found.content_type)
    response.headers["Cache-Control"] = found.cache_control
    return response
