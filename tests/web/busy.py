"""A hospital on a busy morning: something waits on every list of the desk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from uuid6 import uuid7

from inventory import (
    Count,
    Counted,
    CountLines,
    Definition,
    Location,
    Reading,
    Sample,
    Temperatures,
)
from orders import Line, Order, OrderType
from tests.support import ANTIBODY, NOON, SYRINGE, Clock, box, event, syringes
from tests.web.house import House
from trace import Document, EventKind, Recordable, Recorded, Thing

UNKNOWN = Thing("https://id.gs1.org/01/04012345678901/21/Z1", lot="Z")
"""A thing under a code that no product owns."""
SOON = NOON.date() + timedelta(days=20)
"""The last day of goods that expire soon."""
FRIDGE = Location(
    "F1",
    "冷柜 1",
    "fridge",
    parent="PHARM",
    temperatures=Temperatures(Decimal(2), Decimal(8), timedelta(minutes=30)),
)


@contextmanager
def opened(template: Path, folder: Path) -> Iterator[House]:
    """The small hospital of the pages, in a folder of its own, open until the block ends."""
    shutil.copy(template, folder / "medtrace.sqlite3")
    house = House(f"sqlite:///{folder / 'medtrace.sqlite3'}", folder / "data", Clock())
    house.furnish()
    yield house
    house.hospital.close()


def keep_busy(house: House) -> UUID:
    """Let everything happen; gives the id of the count that waits."""
    count = Count(id=uuid7(), time=NOON, location="STORE", products=("C001",), person="0417")
    happened: list[Recordable] = [
        Definition(id=uuid7(), time=NOON, thing=FRIDGE),
        *_orders(),
        event(EventKind.ARRIVED, syringes(30, lot="T1", expiry=SOON), at="STORE", party="国控江州"),
        event(EventKind.ARRIVED, UNKNOWN, at="STORE", party="国控江州"),
        event(
            EventKind.RECEIVED,
            *(box(f"T{n}", lot="B1") for n in range(3)),
            at="STORE",
            party="国控江州",
            documents=(Document("po", "CG-1"),),
        ),
        event(
            EventKind.SENT,
            box("T0"),
            at="STORE",
            to="PHARM",
            documents=(Document("transfer", "DB-1"),),
        ),
        event(EventKind.QUARANTINED, box("T1"), at="STORE"),
        event(EventKind.DISPENSED, box("LOST-1"), at="PHARM", after_the_fact=True),
        event(EventKind.RECEIVED, box("COLD", lot="B1"), at="F1", party="国控江州"),
        _warm(),
        count,
        CountLines(
            id=uuid7(),
            time=NOON,
            count=count.id,
            lines=(Counted(syringes(7).key, 7, "L1"),),
            person="0417",
        ),
    ]
    for record in happened:
        (outcome,) = house.recorder.record([record])
        assert isinstance(outcome, Recorded), (record, outcome)
    house.clock.advance(hours=3)
    return count.id


def _warm() -> Reading:
    samples = tuple(
        Sample(NOON + timedelta(minutes=minute), Decimal(value), Decimal(value))
        for minute, value in ((0, 5), (10, 12), (50, 13), (60, 12))
    )
    return Reading(id=uuid7(), place="F1", sensor="TH-1", samples=samples, person="2307")


def _orders() -> list[Order]:
    line = Line(ANTIBODY.identifiers, 8, product="D001")
    return [
        Order(
            id=uuid7(),
            time=NOON,
            type=OrderType.PURCHASE,
            number="CG-1",
            lines=(line, Line(SYRINGE.identifiers, 100, product="C001")),
            party="国控江州",
            destination="STORE",
        ),
        Order(
            id=uuid7(),
            time=NOON,
            type=OrderType.TRANSFER,
            number="DB-1",
            lines=(Line(ANTIBODY.identifiers, 2, product="D001"),),
            source="STORE",
            destination="PHARM",
        ),
        Order(
            id=uuid7(),
            time=NOON,
            type=OrderType.PRESCRIPTION,
            number="CF-1",
            lines=(Line(ANTIBODY.identifiers, 1, product="D001"),),
            patient=UUID(int=7),
            destination="W08",
        ),
    ]
