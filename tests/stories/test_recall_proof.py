"""A recall of implants, closed, reported, and checked by somebody who trusts nobody."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from uuid6 import uuid7

from access import Role
from recall import Scope, StepKind, TaskStep, Work, answer, find_case
from tests.access.hospital import PASSWORD
from tests.recall.script import ask, page
from tests.recall.test_desk import opened
from tests.support import NOON, STENT, Clock, event, stent
from tests.web.house import SECRETS, Browser, House
from tests.web.test_routes_closing import PIN, give_pin
from trace import Document, EventKind, Recorded, Thing

DOCS = Path(__file__).parents[2] / "docs"
CASE = "RC-2026-0001"
FILE = f"/recalls/{CASE}/file"
SET = Thing("https://id.gs1.org/00/340123450000000017")
"""A loaner set of instruments and implants."""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is proven does not depend on the engine."""
    return sqlite_url


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """Stents of lot S1: two implanted, one consigned, one in a loaner set, one our own."""
    house = House(database_url, tmp_path / "data", clock)
    house.furnish()
    wang = house.pseudonyms["王秀兰"]
    own = [stent(serial, lot="S1") for serial in ("S8", "S9", "S10")]
    consigned = stent("S11", lot="S1")
    outcomes = house.recorder.record(
        [
            event(EventKind.RECEIVED, *own[:2], at="OR1", party="江州器械"),
            event(EventKind.RECEIVED, own[2], at="OR1", party="跟台公司", owner="跟台公司"),
            event(EventKind.PACKED, own[2], at="OR1", parent=SET.key),
            event(EventKind.RECEIVED, consigned, at="OR1", party="寄售商", owner="寄售商"),
            event(EventKind.IMPLANTED, own[0], at="OR1", patient=wang),
            event(EventKind.IMPLANTED, own[1], at="OR1", patient=house.pseudonyms["李建国"]),
        ]
    )
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    yield house
    house.hospital.close()


def notice(browser: Browser) -> None:
    form = browser.get("/recalls/new?product=M001&lot=S1").get_data(as_text=True)
    token = re.search(r'name="event_id" value="([^"]+)"', form)
    assert token is not None
    told = {
        "event_id": token.group(1),
        "product": "M001",
        "lot": "S1",
        "recall_class": "1",
        "reason": "涂层脱落",
        "notice": "QX-2026-7",
    }
    assert browser.post("/recalls", told).location == f"/recalls/{CASE}"


def work(house: House) -> Browser:
    """Everything is held apart, two go back with a document, the departments are checked."""
    left = [stent("S7"), SET, stent("S11")]
    later = NOON + timedelta(hours=3)
    outcomes = house.recorder.record(
        [event(EventKind.QUARANTINED, *left, at="OR1", time=later)],
    )
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    house.clock.advance(hours=4)
    office = house.sign_in("E1")
    check = {
        "event_id": str(uuid7()),
        "place": "OR1",
        "informed": "yes",
        "acted": "yes",
        "found": "0",
        "note": "已贴红标签",
    }
    for wrong in ({"found": "9" * 5_000}, {"found": "-1"}, {"informed": ""}, {"place": ""}):
        assert office.post(f"{FILE}/checks", {**check, **wrong}).status_code == 422, wrong
    assert office.post(f"{FILE}/checks", check).location == FILE
    send_back(house)
    return office


def send_back(house: House) -> None:
    """The consigned one goes back from the desk, one of our own from the handheld."""
    office = house.sign_in("E1")
    rows = re.findall(
        r'name="event_id" value="([^"]+)"><input type="hidden" name="place" value="OR1">'
        r'<input type="hidden" name="lot" value="(\d+)"><input[^>]*value="寄售商"',
        office.get(FILE).get_data(as_text=True),
    )
    ((token, lot),) = rows
    sent = {"event_id": token, "place": "OR1", "lot": lot, "party": "寄售商"}
    for wrong in ({"document": ""}, {"lot": "99"}, {"lot": "x"}, {"place": "W07"}):
        refused = {"document": "x", **wrong}
        assert office.post(f"{FILE}/returns", {**sent, **refused}).status_code == 422
    answered = office.post(f"{FILE}/returns", {**sent, "document": "TH-1030-02"})
    assert answered.location == FILE, answered.get_data(as_text=True)
    note = re.search(rf'href="({FILE}/returns/\d+\.pdf)"', office.get(FILE).get_data(as_text=True))
    assert note
    text = text_of_pdf(office.get(note[1]).data)
    for said in ("退货单", "寄售商", "TH-1030-02", "S11", "供应商收货人"):
        assert said in text, said
    back = event(
        EventKind.RETURNED,
        SET,
        at="OR1",
        party="跟台公司",
        documents=(Document("rma", "TH-1030-03"),),
        time=NOON + timedelta(hours=4),
    )
    assert isinstance(house.recorder.record([back])[0], Recorded)


def close(office: Browser) -> None:
    answered = office.post(
        f"/recalls/{CASE}/closing",
        {
            "event_id": str(uuid7()),
            "explanation": "S7 留院待厂家取样",
            "way": "pin",
            "secret": PIN,
            "second_number": "Q9",
            "second_way": "password",
            "second_secret": PASSWORD,
        },
    )
    assert answered.location == f"/recalls/{CASE}"


def text_of_pdf(content: bytes) -> str:
    assert content.startswith(b"%PDF"), content[:600].decode()
    document = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return "\n".join(pages)


def verify(bundle: Path, key: str) -> tuple[int, str]:
    """As an auditor does: nothing of ours, no environment."""
    command = [sys.executable, "-I", str(DOCS / "verify.py"), "case", str(bundle), key]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={})
    return done.returncode, done.stdout + done.stderr


def test_a_recall_of_implants_is_closed_and_proven(house: House, tmp_path: Path) -> None:
    house.hire("Q9", Role.QUALITY)
    office = house.enter("E1", Role.EQUIPMENT_OFFICE)
    for number in ("E1", "Q9"):
        give_pin(house, number)
    notice(office)
    assert "召回进展报告" in text_of_pdf(office.get(f"{FILE}/report.pdf").data)
    office = work(house)
    close(office)

    paper = office.get(f"{FILE}/report.pdf").data
    assert office.get(f"{FILE}/report.pdf").data == paper, "the same case is the same file"
    text = text_of_pdf(paper)
    for said in (
        *("召回结案报告", CASE, "药物洗脱冠脉支架", "涂层脱落", "QX-2026-7", "一级召回"),
        *("已隔离 1", "已用于患者 2", "退供应商 2", "到货 5 套", "相加相符"),
        *("全部隔离或离院", "按时", "TH-1030-02", "跟台公司", "寄售商", "手术室 1", "已贴红标签"),
        *("S7 留院待厂家取样", "设备科 E1", "质控 Q9", str(house.pseudonyms["王秀兰"])),
    ):
        assert said in text, said
    assert not any(secret in text for secret in SECRETS)

    bundle = tmp_path / "case.zip"
    answered = office.post(f"{FILE}/bundle.zip")
    bundle.write_bytes(answered.data)
    key = str(house.hospital.notary.signer.key)
    status, said = verify(bundle, key)
    assert status == 0, said
    assert said.startswith(f"holds: the report on {CASE} and the 13 entries it rests on"), said
    again = office.post(f"{FILE}/bundle.zip").data
    assert again == bundle.read_bytes(), "issued once, the same bytes for ever"

    with house.hospital.database.read() as connection:
        case = find_case(connection, 1, CASE)
        assert case
        shown = page(connection, answer(connection, 1, case.scope))
    told = ask(bundle, CASE)
    for name in ("places", "patients"):
        told[name] = [(tuple(each[0]), *each[1:]) for each in told[name]]
    assert told == shown
    forgeries(bundle, tmp_path, key)

    quality = house.sign_in("Q9")
    names = quality.post(f"{FILE}/names.pdf", {"reason": "PATSFTY"})
    assert "王秀兰" in text_of_pdf(names.data)
    assert office.post(f"{FILE}/names.pdf", {"reason": "PATSFTY"}).status_code == 403
    assert quality.post(f"{FILE}/names.pdf", {"reason": "?"}).status_code == 422
    acts = [e.event.get("action") for e in house.hospital.ledger.entries(0, house.size())]
    assert "see-patients" in acts or any("patient" in str(act) for act in acts), acts


def test_a_drill_says_so_on_every_page_and_tells_its_times(house: House) -> None:
    office = house.enter("E1", Role.EQUIPMENT_OFFICE)
    drill = replace(opened("RC-2026-0009", Scope(STENT.code, ("S1",))), drill=True)
    seen = TaskStep(
        id=uuid7(),
        case_id=drill.case_id,
        time=NOON + timedelta(minutes=50),
        work=Work.SEARCH,
        place="OR1",
        step=StepKind.ACKNOWLEDGED,
        person="E1",
    )
    outcomes = house.recorder.record([drill, seen])
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    paper = pypdfium2.PdfDocument(office.get("/recalls/RC-2026-0009/file/report.pdf").data)
    texts = [each.get_textpage().get_text_range() for each in paper]
    paper.close()
    assert len(texts) > 1
    assert all("演练 · 没有停用任何货品" in text for text in texts)
    listed = office.get("/recalls/drills").get_data(as_text=True)
    for said in ("RC-2026-0009", "药物洗脱冠脉支架", "2 时 50 分"):
        assert said in listed, said


def forgeries(bundle: Path, folder: Path, key: str) -> None:
    """Whatever is changed in the zip, it does not hold any more."""
    with zipfile.ZipFile(bundle) as whole:
        files = {name: whole.read(name) for name in whole.namelist()}
    entries = sorted(
        (name for name in files if name.startswith("entries/")),
        key=lambda name: int(Path(name).stem),
    )
    first, last = entries[0], entries[-1]
    changes: dict[str, dict[str, bytes | None]] = {
        "another proof": {
            first.replace("entries", "proofs").replace("json", "tlog-proof"): files[last]
        },
        "another report": {"report.pdf": files["report.pdf"].replace(b"%PDF", b"%pdf", 1)},
        "another entry": {first: files[first].replace(b"receiving", b"destroying", 1)},
        "an entry left out": {first: None},
        "no issue": {last: None},
        "another checkpoint": {"checkpoint": files["checkpoint"].replace(b"\n\n", b"\nx\n\n", 1)},
    }
    for what, change in changes.items():
        forged = folder / "forged.zip"
        with zipfile.ZipFile(forged, "w") as out:
            for name, content in (files | change).items():
                if content is not None:
                    out.writestr(name, content)
        status, said = verify(forged, key)
        assert status == 1, what
        assert said.startswith("DOES NOT HOLD"), (what, said)
    broken = folder / "broken.zip"
    broken.write_bytes(bundle.read_bytes()[:-400])
    assert verify(broken, key)[0] == 1
    assert verify(bundle, key.replace("+", "x+", 1))[0] == 1
