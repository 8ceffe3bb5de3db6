"""The shapes of requests and answers; the OpenAPI document is made from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, validate

from handheld_api.fields import ToldSchema, count, length, number, one_line, written
from handheld_api.signed import KEY, SIGNATURE
from trace import Cause, Error, EventKind, Reason

_Rules = list[Callable[[Any], object]]

_CODE: _Rules = [length(1, 64), one_line]
_NAME: _Rules = [length(1, 100), one_line]
_LABEL: _Rules = [length(0, 200), one_line]
_PIN: _Rules = [length(1, 12), one_line]
_PASSWORD: _Rules = [length(1, 128), one_line]
_NOTE: _Rules = [length(1, 500), written]
_SCAN = length(1, 4_000)
_BASE64: _Rules = [length(1, 400), one_line]
_MANY = count(500)


class TextSchema(Schema):
    """A sentence for people, in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class ProblemFaultSchema(Schema):
    """One field that is at fault."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    text = fields.Nested(TextSchema, required=True)


class ProblemSchema(Schema):
    """A problem as RFC 9457 tells it; `code` is stable, the texts are for people."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    instance = fields.String(required=True)
    code = fields.String(required=True)
    text = fields.Nested(TextSchema, required=True)
    field = fields.String()
    errors = fields.List(fields.Nested(ProblemFaultSchema))


class EnrolmentSchema(ToldSchema):
    """A device that shows its one-time code."""

    code = fields.String(required=True, validate=_CODE)
    name = fields.String(required=True, validate=_NAME)
    hardware = fields.String(load_default="", validate=_LABEL)
    software = fields.String(load_default="", validate=_LABEL)


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


class DeviceKeySchema(ToldSchema):
    """A public key (SPKI), and its signature over `medtrace device key ` and the device's id.

    Both in base64; ECDSA on P-256 with SHA-256, r ‖ s, as WebCrypto makes it.
    """

    public_key = fields.String(required=True, validate=_BASE64)
    proof = fields.String(required=True, validate=_BASE64)


class KeptKeySchema(Schema):
    """The key's id, SHA-256 of its SPKI bytes in hex; goes into the header `Medtrace-Key`."""

    key_id = fields.String(required=True)


class SignatureSchema(ToldSchema):
    """The device's signature over the bytes of the body; both headers or neither."""

    key_id = fields.String(data_key=KEY, validate=_BASE64)
    signature = fields.String(
        data_key=SIGNATURE,
        validate=_BASE64,
        metadata={"description": "In base64; as the key's proof is made."},
    )


class SignInSchema(ToldSchema):
    """A person who shows who they are: badge and PIN, or staff number and password."""

    badge = fields.String(validate=_CODE)
    pin = fields.String(validate=_PIN)
    number = fields.String(validate=_CODE)
    password = fields.String(validate=_PASSWORD)
    code = fields.String(validate=_CODE, metadata={"description": "Of the second factor."})


class PersonSchema(Schema):
    """Who is signed in."""

    number = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    actions = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What they may do at the device's station."},
    )


class SessionSchema(PersonSchema):
    """A session that has begun; the token goes into the header `Medtrace-Session`."""

    session = fields.String(required=True)


class WristbandSchema(ToldSchema):
    """A scanned wristband."""

    wristband = fields.String(required=True, validate=_CODE)


class PatientSchema(Schema):
    """The patient in the bed: the pseudonym for events, and what to compare with the person."""

    patient = fields.String(required=True)
    bed = fields.String(required=True)
    name = fields.String(required=True)
    tail = fields.String(required=True)


class DocumentSchema(ToldSchema):
    """A business document (CBV 2.0 §7.3 type, number)."""

    type = fields.String(required=True, validate=_CODE)
    id = fields.String(required=True, validate=_CODE)


def pseudonym() -> fields.String:
    """What a patient goes by in events and orders."""
    return fields.String(
        validate=validate.Regexp(
            r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z",
            error="pseudonym-malformed",
        )
    )


def _documents() -> fields.List[Any]:
    return fields.List(
        fields.Nested(DocumentSchema),
        load_default=list,
        validate=validate.Length(max=20, error="field-count:{max}"),
    )


class DoingSchema(ToldSchema):
    """What is about to happen to the thing: the members that its event will have."""

    kind = fields.Enum(EventKind, by_value=True, required=True)
    location = fields.String(required=True, validate=_CODE)
    destination = fields.String(validate=_CODE)
    party = fields.String(validate=_CODE)
    patient = pseudonym()
    documents = _documents()
    parent = fields.String(validate=_SCAN, metadata={"description": "The container's scan."})
    owner = fields.String(validate=_CODE)
    quantity = fields.Integer(strict=True, validate=number(1, 1_000_000_000))
    lot = fields.String(validate=_CODE)
    expiry = fields.Date()
    dose = fields.Nested("DoseSchema")
    route = fields.String(validate=_CODE)


class ScanRequestSchema(ToldSchema):
    """The characters that a scanner sent.

    With `doing` the verdict says what the recorder would say of it now, without recording anything.
    """

    raw = fields.String(required=True, validate=_SCAN)
    doing = fields.Nested(DoingSchema)


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
    flags = fields.Function(lambda product: sorted(product.flags))


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
    signatures = fields.Integer(metadata={"description": "Persons who sign what is to be done."})
    state = fields.Nested(StateSchema, allow_none=True)


class SymbolSchema(Schema):
    """A symbol in a photo, where it is, and its reading."""

    symbology = fields.String(required=True)
    page = fields.Integer(required=True)
    uncertain = fields.Boolean(required=True)
    readings = fields.List(fields.String())
    corners = fields.List(fields.List(fields.Integer()))
    reading = fields.Nested(ReadingSchema)


class PhotoSchema(ToldSchema):
    """A photo of one label or of many."""

    photo = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class PhotoThingSchema(Schema):
    """A thing in a photo: `scan` and `quantity` go into an event, `symbols` say what shows it."""

    scan = fields.String(required=True)
    key = fields.String(required=True)
    quantity = fields.Integer(required=True)
    symbols = fields.List(fields.Integer(), required=True)


class PhotoReadingSchema(Schema):
    """Every symbol that was found; `reason` and `text` say why there is none.

    `things` are what they name, each once: several labels of one photo become one event.
    """

    things = fields.List(fields.Nested(PhotoThingSchema), required=True)
    symbols = fields.List(fields.Nested(SymbolSchema), required=True)
    reason = fields.String(allow_none=True, required=True)
    text = fields.Nested(TextSchema, allow_none=True, required=True)


class ThingSchema(ToldSchema):
    """A thing, by its scan.

    Of goods counted by lot, `quantity` says how many base units (1 when it is not there); of a pack
    with a code of its own `part` says how many out of it (拆零), where it is not all that is left.
    `lot` and `expiry` are read off the label where the code doesn't say them.
    """

    scan = fields.String(required=True, validate=_SCAN)
    quantity = fields.Integer(strict=True, validate=number(1, 1_000_000_000))
    part = fields.Integer(strict=True, validate=number(1, 1_000_000_000))
    lot = fields.String(validate=_CODE)
    expiry = fields.Date()


class PersonSignatureSchema(ToldSchema):
    """Somebody who shows who they are at the moment of the act.

    Named by staff number or badge; by neither, it is the person who is signed in. With one of PIN,
    code of the second factor, and password. Nothing of it is kept but who signed, by what and when.
    """

    number = fields.String(validate=_CODE)
    badge = fields.String(validate=_CODE)
    pin = fields.String(validate=_PIN)
    code = fields.String(validate=_CODE)
    password = fields.String(validate=_PASSWORD)


class DoseSchema(ToldSchema):
    """A dose: an amount as decimal text, and its unit in UCUM (`mg`, `mL`, `[IU]`, `{tablet}`)."""

    amount = fields.String(required=True, validate=_CODE)
    unit = fields.String(required=True, validate=_CODE)


class EventSchema(ToldSchema):
    """Something that happened.

    `signatures` are asked for at the moment of the act: at narcotic and psychotropic products (two
    persons), at destructions (two) and corrections (one); who is signed in is one of them. Where a
    device signs a batch that holds some, it signs the body without them, in canonical form.

    `parent` is the container that things are packed into or taken out of. `dose` and `route` say
    how much of a drug a patient got, and how; `wasted` is what was left of the same dose and thrown
    away, which two persons sign. A dose that was not given (`withheld` by staff, `declined` by the
    patient) says its `cause`, and need not name things. `outputs` are what is made of the things:
    by `split` doses with labels of their own, each with its `part` of the one pack; by `compounded`
    the label of one bag, which a second pharmacist checks and signs. `after_the_fact`: it has
    happened already, out of reach of the server; it is recorded whatever it breaks.
    """

    id = fields.UUID(required=True)
    kind = fields.Enum(EventKind, by_value=True, required=True)
    time = fields.AwareDateTime(required=True, format="iso")
    things = fields.List(
        fields.Nested(ThingSchema),
        required=True,
        validate=validate.Length(max=500, error="field-count:{max}"),
    )
    location = fields.String(required=True, validate=_CODE)
    destination = fields.String(validate=_CODE)
    party = fields.String(validate=_CODE)
    patient = pseudonym()
    documents = _documents()
    note = fields.String(validate=_NOTE)
    parent = fields.Nested(ThingSchema)
    site = fields.String(validate=_NAME)
    surgeon = fields.String(validate=_CODE)
    owner = fields.String(validate=_CODE)
    dose = fields.Nested(DoseSchema)
    route = fields.String(validate=_CODE)
    wasted = fields.Nested(DoseSchema)
    cause = fields.Enum(Cause, by_value=True)
    outputs = fields.List(
        fields.Nested(ThingSchema),
        load_default=list,
        validate=validate.Length(max=500, error="field-count:{max}"),
    )
    after_the_fact = fields.Boolean(load_default=False)
    signatures = fields.List(
        fields.Nested(PersonSignatureSchema),
        load_default=list,
        validate=validate.Length(max=2, error="field-count:{max}"),
    )


class CorrectionSchema(ToldSchema):
    """An earlier event is declared wrong (EPCIS 2.0 §7.4.1.2); `corrects` is its id."""

    id = fields.UUID(required=True)
    time = fields.AwareDateTime(required=True, format="iso")
    corrects = fields.UUID(required=True)
    error = fields.Enum(Error, by_value=True, required=True)
    corrective = fields.List(fields.UUID(), load_default=list)
    note = fields.String(required=True, validate=_NOTE)
    signatures = fields.List(
        fields.Nested(PersonSignatureSchema),
        load_default=list,
        validate=validate.Length(max=2, error="field-count:{max}"),
    )


class EventsSchema(ToldSchema):
    """Events in the order in which they happened."""

    events = fields.List(fields.Nested(EventSchema), required=True, validate=_MANY)


class ReceiptSchema(Schema):
    """The proof that an entry is durable."""

    seq = fields.Integer(required=True)
    hash = fields.String(required=True)
    recorded = fields.AwareDateTime(required=True)


class BrokenSchema(Schema):
    """A rule that something on record has broken; it is on the work-list."""

    reason = fields.Enum(Reason, by_value=True, required=True)
    text = fields.Nested(TextSchema, required=True)


class OutcomeSchema(Schema):
    """The answer to one event."""

    id = fields.UUID(required=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf(["recorded", "already-recorded", "refused"])
    )
    receipt = fields.Nested(ReceiptSchema, allow_none=True, required=True)
    reason = fields.Enum(Reason, by_value=True, allow_none=True, required=True)
    text = fields.Nested(TextSchema, allow_none=True, required=True)
    exceptions = fields.List(fields.Nested(BrokenSchema), required=True)


class OutcomesSchema(Schema):
    """One outcome for each event, in order."""

    outcomes = fields.List(fields.Nested(OutcomeSchema), required=True)
