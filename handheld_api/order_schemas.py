"""The shapes of orders: as they are placed, changed and shown."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from handheld_api.fields import ToldSchema, count, length, number, one_line, written
from handheld_api.schemas import DoseSchema, ReceiptSchema, TextSchema, pseudonym
from orders import OrderState, OrderType, Revising
from trace import Reason

CODE: Final[list[Any]] = [length(1, 64), one_line]
QUANTITY: Final = number(1, 1_000_000_000)
_SCAN = length(1, 4_000)
NOTE: Final[list[Any]] = [length(1, 500), written]


def at_most(most: int) -> validate.Length:
    """Up to so many items, also none."""
    return validate.Length(max=most, error="field-count:{max}")


class PaperLineSchema(ToldSchema):
    """A line of an order: a product by the hospital's code, and how many base units.

    In an order of care, `generic` names a substitution group, alone or beside the product, and
    `substitution: false` wants the product and no other; `dose` and `route` say how much the
    patient takes at a time, and how. A medication order has one line, whose quantity is not needed.
    """

    product = fields.String(validate=CODE)
    quantity = fields.Integer(load_default=None, strict=True, validate=QUANTITY)
    lot = fields.String(validate=CODE)
    expiry = fields.Date()
    generic = fields.String(validate=CODE)
    substitution = fields.Boolean()
    dose = fields.Nested(DoseSchema)
    route = fields.String(validate=CODE)


class AddedLineSchema(ToldSchema):
    """A further line of an order that is there."""

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
    """An order: purchase, delivery note with what lies in what, transfer, or an order of care.

    A transfer names `source` and `destination`, anything else `destination`; a delivery note may
    leave its lines to its packages.

    Orders of care are prescriptions, medication orders and procedures. `patient` is a pseudonym;
    `patient_number` (the record number) or `wristband` is looked up instead, and the look is put on
    record. `frequency` is `bid`, `q8h`, `st`, `q4h prn`, `08:00,20:00` …; `start` and `stop` bound
    it; `planned` is when a procedure shall begin.
    """

    type = fields.Enum(OrderType, by_value=True, required=True)
    number = fields.String(required=True, validate=CODE)
    party = fields.String(validate=CODE)
    source = fields.String(validate=CODE)
    destination = fields.String(validate=CODE)
    references = fields.List(fields.String(validate=CODE), load_default=list, validate=at_most(20))
    lines = fields.List(fields.Nested(PaperLineSchema), load_default=list, validate=at_most(1_000))
    packages = fields.List(
        fields.Nested(PaperPackageSchema), load_default=list, validate=at_most(5_000)
    )
    patient = pseudonym()
    patient_number = fields.String(validate=CODE)
    wristband = fields.String(validate=CODE)
    frequency = fields.String(validate=CODE)
    start = fields.AwareDateTime(format="iso")
    stop = fields.AwareDateTime(format="iso")
    planned = fields.AwareDateTime(format="iso")
    high_alert = fields.Boolean(load_default=False)


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
    patient = fields.String(allow_none=True, required=True)
    seq = fields.Integer(required=True)


class OpenOrdersSchema(Schema):
    """The oldest first."""

    orders = fields.List(fields.Nested(OrderSchema), required=True)


class OrderLineSchema(Schema):
    """A line, and how far it is: `fulfilled` was received, handed out, given or sent.

    `accepted` is what the receiver of a transfer took over. Of a medication order, `fulfilled`
    counts doses.
    """

    line = fields.Integer(required=True)
    product = fields.String(allow_none=True, required=True)
    identifiers = fields.List(fields.String(), required=True)
    lot = fields.String(allow_none=True, required=True)
    expiry = fields.String(allow_none=True, required=True)
    quantity = fields.Integer(required=True)
    fulfilled = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    generic = fields.String(allow_none=True, required=True)
    substitution = fields.Boolean(required=True)
    dose = fields.Nested(DoseSchema, allow_none=True, required=True)
    route = fields.String(allow_none=True, required=True)


class OrderFileSchema(OrderSchema):
    """An order with its lines, and the numbers of the ledger's entries about it."""

    frequency = fields.String(allow_none=True, required=True)
    planned = fields.String(allow_none=True, required=True)
    high_alert = fields.Boolean(required=True)
    lines = fields.List(fields.Nested(OrderLineSchema), required=True)
    steps = fields.List(fields.Integer(), required=True)


class NewQuantitySchema(ToldSchema):
    """A line's new quantity; 0 drops it."""

    line = fields.Integer(required=True, strict=True, validate=number(1, 1_000_000))
    quantity = fields.Integer(required=True, strict=True, validate=number(0, 1_000_000_000))


class RevisionSchema(OrderNameSchema):
    """A change of an order, under an id that its maker made: only `change` names lines.

    Of a medication order it names a new dose, route or frequency instead; `start` is when the new
    frequency begins, `stop` when it ends. `stop` as what is done ends an order of care at once.
    """

    id = fields.UUID(required=True)
    time = fields.AwareDateTime(required=True, format="iso")
    doing = fields.Enum(Revising, by_value=True, required=True)
    lines = fields.List(fields.Nested(NewQuantitySchema), load_default=list, validate=at_most(500))
    added = fields.List(fields.Nested(AddedLineSchema), load_default=list, validate=at_most(60))
    note = fields.String(validate=NOTE)
    dose = fields.Nested(DoseSchema)
    route = fields.String(validate=CODE)
    frequency = fields.String(validate=CODE)
    start = fields.AwareDateTime(format="iso")
    stop = fields.AwareDateTime(format="iso")


class DoneSchema(Schema):
    """Whether it is on record; a refusal says why not, and what to do."""

    outcome = fields.String(
        required=True, validate=validate.OneOf(["recorded", "already-recorded", "refused"])
    )
    receipt = fields.Nested(ReceiptSchema, allow_none=True, required=True)
    reason = fields.Enum(Reason, by_value=True, allow_none=True, required=True)
    text = fields.Nested(TextSchema, allow_none=True, required=True)
