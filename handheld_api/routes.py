"""The endpoints of the handheld API, version 1."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from werkzeug.datastructures import FileStorage

from access import Description, IdentifierKind, Purpose, SignedIn
from errors import Invalid
from handheld_api import schemas
from handheld_api.events import record_all
from handheld_api.identity import address, device, for_device, for_person, hospital, person
from handheld_api.reading import Known, Verdict, finding_text, judge, look_up
from scanning import Scan, decode, read

blueprint = Blueprint(
    "handheld",
    __name__,
    url_prefix="/api/handheld/v1",
    description="The API of handhelds: enrol, sign in, read codes, record events.",
)


@blueprint.route("/enrolment")
class Enrolment(MethodView):
    """A device that is let in."""

    @blueprint.arguments(schemas.EnrolmentSchema)
    @blueprint.response(201, schemas.EnrolledSchema)
    def post(self, body: dict[str, Any]) -> object:
        """Enrol a device by the one-time code that an administrator showed it."""
        description = Description(body["name"], body["hardware"], body["software"])
        return hospital().access.devices.enrol(body["code"], description, address=address())


@blueprint.route("/device")
class Device(MethodView):
    """The device that asks."""

    @for_device("device")
    @blueprint.response(200, schemas.DeviceSchema)
    def get(self) -> dict[str, Any]:
        """Say what this device is for."""
        asking = device()
        return {
            "device_id": asking.device,
            "name": asking.name,
            "station": asking.station,
            "profile": asking.profile.name if asking.profile else "",
        }


@blueprint.route("/device/token")
class Token(MethodView):
    """The device's token."""

    @for_device("roll")
    @blueprint.response(201, schemas.EnrolledSchema)
    def post(self) -> dict[str, Any]:
        """Give this device a new token; the old one is dead at once."""
        token = hospital().access.devices.roll(device(), address=address())
        return {"device_id": device().device, "token": token}


@blueprint.route("/session")
class Session(MethodView):
    """The person at the device."""

    @for_device("sign_in")
    @blueprint.arguments(schemas.SignInSchema)
    @blueprint.response(201, schemas.SessionSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Sign in by badge and PIN, or by staff number and password."""
        signed_in = _sign_in(body)
        return {"session": signed_in.token, **_person(signed_in.principal)}

    @for_person("me")
    @blueprint.response(200, schemas.PersonSchema)
    def get(self) -> dict[str, Any]:
        """Say who is signed in."""
        return _person(person())


def _sign_in(body: dict[str, Any]) -> SignedIn:
    sign_in = hospital().access.sign_in
    if "badge" in body and "pin" in body:
        return sign_in.by_badge(body["badge"], body["pin"], device=device(), address=address())
    if "number" in body and "password" in body:
        return sign_in.by_password(
            body["number"], body["password"], device=device(), address=address()
        )
    raise Invalid("required", field="badge" if "pin" in body else "password")


def _person(principal: Any) -> dict[str, Any]:  # noqa: ANN401 -- a principal
    return {
        "number": principal.number,
        "name": principal.name,
        "roles": sorted(principal.roles),
    }


@blueprint.route("/patient")
class Patient(MethodView):
    """The patient in the bed."""

    @for_person("patient")
    @blueprint.arguments(schemas.WristbandSchema)
    @blueprint.response(200, schemas.PatientSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Find a patient by wristband; each look is put on record."""
        patients, treat, source = hospital().access.patients, Purpose.TREATMENT, address()
        band, asking = body["wristband"], person()
        pseudonym = patients.find(
            IdentifierKind.WRISTBAND, band, by=asking, reason=treat, address=source
        )
        display = patients.identify(pseudonym, by=asking, reason=treat, address=source).display
        return {
            "patient": pseudonym,
            "bed": display.bed,
            "name": display.name,
            "tail": display.tail,
        }


@blueprint.route("/scan")
class ScanText(MethodView):
    """A code that was scanned."""

    @for_device("scan")
    @blueprint.arguments(schemas.ScanRequestSchema)
    @blueprint.response(200, schemas.ReadingSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Read a code: what it says, which thing it names, and what to do with it."""
        return _reading(read(body["raw"]))


@blueprint.route("/photo")
class ScanPhoto(MethodView):
    """A photo of labels."""

    @for_device("scan")
    @blueprint.arguments(schemas.PhotoSchema, location="files")
    @blueprint.response(200, schemas.PhotoReadingSchema)
    def post(self, files: dict[str, FileStorage]) -> dict[str, Any]:
        """Find and read every symbol in a photo."""
        symbols = decode(files["photo"].read())
        return {
            "symbols": [
                {
                    "symbology": symbol.symbology,
                    "uncertain": symbol.uncertain,
                    "readings": list(symbol.readings),
                    "corners": [list(corner) for corner in symbol.corners],
                    "reading": _reading(read(symbol.raw)),
                }
                for symbol in symbols
            ]
        }


@blueprint.route("/events")
class Events(MethodView):
    """What happened."""

    @for_person("events")
    @blueprint.arguments(schemas.EventsSchema)
    @blueprint.response(200, schemas.OutcomesSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Record events under ids that the device made; sending them again changes nothing.

        A refusal is an answer: the act must not happen, and the sentence says what to do.
        """
        return {"outcomes": record_all(hospital(), person(), body["events"], address())}


def _reading(scan: Scan) -> dict[str, Any]:
    known = look_up(hospital(), scan)
    verdict = judge(hospital(), scan, known)
    return {
        "raw": scan.raw,
        "scheme": scan.scheme.value,
        "symbology": scan.symbology,
        "key": scan.key,
        "granularity": scan.granularity.value,
        "gtin": scan.gtin,
        "lot": scan.lot,
        "serial": scan.serial,
        "expiry": scan.expiry,
        "quantity": scan.quantity,
        "elements": [list(element) for element in scan.elements],
        "findings": [
            {
                "code": finding.code,
                "ai": finding.ai,
                "found": finding.found,
                "expected": finding.expected,
                "text": finding_text(finding),
            }
            for finding in scan.findings
        ],
        "product": known.product,
        "state": _state(known),
        **_verdict(verdict),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {"verdict": verdict.verdict, "reason": verdict.reason, "text": verdict.text}


def _state(known: Known) -> dict[str, Any] | None:
    if known.unit is None or known.lot is None or known.location is None:
        return None
    return {
        "status": known.unit.status.value,
        "location": known.location.code,
        "location_name": known.location.name,
        "lot": known.lot.lot,
        "expiry": known.lot.expiry,
    }
