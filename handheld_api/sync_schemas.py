"""The shapes of what a handheld keeps a copy of, and of what it sends in afterwards."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handheld_api.fields import ToldSchema, count, length, number
from handheld_api.order_schemas import OrderLineSchema, OrderSchema
from handheld_api.recall_schemas import BlockSchema
from handheld_api.schemas import ReceiptSchema, TextSchema

MOST_UPLOADS = 500
_TOKEN = length(1, 200)


class SyncQuerySchema(ToldSchema):
    """What the handheld knows already: the `position` and `origin` of the last answer.

    `stock=all`: the stock is wanted complete, the rest as it changed.
    """

    since = fields.Integer(validate=number(0, 2**62))
    origin = fields.String(validate=length(1, 400))
    stock = fields.String(validate=validate.OneOf(["all"], error="field-choice:{choices}"))


class KnownProductSchema(Schema):
    """A product, with the beginnings of the keys of its things."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    specification = fields.String(required=True)
    unit = fields.String(required=True)
    category = fields.String(required=True)
    holder = fields.String(required=True)
    flags = fields.List(fields.String(), required=True)
    identifiers = fields.List(fields.String(), required=True)


class KnownPlaceSchema(Schema):
    """A location; `gln` is its GS1 number where it has one."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    parent = fields.String(allow_none=True, required=True)
    gln = fields.String(allow_none=True, required=True)


class LyingSchema(Schema):
    """So much lies there in one state."""

    location = fields.String(required=True)
    expiry = fields.String(allow_none=True, required=True)
    status = fields.String(required=True)
    quantity = fields.Integer(required=True)


class KnownLotSchema(Schema):
    """What lies of a lot at the station and in it; it replaces what was known."""

    product = fields.String(required=True)
    lot = fields.String(required=True)
    rows = fields.List(fields.Nested(LyingSchema), required=True)


class KnownOrderSchema(OrderSchema):
    """An order that the station waits for or is asked for; one that is not open is done with."""

    lines = fields.List(fields.Nested(OrderLineSchema), required=True)


class SyncSchema(Schema):
    """What changed since the position that was asked for.

    `full`: everything is told, what was known before is to be dropped. `blocked` and `locations`
    are null where nothing of them changed, else complete. `lots`: of how many lots something lies
    here; a copy that comes to another number asks again with `stock=all`. `trusted` are the staff
    numbers of those who may sign in here out of reach. `now` is the server's clock, in
    milliseconds since 1970.
    """

    origin = fields.String(required=True)
    position = fields.Integer(required=True)
    full = fields.Boolean(required=True)
    now = fields.Integer(required=True)
    station = fields.String(required=True)
    profile = fields.String(required=True)
    trusted = fields.List(fields.String(), required=True)
    products = fields.List(fields.Nested(KnownProductSchema), required=True)
    locations = fields.List(fields.Nested(KnownPlaceSchema), allow_none=True, required=True)
    stock = fields.List(fields.Nested(KnownLotSchema), required=True)
    lots = fields.Integer(required=True)
    orders = fields.List(fields.Nested(KnownOrderSchema), required=True)
    blocked = fields.List(fields.Nested(BlockSchema), allow_none=True, required=True)


class ReasonsSchema(Schema):
    """Every reason of a list that is closed, by its code, in words."""

    reasons = fields.Dict(fields.String(), fields.Nested(TextSchema), required=True)


class GrantSchema(Schema):
    """Leave to work at this device out of reach.

    The device makes a slow hash of badge and PIN (Argon2id with `salt`, base64, and these costs)
    and compares with it until `sign_in_until`. With `grant` it sends in until `send_until`, in this
    person's name, what they did. `band_key` (base64, a point on P-256) seals wristbands that can't
    be looked up meanwhile.
    """

    grant = fields.String(required=True)
    salt = fields.String(required=True)
    memory_kib = fields.Integer(required=True)
    passes = fields.Integer(required=True)
    sign_in_until = fields.AwareDateTime(required=True)
    send_until = fields.AwareDateTime(required=True)
    band_key = fields.String(required=True)


class UploadSchema(ToldSchema):
    """One thing that happened, and in whose name: a grant, or who is signed in.

    One of `event`, `count` (as POST /counts takes it), `count_lines` (as POST /count/lines),
    `task_step` (as POST /recalls/tasks) and `correction` (as POST /corrections).

    An event whose patient could not be looked up names none; `band` is then the wristband, or the
    number of a prescription or a medication order, sealed with `band_key`: the patient is found
    here. What a device signs holds `band_sha256` instead, the digest of the sealed text in hex, so
    that nothing of the band stands in the ledger.
    """

    band = fields.String(validate=length(1, 1_000))
    band_sha256 = fields.String(validate=length(64, 64))
    grant = fields.String(validate=_TOKEN)
    event = fields.Dict(keys=fields.String())
    count = fields.Dict(keys=fields.String())
    count_lines = fields.Dict(keys=fields.String())
    task_step = fields.Dict(keys=fields.String())
    correction = fields.Dict(keys=fields.String())


class UploadsSchema(ToldSchema):
    """What happened, in the order in which it happened."""

    uploads = fields.List(fields.Nested(UploadSchema), required=True, validate=count(MOST_UPLOADS))


class UploadProblemSchema(Schema):
    """Why it needs somebody: a reason of the gate or the code of an error, in words."""

    code = fields.String(required=True)
    field = fields.String(allow_none=True, required=True)
    text = fields.Nested(TextSchema, required=True)


class UploadedSchema(Schema):
    """What became of one upload.

    `exception` with a receipt: it is on record and on the work-list, or it was refused and the
    refusal is on record. Without one: it is nowhere but on the device, until a person resolves it.
    """

    id = fields.String(allow_none=True, required=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf(["accepted", "duplicate", "exception"])
    )
    recorded = fields.Boolean(required=True)
    receipt = fields.Nested(ReceiptSchema, allow_none=True, required=True)
    problems = fields.List(fields.Nested(UploadProblemSchema), required=True)


class UploadedAllSchema(Schema):
    """One answer for each upload, in order."""

    uploads = fields.List(fields.Nested(UploadedSchema), required=True)
