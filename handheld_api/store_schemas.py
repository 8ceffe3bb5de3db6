"""The shapes of counts, stock, advice and par levels."""

from __future__ import annotations

from typing import Final

from marshmallow import Schema, fields, validate

from handheld_api.fields import ToldSchema, count, length, number
from handheld_api.order_schemas import CODE, NOTE, QUANTITY, DoneSchema, at_most
from handheld_api.schemas import TextSchema
from inventory import Status
from trace import Reason

_SCAN = length(1, 4_000)
_LINES = count(300)
_NUMBER = number(0, 10_000)


class _SaidSchema(ToldSchema):
    """Something said under an id that its maker made; sending it again changes nothing."""

    id = fields.UUID(required=True)
    time = fields.AwareDateTime(required=True, format="iso")


class CountSchema(_SaidSchema):
    """A count to be opened: of a place, of some products or of all."""

    location = fields.String(validate=CODE)
    products = fields.List(fields.String(validate=CODE), load_default=list, validate=at_most(500))


class CountedSchema(ToldSchema):
    """What was seen, by its scan; `again` replaces what was counted of it so far."""

    scan = fields.String(required=True, validate=_SCAN)
    quantity = fields.Integer(strict=True, validate=number(0, 1_000_000_000))
    lot = fields.String(validate=CODE)
    expiry = fields.Date()
    again = fields.Boolean(load_default=False)


class CountLinesSchema(_SaidSchema):
    """Lines of a count, in as many calls as are wanted; parts of one lot add up."""

    count = fields.UUID(required=True)
    lines = fields.List(fields.Nested(CountedSchema), required=True, validate=_LINES)


class CountApprovalSchema(_SaidSchema):
    """An approval of exactly the differences that were shown: `digest` says which."""

    count = fields.UUID(required=True)
    digest = fields.String(required=True, validate=length(64, 64))


class CountQuerySchema(ToldSchema):
    """Which count."""

    id = fields.UUID(required=True)


class OpenCountSchema(Schema):
    """A count as it stands."""

    id = fields.UUID(required=True)
    location = fields.String(required=True)
    state = fields.String(required=True)
    people = fields.List(fields.String(), required=True)
    seq = fields.Integer(required=True)


class OpenCountsSchema(Schema):
    """The counts of a place that nobody has approved."""

    counts = fields.List(fields.Nested(OpenCountSchema), required=True)


class DifferenceSchema(Schema):
    """Of this, other is there than the books say; `counted` is null where nobody counted it.

    `problem` says what must happen before it can be adjusted.
    """

    key = fields.String(required=True)
    product = fields.String(allow_none=True, required=True)
    name = fields.String(allow_none=True, required=True)
    lot = fields.String(required=True)
    expiry = fields.String(allow_none=True, required=True)
    counted = fields.Integer(allow_none=True, required=True)
    expected = fields.Integer(required=True)
    difference = fields.Integer(required=True)
    problem = fields.String(allow_none=True, required=True)
    text = fields.Nested(TextSchema, allow_none=True, required=True)


class CountFileSchema(OpenCountSchema):
    """A count with everything that differs, all at once."""

    counted = fields.Integer(required=True)
    digest = fields.String(required=True)
    differences = fields.List(fields.Nested(DifferenceSchema), required=True)


class ApprovedSchema(DoneSchema):
    """Whether the approval is on record, and each event that adjusts the books."""

    events = fields.List(fields.Nested(DoneSchema), required=True)


class StockQuerySchema(ToldSchema):
    """Of which place (the station where none is named), product and lot."""

    location = fields.String(validate=CODE)
    product = fields.String(validate=CODE)
    lot = fields.String(validate=CODE)


class StockRowSchema(Schema):
    """So much of a lot in one state."""

    location = fields.String(required=True)
    product = fields.String(required=True)
    name = fields.String(required=True)
    lot = fields.String(required=True)
    expiry = fields.String(allow_none=True, required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    quantity = fields.Integer(required=True)
    held = fields.Boolean(required=True)
    owner = fields.String(allow_none=True, required=True)


class StockSchema(Schema):
    """By product, and in the order in which to use it."""

    stock = fields.List(fields.Nested(StockRowSchema), required=True)


class ExpiringQuerySchema(ToldSchema):
    """What expires within so many days from today, and what did in the year before."""

    location = fields.String(validate=CODE)
    days = fields.Integer(load_default=30, validate=number(0, 3_650))


class SweptSchema(Schema):
    """How many things and lots were put into quarantine, and each event that says so."""

    things = fields.Integer(required=True)
    events = fields.List(fields.Nested(DoneSchema), required=True)


class AdviceQuerySchema(ToldSchema):
    """How much of which product, from where (the station where no place is named)."""

    location = fields.String(validate=CODE)
    product = fields.String(required=True, validate=CODE)
    quantity = fields.Integer(required=True, validate=QUANTITY)


class PickSchema(StockRowSchema):
    """Take `take` of this."""

    take = fields.Integer(required=True)


class AdviceSchema(Schema):
    """What to take, in this order; what is short; what lies there and may not be taken."""

    picks = fields.List(fields.Nested(PickSchema), required=True)
    short = fields.Integer(required=True)
    skipped = fields.List(fields.Nested(StockRowSchema), required=True)


class ParLevelSchema(_SaidSchema):
    """What a place wants to have of a product; a target of 0 takes the level away."""

    location = fields.String(validate=CODE)
    product = fields.String(required=True, validate=CODE)
    least = fields.Integer(required=True, strict=True, validate=number(0, 1_000_000_000))
    target = fields.Integer(required=True, strict=True, validate=number(0, 1_000_000_000))
    source = fields.String(validate=CODE)


class PlaceQuerySchema(ToldSchema):
    """Which place; the station where none is named."""

    location = fields.String(validate=CODE)


class ProposalSchema(Schema):
    """Ask for `quantity` of a product, at `source` where there is one."""

    product = fields.String(required=True)
    name = fields.String(required=True)
    source = fields.String(allow_none=True, required=True)
    least = fields.Integer(required=True)
    target = fields.Integer(required=True)
    usable = fields.Integer(required=True)
    coming = fields.Integer(required=True)
    ordered = fields.Integer(required=True)
    quantity = fields.Integer(required=True, validate=validate.Range(min=1))


class ProposalsSchema(Schema):
    """What a place lacks."""

    proposals = fields.List(fields.Nested(ProposalSchema), required=True)


EXCEPTIONS_AT_ONCE: Final = 100
"""How many exceptions are told in one answer."""


class ExceptionQuerySchema(ToldSchema):
    """Only exceptions of entries after this one, to page on."""

    after = fields.Integer(load_default=-1, validate=number(-1, 2**53 - 1))


class ExceptionSchema(Schema):
    """A rule that an entry broke; it is on record all the same, because it had happened."""

    seq = fields.Integer(required=True)
    number = fields.Integer(required=True)
    reason = fields.Enum(Reason, by_value=True, required=True)
    text = fields.Nested(TextSchema, required=True)
    key = fields.String(allow_none=True, required=True)
    kind = fields.String(allow_none=True, required=True)
    location = fields.String(allow_none=True, required=True)
    person = fields.String(allow_none=True, required=True)
    time = fields.String(allow_none=True, required=True)


class ExceptionsSchema(Schema):
    """The oldest first; `after` says where to go on, null: there are no more."""

    exceptions = fields.List(fields.Nested(ExceptionSchema), required=True)
    after = fields.Integer(allow_none=True, required=True)


class ResolutionSchema(_SaidSchema):
    """An exception is resolved: what was found, and what was done."""

    seq = fields.Integer(required=True, strict=True, validate=number(0, 2**53 - 1))
    number = fields.Integer(load_default=0, strict=True, validate=_NUMBER)
    note = fields.String(required=True, validate=NOTE)
