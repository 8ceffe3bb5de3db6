"""The bedside over HTTP: what is due for the patient in the bed, and how complete loops are."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.views import MethodView

from access import Action, DisplayName, IdentifierKind, Purpose
from handheld_api import bedside_schemas as schemas
from handheld_api import care_examples as examples
from handheld_api.asking import require
from handheld_api.identity import address, device, for_person, hospital, person
from handheld_api.parsing import HandheldBlueprint
from handheld_api.schemas import WristbandSchema
from hospital import Hospital, Loop, closed_loops, drugs_of
from inventory import places_inside
from orders import DueDose, due_doses, milliseconds, moment_of, patients_due
from recall import Work

bedside_blueprint = HandheldBlueprint(
    "bedside",
    __name__,
    url_prefix="/api/handheld/v1",
    description="At the bed: what is due, and how complete the loops are.",
)


@bedside_blueprint.route("/bedside/due")
class Due(MethodView):
    """What is due."""

    @for_person("patient")
    @bedside_blueprint.arguments(WristbandSchema, example=examples.WRISTBAND)
    @bedside_blueprint.response(200, schemas.BedsideSchema, example=examples.DUE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """List the doses that are due for the patient with this wristband; the look is recorded."""
        require(Action.ADMINISTER, None)
        house, asking, source = hospital(), person(), address()
        patients, treat = house.access.patients, Purpose.TREATMENT
        pseudonym = patients.find(
            IdentifierKind.WRISTBAND, body["wristband"], by=asking, reason=treat, address=source
        )
        display = patients.identify(pseudonym, by=asking, reason=treat, address=source).display
        moment = milliseconds(house.clock())
        with house.database.read() as connection:
            found = due_doses(connection, house.ledger_id, UUID(pseudonym), moment)
        return {"patient": pseudonym, **_shown(display), "doses": _told(house, found)}


@bedside_blueprint.route("/bedside/round")
class Round(MethodView):
    """What is due in the ward."""

    @for_person("round")
    @bedside_blueprint.arguments(schemas.RoundRequestSchema, example={})
    @bedside_blueprint.response(200, schemas.RoundSchema, example=examples.ROUND)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """List what is due for everybody in this ward, to work from out of reach.

        Who a recall asks about stands there too, so that a task says whom it is about. Each look is
        recorded. Wristbands are told as SHA-256 over `salt` and the band, in hex: the device knows
        a band again that somebody scans, and can tell nobody's.
        """
        del body
        require(Action.ADMINISTER, None)
        house, asking = hospital(), person()
        moment = milliseconds(house.clock())
        with house.database.read() as connection:
            inside = places_inside(connection, house.ledger_id, _station())
            waiting = patients_due(connection, house.ledger_id, [each.code for each in inside])
            ids = {each.location_id for each in inside}
            asked = [task for _, found in house.recalls.tasks_at(connection, ids) for task in found]
        recalled = [UUID(task.subject) for task in asked if task.work is not Work.SEARCH]
        names = [f"urn:uuid:{each}" for each in dict.fromkeys([*waiting, *recalled])]
        known = house.access.patients.identify_many(
            names, by=asking, reason=Purpose.TREATMENT, address=address()
        )
        with house.database.read() as connection:
            due = {
                name: due_doses(connection, house.ledger_id, UUID(name), moment)
                for name, identity in known.items()
                if identity is not None and identity.wristband
            }
        salt = secrets.token_hex(_SALT_BYTES)
        return {
            "salt": salt,
            "patients": [
                {
                    "patient": name,
                    "band": _digest(salt, identity.wristband),
                    **_shown(identity.display),
                    "doses": _told(house, due[name]),
                }
                for name, identity in known.items()
                if identity is not None and name in due
            ],
        }


_SALT_BYTES = 16


def _station() -> str:
    return device().station or ""


def _digest(salt: str, band: str) -> str:
    return hashlib.sha256(f"{salt}{band}".encode()).hexdigest()


def _shown(display: DisplayName) -> dict[str, str]:
    return {"bed": display.bed, "name": display.name, "tail": display.tail}


@bedside_blueprint.route("/reports/closed-loop")
class ClosedLoop(MethodView):
    """How complete the loops of a month are."""

    @for_person("orders")
    @bedside_blueprint.arguments(schemas.LoopQuerySchema, location="query")
    @bedside_blueprint.response(200, schemas.LoopsSchema, example=examples.LOOPS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Count the loops of this station, doses and implants, and list those with a fault."""
        require(Action.SEE_REPORTS, None)
        house = hospital()
        month = asked.get("month") or f"{house.today():%Y-%m}"
        report = closed_loops(house, month, {device().station or ""})
        return {
            "month": month,
            "medication": _part(house, report.medication),
            "implants": _part(house, report.implants),
        }


_MOST = 200


def _part(house: Hospital, loops: Sequence[Loop]) -> dict[str, Any]:
    faulty = [loop for loop in loops if not loop.is_complete]
    return {
        "loops": len(loops),
        "complete": len(loops) - len(faulty),
        "faulty": [
            {
                "number": loop.number,
                "due": moment_of(loop.due, house.settings.timezone),
                "missing": loop.missing,
                "disordered": loop.disordered,
            }
            for loop in faulty[:_MOST]
        ],
    }


def _told(house: Hospital, found: list[DueDose]) -> list[dict[str, Any]]:
    names = [each for dose in found for each in dose.line.identifiers]
    with house.database.read() as connection:
        drugs = drugs_of(connection, house.ledger_id, names)
    return [
        {
            "order": dose.order.name[1],
            "product": dose.line.product,
            "generic": dose.line.generic,
            "name": next((drugs[i].name for i in dose.line.identifiers if i in drugs), None),
            "dose": {"amount": dose.line.dose.text, "unit": dose.line.dose.unit}
            if dose.line.dose
            else None,
            "route": dose.line.route,
            "frequency": dose.order.schedule.frequency if dose.order.schedule else "",
            "timing": dose.timing,
            "due": None if dose.due is None else moment_of(dose.due, house.settings.timezone),
            "given": None
            if dose.order.given is None
            else moment_of(dose.order.given, house.settings.timezone),
            "high_alert": dose.order.high_alert,
        }
        for dose in found
    ]
