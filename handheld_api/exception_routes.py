"""Exceptions over HTTP: what broke a rule and is on record all the same, and who resolves it."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from access import Action
from errors import NotFound
from handheld_api import order_schemas
from handheld_api import store_examples as examples
from handheld_api import store_schemas as schemas
from handheld_api.asking import require
from handheld_api.identity import for_person, hospital, person
from handheld_api.outcomes import done
from handheld_api.parsing import HandheldBlueprint
from trace import (
    OpenException,
    Resolution,
    exceptions_of,
    open_exceptions,
)

exceptions_blueprint = HandheldBlueprint(
    "exceptions",
    __name__,
    url_prefix="/api/handheld/v1",
    description="Exceptions: what broke a rule and waits for somebody to resolve it.",
)


@exceptions_blueprint.route("/exceptions")
class Exceptions(MethodView):
    """The work-list."""

    @for_person("exceptions")
    @exceptions_blueprint.arguments(schemas.ExceptionQuerySchema, location="query")
    @exceptions_blueprint.response(200, schemas.ExceptionsSchema, example=examples.EXCEPTIONS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List what waits at places where the person may resolve it, the oldest first."""
        require(Action.RESOLVE_EXCEPTION, None)
        house = hospital()
        with house.database.read() as connection:
            found = open_exceptions(connection, house.ledger_id, after=asked["after"])
        following = found[-1].entry.seq if len(found) == schemas.EXCEPTIONS_AT_ONCE else None
        mine = [each for each in found if _may_resolve(each)]
        return {"exceptions": [_told(each) for each in mine], "after": following}


@exceptions_blueprint.route("/exceptions/resolution")
class Resolve(MethodView):
    """The resolution of an exception."""

    @for_person("exceptions")
    @exceptions_blueprint.arguments(schemas.ResolutionSchema, example=examples.RESOLUTION)
    @exceptions_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Resolve an exception, with a note of what was found and done."""
        house = hospital()
        with house.database.read() as connection:
            entries = exceptions_of(connection, house.ledger_id, body["seq"])
        if not entries:
            raise NotFound("not-found", field="seq", what=str(body["seq"]))
        require(Action.RESOLVE_EXCEPTION, entries[0].place)
        record = Resolution(
            id=body["id"],
            time=body["time"],
            seq=body["seq"],
            number=body["number"],
            person=person().number,
            note=body["note"],
        )
        return done(house.recorder.record([record])[0])


def _may_resolve(found: OpenException) -> bool:
    return hospital().access.permits(person(), Action.RESOLVE_EXCEPTION, found.place)


def _told(found: OpenException) -> dict[str, Any]:
    event = found.entry.event
    return {
        "seq": found.entry.seq,
        "number": found.number,
        "reason": found.broken.reason,
        "text": found.broken.text,
        "key": found.key,
        "kind": event.get("medtrace:kind"),
        "location": found.place,
        "person": event.get("medtrace:person"),
        "time": event.get("eventTime"),
    }
