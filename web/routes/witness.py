"""The witness's door (C2SP tlog-witness): other hospitals' ledgers ask for a cosignature here."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from web.desk import desk
from web.guard import open_to_programs

blueprint = Blueprint("witness", __name__, url_prefix="/witness")


@blueprint.post("/add-checkpoint")
@open_to_programs
def add_checkpoint() -> Response:
    """Cosign a checkpoint of a log that we know, or say why not (409: how far it was seen).

    Open to programs: what is asked carries its own signature, and only logs that an administrator
    listed in the keys' folder are answered.
    """
    answer = desk().notary.witness.add_checkpoint(request.get_data())
    return Response(answer.content, answer.status, content_type=answer.content_type)
