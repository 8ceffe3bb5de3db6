"""Searching: any code, number or name leads to the right page."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from uuid6 import uuid7

from access import Role
from orders import Line, Order, OrderType
from scanning import SymbolKind, draw_symbol
from tests.support import ANTIBODY, GTIN, NOON
from tests.web.house import LI, SECRETS, WANG, Browser, House

GS = "\x1d"


def search(browser: Browser, query: str) -> tuple[str | None, str]:
    """Where a query leads, and else what the page says."""
    answer = browser.get(f"/search?q={quote(query, safe='')}")
    assert answer.status_code in {200, 303}
    return answer.location, answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "leads"),
    [
        (f"]d201{GTIN}1728033110B1{GS}21A1", "/units/1"),
        (f"01{GTIN}1728033110B1{GS}21A1", "/units/1"),
        (f"(01){GTIN}(17)280331(10)B1(21)A1", "/units/1"),
        (f"https://id.gs1.org/01/{GTIN}/21/A1", "/units/1"),
        ("A1", "/units/1"),
        ("  S7 ", "/units/4"),
        (f"01{GTIN}10B1", "/lots/1"),
        ("B1", "/lots/1"),
        ("L1", "/lots/3"),
        (GTIN[1:], "/products/1"),
        (GTIN, "/products/1"),
        ("D002", "/products/2"),
        ("头孢", "/products/2"),
        ("83271160045839207715", "/products/2"),
    ],
)
def test_a_query_that_names_one_thing_leads_to_it(stocked: House, query: str, leads: str) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    location, text = search(browser, query)
    if query.startswith("8327"):
        assert location is None
        assert leads in text
        assert "这一件没有入过库" in text
    else:
        assert location == leads
        assert browser.get(leads).status_code == 200


def test_several_hits_are_listed(stocked: House) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    location, text = search(browser, "注射")
    assert location is None
    for href in ("/products/1", "/products/2", "/products/4"):
        assert f'href="{href}"' in text


def test_an_unknown_code_says_what_was_read_and_what_is_wrong(stocked: House) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    location, text = search(browser, "6901234567890")
    assert location is None
    assert "不认识这个码" in text
    assert "06901234567890" in text
    assert "校验位不对" in text


def test_a_label_that_tells_another_lot_stops_the_reader(stocked: House) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    location, text = search(browser, f"]d201{GTIN}10OTHER{GS}21A1")
    assert location is None
    assert "verdict-stop" in text
    assert "标签上的批号是 OTHER，账本里是 B1" in text


def test_nothing_typed_leads_home(stocked: House) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    assert search(browser, "  ")[0] == "/"
    assert browser.get("/search").location == "/"


def test_a_query_is_shown_as_text_never_as_markup(stocked: House) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    assert "<script>alert" not in search(browser, "<script>alert(1)</script>")[1]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60))
@example("\x00")
@example("A1\x00")
@example("]d2" + GS)
@example("%")
@example("9" * 9000)
@example("(01)")
@example("http://")
@example("\ud800")
def test_no_query_breaks_the_search(stocked: House, query: str) -> None:
    browser = _inside(stocked)
    escaped = quote(query.encode("utf-8", "surrogatepass"), safe="")
    assert browser.get(f"/search?q={escaped}").status_code in {200, 303}


def _inside(house: House) -> Browser:
    """One pharmacist for all examples."""
    if not house.hospital.access.staff.names(["P1"]):
        house.hire("P1", Role.PHARMACIST)
    if not hasattr(_inside, "browsers"):
        _inside.browsers = {}  # type: ignore[attr-defined]
    browsers: dict[House, Browser] = _inside.browsers  # type: ignore[attr-defined]
    if house not in browsers:
        browsers[house] = house.sign_in("P1")
    return browsers[house]


def test_a_photo_of_a_label_leads_to_the_box(stocked: House) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    png = draw_symbol(f"(01){GTIN}(17)280331(10)B1(21)A1", SymbolKind.GS1_DATAMATRIX)
    answer = browser.post("/search/photo", {"photo": (io.BytesIO(png), "label.png")})
    assert (answer.status_code, answer.location) == (303, "/units/1")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "打不开"), (b"no picture at all", "打不开"), (None, "先选一张照片")],
)
def test_a_photo_that_is_none_says_so(stocked: House, content: bytes | None, said: str) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    form = {"photo": (io.BytesIO(content), "x.jpg")} if content is not None else {}
    answer = browser.post("/search/photo", form)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_the_first_page_shows_what_was_just_recorded_and_open_recalls(stocked: House) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    text = browser.get("/").get_data(as_text=True)
    assert "贝伐珠单抗注射液" in text
    assert "床旁给药" in text
    assert not any(secret in text for secret in SECRETS)


def test_a_document_and_a_place_are_found_by_their_number_and_name(stocked: House) -> None:
    order = Order(
        id=uuid7(),
        time=NOON,
        type=OrderType.PURCHASE,
        number="CG-1122-07",
        lines=(Line(ANTIBODY.identifiers, 2, product="D001"),),
        party="国控江州",
        destination="STORE",
    )
    stocked.recorder.record([order])
    browser = stocked.enter("P1", Role.PHARMACIST)
    assert browser.get("/search?q=CG-1122-07").location.startswith("/documents/")
    assert browser.get("/search?q=住院药房").location.startswith("/stock/places/")
    assert browser.get("/search?q=bfzdk").location.startswith("/products/")
    ward = stocked.enter("N1", Role.NURSE, places=["W07"])
    assert "/documents/" not in ward.get("/search?q=CG-1122-07").get_data(as_text=True)


def test_what_a_patient_had_is_found_by_number_with_a_reason_on_record(stocked: House) -> None:
    nurse = stocked.enter("N1", Role.NURSE, places=["W07"])
    sent = {"kind": "record_number", "number": WANG.record_number, "reason": "TREAT"}
    page = nurse.post("/search/patient", sent).get_data(as_text=True)
    assert "贝伐珠单抗注射液" in page
    assert all(secret not in page for secret in SECRETS)
    last = stocked.hospital.ledger.entries(stocked.size() - 1, stocked.size())[0]
    assert (last.kind, last.event["action"]) == ("access", "find_patients")
    assert WANG.record_number not in str(last.event)
    file = nurse.post("/search/patient", sent | {"format": "csv"})
    assert file.headers["Content-Disposition"].startswith("attachment; filename=patient-goods-")
    assert "贝伐珠单抗注射液" in file.get_data(as_text=True)
    assert stocked.hospital.ledger.entries(stocked.size() - 1, stocked.size())[0].kind == "access"
    elsewhere = nurse.post("/search/patient", sent | {"number": LI.record_number})
    assert elsewhere.status_code == 403
    for wrong in ({"number": "ZY0"}, {"reason": ""}, {"kind": "name"}, {"number": ""}):
        answer = nurse.post("/search/patient", sent | wrong)
        assert answer.status_code == 422, wrong
    assert stocked.enter("S1", Role.WAREHOUSE).get("/search/patient").status_code == 403
