"""What requests and answers about recalls look like."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handheld_api.fields import ToldSchema, length, number, written
from handheld_api.order_schemas import CODE
from recall import StepKind, TaskState, Work

_PAIR = validate.Length(equal=2)


class ExtentSchema(Schema):
    """What of a product is meant: all criteria that are given must agree.

    `lots` are names; `*` among them, or no name, pattern or range at all: every lot. In `patterns`,
    `*` stands for any letters and `?` for one. `ranges` (lots) and `serials` go from one to
    another: digits count as numbers, and what lies within is of the same build. `expiry`,
    `produced` and `received` are the first and the last day, each may be open. `supplier` and
    `received` can't be told from a label: where nothing else decides, the goods are meant.
    """

    lots = fields.List(fields.String(), required=True)
    patterns = fields.List(fields.String())
    ranges = fields.List(fields.List(fields.String(), validate=_PAIR))
    serials = fields.List(fields.List(fields.String(), validate=_PAIR))
    expiry = fields.List(fields.String(allow_none=True), validate=_PAIR)
    produced = fields.List(fields.String(allow_none=True), validate=_PAIR)
    received = fields.List(fields.String(allow_none=True), validate=_PAIR)
    supplier = fields.String()


class BlockSchema(Schema):
    """One rule: so much of this product may not leave.

    The keys of its things begin with one of `identifiers`.
    """

    case = fields.String(required=True)
    recall_class = fields.String(
        required=True, data_key="class", validate=validate.OneOf(["I", "II", "III"])
    )
    product = fields.String(required=True)
    name = fields.String(required=True)
    identifiers = fields.List(fields.String(), required=True)
    extent = fields.Nested(ExtentSchema, required=True)


class BlocksSchema(Schema):
    """Every rule that is in force; another `version` says that they are others."""

    version = fields.Integer(required=True)
    blocks = fields.List(fields.Nested(BlockSchema), required=True)


class TasksQuerySchema(ToldSchema):
    """Whose tasks: of the station where no place is named."""

    location = fields.String(validate=CODE)


class TaskSchema(Schema):
    """A task of a recall.

    A `search` is about the place: find the goods, count them by scanning, put them into quarantine;
    `left` is how much lies there and is not in quarantine yet. `notify` and `assess` are about a
    patient, by pseudonym. `due` is by when everybody must know.
    """

    case = fields.String(required=True)
    recall_class = fields.String(
        required=True, data_key="class", validate=validate.OneOf(["I", "II", "III"])
    )
    drill = fields.Boolean(required=True)
    reason = fields.String(required=True)
    products = fields.List(fields.String(), required=True)
    lots = fields.List(fields.String(), required=True)
    work = fields.Enum(Work, by_value=True, required=True)
    place = fields.String(required=True)
    patient = fields.UUID(allow_none=True, required=True)
    state = fields.Enum(TaskState, by_value=True, required=True)
    expected = fields.Integer(required=True)
    left = fields.Integer(allow_none=True, required=True)
    count = fields.Integer(allow_none=True, required=True)
    owner = fields.String(allow_none=True, required=True)
    due = fields.AwareDateTime(required=True, format="iso")


class TasksSchema(Schema):
    """The tasks of open recalls at a place."""

    tasks = fields.List(fields.Nested(TaskSchema), required=True)


class TaskStepSchema(ToldSchema):
    """A step of a task, under an id that the device made.

    `count` belongs to `counted`, `owner` (a staff number) to `assigned`. `place` is the station
    where it is not said; of a patient's task it is the patient's ward.
    """

    id = fields.UUID(required=True)
    time = fields.AwareDateTime(required=True, format="iso")
    case = fields.String(required=True, validate=CODE)
    work = fields.Enum(Work, by_value=True, required=True)
    place = fields.String(validate=CODE)
    patient = fields.UUID()
    step = fields.Enum(StepKind, by_value=True, required=True)
    count = fields.Integer(strict=True, validate=number(0, 1_000_000_000))
    owner = fields.String(validate=CODE)
    note = fields.String(validate=[length(1, 500), written])
