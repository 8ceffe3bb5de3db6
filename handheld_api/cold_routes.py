"""The cold chain over HTTP: sensors send readings, people see and decide excursions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.views import MethodView
from uuid6 import uuid7

from access import Action, Principal
from errors import Invalid, NotFound
from handheld_api import cold_examples as examples
from handheld_api import cold_schemas as schemas
from handheld_api.asking import require
from handheld_api.identity import (
    address,
    device,
    for_device,
    for_person,
    hospital,
    person,
    session_token,
)
from handheld_api.order_schemas import DoneSchema
from handheld_api.outcomes import done
from handheld_api.parsing import HandheldBlueprint
from inventory import (
    ColdKeeper,
    Excursion,
    ExcursionDecision,
    Reading,
    Sample,
    find_excursion,
    hold_excursions,
    open_excursions,
)

cold_blueprint = HandheldBlueprint(
    "cold",
    __name__,
    url_prefix="/api/handheld/v1",
    description="The cold chain: readings of sensors, excursions.",
)


@cold_blueprint.route("/readings")
class Readings(MethodView):
    """What sensors measured."""

    @for_device("readings")
    @cold_blueprint.arguments(schemas.SensorReadingsSchema, example=examples.READINGS)
    @cold_blueprint.response(200, schemas.MeasuredSchema, example=examples.MEASURED)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Record readings; goods that an excursion has harmed are in quarantine when it answers.

        A device of the profile `sensor` sends alone, any other for the person at it.
        """
        teller = _teller()
        told = [_reading(each, n, teller) for n, each in enumerate(body["readings"])]
        house = hospital()
        for reading in told:
            house.access.require(teller, Action.MEASURE, reading.place, address=address())
        outcomes = house.recorder.record(told)
        keeper = ColdKeeper(
            house.database, house.ledger_id, house.recorder.record, house.clock, uuid7
        )
        held = hold_excursions(keeper)
        answers = [
            {"id": reading.id, **done(outcome)}
            for reading, outcome in zip(told, outcomes, strict=True)
        ]
        return {"outcomes": answers, "held": held}


def _teller() -> Principal:
    """The person at the device, or where nobody is signed in the device itself."""
    token = session_token()
    return hospital().access.sessions.principal(token, device=device()) if token else device()


def _reading(sent: Mapping[str, Any], number: int, teller: Principal) -> Reading:
    where = f"readings.{number}"
    samples = tuple(
        _sample(each, f"{where}.samples.{place}") for place, each in enumerate(sent["samples"])
    )
    try:
        return Reading(
            id=sent["id"],
            place=sent["place"],
            sensor=sent["sensor"],
            samples=samples,
            device=device().device or device().id,
            person=teller.number or None,
        )
    except Invalid as error:
        error.field = f"{where}.{error.field}"
        raise


def _sample(sent: Mapping[str, Any], where: str) -> Sample:
    single = sent.get("temperature")
    lowest, highest = sent.get("lowest", single), sent.get("highest", single)
    if lowest is None or highest is None:
        raise Invalid("required", field=f"{where}.temperature")
    try:
        return Sample(sent["time"], lowest, highest)
    except Invalid as error:
        error.field = f"{where}.{error.field}"
        raise


@cold_blueprint.route("/excursions")
class Excursions(MethodView):
    """Ranges that were left."""

    @for_person("excursions")
    @cold_blueprint.response(200, schemas.ExcursionsSchema, example=examples.EXCURSIONS)
    def get(self) -> dict[str, Any]:
        """List the excursions that nobody has decided yet, the newest first."""
        require(Action.SEE_STOCK, None)
        house = hospital()
        with house.database.read() as connection:
            found = open_excursions(connection, house.ledger_id)
        return {"excursions": [_told(each) for each in found]}


def _told(excursion: Excursion) -> dict[str, Any]:
    return {
        "number": excursion.number,
        "place": excursion.place.code,
        "place_name": excursion.place.name,
        "sensor": excursion.sensor,
        "limits": str(excursion.limits),
        "of_place": excursion.of_place,
        "started": excursion.started,
        "until": excursion.until,
        "ended": excursion.ended,
        "lowest": str(excursion.lowest),
        "highest": str(excursion.highest),
    }


@cold_blueprint.route("/excursion/decision")
class Decision(MethodView):
    """What a person found about an excursion."""

    @for_person("excursions")
    @cold_blueprint.arguments(schemas.ExcursionDecisionSchema, example=examples.EXCURSION_DECISION)
    @cold_blueprint.response(200, DoneSchema, example=examples.EXCURSION_DECIDED)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Decide an excursion: it holds nothing more; what it held is released like other goods."""
        house = hospital()
        with house.database.read() as connection:
            found = find_excursion(connection, house.ledger_id, body["number"])
        require(Action.RESOLVE_EXCEPTION, found.place.code if found else None)
        if found is None:
            raise NotFound("not-found", field="number", what=body["number"])
        decision = ExcursionDecision(
            id=body["id"],
            time=body["time"],
            number=body["number"],
            person=person().number,
            note=body["note"],
        )
        (outcome,) = house.recorder.record([decision])
        return done(outcome)
