"""First light: three packs from the supplier to the patient, and back by recall.

Everything goes through HTTP to the real server and through the real command; symbols are drawn,
photographed by their PNG, and decoded by the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import httpx
import pytest

from handheld_api import MEDIA_TYPE
from scanning import draw_symbol
from tests.handheld_api.handhelds import STENT_GTIN
from tests.stories.breaking import Intruder, changed, removed, swapped
from tests.stories.conftest import Found
from tests.stories.people import Desk, Handheld, Sheet, in_days
from tests.stories.serving import WebServer, environment, medtrace
from tests.support import GTIN
from trace import EventKind

DRUG_CODE = "83271160000000000012"
ANTIBODY, CEFTRIAXONE, STENT = "贝伐珠单抗注射液", "注射用头孢曲松钠", "药物洗脱冠脉支架"
STORE, PHARMACY, WARD, THEATRE = "中心药库", "住院药房", "肿瘤科二病区", "手术室 1"
VERIFICATION_FAILED = 3


@dataclass
class Town:
    """The hospital of the story, its server, and who stands in front of it."""

    env: dict[str, str]
    folder: Path
    url: str | None
    patient: str
    stack: ExitStack
    server: WebServer

    def handheld(self, station: str, profile: str, person: str) -> Handheld:
        """A new PDA with somebody signed in."""
        client = self.stack.enter_context(self.server.client())
        made = Handheld(client, station, profile, self.env, self.folder / "admin")
        made.sign_in(person)
        return made

    def desk(self, person: str) -> Desk:
        """Somebody signed in at a desk."""
        desk = Desk(self.server.url)
        self.stack.callback(desk.close)
        desk.sign_in(person)
        return desk

    def check_verified(self) -> None:
        """`medtrace ledger verify` finds nothing, called from a folder elsewhere."""
        done = self._verify()
        assert done.returncode == 0, done.stdout + done.stderr
        assert "entries whole (full)" in done.stdout

    def check_fails(self) -> str:
        """`medtrace ledger verify` finds something; what it says."""
        done = self._verify()
        assert done.returncode == VERIFICATION_FAILED, done.stdout + done.stderr
        return done.stderr

    def _verify(self) -> CompletedProcess[str]:
        words = ("ledger", "verify", "--full", "--processes", "1")
        return medtrace(*words, env=self.env, cwd=self.folder / "auditor", check=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def town(request: pytest.FixtureRequest, found: Found, tmp_path: Path) -> Iterator[Town]:
    """The server runs on each engine in turn."""
    url, patient = found(tmp_path / "data", request.param)
    env = environment(tmp_path / "data", url)
    with ExitStack() as stack:
        server = stack.enter_context(WebServer(env=env, cwd=tmp_path / "server"))
        yield Town(env, tmp_path, url, patient, stack, server)
        print(server.output)  # noqa: T201 -- pytest shows it with a failure


def box(serial: str, lot: str = "B1") -> bytes:
    """A photo of the DataMatrix on a box of the antibody."""
    content = f"(01){GTIN}(17){in_days(700)}(10){lot}(21){serial}"
    return draw_symbol(content, "gs1-datamatrix")


def test_from_the_supplier_to_the_patient_and_back_by_recall(town: Town) -> None:
    store = town.handheld("STORE", "receiving", "0417")
    pharmacy = town.handheld("PHARM", "pharmacy", "0533")
    ward, theatre = town.handheld("W07", "ward", "2307"), town.handheld("OR1", "theatre", "3105")

    _a_photo_of_50_megabytes_is_refused(store)
    codes = _receive(store)
    _supply(store, codes)
    _treat(codes, town.patient, pharmacy, ward, theatre)
    quality = town.desk("5101")
    _search_shows_whole_lives(quality, codes)
    case = _recall(quality)
    _recall_answers(quality, case)
    _only_who_may_sees_the_patient(town, quality, case)

    refused = pharmacy.record(EventKind.DISPENSED, {"scan": codes["8839"]})
    assert (refused["outcome"], refused["reason"]) == ("refused", "recalled")
    assert refused["text"]["zh"] == "这一批已召回，不能发。放进红色隔离箱"
    page = quality.open("/search", q=codes["8839"])
    assert "这一批已召回，不能用" in page.text
    assert pharmacy.photograph(box("8839"))["verdict"] == "stop"

    assert town.server.stop() == 0
    town.check_verified()
    _whatever_is_changed_is_found_and_named(town)


def _a_photo_of_50_megabytes_is_refused(store: Handheld) -> None:
    """The answer comes through, though the server doesn't read what it won't take."""
    response = store.upload(bytes(50 * 1024 * 1024))
    assert response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert response.headers["Content-Type"] == MEDIA_TYPE
    assert response.json()["text"]["zh"] == "内容太大，最多 10 MB"


def _receive(store: Handheld) -> dict[str, str]:
    """Everything arrives: four boxes of two lots, a box with a 20-digit code, an implant."""
    codes: dict[str, str] = {}
    for serial in ("8837", "8838", "8839"):
        codes[serial] = store.photograph(box(serial))["raw"]
    codes["C1"] = store.photograph(box("C1", lot="C1"))["raw"]
    reading = store.photograph(draw_symbol(DRUG_CODE, "code-128"))
    assert (reading["scheme"], reading["product"]["name"]) == ("cn-drug", CEFTRIAXONE)
    codes["drug"] = reading["raw"]
    implant = f"(01){STENT_GTIN}(17){in_days(900)}(10)S1(21)ST001"
    codes["stent"] = store.photograph(draw_symbol(implant, "gs1-datamatrix"))["raw"]
    for name, raw in codes.items():
        thing = {"scan": raw}
        if name == "drug":  # its code says neither lot nor expiry, the print beside it does
            thing |= {"lot": "24113", "expiry": "2029-10-31"}
        _recorded(store.record(EventKind.RECEIVED, thing, party="江北医药配送"))
    return codes


def _supply(store: Handheld, codes: dict[str, str]) -> None:
    """One box of the lot stays in the store; one of each kind goes where it is needed."""
    for name, place in {"8837": "PHARM", "8839": "PHARM", "drug": "PHARM", "stent": "OR1"}.items():
        _recorded(store.record(EventKind.MOVED, {"scan": codes[name]}, destination=place))


def _treat(
    codes: dict[str, str], patient: str, pharmacy: Handheld, ward: Handheld, theatre: Handheld
) -> None:
    """The patient gets a box of each kind and the implant; nobody gets a box twice."""
    assert ward.wristband("V-7701") == theatre.wristband("V-7701") == patient
    for name in ("8837", "drug"):
        thing = {"scan": codes[name]}
        where = {"destination": "W07", "patient": patient}
        _recorded(pharmacy.record(EventKind.DISPENSED, thing, **where))
        _recorded(ward.record(EventKind.ADMINISTERED, thing, patient=patient))
    operation = {"patient": patient, "site": "冠状动脉前降支", "surgeon": "3105"}
    _recorded(theatre.record(EventKind.IMPLANTED, {"scan": codes["stent"]}, **operation))
    again = ward.record(EventKind.ADMINISTERED, {"scan": codes["8837"]}, patient=patient)
    assert again["reason"] == "already-used"


def _recorded(outcome: dict[str, Any]) -> None:
    assert outcome["outcome"] == "recorded", outcome


def _search_shows_whole_lives(desk: Desk, codes: dict[str, str]) -> None:
    lives = {
        codes["8837"]: [ANTIBODY, "到货验收", "调拨", "发药", "床旁给药"],
        DRUG_CODE: [CEFTRIAXONE, "24113", "到货验收", "调拨", "发药", "床旁给药"],
        codes["stent"]: [STENT, "ST001", "到货验收", "调拨", "植入"],
    }
    for code, steps in lives.items():
        page = desk.open("/search", q=code)
        assert re.search(r"/units/\d+$", page.url), page.url
        _assert_in_order(page, steps)
        assert all(name not in page.text for name in ("王秀兰", "ZY20260915873"))
    _assert_in_order(desk.open("/search", q=codes["8837"]), [STORE, PHARMACY, WARD])
    _assert_in_order(desk.open("/search", q=codes["8837"]), ["0417", "0533", "2307"])


def _assert_in_order(page: Sheet, words: list[str]) -> None:
    assert re.search(".*".join(map(re.escape, words)), page.text), (words, page.text)


def _recall(desk: Desk) -> str:
    """The lot is called back through the form on the page; the case's address."""
    form = desk.open("/recalls/new", product=f"(01){GTIN}")
    action, hidden = form.forms[-1]
    notice = {"recall_class": "1", "reason": "可见异物", "notice": "药监〔2026〕1号"}
    page = desk.send(action, {**hidden, "lot": ["B1"], **notice}, form=form.url)
    assert re.search(r"/recalls/RC-\d{4}-0001$", page.url), page.text
    return page.url


def _recall_answers(desk: Desk, case: str) -> None:
    """One in the store, one in the pharmacy, one used in the ward: received three."""
    page = desk.open(case)
    _assert_in_order(page, [ANTIBODY, "B1", "一级召回", "可见异物"])
    assert re.search("已用于患者 1 .*到货合计 3 瓶", page.text), page.text
    assert "相加相符" in page.text
    stock = page.text.split("在库与在途", 1)[1].split("用过的患者", 1)[0]
    assert STORE in stock
    assert PHARMACY in stock
    assert "2 处" in stock
    wards = page.text.split("用过的患者", 1)[1].split("发起以来", 1)[0]
    assert WARD in wards
    assert "1 人" in wards
    assert THEATRE not in page.text
    assert STENT not in page.text


def _only_who_may_sees_the_patient(town: Town, quality: Desk, case: str) -> None:
    page = quality.open(case)
    assert "王秀兰" not in page.html
    action, hidden = page.forms[-1]
    names = quality.send(action, {**hidden, "reason": "PATSFTY"}, form=case)
    _assert_in_order(names, ["患者名单", WARD, "15", "王秀兰", "5873"])
    warehouse = town.desk("0417")
    assert "王秀兰" not in warehouse.open(case).html
    response = httpx.post(town.server.url + action, data={"reason": "PATSFTY"})
    assert "王秀兰" not in response.text


def _whatever_is_changed_is_found_and_named(town: Town) -> None:
    intruder = Intruder(town.folder / "data", town.url)
    rows = intruder.entries()
    last, middle = len(rows) - 1, len(rows) // 2
    broken = {
        middle: changed(rows, middle, -40),
        middle + 1: removed(rows, middle + 1),
        middle - 3: swapped(rows, middle - 3, middle - 2),
    }
    if town.url is None:  # the engine makes no difference to what follows
        broken |= {0: changed(rows, 0, 40), last: changed(rows, last, 100)}
    for seq, forged in broken.items():
        intruder.write(forged)
        said = town.check_fails()
        assert re.search(rf"\bentry {seq}\b", said), (seq, said)
        assert re.search(r"[一-鿿]", said), said
    intruder.write(removed(rows, last))
    assert str(last) in town.check_fails()
    intruder.write(rows)
    town.check_verified()
