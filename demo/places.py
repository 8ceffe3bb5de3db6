"""The demo's locations: the invented 江州市第一人民医院, from its stores to a few beds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from inventory import Location, Temperatures

HOSPITAL = "JZ1"
"""The code of the location that all others lie in."""

OPENED, PREPARING = "hospital", "hospital-in-preparation"
"""The kind of that location: while the demo is being seeded, and afterwards."""


def hospital(kind: str) -> Location:
    """The hospital itself, in preparation or opened."""
    return Location(HOSPITAL, "江州市第一人民医院", kind)


_COLD = Temperatures(Decimal(2), Decimal(8), timedelta(minutes=15))
_STORES = (
    Location("STORE", "中心药库", "store", HOSPITAL),
    Location("STORE-R2", "中心药库 收货台 2", "dock", "STORE"),
    Location("STORE-A03", "中心药库 A-03", "shelf", "STORE"),
    Location("STORE-C0107", "中心药库 C-01-07", "fridge", "STORE", temperatures=_COLD),
    Location("CONS", "耗材库", "store", HOSPITAL),
    Location("CONS-HV", "耗材库 高值柜", "cabinet", "CONS"),
)
_PHARMACIES = (
    Location("IP", "住院药房", "pharmacy", HOSPITAL),
    Location("OP", "门诊药房", "pharmacy", HOSPITAL),
    Location("EP", "急诊药房", "pharmacy", HOSPITAL),
    Location("PIVAS", "静配中心", "pharmacy", HOSPITAL),
    Location("PIVAS-F2", "静配中心 冷柜 2", "fridge", "PIVAS", temperatures=_COLD),
    Location("IP-SAFE", "住院药房 麻精药品柜", "safe", "IP"),
)
WARDS = (
    Location("HX3", "呼吸内科三病区", "ward", HOSPITAL),
    Location("PW5", "普外科五病区", "ward", HOSPITAL),
    Location("ZL2", "肿瘤科二病区", "ward", HOSPITAL),
    Location("XN2", "心血管内科二病区", "ward", HOSPITAL),
    Location("GK1", "骨科一病区", "ward", HOSPITAL),
    Location("YK1", "眼科一病区", "ward", HOSPITAL),
    Location("EK8", "儿科八病区", "ward", HOSPITAL),
    Location("ICU", "重症医学科", "ward", HOSPITAL),
    Location("ED", "急诊科", "ward", HOSPITAL),
)
"""The wards, where patients lie."""

_THEATRES = (
    Location("OR", "手术部", "theatre-suite", HOSPITAL),
    Location("OR-GK1", "骨科 1 号间", "theatre", "OR"),
    Location("OR-GK2", "骨科 2 号间", "theatre", "OR"),
    Location("OR-PW1", "普外 1 号间", "theatre", "OR"),
    Location("OR-YK3", "眼科 3 号间", "theatre", "OR"),
    Location("CATH1", "导管室 1", "theatre", "OR"),
    Location("CATH2", "导管室 2", "theatre", "OR"),
)
_CARTS = (
    Location("CART3", "急救车 3 号", "trolley", "HX3"),
    Location("CART7", "急救车 7 号", "trolley", "ED"),
    Location("CART-OR", "手术部 麻醉车", "trolley", "OR"),
    Location("ED-RESUS", "急诊科 抢救室", "room", "ED"),
)
_BEDS = tuple(
    Location(f"{ward}-{bed:02}", f"{name} {bed:02} 床", "bed", ward)
    for ward, name, beds in (
        ("ZL2", "肿瘤科二病区", (7, 15)),
        ("HX3", "呼吸内科三病区", (3, 12)),
        ("ICU", "重症医学科", (1, 2, 4)),
        ("EK8", "儿科八病区", (21,)),
    )
    for bed in beds
)

LOCATIONS: tuple[Location, ...] = (*_STORES, *_PHARMACIES, *WARDS, *_THEATRES, *_CARTS, *_BEDS)
"""Every location but the hospital itself, those around others first."""
