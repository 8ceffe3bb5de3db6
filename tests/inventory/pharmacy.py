"""What a pharmacy divides and mixes: packs of tablets, vials, saline, and the labels it prints."""

from __future__ import annotations

from uuid import UUID

from uuid6 import uuid7

from inventory import Category, Definition, Product
from tests.inventory.house import Hospital
from tests.support import NOON
from trace import Thing

PACK = "https://id.gs1.org/01/06901111111118"
TABLET = Product(
    code="D024",
    name="阿莫西林胶囊",
    specification="0.25 g × 24 粒",
    category=Category.DRUG,
    unit="粒",
    holder="青禾制药",
    identifiers=(PACK,),
    levels={PACK: 24},
)
SALINE = Product(
    code="D025",
    name="0.9% 氯化钠注射液",
    specification="250 mL",
    category=Category.DRUG,
    unit="袋",
    holder="江南药业",
    identifiers=("https://id.gs1.org/01/06902222222229",),
)
WANG, LI, ZHAO = UUID(int=1), UUID(int=2), UUID(int=3)


def pack(serial: str = "T1", lot: str | None = "T24") -> Thing:
    """A pack of 24 capsules."""
    return Thing(f"{PACK}/21/{serial}", lot=lot)


def part(count: int, serial: str = "T1") -> Thing:
    """So many capsules of a pack."""
    return Thing(f"{PACK}/21/{serial}", part=count)


def piece(start: int, stop: int, serial: str = "T1") -> Thing:
    """A range of a pack, by the key it has in our books."""
    return Thing(f"{PACK}/21/{serial}#{start}-{stop}")


def saline(quantity: int, lot: str = "S9") -> Thing:
    """An amount of saline."""
    return Thing(f"{SALINE.identifiers[0]}/10/{lot}", quantity, lot=lot)


def label(number: int, *, part: int | None = None) -> Thing:
    """A label that the pharmacy printed, for a dose or a bag."""
    return Thing(f"urn:medtrace:in-house:MT{number:018}", part=part)


def stock_up(hospital: Hospital) -> None:
    """Teach the hospital what is divided and mixed."""
    for product in (TABLET, SALINE):
        hospital.must(Definition(id=uuid7(), time=NOON, thing=product))
