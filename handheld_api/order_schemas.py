"""The shapes of orders: as they are placed, changed and shown."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from handheld_api.fields import ToldSchema, count, length, number, one_line, written
from handheld_api.schemas import ReceiptSchema, TextSchema
from orders import OrderState, OrderType, Revising
from trace import Reason

CODE: Final[list[Any]] = [length(1, 64), one_line]
QUANTITY: Final = number(1, 1_000_000_000)
_SCAN = length(1, 4_000)
NOTE: Final[list[Any]] = [length(1, 500), written]
_PAPERS = ("po", "desadv", "transfer")


def at_most(most: int) -> validate.Length:
    """Up to so many items, also none."""
    return validate.Length(max=most, error="field-count:{max}")


class PaperLineSchema(ToldSchema):
    """A line of an order: a product by the hospital's code, and how many base units."""

    product = fields.String(required=True, validate=CODE)
    quantity = fields.Integer(required=True, strict=True, validate=QUANTITY)
    lot = fields.String(validate=CODE)
    expiry = fields.Date()


class PaperPackageSchema(ToldSchema):
    """A thing in a container (包装关联), both by the codes on their labels."""

    container = fields.String(required=True, validate=_SCAN)
    code = fields.String(required=True, validate=_SCAN)
    quantity = fields.Integer(strict=True, validate=QUANTITY)
    lot = fields.String(validate=CODE)
    expiry = fields.Date()


class PaperSchema(ToldSchema):
    """A purchase order, a delivery note with what lies in what, or a transfer request.

    A transfer names `source` and `destination`, anything else `destination`; a delivery note may
    leave its lines to its packages.
    """

    type = fields.String(
        required=True, validate=validate.OneOf(_PAPERS, error="field-choice:{choices}")
    )
    number = fields.String(required=True, validate=CODE)
    party = fields.String(validate=CODE)
    source = fields.String(validate=CODE)
    destination = fields.String(validate=CODE)
    references = fields.List(fields.String(validate=CODE), load_default=list, validate=at_most(20))
    lines = fields.List(fields.Nested(PaperLineSchema), load_default=list, validate=at_most(1_000))
    packages = fields.List(
        fields.Nested(PaperPackageSchema), load_default=list, validate=at_most(5_000)
    )


class PapersSchema(ToldSchema):
    """Orders to be placed; with `dry_run` they are only examined."""

    orders = fields.List(fields.Nested(PaperSchema), required=True, validate=count(50))
    dry_run = fields.Boolean(load_default=False)


class FaultSchema(Schema):
    """Something that is wrong: where, what, and what to do."""

    at = fields.String(required=True)
    code = fields.String(required=True)
    text = fields.Nested(TextSchema, required=True)


class FiledSchema(Schema):
    """What became of an order; one with faults was left out, or the recorder refused a part."""

    type = fields.Enum(OrderType, by_value=True, required=True)
    number = fields.String(required=True)
    placed = fields.Boolean(required=True)
    faults = fields.List(fields.Nested(FaultSchema), required=True)


class FiledAllSchema(Schema):
    """One answer for each order, in order."""

    orders = fields.List(fields.Nested(FiledSchema), required=True)


class OrderQuerySchema(ToldSchema):
    """Which of the open orders."""

    type = fields.Enum(OrderType, by_value=True)


class OrderNameSchema(ToldSchema):
    """Which order."""

    type = fields.Enum(OrderType, by_value=True, required=True)
    number = fields.String(required=True, validate=CODE)


class OrderSchema(Schema):
    """An order as it stands."""

    type = fields.Enum(OrderType, by_value=True, required=True)
    number = fields.String(required=True)
    state = fields.Enum(OrderState, by_value=True, required=True)
    party = fields.String(allow_none=True, required=True)
    source = fields.String(allow_none=True, required=True)
    destination = fields.String(allow_none=True, required=True)
    seq = fields.Integer(required=True)


class OpenOrdersSchema(Schema):
    """The oldest first."""

    orders = fields.List(fields.Nested(OrderSchema), required=True)


class OrderLineSchema(Schema):
    """A line, and how far it is: `fulfilled` was received, handed out or sent.

    `accepted` is what the receiver of a transfer took over.
    """

    line = fields.Integer(required=True)
    product = fields.String(allow_none=True, required=True)
    identifiers = fields.List(fields.String(), required=True)
    lot = fields.String(allow_none=True, required=True)
    expiry = fields.String(allow_none=True, required=True)
    quantity = fields.Integer(required=True)
    fulfilled = fields.Integer(required=True)
    accepted = fields.Integer(required=True)


class OrderFileSchema(OrderSchema):
    """An order with its lines, and the numbers of the ledger's entries about it."""

    lines = fields.List(fields.Nested(OrderLineSchema), required=True)
    steps = fields.List(fields.Integer(), required=True)


class NewQuantitySchema(ToldSchema):
    """A line's new quantity; 0 drops it."""

    line = fields.Integer(required=True, strict=True, validate=number(1, 1_000_000))
    quantity = fields.Integer(required=True, strict=True, validate=number(0, 1_000_000_000))


class RevisionSchema(OrderNameSchema):
    """A change of an order, under an id that its maker made: only `change` names lines."""

    id = fields.UUID(required=True)
    time = fields.AwareDateTime(required=True, format="iso")
    doing = fields.Enum(Revising, by_value=True, required=True)
    lines = fields.List(fields.Nested(NewQuantitySchema), load_default=list, validate=at_most(500))
    added = fields.List(fields.Nested(PaperLineSchema), load_default=list, validate=at_most(60))
    note = fields.String(validate=NOTE)


class DoneSchema(Schema):
    """Whether it is on record; a refusal says why not, and what to do."""

    outcome = fields.String(
        required=True, validate=validate.OneOf(["recorded", "already-recorded", "refused"])
    )
    receipt = fields.Nested(ReceiptSchema, allow_none=True, required=True)
    reason = fields.Enum(Reason, by_value=True, allow_none=True, required=True)
    text = fields.Nested(TextSchema, allow_none=True, required=True)
