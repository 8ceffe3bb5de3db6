"""The shapes of what the bedside is told."""

from __future__ import annotations

from marshmallow import Schema, fields

from handheld_api.fields import ToldSchema, length, one_line
from handheld_api.schemas import DoseSchema, PatientSchema
from hospital import Hop
from orders import Timing


class DueDoseSchema(Schema):
    """A dose of a medication order: `due` may be given now, `later` not yet.

    `overdue` is over and nobody has said what became of it; `as-needed` has no time. `given` is
    when the order's latest dose was given.
    """

    order = fields.String(required=True)
    product = fields.String(allow_none=True, required=True)
    generic = fields.String(allow_none=True, required=True)
    name = fields.String(allow_none=True, required=True)
    dose = fields.Nested(DoseSchema, allow_none=True, required=True)
    route = fields.String(allow_none=True, required=True)
    frequency = fields.String(required=True)
    timing = fields.Enum(Timing, by_value=True, required=True)
    due = fields.AwareDateTime(allow_none=True, required=True)
    given = fields.AwareDateTime(allow_none=True, required=True)
    high_alert = fields.Boolean(required=True)


class BedsideSchema(PatientSchema):
    """The patient in the bed, and the doses around this moment."""

    doses = fields.List(fields.Nested(DueDoseSchema), required=True)


class RoundRequestSchema(ToldSchema):
    """Nothing has to be said: the ward is the device's station."""


class InBedSchema(BedsideSchema):
    """A patient of the ward; `band` is the digest of the wristband."""

    band = fields.String(required=True)


class RoundSchema(Schema):
    """Everybody in the ward for whom something is ordered."""

    salt = fields.String(required=True)
    patients = fields.List(fields.Nested(InBedSchema), required=True)


class LoopQuerySchema(ToldSchema):
    """Which month, `2026-11`; none: the present one."""

    month = fields.String(validate=[length(1, 16), one_line])


class FaultyLoopSchema(Schema):
    """A dose or an implant with hops that are missing, or earlier than the one before them."""

    number = fields.String(required=True)
    due = fields.AwareDateTime(required=True)
    missing = fields.List(fields.Enum(Hop, by_value=True), required=True)
    disordered = fields.List(fields.Enum(Hop, by_value=True), required=True)


class LoopPartSchema(Schema):
    """How many loops, how many complete, and the first 200 of the others."""

    loops = fields.Integer(required=True)
    complete = fields.Integer(required=True)
    faulty = fields.List(fields.Nested(FaultyLoopSchema), required=True)


class LoopsSchema(Schema):
    """The closed-loop report (闭环完整率) of a station."""

    month = fields.String(required=True)
    medication = fields.Nested(LoopPartSchema, required=True)
    implants = fields.Nested(LoopPartSchema, required=True)
