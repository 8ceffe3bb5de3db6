"""Working out of reach over HTTP: copies to work from, leave to do so, and sending in later."""

from __future__ import annotations

import base64
from typing import Any, Final

from flask.views import MethodView

from access import Unauthenticated
from handheld_api import sync_examples as examples
from handheld_api import sync_schemas as schemas
from handheld_api.identity import (
    address,
    device,
    for_device,
    for_person,
    hospital,
    narcotics,
    person,
    session_token,
)
from handheld_api.parsing import HandheldBlueprint
from handheld_api.schemas import SignatureSchema
from handheld_api.signed import take_signed
from handheld_api.sync import changes
from handheld_api.uploads import Uploads
from texts import CATALOGUE
from trace import Reason

sync_blueprint = HandheldBlueprint(
    "sync",
    __name__,
    url_prefix="/api/handheld/v1",
    description="Working out of reach: copies of what is needed, and sending in afterwards.",
)

_MEMORY_KIB: Final = 19_456
_PASSES: Final = 2
"""Argon2id as OWASP's Password Storage Cheat Sheet says for machines with little memory."""


@sync_blueprint.route("/sync")
class Sync(MethodView):
    """What a handheld keeps a copy of."""

    @for_device("sync")
    @sync_blueprint.arguments(schemas.SyncQuerySchema, location="query")
    @sync_blueprint.response(200, schemas.SyncSchema, example=examples.SYNC)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Tell what changed since a position of the ledger: catalogue, stock, orders, recalls."""
        since, origin = asked.get("since"), asked.get("origin")
        return changes(hospital(), device(), since, origin, all_stock="stock" in asked)


@sync_blueprint.route("/reasons")
class Reasons(MethodView):
    """The closed list of reasons."""

    @for_device("sync")
    @sync_blueprint.response(200, schemas.ReasonsSchema, example=examples.REASONS)
    def get(self) -> dict[str, Any]:
        """List every reason for which the gate stops something, with its sentence.

        What stands in braces there is filled in where the reason is given.
        """
        return {"reasons": {reason.value: CATALOGUE[reason.value] for reason in Reason}}


@sync_blueprint.route("/session/offline")
class OfflineSession(MethodView):
    """Leave to work out of reach."""

    @for_person("offline")
    @sync_blueprint.response(201, schemas.GrantSchema, example=examples.GRANT)
    def post(self) -> dict[str, Any]:
        """Give who is signed in leave to sign in here again without the server, for some hours."""
        grant = hospital().access.offline.grant(person(), address=address())
        return {
            "grant": grant.token,
            "salt": base64.b64encode(grant.salt).decode(),
            "memory_kib": _MEMORY_KIB,
            "passes": _PASSES,
            "sign_in_until": grant.sign_in_until,
            "send_until": grant.send_until,
            "band_key": hospital().access.sealed_bands.key,
        }


@sync_blueprint.route("/uploads")
class SendIn(MethodView):
    """What happened out of reach."""

    @for_device("upload")
    @sync_blueprint.arguments(schemas.UploadsSchema, example=examples.UPLOADS)
    @sync_blueprint.arguments(SignatureSchema, location="headers")
    @sync_blueprint.response(200, schemas.UploadedAllSchema, example=examples.UPLOADED)
    def post(self, body: dict[str, Any], signed: dict[str, str]) -> dict[str, Any]:
        """Take in what happened, each on its own; sending it again changes nothing.

        Nothing fails the whole: what can't be read or may not be done by that person is answered
        with the reason, and stays with the device. What the device signs is the canonical form
        (RFC 8785) of the body without `grant` and `signatures`; it stands before what it brings.
        """
        try:
            here = hospital().access.sessions.principal(session_token(), device=device())
        except Unauthenticated:
            here = None
        take_signed(here or device(), signed.get("key_id"), signed.get("signature"))
        uploads = Uploads(hospital(), narcotics(), device(), here, address())
        return {"uploads": uploads.take(body["uploads"])}
