"""The shapes of requests and answers; the OpenAPI document is made from them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from trace import EventKind, Reason

_CODE = validate.Length(min=1, max=64)
_TEXT = validate.Length(min=1, max=500)
_SCAN = validate.Length(min=1, max=4_000)
_MANY = validate.Length(min=1, max=500)
_MOST = validate.Range(min=1, max=1_000_000_000)


class TextSchema(Schema):
    """A sentence for people, in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class EnrolmentSchema(Schema):
    """A device that shows its one-time code."""

    code = fields.String(required=True, validate=_CODE)
    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    hardware = fields.String(load_default="", validate=validate.Length(max=200))
    software = fields.String(load_default="", validate=validate.Length(max=200))


class EnrolledSchema(Schema):
    """The device's permanent token, told this once."""

    device_id = fields.String(required=True)
    token = fields.String(required=True)


class DeviceSchema(Schema):
    """What a device is for."""

    device_id = fields.String(required=True)
    name = fields.String(required=True)
    station = fields.String(required=True)
    profile = fields.String(required=True)


class SignInSchema(Schema):
    """A person who shows who they are: badge and PIN, or staff number and password."""

    badge = fields.String(validate=_CODE)
    pin = fields.String(validate=validate.Length(min=1, max=12))
    number = fields.String(validate=_CODE)
    password = fields.String(validate=validate.Length(min=1, max=128))


class PersonSchema(Schema):
    """Who is signed in."""

    number = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)


class SessionSchema(PersonSchema):
    """A session that has begun; the token goes into the header `Medtrace-Session`."""

    session = fields.String(required=True)


class WristbandSchema(Schema):
    """A scanned wristband."""

    wristband = fields.String(required=True, validate=_CODE)


class PatientSchema(Schema):
    """The patient in the bed: the pseudonym for events, and what to compare with the person."""

    patient = fields.String(required=True)
    bed = fields.String(required=True)
    name = fields.String(required=True)
    tail = fields.String(required=True)


class ScanRequestSchema(Schema):
    """The characters that a scanner sent."""

    raw = fields.String(required=True, validate=_SCAN)


class FindingSchema(Schema):
    """A rule that the code breaks."""

    code = fields.String(required=True)
    ai = fields.String(allow_none=True)
    found = fields.String(allow_none=True)
    expected = fields.String(allow_none=True)
    text = fields.Nested(TextSchema)


class StateSchema(Schema):
    """Where a thing is by the books."""

    status = fields.String(required=True)
    location = fields.String(required=True)
    location_name = fields.String(required=True)
    lot = fields.String(required=True)
    expiry = fields.String(allow_none=True)


class ProductSchema(Schema):
    """The product of a code."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    specification = fields.String(required=True)
    unit = fields.String(required=True)
    category = fields.String(required=True)


class VerdictSchema(Schema):
    """What to do with the thing: go, look or stop, and why."""

    verdict = fields.String(required=True, validate=validate.OneOf(["go", "look", "stop"]))
    reason = fields.String(allow_none=True)
    text = fields.Nested(TextSchema, allow_none=True)


class ReadingSchema(VerdictSchema):
    """Everything that a code says, and what we know of the thing."""

    raw = fields.String(required=True)
    scheme = fields.String(required=True)
    symbology = fields.String(allow_none=True)
    key = fields.String(allow_none=True)
    granularity = fields.String(required=True)
    gtin = fields.String(allow_none=True)
    lot = fields.String(allow_none=True)
    serial = fields.String(allow_none=True)
    expiry = fields.Date(allow_none=True)
    quantity = fields.Integer(allow_none=True)
    elements = fields.List(fields.List(fields.String()))
    findings = fields.List(fields.Nested(FindingSchema))
    product = fields.Nested(ProductSchema, allow_none=True)
    state = fields.Nested(StateSchema, allow_none=True)


class SymbolSchema(Schema):
    """A symbol in a photo, where it is, and its reading."""

    symbology = fields.String(required=True)
    uncertain = fields.Boolean(required=True)
    readings = fields.List(fields.String())
    corners = fields.List(fields.List(fields.Integer()))
    reading = fields.Nested(ReadingSchema)


class PhotoSchema(Schema):
    """A photo of one label or of many."""

    photo = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class PhotoReadingSchema(Schema):
    """Every symbol that was found."""

    symbols = fields.List(fields.Nested(SymbolSchema))


class ThingSchema(Schema):
    """A thing, by its scan; goods counted by lot need a quantity in base units."""

    scan = fields.String(required=True, validate=_SCAN)
    quantity = fields.Integer(strict=True, validate=_MOST)


class DocumentSchema(Schema):
    """A business document (CBV 2.0 §7.3 type, number)."""

    type = fields.String(required=True, validate=_CODE)
    id = fields.String(required=True, validate=_CODE)


class EventSchema(Schema):
    """Something that happened."""

    id = fields.UUID(required=True)
    kind = fields.Enum(EventKind, by_value=True, required=True)
    time = fields.AwareDateTime(required=True, format="iso")
    things = fields.List(fields.Nested(ThingSchema), required=True, validate=_MANY)
    location = fields.String(required=True, validate=_CODE)
    destination = fields.String(validate=_CODE)
    party = fields.String(validate=_CODE)
    patient = fields.String(
        validate=validate.Regexp(
            r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z",
            error="A pseudonym: urn:uuid: and a UUID.",
        )
    )
    documents = fields.List(
        fields.Nested(DocumentSchema), load_default=list, validate=validate.Length(max=20)
    )
    note = fields.String(validate=_TEXT)


class EventsSchema(Schema):
    """Events in the order in which they happened."""

    events = fields.List(fields.Nested(EventSchema), required=True, validate=_MANY)


class ReceiptSchema(Schema):
    """The proof that an entry is durable."""

    seq = fields.Integer(required=True)
    hash = fields.String(required=True)
    recorded = fields.AwareDateTime(required=True)


class OutcomeSchema(Schema):
    """The answer to one event."""

    id = fields.UUID(required=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf(["recorded", "already-recorded", "refused"])
    )
    receipt = fields.Nested(ReceiptSchema, allow_none=True)
    reason = fields.Enum(Reason, by_value=True, allow_none=True)
    text = fields.Nested(TextSchema, allow_none=True)


class OutcomesSchema(Schema):
    """One outcome for each event, in order."""

    outcomes = fields.List(fields.Nested(OutcomeSchema))
