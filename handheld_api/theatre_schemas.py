"""The shapes of theatre's papers: loaner sets, kits, preference lists, what was bought."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields

from handheld_api.fields import ToldSchema, number
from handheld_api.order_schemas import CODE, NOTE, QUANTITY, at_most
from inventory import KitDoing, KitWant

_TIME: Final = "2026-11-22T07:10:00.000+08:00"


def _id(last: int) -> str:
    return f"019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e{last:02}"


LOANER: Final[dict[str, Any]] = {
    "id": _id(80),
    "time": _TIME,
    "number": "LS-20261122-1",
    "party": "江州医疗器械",
    "due": "2026-11-22",
    "procedure": "OP-20261122-3",
    "lines": [{"product": "M001", "quantity": 5}],
}
_SET: Final[dict[str, Any]] = {
    "number": "LS-20261122-1",
    "party": "江州医疗器械",
    "location": "OR1",
    "due": "2026-11-22",
    "overdue": False,
    "procedure": "OP-20261122-3",
    "lines": [
        {"line": 1, "product": "M001", "quantity": 5, "came": 5, "used": 2, "out": 0},
    ],
}
LOANERS: Final[dict[str, Any]] = {"loaners": [_SET]}
LOANER_CLOSING: Final[dict[str, Any]] = {
    "id": _id(81),
    "time": _TIME,
    "number": "LS-20261122-1",
}
KIT: Final[dict[str, Any]] = {
    "id": _id(82),
    "time": _TIME,
    "location": "W07",
    "contents": [{"product": "D001", "quantity": 2}],
    "every": 30,
}
KIT_ACT: Final[dict[str, Any]] = {
    "id": _id(83),
    "time": _TIME,
    "location": "W07",
    "doing": "seal",
    "seal": "S-0081",
}
KITS: Final[dict[str, Any]] = {
    "kits": [
        {
            "location": "W07",
            "seal": "S-0081",
            "soonest": "2026-12-01",
            "wants": ["expiring"],
            "short": {},
            "contents": [
                {
                    "product": "D001",
                    "lot": "A2405",
                    "expiry": "2026-12-01",
                    "quantity": 2,
                    "expired": False,
                    "held": False,
                }
            ],
        }
    ]
}
PREFERENCE: Final[dict[str, Any]] = {
    "id": _id(84),
    "time": _TIME,
    "code": "THA-0417",
    "procedure": "全髋关节置换",
    "surgeon": "0417",
    "lines": [{"product": "C001", "quantity": 2}, {"product": "M001", "quantity": 1, "hold": True}],
}
PREFERENCES: Final[dict[str, Any]] = {
    "lists": [
        {
            "code": "THA-0417",
            "procedure": "全髋关节置换",
            "surgeon": "0417",
            "seq": 4218400,
            "lines": [
                {
                    "product": "C001",
                    "name": "一次性注射器",
                    "quantity": 2,
                    "hold": False,
                    "picks": [{"lot": "L1", "expiry": "2027-12-31", "take": 2}],
                    "short": 0,
                }
            ],
        }
    ]
}
BOUGHT: Final[dict[str, Any]] = {
    "party": "江州医疗器械",
    "lines": [
        {
            "seq": 4218410,
            "product": "M001",
            "name": "冠脉支架",
            "lot": "S1",
            "location": "OR1",
            "quantity": 1,
        }
    ],
}


class PlaceSchema(ToldSchema):
    """Which place; none: the station's."""

    location = fields.String(validate=CODE)


class _SaidSchema(ToldSchema):
    id = fields.UUID(required=True)
    time = fields.AwareDateTime(required=True, format="iso")


class ProductAmountSchema(ToldSchema):
    """So many base units of a product, by the hospital's code."""

    product = fields.String(required=True, validate=CODE)
    quantity = fields.Integer(required=True, strict=True, validate=QUANTITY)


class LoanerSchema(_SaidSchema):
    """A set that comes; `due` is the day by which what is not used is out again."""

    number = fields.String(required=True, validate=CODE)
    party = fields.String(required=True, validate=CODE)
    location = fields.String(validate=CODE)
    due = fields.Date(required=True)
    procedure = fields.String(validate=CODE)
    lines = fields.List(fields.Nested(ProductAmountSchema), required=True, validate=at_most(200))


class LoanerClosingSchema(_SaidSchema):
    """A set is closed."""

    number = fields.String(required=True, validate=CODE)
    note = fields.String(validate=NOTE)


class LoanerLineSchema(Schema):
    """A line: declared, come, used and out again."""

    line = fields.Integer(required=True)
    product = fields.String(allow_none=True, required=True)
    quantity = fields.Integer(required=True)
    came = fields.Integer(required=True)
    used = fields.Integer(required=True)
    out = fields.Integer(required=True)


class LoanerFileSchema(Schema):
    """A set as it stands."""

    number = fields.String(required=True)
    party = fields.String(required=True)
    location = fields.String(required=True)
    due = fields.String(required=True)
    overdue = fields.Boolean(required=True)
    procedure = fields.String(allow_none=True, required=True)
    lines = fields.List(fields.Nested(LoanerLineSchema), required=True)


class LoanersSchema(Schema):
    """The sets that are not closed."""

    loaners = fields.List(fields.Nested(LoanerFileSchema), required=True)


class KitSchema(_SaidSchema):
    """What belongs in a kit, and after how many days it is to be checked."""

    location = fields.String(required=True, validate=CODE)
    contents = fields.List(fields.Nested(ProductAmountSchema), required=True, validate=at_most(200))
    every = fields.Integer(load_default=30, strict=True, validate=number(1, 366))


class KitActSchema(_SaidSchema):
    """A kit is sealed, checked or opened; `intact`: the seal that was found was whole."""

    location = fields.String(required=True, validate=CODE)
    doing = fields.Enum(KitDoing, by_value=True, required=True)
    seal = fields.String(validate=CODE)
    intact = fields.Boolean(load_default=True)
    note = fields.String(validate=NOTE)


class KitRowSchema(Schema):
    """So much of a lot lies in a kit."""

    product = fields.String(required=True)
    lot = fields.String(required=True)
    expiry = fields.String(allow_none=True, required=True)
    quantity = fields.Integer(required=True)
    expired = fields.Boolean(required=True)
    held = fields.Boolean(required=True)


class KitFileSchema(Schema):
    """A kit: its seal (none: open), what lies in it, and what somebody has to see to."""

    location = fields.String(required=True)
    seal = fields.String(allow_none=True, required=True)
    soonest = fields.String(allow_none=True, required=True)
    wants = fields.List(fields.Enum(KitWant, by_value=True), required=True)
    short = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    contents = fields.List(fields.Nested(KitRowSchema), required=True)


class KitsSchema(Schema):
    """Every kit."""

    kits = fields.List(fields.Nested(KitFileSchema), required=True)


class PreferenceLineSchema(ProductAmountSchema):
    """A line; `hold`: in the room, not opened until it is asked for."""

    hold = fields.Boolean(load_default=False)


class PreferenceListSchema(_SaidSchema):
    """A list that is in force from now on."""

    code = fields.String(required=True, validate=CODE)
    procedure = fields.String(required=True, validate=CODE)
    surgeon = fields.String(validate=CODE)
    lines = fields.List(fields.Nested(PreferenceLineSchema), required=True, validate=at_most(200))


class PreferenceQuerySchema(PlaceSchema):
    """Which lists, and where the goods are taken from."""

    procedure = fields.String(validate=CODE)
    code = fields.String(validate=CODE)
    surgeon = fields.String(validate=CODE)


class LotToTakeSchema(Schema):
    """Take so much of this lot."""

    lot = fields.String(required=True)
    expiry = fields.String(allow_none=True, required=True)
    take = fields.Integer(required=True)


class PreferredLineSchema(Schema):
    """A line, which lots to take for it, and how much is lacking."""

    product = fields.String(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    hold = fields.Boolean(required=True)
    picks = fields.List(fields.Nested(LotToTakeSchema), required=True)
    short = fields.Integer(required=True)


class PreferredSchema(Schema):
    """A list in force."""

    code = fields.String(required=True)
    procedure = fields.String(required=True)
    surgeon = fields.String(allow_none=True, required=True)
    seq = fields.Integer(required=True)
    lines = fields.List(fields.Nested(PreferredLineSchema), required=True)


class PreferenceListsSchema(Schema):
    """The lists in force."""

    lists = fields.List(fields.Nested(PreferredSchema), required=True)


class BoughtQuerySchema(ToldSchema):
    """From whom, and from which day to which, both included."""

    party = fields.String(required=True, validate=CODE)
    since = fields.Date()
    until = fields.Date()


class BoughtLineSchema(Schema):
    """So much was bought by an entry."""

    seq = fields.Integer(required=True)
    product = fields.String(required=True)
    name = fields.String(required=True)
    lot = fields.String(required=True)
    location = fields.String(required=True)
    quantity = fields.Integer(required=True)


class BoughtSchema(Schema):
    """What a supplier is to be paid for, the oldest first."""

    party = fields.String(required=True)
    lines = fields.List(fields.Nested(BoughtLineSchema), required=True)
