"""Theatre in the busy hospital: kits sealed and open, loaner sets, preference lists."""

from __future__ import annotations

from datetime import timedelta

from uuid6 import uuid7

from inventory import Definition, Kit, KitAct, KitDoing, Location
from orders import Line, LoanerSet, Preference, PreferenceList
from tests.support import NOON, STENT, SYRINGE, event, stent, syringes
from tests.web.house import House
from trace import Document, EventKind, Recordable, Recorded

TROLLEY = Location("W07-TROLLEY", "抢救车", "trolley", parent="W07")
BOX = Location("OR1-BOX", "急救箱 2", "trolley", parent="OR1")


def furnish_theatre(house: House) -> None:
    """A trolley that is sealed and complete, a box that is open; one set is late."""
    today = NOON.date()
    came = {"owner": "江州医药配送", "documents": (Document("loaner", "GT-7"),)}
    happened: list[Recordable] = [
        Definition(id=uuid7(), time=NOON, thing=TROLLEY),
        Definition(id=uuid7(), time=NOON, thing=BOX),
        Kit(id=uuid7(), time=NOON, location=TROLLEY.code, contents={"C001": 4}, every=30),
        Kit(id=uuid7(), time=NOON, location=BOX.code, contents={"C001": 6}, every=7),
        event(
            EventKind.RECEIVED,
            syringes(5, lot="K1", expiry=today + timedelta(days=400)),
            at=TROLLEY.code,
            party="国控江州",
        ),
        KitAct(
            id=uuid7(),
            time=NOON,
            location=TROLLEY.code,
            doing=KitDoing.SEAL,
            seal="0001234",
            person="2307",
        ),
        _loaner("GT-7", today + timedelta(days=2)),
        _loaner("GT-6", today - timedelta(days=1)),
        event(EventKind.RECEIVED, stent("L1", lot="SL"), at="OR1", **came),  # type: ignore[arg-type]
        PreferenceList(
            id=uuid7(),
            time=NOON,
            code="PCI",
            procedure="冠状动脉支架置入术",
            lines=(Preference(STENT.code, 1, hold=True), Preference(SYRINGE.code, 12)),
            person="2307",
        ),
    ]
    for record in happened:
        (outcome,) = house.recorder.record([record])
        assert isinstance(outcome, Recorded), (record, outcome)


def _loaner(number: str, due: object) -> LoanerSet:
    return LoanerSet(
        id=uuid7(),
        time=NOON,
        number=number,
        party="江州医药配送",
        location="OR1",
        due=due,  # type: ignore[arg-type]
        lines=(Line(STENT.identifiers, 2, product=STENT.code),),
        procedure="SS-20261122-01",
        person="2307",
    )
