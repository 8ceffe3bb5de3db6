"""The shapes of the cold chain: readings as sensors send them, excursions as people see them."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields

from handheld_api.fields import ToldSchema, count, length, number, written
from handheld_api.order_schemas import CODE
from handheld_api.schemas import OutcomeSchema
from inventory import MOST_SAMPLES

_NUMBER: Final[dict[str, str | list[Any] | dict[Any, Any]]] = {
    "invalid": "field-number",
    "special": "field-number",
}
NOTE: Final[list[Any]] = [length(1, 500), written]


class SampleSchema(ToldSchema):
    """What a sensor measured, °C with two decimals at most.

    `temperature` alone, or `lowest` and `highest` since the sample before.
    """

    time = fields.AwareDateTime(required=True, format="iso")
    temperature = fields.Decimal(error_messages=_NUMBER)
    lowest = fields.Decimal(error_messages=_NUMBER)
    highest = fields.Decimal(error_messages=_NUMBER)


class SensorReadingSchema(ToldSchema):
    """The samples of one sensor at one place, in order of time."""

    id = fields.UUID(required=True)
    place = fields.String(required=True, validate=CODE)
    sensor = fields.String(required=True, validate=CODE)
    samples = fields.List(fields.Nested(SampleSchema), required=True, validate=count(MOST_SAMPLES))


class SensorReadingsSchema(ToldSchema):
    """Readings of one or several sensors."""

    readings = fields.List(fields.Nested(SensorReadingSchema), required=True, validate=count(100))


class MeasuredSchema(Schema):
    """One outcome for each reading, and how many events put goods into quarantine."""

    outcomes = fields.List(fields.Nested(OutcomeSchema), required=True)
    held = fields.Integer(required=True)


class ExcursionSchema(Schema):
    """A range that was left for longer than it allows."""

    number = fields.Integer(required=True)
    place = fields.String(required=True)
    place_name = fields.String(required=True)
    sensor = fields.String(required=True)
    limits = fields.String(required=True)
    of_place = fields.Boolean(required=True)
    started = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True)
    ended = fields.Boolean(required=True)
    lowest = fields.String(required=True)
    highest = fields.String(required=True)


class ExcursionsSchema(Schema):
    """The excursions that nobody has decided, the newest first."""

    excursions = fields.List(fields.Nested(ExcursionSchema), required=True)


class ExcursionDecisionSchema(ToldSchema):
    """What a person found about an excursion."""

    id = fields.UUID(required=True)
    time = fields.AwareDateTime(required=True, format="iso")
    number = fields.Integer(required=True, strict=True, validate=number(1, 2**53 - 1))
    note = fields.String(required=True, validate=NOTE)
