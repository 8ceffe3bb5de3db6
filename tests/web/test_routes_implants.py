"""The register of implants: found by what the equipment office asks for, printed, taken out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook
from uuid6 import uuid7

from access import Role
from hospital import DECODERS
from inventory import Definition, ImplantsWanted, registered_implants
from recall import Scope
from scanning import decode, read
from tests.recall.test_desk import opened
from tests.support import NOON, STENT, Clock, event, recorder
from tests.trace.rows import rows_of
from tests.web.house import EXPIRY, SECRETS, Browser, House
from trace import Correction, Error, EventKind, Recorded, Thing, rebuild

UDI_DI = "06934567890122"


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """Three stents: one with surgeon and site, one taken out again, one declared wrong."""
    opened = House(database_url, tmp_path / "data", clock)
    opened.furnish()
    wang, li = opened.pseudonyms["王秀兰"], opened.pseudonyms["李建国"]
    licence = replace(
        STENT,
        details={"registration": "国械注准20253130877"},
    )
    wrong = event(EventKind.IMPLANTED, stent("S3"), at="OR1", patient=li)
    outcomes = opened.recorder.record(
        [
            Definition(id=uuid7(), time=NOON, thing=licence),
            event(
                EventKind.RECEIVED,
                *(stent(f"S{n}", lot="S1", expiry=EXPIRY) for n in (1, 2, 3)),
                at="OR1",
            ),
            event(
                EventKind.IMPLANTED,
                stent("S1"),
                at="OR1",
                patient=wang,
                surgeon="3301",
                site="左前降支",
            ),
            event(EventKind.IMPLANTED, stent("S2"), at="OR1", patient=li),
            event(EventKind.EXPLANTED, stent("S2"), at="OR1", patient=li),
            wrong,
            Correction(
                id=uuid7(), time=NOON, corrects=wrong.id, error=Error.DID_NOT_OCCUR, person="1"
            ),
        ]
    )
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    yield opened
    opened.hospital.close()


def stent(serial: str, **said: Any) -> Thing:  # noqa: ANN401 -- as of a thing
    """One whose UDI-DI has its check digit, as a symbol needs."""
    return Thing(f"https://id.gs1.org/01/{UDI_DI}/21/{serial}", **said)


def shown(browser: Browser, query: str = "") -> list[str]:
    """The serials that the table shows, from above."""
    html = browser.get(f"/implants{query}").get_data(as_text=True)
    return re.findall(r'cell-mono[^>]*><span class="mono micro break">(S\d+)<', html)


def test_the_register_is_asked_in_every_way(house: House) -> None:
    office = house.enter("E1", Role.EQUIPMENT_OFFICE)
    html = office.get("/implants").get_data(as_text=True)
    assert shown(office) == ["S2", "S1"], "the newest first, without what was declared wrong"
    assert not any(secret in html for secret in SECRETS)
    for query, found in {
        f"?q={UDI_DI}": ["S2", "S1"],
        "?q=冠脉": ["S2", "S1"],
        "?q=3.0": ["S2", "S1"],
        "?q=nothing": [],
        "?lot=S1": ["S2", "S1"],
        "?lot=S2": [],
        "?serial=S1": ["S1"],
        "?maker=江州": ["S2", "S1"],
        "?maker=别家": [],
        "?surgeon=3301": ["S1"],
        "?site=前降": ["S1"],
        "?since=2026-11-22&until=2026-11-22": ["S2", "S1"],
        "?until=2026-11-21": [],
        "?since=2026-11-23": [],
        "?since=yesterday": ["S2", "S1"],
        "?state=explanted": ["S2"],
        "?state=incomplete": ["S2"],
        "?state=recalled": [],
        "?after=x": ["S2", "S1"],
    }.items():
        assert shown(office, query) == found, query


def test_it_goes_out_as_files(house: House) -> None:
    office = house.enter("E1", Role.EQUIPMENT_OFFICE)
    text = office.get("/implants?format=csv").get_data(as_text=True)
    assert len(text.splitlines()) == 3
    assert "左前降支" in text
    assert not any(secret in text for secret in SECRETS)
    book = CalamineWorkbook.from_filelike(io.BytesIO(office.get("/implants?format=xlsx").data))
    assert len(book.get_sheet_by_index(0).to_python()) == 3


def test_the_card_reads_back_and_bears_a_name_only_for_a_reason(house: House) -> None:
    nurse = house.enter("T1", Role.THEATRE, places=["OR1"])
    html = nurse.get("/implants?serial=S1").get_data(as_text=True)
    one = re.search(r'href="(/implants/\d+/\d+/\d+)"', html)
    assert one
    page = nurse.get(one[1]).get_data(as_text=True)
    assert "国械注准20253130877" in page
    assert not any(secret in page for secret in SECRETS)
    plain = nurse.get(f"{one[1]}/card.pdf").data
    named = nurse.post(f"{one[1]}/card.pdf", {"reason": "TREAT"}).data
    for content, said in ((plain, "____"), (named, "王秀兰")):
        assert content.startswith(b"%PDF"), content.decode()
        document = pypdfium2.PdfDocument(content)
        text = document[0].get_textpage().get_text_range()
        for each in (
            said,
            UDI_DI,
            "S1",
            "左前降支",
            "江州医疗器械",
            "国械注准20253130877",
        ):
            assert each in text, each
        picture = io.BytesIO()
        document[0].render(scale=4).to_pil().save(picture, "PNG")
        document.close()
        (symbol,) = decode(picture.getvalue())
        scan = read(symbol.raw)
        assert scan.key == stent("S1").key
        assert (scan.lot, scan.expiry) == ("S1", EXPIRY)
    assert nurse.post(f"{one[1]}/card.pdf", {"reason": "?"}).status_code == 422
    assert nurse.get("/implants/1/1/1").status_code == 404
    office = house.enter("E1", Role.EQUIPMENT_OFFICE)
    assert office.post(f"{one[1]}/card.pdf", {"reason": "TREAT"}).status_code == 403


def test_a_recalled_lot_stands_out_and_a_rebuild_brings_the_register_back(house: House) -> None:
    house.recorder.record([opened("RC-1", Scope(STENT.code, ("S1",)))])
    office = house.enter("E1", Role.EQUIPMENT_OFFICE)
    assert shown(office, "?state=recalled") == ["S2", "S1"]
    assert "召回随访" in office.get("/implants").get_data(as_text=True)
    ledger = house.hospital.ledger
    before = rows_of(ledger)["implant"]
    assert len(before) == 4
    rebuild(ledger, recorder(ledger)._participants, DECODERS)
    assert rows_of(ledger)["implant"] == before


def test_what_was_told_late_is_in_the_register_to_be_completed(house: House) -> None:
    """Under a code that nobody knows, and in a patient that nobody named."""
    office = house.enter("E1", Role.EQUIPMENT_OFFICE)
    strange = Thing("https://id.gs1.org/01/04006381333931/21/X")
    bare = event(EventKind.IMPLANTED, stent("S7", lot="S1"), at="OR1", after_the_fact=True)
    wang = house.pseudonyms["王秀兰"]
    late = event(EventKind.IMPLANTED, strange, at="OR1", patient=wang, after_the_fact=True)
    outcomes = house.recorder.record([bare, late])
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    html = office.get("/implants?state=incomplete").get_data(as_text=True)
    assert "编码未对照" in html
    assert "04006381333931" in html
    assert shown(office, "?state=incomplete") == ["S7", "S2"]
    (seq,) = (each.receipt.seq for each in outcomes[:1] if isinstance(each, Recorded))
    with house.hospital.database.read() as connection:
        lines = registered_implants(connection, 1, ImplantsWanted(incomplete=True), limit=9)
    (line,) = (each for each in lines if each.seq == seq)
    one = f"/implants/{line.seq}/{line.lot_id}/{line.unit_id}"
    assert office.get(one).status_code == 200
    assert office.get(f"{one}/card.pdf").status_code == 200
    assert office.get(f"/implants/{seq + 1}/0/1").status_code == 404
