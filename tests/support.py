"""A small hospital for tests: a clock, a catalogue, and short ways to say what happens."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

from uuid6 import uuid7

from hospital import new_participants
from inventory import Category, Definition, Location, Product
from ledger import Ledger
from trace import Event, EventKind, Recorder, Thing

ORIGIN = "medtrace.example/test"
ZONE = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 22, 12, tzinfo=ZONE)


class Clock:
    """Stands at noon of 2026-11-22 in Shanghai until it is moved."""

    def __init__(self) -> None:
        self.now = NOON.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Let time pass: `advance(minutes=5)`."""
        self.now += timedelta(**span)


GTIN = "06901234567892"
ANTIBODY = Product(
    code="D001",
    name="贝伐珠单抗注射液",
    specification="100 mg / 4 mL × 1 瓶",
    category=Category.DRUG,
    unit="瓶",
    holder="江北生物制药",
    identifiers=(f"https://id.gs1.org/01/{GTIN}",),
)
CEPHALOSPORIN = Product(
    code="D002",
    name="注射用头孢曲松钠",
    specification="1.0 g × 10 支",
    category=Category.DRUG,
    unit="盒",
    holder="青禾制药",
    identifiers=("urn:medtrace:cn-drug:8327116", "https://id.gs1.org/01/06923456789018"),
)
STENT = Product(
    code="M001",
    name="药物洗脱冠脉支架",
    specification="3.0 × 18 mm",
    category=Category.IMPLANT,
    unit="套",
    holder="江州医疗器械",
    identifiers=("https://id.gs1.org/01/06934567890122",),
)
SYRINGE = Product(
    code="C001",
    name="一次性使用无菌注射器",
    specification="5 mL",
    category=Category.CONSUMABLE,
    unit="支",
    holder="江南医用材料",
    identifiers=("https://id.gs1.org/01/06945678901232",),
)
LOCATIONS = (
    Location("STORE", "中心药库", "store"),
    Location("PHARM", "住院药房", "pharmacy"),
    Location("W07", "肿瘤科二病区", "ward"),
    Location("W08", "普外科五病区", "ward"),
    Location("OR1", "手术室 1", "theatre"),
)


def recorder(ledger: Ledger) -> Recorder:
    """A recorder as the program builds it."""
    return Recorder(ledger, new_participants())


def furnish(recorder: Recorder) -> None:
    """Put the small hospital's catalogue and locations on record."""
    things = (ANTIBODY, CEPHALOSPORIN, STENT, SYRINGE, *LOCATIONS)
    recorder.record([Definition(id=uuid7(), time=NOON, thing=thing) for thing in things])


def box(serial: str, *, lot: str | None = None, expiry: date | None = None) -> Thing:
    """A serialised box of the antibody."""
    return Thing(f"https://id.gs1.org/01/{GTIN}/21/{serial}", lot=lot, expiry=expiry)


def syringes(quantity: int, *, lot: str = "L1", expiry: date | None = None) -> Thing:
    """An amount of syringes of one lot."""
    key = f"https://id.gs1.org/01/06945678901232/10/{lot}"
    return Thing(key, quantity, lot=lot, expiry=expiry)


def stent(serial: str, *, lot: str | None = None, expiry: date | None = None) -> Thing:
    """A serialised implant."""
    return Thing(f"https://id.gs1.org/01/06934567890122/21/{serial}", lot=lot, expiry=expiry)


def event(
    kind: EventKind,
    *things: Thing,
    at: str = "STORE",
    to: str | None = None,
    patient: UUID | None = None,
    time: datetime = NOON,
    **more: object,
) -> Event:
    """Something that happens at noon, done by nurse 2307."""
    return Event(
        id=uuid7(),
        kind=kind,
        time=time,
        things=things,
        location=at,
        destination=to,
        patient=patient,
        person="2307",
        **more,  # type: ignore[arg-type]
    )
