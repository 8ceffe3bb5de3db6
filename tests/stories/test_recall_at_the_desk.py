"""A recall as it is lived at the desk, through the pages, with a label that was really drawn."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from access import Role
from scanning import SymbolKind, draw_symbol
from tests.support import GTIN, Clock, box, event
from tests.web.house import SECRETS, House
from trace import EventKind, Reason, Refused


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """A stocked hospital, on each engine in turn."""
    opened = House(database_url, tmp_path / "data", clock)
    opened.furnish()
    yield opened
    opened.hospital.close()


def test_from_a_photo_of_a_box_to_the_patients_of_its_lot(house: House) -> None:
    pharmacist = house.enter("P0533", Role.PHARMACIST)
    label = draw_symbol(f"(01){GTIN}(17)280331(10)B1(21)A1", SymbolKind.GS1_DATAMATRIX)
    found = pharmacist.post("/search/photo", {"photo": (io.BytesIO(label), "label.png")})
    life = pharmacist.get(found.location).get_data(as_text=True)
    places = [life.index(place) for place in ("国控江州", "中心药库", "住院药房", "肿瘤科二病区")]
    assert places == sorted(places)

    lot = pharmacist.get("/lots/1").get_data(as_text=True)
    assert "2 人用过" in lot
    form = pharmacist.get("/recalls/new?product=D001&lot=B1").get_data(as_text=True)
    token = re.search(r'name="event_id" value="([^"]+)"', form)
    assert token is not None
    notice = {
        "event_id": token.group(1),
        "product": "D001",
        "lot": "B1",
        "recall_class": "1",
        "reason": "可见异物",
        "notice": "QH-2026-118",
    }
    case = pharmacist.post("/recalls", notice).location

    (outcome,) = house.recorder.record([event(EventKind.DISPENSED, box("A3"), to="W07")])
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.RECALLED

    text = pharmacist.get(case).get_data(as_text=True)
    assert "相加相符" in text
    for said in ("中心药库", "肿瘤科二病区", "普外科五病区", "可见异物", "拦下"):
        assert said in text
    assert not any(secret in text for secret in SECRETS)
    names = pharmacist.post(f"{case}/patients", {"reason": "PATSFTY"}).get_data(as_text=True)
    assert "王秀兰" in names
    assert "李建国" in names

    house.seal()
    auditor = house.enter("A5202", Role.AUDITOR)
    auditor.post("/ledger/verify")
    ledger = auditor.get("/ledger").get_data(as_text=True)
    assert "完好" in ledger
    proven = auditor.get(case).get_data(as_text=True)
    assert "已证明" in proven
