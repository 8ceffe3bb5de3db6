"""What a pharmacy divided and mixed, in the hospital of the pages."""

from __future__ import annotations

from sqlalchemy import select
from uuid6 import uuid7

from inventory import Definition, models
from tests.inventory.pharmacy import SALINE, TABLET, label, pack, part, saline
from tests.support import NOON, box, event
from tests.web.house import House
from trace import EventKind, Recordable, Recorded


def furnish_pharmacy(house: House) -> dict[str, int]:
    """A pack with parts given out, labelled and left; a bag of an amount and a box; by unit id."""
    patient = house.pseudonyms["王秀兰"]
    happened: list[Recordable] = [
        *(Definition(id=uuid7(), time=NOON, thing=thing) for thing in (TABLET, SALINE)),
        event(EventKind.RECEIVED, pack(), at="PHARM", party="国控江州"),
        event(EventKind.RECEIVED, saline(5), at="PHARM", party="江州医药配送"),
        event(EventKind.RECEIVED, box("MIX", lot="B1"), at="PHARM", party="国控江州"),
        event(EventKind.SPLIT, part(5), at="PHARM", outputs=(label(1, part=2), label(2, part=3))),
        event(EventKind.DISPENSED, part(7), at="PHARM", to="W07", patient=patient),
        event(EventKind.DISPENSED, label(1), at="PHARM", to="W07", patient=patient),
        event(EventKind.ADMINISTERED, label(1), at="W07", patient=patient),
        event(
            EventKind.COMPOUNDED,
            box("MIX"),
            saline(1),
            at="PHARM",
            outputs=(label(9),),
            second_person="1104",
        ),
        event(EventKind.DISPENSED, label(9), at="PHARM", to="W07", patient=patient),
    ]
    for record in happened:
        (outcome,) = house.recorder.record([record])
        assert isinstance(outcome, Recorded), (record, outcome)
    return _numbers(house)


def _numbers(house: House) -> dict[str, int]:
    keys = {"pack": pack().key, "dose": label(1).key, "bag": label(9).key, "box": box("MIX").key}
    c = models.unit.c
    with house.hospital.database.read() as connection:
        found = {row.key: row.unit_id for row in connection.execute(select(c.key, c.unit_id))}
    return {name: found[key] for name, key in keys.items()}
