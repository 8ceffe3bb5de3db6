"""Whatever can happen has happened: every page of it opens, in both languages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import select
from uuid6 import uuid7

from access import Role
from inventory import Status, models
from tests.inventory.pharmacy import label
from tests.support import NOON, Clock, box, event, furnish, syringes
from tests.trace.histories import story, tell
from tests.web.house import Browser, House
from trace import Correction, Document, Error, EventKind, Recordable, Recorded, step_of
from web.view import StepKind

pytestmark = pytest.mark.xdist_group("every-state")  # its hospital takes longer than its tests
SEED = 14
_OTHERS = {"correction", "packages", "order", "recall", "catalogue", "refusal", "trace"}
_LEFT_OVER = re.compile(r"%\(\w+\)s|\{[a-z_]+\}|(?:step|status|part|entry|verdict)-[a-z-]+</")
"""Placeholders that nothing filled, and codes that stand where a word should."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    """A hospital with a whole history behind it. Not to be changed."""
    folder = tmp_path_factory.mktemp("told")
    path = Path(shutil.copy(sqlite_template, folder / "told.sqlite3"))
    clock = Clock()
    house = House(f"sqlite:///{path}", folder / "data", clock)
    furnish(house.recorder)
    _add_what_is_rare(house)  # before the story's recalls, which may hold any lot
    tell(house.recorder, story(SEED, 420))
    house.seal()
    house.hire("9", Role.PHARMACIST, Role.QUALITY, Role.AUDITOR)
    yield house
    house.hospital.close()


@pytest.fixture(params=["zh", pytest.param("en", marks=pytest.mark.long)])
def reader(told: House, request: pytest.FixtureRequest) -> Browser:
    """Somebody who may see all of it, in one language."""
    browser = told.sign_in("9")
    browser.client.set_cookie("lang", request.param)
    return browser


def _add_what_is_rare(house: House) -> None:
    """A receipt that is corrected, an amount kept for an order and one let go, a bag, a use."""
    wrong = event(EventKind.RECEIVED, box("Z1", lot="Z"))
    kept, let_go = ((Document("prescription", number),) for number in ("CF-1", "CF-2"))
    correction = Correction(
        id=uuid7(), time=NOON, corrects=wrong.id, error=Error.DID_NOT_OCCUR, person="2307"
    )
    happened: list[Recordable] = [
        wrong,
        event(EventKind.RECEIVED, syringes(5, lot="Z"), owner="国控江州"),
        event(EventKind.RESERVED, syringes(2, lot="Z"), documents=kept),
        event(EventKind.RECEIVED, box("Y1", lot="Y"), syringes(3, lot="Y")),
        event(EventKind.RESERVED, syringes(1, lot="Y"), documents=let_go),
        event(EventKind.FREED, syringes(1, lot="Y"), documents=let_go),
        event(EventKind.USED, syringes(1, lot="Y"), patient=uuid4()),
        event(EventKind.COMPOUNDED, box("Y1"), outputs=(label(900),), second_person="1104"),
        correction,
    ]
    outcomes = [outcome for each in happened for outcome in house.recorder.record([each])]
    assert {type(each) for each in outcomes} == {Recorded}, outcomes


def _rows(house: House, *columns: object) -> list[tuple[object, ...]]:
    with house.hospital.database.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]  # type: ignore[call-overload]


def _opens(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    text = answer.get_data(as_text=True)
    if answer.status_code in {302, 303}:
        return _opens(browser, answer.location)
    assert answer.status_code == 200, (address, text)
    assert not _LEFT_OVER.search(text), (address, _LEFT_OVER.search(text))
    return text


def test_the_history_has_every_kind_and_every_state(told: House) -> None:
    steps = [step_of(each) for each in told.hospital.ledger.entries(0, told.size())]
    happened = {each.event.kind for each in steps if each.event and each.refused is None}
    assert happened == set(EventKind)
    assert {each.entry.kind for each in steps} >= _OTHERS
    assert any(each.entry.context.get("exceptions") for each in steps)
    states = {row[0] for row in _rows(told, models.unit.c.status)}
    states |= {row[0] for row in _rows(told, models.balance.c.status)}
    assert states == {status.value for status in Status}
    assert any(row[0] for row in _rows(told, models.lot.c.owner))
    assert any(row[0] for row in _rows(told, models.content.c.quantity))


def test_every_kind_of_event_is_a_step() -> None:
    assert {kind.value for kind in EventKind} <= {kind.value for kind in StepKind}


def test_every_thing_and_every_container_opens(told: House, reader: Browser) -> None:
    for number, key in _rows(told, models.unit.c.unit_id, models.unit.c.key):
        assert _opens(reader, f"/units/{number}")
        assert _opens(reader, f"/search?q={quote(str(key), safe='')}")


def test_every_lot_opens_and_its_sum_agrees(told: House, reader: Browser) -> None:
    for (number,) in _rows(told, models.lot.c.lot_id):
        text = _opens(reader, f"/lots/{number}")
        assert "chip-go" in text, number  # the sum agrees


def test_every_entry_and_every_other_page_opens(told: House, reader: Browser) -> None:
    _opens(reader, "/")
    _opens(reader, "/recalls")
    for (case_id,) in _rows(told, models.hold.c.case_id):
        _opens(reader, f"/recalls/{case_id}")
    for before in range(told.size(), 0, -50):
        _opens(reader, f"/ledger?before={before}")
    for seq in range(0, told.size(), 7):
        _opens(reader, f"/ledger/{seq}")
