"""The endpoints of the handheld API, version 1."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask.views import MethodView
from werkzeug.datastructures import FileStorage

from access import Action, Description, IdentifierKind, Principal, Purpose, SignedIn
from errors import Invalid
from handheld_api import examples, schemas
from handheld_api.answers import photo_of, reading_of
from handheld_api.corrections import correct
from handheld_api.doing import judge_doing
from handheld_api.events import record_all
from handheld_api.identity import (
    address,
    device,
    for_anybody,
    for_device,
    for_person,
    hospital,
    narcotics,
    person,
    preview,
    session_token,
)
from handheld_api.parsing import HandheldBlueprint
from handheld_api.signed import from_base64, take_signed
from scanning import decode, read

blueprint = HandheldBlueprint(
    "handheld",
    __name__,
    url_prefix="/api/handheld/v1",
    description="The API of handhelds: enrol, sign in, read codes, record events.",
)


@blueprint.route("/enrolment")
class Enrolment(MethodView):
    """A device that is let in."""

    @for_anybody
    @blueprint.arguments(schemas.EnrolmentSchema, example=examples.ENROLMENT)
    @blueprint.response(201, schemas.EnrolledSchema, example=examples.ENROLLED)
    def post(self, body: dict[str, Any]) -> object:
        """Enrol a device by the one-time code that an administrator showed it."""
        description = Description(body["name"], body["hardware"], body["software"])
        return hospital().access.devices.enrol(body["code"], description, address=address())


@blueprint.route("/device")
class Device(MethodView):
    """The device that asks."""

    @for_device("device")
    @blueprint.response(200, schemas.DeviceSchema, example=examples.DEVICE)
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
    @blueprint.response(201, schemas.EnrolledSchema, example=examples.ENROLLED)
    def post(self) -> dict[str, Any]:
        """Give this device a new token; the old one is dead at once."""
        token = hospital().access.devices.roll(device(), address=address())
        return {"device_id": device().device, "token": token}


@blueprint.route("/device/key")
class DeviceKey(MethodView):
    """The key that the device signs with."""

    @for_device("key")
    @blueprint.arguments(schemas.DeviceKeySchema, example=examples.DEVICE_KEY)
    @blueprint.response(201, schemas.KeptKeySchema, example=examples.KEPT_KEY)
    def post(self, body: dict[str, Any]) -> object:
        """Register the key that this device signs its batches with."""
        public_key, proof = (from_base64(body[name], name) for name in ("public_key", "proof"))
        keys = hospital().access.device_keys
        return keys.register(device(), public_key, proof, address=address())


@blueprint.route("/session")
class Session(MethodView):
    """The person at the device."""

    @for_device("sign_in")
    @blueprint.arguments(schemas.SignInSchema, example=examples.BY_BADGE)
    @blueprint.response(201, schemas.SessionSchema, example=examples.SESSION)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Sign in by badge and PIN, or by staff number and password."""
        signed_in = _sign_in(body)
        return {"session": signed_in.token, **_person(signed_in.principal)}

    @for_person("me")
    @blueprint.response(200, schemas.PersonSchema)
    def get(self) -> dict[str, Any]:
        """Say who is signed in."""
        return _person(person())

    @for_person("sign_out")
    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out: the session is dead at once."""
        hospital().access.sessions.end(session_token(), person(), address())


def _sign_in(body: dict[str, Any]) -> SignedIn:
    sign_in = hospital().access.sign_in
    by_badge = "badge" in body or "pin" in body
    for field in ("badge", "pin") if by_badge else ("number", "password"):
        if field not in body:
            raise Invalid("required", field=field)
    if by_badge:
        return sign_in.by_badge(body["badge"], body["pin"], device=device(), address=address())
    return sign_in.by_password(
        body["number"],
        body["password"],
        code=body.get("code"),
        device=device(),
        address=address(),
    )


def _person(principal: Principal) -> dict[str, Any]:
    access, station = hospital().access, principal.station
    return {
        "number": principal.number,
        "name": principal.name,
        "roles": sorted(principal.roles),
        "actions": sorted(each for each in Action if access.permits(principal, each, station)),
    }


@blueprint.route("/patient")
class Patient(MethodView):
    """The patient in the bed."""

    @for_person("patient")
    @blueprint.arguments(schemas.WristbandSchema, example=examples.WRISTBAND)
    @blueprint.response(200, schemas.PatientSchema, example=examples.PATIENT_FOUND)
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
    @blueprint.arguments(schemas.ScanRequestSchema, example=examples.SCAN)
    @blueprint.response(200, schemas.ReadingSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Read a code: what it says, which thing it names, and what to do with it."""
        doing = body.get("doing")
        gate = partial(judge_doing, hospital(), preview(), narcotics(), doing) if doing else None
        return reading_of(hospital(), read(body["raw"]), gate=gate)


@blueprint.route("/photo")
class ScanPhoto(MethodView):
    """A photo of labels."""

    @for_device("scan")
    @blueprint.arguments(schemas.PhotoSchema, location="files")
    @blueprint.response(200, schemas.PhotoReadingSchema)
    def post(self, files: dict[str, FileStorage]) -> dict[str, Any]:
        """Find and read every symbol in a photo."""
        return photo_of(hospital(), decode(files["photo"].read()))


@blueprint.route("/events")
class Events(MethodView):
    """What happened."""

    @for_person("events")
    @blueprint.arguments(schemas.EventsSchema, example=examples.EVENTS)
    @blueprint.arguments(schemas.SignatureSchema, location="headers")
    @blueprint.response(200, schemas.OutcomesSchema, example=examples.OUTCOMES)
    def post(self, body: dict[str, Any], signed: dict[str, str]) -> dict[str, Any]:
        """Record events under ids that the device made; sending them again changes nothing.

        A refusal is an answer: the act must not happen, and the sentence says what to do. What the
        device signed stands in the ledger as it came, before its events. Where an event takes
        signatures and lacks one, nothing is recorded: `signature-required` and
        `second-signature-required` name it, and it may be sent again under the same id.
        """
        take_signed(person(), signed.get("key_id"), signed.get("signature"))
        return {
            "outcomes": record_all(hospital(), narcotics(), person(), body["events"], address())
        }


@blueprint.route("/corrections")
class Corrections(MethodView):
    """What was wrong."""

    @for_person("events")
    @blueprint.arguments(schemas.CorrectionSchema, example=examples.CORRECTION)
    @blueprint.response(200, schemas.OutcomeSchema, example=examples.CORRECTED)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Declare an event wrong: what it did is undone, and both stay on record.

        It takes a signature, and a second person's where the goods are narcotic or the event took
        two. What has been handled since is corrected from the end: `corrected-later`.
        """
        return correct(hospital(), narcotics(), person(), body, address())
