"""What pages say of containers, owners, corrections, exceptions and transfers."""

from __future__ import annotations

import re

import pytest
from uuid6 import uuid7

from access import Role
from recall import Recall, RecallClass, Scope
from tests.support import NOON, box, event, syringes
from tests.web.house import Browser, House
from trace import Correction, Document, Error, Event, EventKind, Recorded, Thing

BOX = "https://id.gs1.org/00/069012340000000177"
CASE = "https://id.gs1.org/00/069012340000000184"
_TITLE = re.compile(r'<h3 class="step-title">(.*?)</h3>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def titles(text: str) -> list[str]:
    """The titles of the steps that a page shows, as people read them."""
    return [" ".join(_TAG.sub(" ", each).split()) for each in _TITLE.findall(text)]


def record(house: House, *records: Event | Correction | Recall) -> list[int]:
    """Put all of it on record; gives the numbers of the entries."""
    outcomes = house.recorder.record(records)
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    return [each.receipt.seq for each in outcomes if isinstance(each, Recorded)]


def number_of(house: House, key: str) -> int:
    """The number in the address of a thing's page."""
    with house.hospital.database.read() as connection:
        query = f"SELECT unit_id FROM unit WHERE key = '{key}'"
        return int(connection.exec_driver_sql(query).scalar_one())


def correction(wrong: Event, note: str) -> Correction:
    """It did not happen, says 2307."""
    return Correction(
        id=uuid7(),
        time=NOON,
        corrects=wrong.id,
        error=Error.DID_NOT_OCCUR,
        note=note,
        person="2307",
    )


@pytest.fixture
def reader(stocked: House) -> Browser:
    """A pharmacist at a desk."""
    return stocked.enter("P1", Role.PHARMACIST)


def _packed(house: House) -> None:
    """A box with A3 and four syringes in it, within a case."""
    record(
        house,
        event(EventKind.PACKED, box("A3"), syringes(4), parent=BOX),
        event(EventKind.PACKED, Thing(BOX), parent=CASE),
    )


def test_a_container_shows_what_lies_in_it_and_its_way(stocked: House, reader: Browser) -> None:
    _packed(stocked)
    record(stocked, event(EventKind.MOVED, Thing(CASE), to="PHARM"))
    number = number_of(stocked, BOX)
    text = reader.get(f"/units/{number}").get_data(as_text=True)
    assert 'href="/units/3"' in text
    assert 'href="/lots/3"' in text
    assert "4 支" in text
    assert f'href="/units/{number_of(stocked, CASE)}"' in text
    assert titles(text) == ["装箱", "装箱", "调拨"]
    assert "贝伐珠单抗注射液 × 1 瓶 · 一次性使用无菌注射器 × 4 支" in text
    inside = reader.get("/units/3").get_data(as_text=True)
    assert "装入容器 069012340000000177" in inside
    assert "随容器 069012340000000184" in inside
    lot = reader.get("/lots/3").get_data(as_text=True)
    assert titles(lot) == ["到货验收 10 支", "装箱 4 支", "调拨 4 支"]


def test_an_empty_container_says_so(stocked: House, reader: Browser) -> None:
    _packed(stocked)
    record(stocked, event(EventKind.UNPACKED, Thing(BOX), parent=BOX))
    text = reader.get(f"/units/{number_of(stocked, BOX)}").get_data(as_text=True)
    assert "里面没有东西" in text
    assert "全部取出 · 贝伐珠单抗注射液 × 1 瓶" in text


def test_recalled_goods_stop_the_container_around_them(stocked: House, reader: Browser) -> None:
    _packed(stocked)
    scope = (Scope("D001", ("B1",)),)
    recall = Recall(
        id=uuid7(),
        case_id="RC-2026-0001",
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.FIRST,
        reason="可见异物",
        source="QH-118",
        scope=scope,
        person="P1",
    )
    record(stocked, recall)
    for key in (BOX, CASE):
        text = reader.get(f"/units/{number_of(stocked, key)}").get_data(as_text=True)
        assert "里面有召回的货，不能用" in text
        assert "verdict-stop" in text


@pytest.mark.parametrize("typed", ["(00)069012340000000177", "069012340000000177"])
def test_a_search_for_a_container_leads_to_it(stocked: House, reader: Browser, typed: str) -> None:
    _packed(stocked)
    answer = reader.get(f"/search?q={typed}")
    assert answer.status_code == 303
    assert answer.location == f"/units/{number_of(stocked, BOX)}"


def test_consigned_goods_say_whose_they_are(stocked: House, reader: Browser) -> None:
    record(stocked, event(EventKind.RECEIVED, syringes(7, lot="K1"), owner="国控江州"))
    text = reader.get("/lots/4").get_data(as_text=True)
    assert re.search(r"<dt>货主（寄售）</dt><dd>国控江州</dd>", text)
    hits = reader.get("/search?q=K1")
    assert hits.location == "/lots/4"


def test_a_correction_and_what_it_corrects_lead_to_each_other(
    stocked: House, reader: Browser
) -> None:
    wrong = event(EventKind.MOVED, box("A3"), to="PHARM")
    (first,) = record(stocked, wrong)
    (second,) = record(stocked, correction(wrong, "扫错了"))
    for address in ("/units/3", "/lots/1"):
        text = reader.get(address).get_data(as_text=True)
        assert f'href="#entry-{first}"' in text
        assert f'href="#entry-{second}"' in text
        assert f'id="entry-{first}"' in text
        assert re.search(r"<s>\s*调拨\s*</s>", text)
        assert "没有发生过 · 扫错了" in text
    record(stocked, event(EventKind.MOVED, box("A3"), to="W07"))
    assert "无缺环" in reader.get("/units/3").get_data(as_text=True)


def test_a_corrected_step_on_an_older_page_still_says_so(stocked: House, reader: Browser) -> None:
    wrong = event(EventKind.QUARANTINED, syringes(1))
    (first,) = record(stocked, wrong)
    there_and_back = [
        event(EventKind.MOVED, syringes(5), at=at, to=to)
        for at, to in [("STORE", "PHARM"), ("PHARM", "STORE")] * 30
    ]
    record(stocked, *there_and_back)
    record(stocked, correction(wrong, "看错"))
    newest = reader.get("/lots/3").get_data(as_text=True)
    link = f"/lots/3?before={first + 1}#entry-{first}"
    assert f'href="{link}"' in newest
    older = reader.get(link.partition("#")[0]).get_data(as_text=True)
    assert re.search(r"<s>\s*隔离\s*</s>", older)


def test_what_broke_a_rule_says_which(stocked: House, reader: Browser) -> None:
    late = event(EventKind.MOVED, box("A3"), at="W07", to="W08", after_the_fact=True)
    record(stocked, late)
    text = reader.get("/units/3").get_data(as_text=True)
    assert re.search(r'class="step-exception".*?异常：', text, re.DOTALL)
    assert "异常：" not in reader.get("/units/1").get_data(as_text=True)


def test_a_transfer_is_in_transit_between_its_two_steps(stocked: House, reader: Browser) -> None:
    paper = (Document("transfer", "DB-1"),)
    record(stocked, event(EventKind.SENT, box("A3"), to="PHARM", documents=paper))
    text = reader.get("/units/3").get_data(as_text=True)
    assert "在途" in text
    assert titles(text)[-1] == "发出，在途"
    record(stocked, event(EventKind.ACCEPTED, box("A3"), at="PHARM", documents=paper))
    assert titles(reader.get("/units/3").get_data(as_text=True))[-1] == "签收入库"
