"""What is ordered for the patients of a ward."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from uuid6 import uuid7

from orders import Line, Order, OrderType, Usual
from tests.handheld_api.handhelds import House
from tests.support import ANTIBODY, GTIN, NOON
from trace import Dose


def medication(house: House, number: str, patient: UUID, **more: Any) -> None:  # noqa: ANN401
    """The antibody is ordered for somebody, once, at noon."""
    drug = Line(
        (f"https://id.gs1.org/01/{GTIN}",),
        1,
        ANTIBODY.code,
        dose=Dose(Decimal(100), "mg"),
        route="iv",
    )
    once = Usual("Asia/Shanghai").schedule("st", NOON - timedelta(minutes=5))
    values: dict[str, Any] = {
        "id": uuid7(),
        "time": NOON - timedelta(hours=1),
        "type": OrderType.MEDICATION,
        "number": number,
        "destination": "W07",
        "patient": patient,
        "lines": (drug,),
        "schedule": once,
    }
    house.hospital.recorder.record([Order(**{**values, **more})])
