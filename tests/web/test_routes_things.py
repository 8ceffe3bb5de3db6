"""The pages of a thing and of a lot: the whole life, with a seal beside each step."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from uuid6 import uuid7

from access import Role
from recall import Recall, RecallClass, Scope
from tests.support import NOON, box, event, syringes
from tests.web.house import SECRETS, Browser, House
from tests.web.pharmacy_house import furnish_pharmacy
from trace import EventKind

STEP = re.compile(r'<li class="step step-(\w+) step-(\w+)')


def steps(text: str) -> list[tuple[str, str]]:
    """Kind and seal of each step that a page shows."""
    return STEP.findall(text)


def page(house: House, path: str, *roles: Role) -> str:
    """A page as somebody with these roles sees it."""
    browser = house.enter(f"X{house.size()}", *(roles or (Role.PHARMACIST,)))
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def hold(house: House, lot: str = "B1") -> None:
    """Recall a lot of the antibody."""
    house.recorder.record(
        [
            Recall(
                id=uuid7(),
                case_id="RC-2026-0001",
                time=NOON,
                notified=NOON,
                recall_class=RecallClass.FIRST,
                reason="可见异物",
                source="QH-118",
                scope=(Scope("D001", (lot,)),),
                person="P1",
            )
        ]
    )


def test_a_box_shows_its_whole_way_from_supplier_to_patient(stocked: House) -> None:
    stocked.hire("2307", Role.NURSE)
    text = page(stocked, "/units/1")
    assert [kind for kind, _ in steps(text)] == ["received", "moved", "dispensed", "administered"]
    for said in (
        "贝伐珠单抗注射液",
        "国控江州",
        "中心药库",
        "住院药房",
        "肿瘤科二病区",
        "B1",
        "A1",
    ):
        assert said in text
    assert "护士 2307" in text
    assert "已用于患者" in text
    assert not any(secret in text for secret in SECRETS)


def test_seals_tell_what_a_checkpoint_proves(stocked: House) -> None:
    assert {seal for _, seal in steps(page(stocked, "/units/3"))} == {"pending"}
    stocked.seal()
    stocked.recorder.record([event(EventKind.MOVED, box("A3"), to="PHARM")])
    text = page(stocked, "/units/3")
    assert steps(text) == [("received", "proven"), ("moved", "pending")]
    assert "1 / 2" in text


def test_an_altered_entry_breaks_its_seal(stocked: House) -> None:
    stocked.seal()
    with stocked.hospital.database.write() as connection:
        for name in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).scalars():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(
            "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'W07', 'W08') AS BLOB)"
            " WHERE CAST(body AS TEXT) LIKE '%administering%' AND CAST(body AS TEXT) LIKE '%W07%'"
        )
    told = steps(page(stocked, "/units/1"))
    assert told[-1] == ("administered", "broken")
    assert {seal for _, seal in told[:-1]} == {"proven"}


def test_what_was_stopped_stands_in_the_life_with_its_reason(stocked: House) -> None:
    stocked.recorder.record([event(EventKind.MOVED, box("A3"), at="PHARM", to="W07")])
    text = page(stocked, "/units/3")
    assert [kind for kind, _ in steps(text)] == ["received", "refused"]
    assert "拦下" in text


def test_a_recalled_box_says_stop_above_all(stocked: House) -> None:
    hold(stocked)
    text = page(stocked, "/units/3")
    assert [kind for kind, _ in steps(text)] == ["received", "recalled"]
    assert "verdict-stop" in text
    assert "这一批已召回，不能用" in text
    assert 'href="/recalls/RC-2026-0001"' in text
    used = page(stocked, "/units/1")
    assert "verdict-look" in used
    assert "已用出的召回批号" in used


def test_an_expired_box_says_stop(stocked: House) -> None:
    stocked.clock.advance(days=600)
    text = page(stocked, "/units/3")
    assert "verdict-stop" in text
    assert "已过效期" in text


def test_a_quarantined_box_says_look(stocked: House) -> None:
    stocked.recorder.record([event(EventKind.QUARANTINED, box("A3"))])
    text = page(stocked, "/units/3")
    assert "verdict-look" in text
    assert "已隔离，放行前不能用" in text


def test_proofs_are_offered_to_those_who_may_see_the_ledger(stocked: House) -> None:
    stocked.seal()
    assert 'href="/ledger/' not in page(stocked, "/units/1", Role.NURSE)
    assert 'href="/ledger/' in page(stocked, "/units/1", Role.AUDITOR)


def test_a_lot_tells_where_it_is_and_that_the_sum_agrees(stocked: House) -> None:
    text = page(stocked, "/lots/1")
    assert "相加相符" in text
    assert "分在多处" in text
    assert "2 人用过" in text
    assert "中心药库" in text
    assert "3 瓶" in text
    assert not any(secret in text for secret in SECRETS)


def test_only_who_may_open_recalls_is_offered_one(stocked: House) -> None:
    offered = 'href="/recalls/new?product=D001&amp;lot=B1"'
    assert offered in page(stocked, "/lots/1", Role.PHARMACIST)
    assert offered not in page(stocked, "/lots/1", Role.NURSE)
    hold(stocked)
    assert offered not in page(stocked, "/lots/1", Role.QUALITY)


def test_a_long_life_of_a_lot_comes_page_by_page(stocked: House) -> None:
    for number in range(60):
        there, back = ("STORE", "PHARM") if number % 2 == 0 else ("PHARM", "STORE")
        when = NOON + timedelta(minutes=number)
        moved = event(EventKind.MOVED, syringes(10), at=there, to=back, time=when)
        stocked.recorder.record([moved])
    browser = stocked.enter("P1", Role.PHARMACIST)
    first = browser.get("/lots/3").get_data(as_text=True)
    assert len(steps(first)) == 50
    more = re.search(r'href="(/lots/3\?before=\d+)"', first)
    assert more is not None
    rest = browser.get(more.group(1)).get_data(as_text=True)
    assert len(steps(rest)) == 11
    assert steps(rest)[0][0] == "received"
    assert 'class="cut"' not in rest


@pytest.mark.parametrize("before", ["x", "-1", "0", "99999999999999999999"])
def test_a_page_number_of_garbage_is_survived(stocked: House, before: str) -> None:
    browser: Browser = stocked.enter("P1", Role.PHARMACIST)
    for path in ("/lots/3", "/ledger"):
        assert browser.get(f"{path}?before={before}").status_code in {200, 403, 404}
    assert browser.get("/units/99999999999999999999").status_code == 404


def test_packs_parts_and_bags_lead_to_each_other_without_false_gaps(stocked: House) -> None:
    numbers = furnish_pharmacy(stocked)
    shown = {name: page(stocked, f"/units/{number}") for name, number in numbers.items()}
    assert not [name for name, text in shown.items() if "step-gap" in text]
    assert "12 粒" in shown["pack"], "what is left in it"
    for said in ("#1–2", "#3–5", "T1 #6–12"):
        assert said in shown["pack"], said
    assert "药品 · 拆零" in shown["dose"]
    assert f'href="/units/{numbers["pack"]}"' in shown["dose"]
    assert "院内标签" in shown["dose"]
    assert "配制袋" in shown["bag"]
    assert "0.9% 氯化钠注射液 ＋ 贝伐珠单抗注射液" in shown["bag"]
    assert f'href="/units/{numbers["bag"]}"' in shown["box"]
    assert "调入" in shown["box"]
