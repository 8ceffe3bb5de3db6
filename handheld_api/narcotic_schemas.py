"""The shapes of narcotics: what lies where, the account book, closings and empty ampoules."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from handheld_api.fields import ToldSchema, count, number
from handheld_api.order_schemas import CODE, NOTE, at_most
from handheld_api.schemas import PersonSignatureSchema

_TIME: Final = "2026-11-22T17:40:00.000+08:00"
_SIGNATURES: Final = [{"pin": "******"}, {"badge": "B-1104", "pin": "******"}]
CLOSING: Final[dict[str, Any]] = {
    "id": "019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e70",
    "time": _TIME,
    "day": "2026-11-22",
    "counted": [{"product": "N001", "quantity": 18}],
    "signatures": _SIGNATURES,
}
AMPOULES: Final[dict[str, Any]] = {
    "id": "019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e71",
    "time": _TIME,
    "counted": [{"product": "N001", "quantity": 2}],
    "signatures": _SIGNATURES,
}
STANDING: Final[dict[str, Any]] = {
    "location": "W07",
    "closed": "2026-11-21",
    "products": [{"product": "N001", "books": 18, "used": 2, "empties": 1}],
}
ACCOUNT: Final[dict[str, Any]] = {
    "location": "W07",
    "product": "N001",
    "opening": 20,
    "lines": [
        {
            "seq": 4218311,
            "time": "2026-11-22T01:46:12.120Z",
            "kind": "administered",
            "lot": "N1",
            "expiry": "2027-12-31",
            "documents": ["RX-20261122-11"],
            "party": None,
            "patient": "urn:uuid:018f0000-0000-4000-8000-000000000001",
            "came": 0,
            "went": 2,
            "used": 2,
            "balance": 18,
            "person": "2231",
            "second_person": "2307",
        }
    ],
}


class NarcoticPlaceSchema(ToldSchema):
    """Which place; none: the station's."""

    location = fields.String(validate=CODE)


class StandingSchema(Schema):
    """A product: what lies there, and since the last closing what was used and came back empty."""

    product = fields.String(required=True)
    books = fields.Integer(required=True)
    used = fields.Integer(required=True)
    empties = fields.Integer(required=True)


class StandingAllSchema(Schema):
    """The narcotics of a place; `closed` is the last day that was."""

    location = fields.String(required=True)
    closed = fields.String(allow_none=True, required=True)
    products = fields.List(fields.Nested(StandingSchema), required=True)


class AccountQuerySchema(NarcoticPlaceSchema):
    """Of which product, and from which day to which, both included."""

    product = fields.String(required=True, validate=CODE)
    since = fields.Date()
    until = fields.Date()


class AccountLineSchema(Schema):
    """A line: what came or went in an entry, for whom, by which two persons."""

    seq = fields.Integer(required=True)
    time = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    lot = fields.String(required=True)
    expiry = fields.String(allow_none=True, required=True)
    documents = fields.List(fields.String(), required=True)
    party = fields.String(allow_none=True, required=True)
    patient = fields.String(allow_none=True, required=True)
    came = fields.Integer(required=True)
    went = fields.Integer(required=True)
    used = fields.Integer(required=True)
    balance = fields.Integer(required=True)
    person = fields.String(allow_none=True, required=True)
    second_person = fields.String(allow_none=True, required=True)


class AccountSchema(Schema):
    """An account book in the ledger's order; `opening` is the balance before its first line."""

    location = fields.String(required=True)
    product = fields.String(required=True)
    opening = fields.Integer(required=True)
    lines = fields.List(fields.Nested(AccountLineSchema), required=True)


class NarcoticCountSchema(ToldSchema):
    """How many base units of a product were counted."""

    product = fields.String(required=True, validate=CODE)
    quantity = fields.Integer(required=True, strict=True, validate=number(0, 1_000_000_000))


class _SignedSchema(ToldSchema):
    id = fields.UUID(required=True)
    time = fields.AwareDateTime(required=True, format="iso")
    location = fields.String(validate=CODE)
    note = fields.String(validate=NOTE)
    signatures = fields.List(
        fields.Nested(PersonSignatureSchema),
        load_default=list,
        validate=validate.Length(max=2, error="field-count:{max}"),
    )


class ClosingSchema(_SignedSchema):
    """A day is closed: every narcotic that lies there or was used since is counted."""

    day = fields.Date(required=True)
    counted = fields.List(fields.Nested(NarcoticCountSchema), required=True, validate=at_most(500))


class AmpoulesSchema(_SignedSchema):
    """Empty ampoules, by product."""

    counted = fields.List(fields.Nested(NarcoticCountSchema), required=True, validate=count(500))
