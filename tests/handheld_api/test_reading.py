"""Codes and photos: what they say, what we know of the thing, and what to do with it."""

from __future__ import annotations

import zlib

import cv2
import numpy as np
import pytest
from uuid6 import uuid7

from handheld_api.answers import reading_of
from recall import Recall, RecallClass, Scope
from scanning import draw_symbol, read
from tests.handheld_api.handhelds import House, box_code, event
from tests.support import GTIN, NOON
from trace import EventKind, Recorded

BOX = box_code("8837")


def blank_photo() -> bytes:
    done, data = cv2.imencode(".png", np.full((480, 640), 200, np.uint8))
    assert done
    return bytes(data)


def test_a_code_with_everything_in_it(house: House) -> None:
    reading = house.handheld("STORE").post("/scan", {"raw": BOX}).json
    assert reading["raw"] == BOX
    assert reading["key"] == f"https://id.gs1.org/01/{GTIN}/21/8837"
    assert (reading["lot"], reading["serial"], reading["expiry"]) == ("A2405", "8837", "2027-12-31")
    assert reading["product"]["name"] == "贝伐珠单抗注射液"
    assert reading["elements"][0] == ["01", GTIN]
    assert reading["state"] is None
    assert (reading["verdict"], reading["reason"], reading["text"]) == ("go", None, None)


def test_where_a_thing_is_by_the_books(house: House) -> None:
    store = house.handheld("STORE", "0417")
    store.record(event(EventKind.RECEIVED, BOX))
    assert store.post("/scan", {"raw": BOX}).json["state"] == {
        "status": "available",
        "location": "STORE",
        "location_name": "中心药库",
        "lot": "A2405",
        "expiry": "2027-12-31",
    }


BROKEN = {
    "nothing but blanks": ("   ", "scan-scheme-unknown"),
    "garbage": ("\x00\xff\x1d\x7f�", "scan-scheme-unknown"),
    "half a code": (f"01{GTIN[:7]}", None),
    "wrong check digit": ("(01)06901234567893(21)1", "scan-check-digit"),
    "an address of elsewhere": ("https://example.com/x", "scan-address-unknown"),
}


@pytest.mark.parametrize(("raw", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_code_is_stopped_with_a_reason(
    house: House, raw: str, reason: str | None
) -> None:
    response = house.handheld("STORE").post("/scan", {"raw": raw})
    assert response.status_code == 200
    reading = response.json
    assert reading["verdict"] == "stop"
    assert reading["reason"].startswith("scan-")
    assert reason in (None, reading["reason"])
    assert reading["text"]["zh"] != reading["reason"]
    assert reading["findings"][0]["text"]["en"]
    assert reading["key"] is None


def test_a_product_nobody_knows(house: House) -> None:
    reading = house.handheld("STORE").post("/scan", {"raw": "(01)09506000134352(21)X"}).json
    assert (reading["verdict"], reading["reason"]) == ("stop", "unknown-code")


def test_a_code_that_names_no_thing(house: House) -> None:
    reading = house.handheld("STORE").post("/scan", {"raw": "(414)0614141000005"}).json
    assert (reading["verdict"], reading["reason"]) == ("look", "scan-names-no-thing")


@pytest.mark.parametrize(
    ("expiry", "verdict", "reason"),
    [
        ("261121", "stop", "expired"),
        ("261122", "look", "near-expiry"),
        ("261222", "look", "near-expiry"),
        ("261223", "go", None),
    ],
)
def test_expiry(house: House, expiry: str, verdict: str, reason: str | None) -> None:
    reading = house.handheld("STORE").post("/scan", {"raw": box_code("1", expiry=expiry)}).json
    assert (reading["verdict"], reading["reason"]) == (verdict, reason)


def test_a_used_box_a_quarantined_one_and_a_recalled_lot(house: House) -> None:
    store, ward = house.handheld("STORE", "0417"), house.handheld("W07", "2307")
    used, held, other = box_code("1"), box_code("2"), box_code("3", lot="B1")
    store.record(
        event(EventKind.RECEIVED, used, held, other),
        event(EventKind.MOVED, used, destination="W07"),
        event(EventKind.QUARANTINED, held),
    )
    ward.record(event(EventKind.ADMINISTERED, used, at="W07", patient=house.tokens.patient))

    def verdict(raw: str) -> tuple[str, str | None]:
        reading = store.post("/scan", {"raw": raw}).json
        return reading["verdict"], reading["reason"]

    assert verdict(used) == ("stop", "already-used")
    assert verdict(held) == ("stop", "quarantined")
    assert verdict(other) == ("go", None)
    opened = Recall(
        id=uuid7(),
        time=NOON,
        case_id="RC-2026-0001",
        recall_class=RecallClass.FIRST,
        scope=(Scope("D001", ("B1",)),),
        reason="可见异物",
        source="江北生物制药",
        notified=NOON,
        person="5101",
    )
    assert isinstance(house.hospital.recorder.record([opened])[0], Recorded)
    assert verdict(other) == ("stop", "recalled")
    assert verdict(box_code("never-seen", lot="B1")) == ("stop", "recalled")


def test_a_photo_of_a_label(house: House) -> None:
    picture = draw_symbol(f"(01){GTIN}(17)271231(10)A2405(21)8837", "gs1-datamatrix")
    response = house.handheld("STORE").photo(picture)
    assert response.status_code == 200
    (symbol,) = response.json["symbols"]
    assert symbol["symbology"] == "gs1-datamatrix"
    assert symbol["uncertain"] is False
    assert len(symbol["corners"]) == 4
    assert symbol["reading"]["raw"] == BOX
    assert symbol["reading"]["verdict"] == "go"
    assert response.json["reason"] is None


def test_a_code_that_two_readers_read_differently_is_looked_at(house: House) -> None:
    reading = reading_of(house.hospital, read(BOX), uncertain=True)
    assert (reading["verdict"], reading["reason"]) == ("look", "photo-uncertain")
    assert BOX in reading["text"].zh
    expired = read(box_code("1", expiry="260101"))
    assert reading_of(house.hospital, expired, uncertain=True)["verdict"] == "stop"


def test_a_photo_of_nothing_says_what_to_do(house: House) -> None:
    response = house.handheld("STORE").photo(blank_photo())
    assert response.status_code == 200
    assert response.json["symbols"] == []
    assert response.json["reason"] == "photo-empty"
    assert response.json["text"]["zh"] == "照片里没有找到码。靠近一点，对好焦"


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", zlib.compress(bytes(100_000))],
    ids=["nothing", "text", "half a PNG", "half a PDF", "zipped"],
)
def test_a_photo_that_is_none_is_a_problem(house: House, content: bytes) -> None:
    response = house.handheld("STORE").photo(content)
    assert response.status_code == 422
    assert response.json["code"] == "image-unreadable"
    assert response.json["text"]["zh"] != "image-unreadable"


def test_a_photo_that_was_forgotten(house: House) -> None:
    store = house.handheld("STORE")
    for content_type in ("multipart/form-data; boundary=x", "application/json", "image/png"):
        response = store.send("/photo", b"--x--\r\n", content_type)
        assert response.status_code == 422
        assert response.json["field"] == "photo"
        assert response.json["errors"][0]["code"] == "required"
