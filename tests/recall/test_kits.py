"""A recall of what lies in sealed kits: shown by kit, asked for, taken out, and the kit is open."""

from __future__ import annotations

import pytest
from uuid6 import uuid7

from inventory import Definition, Kit, KitAct, KitDoing, KitWant, Location, kits, wants_of, within
from ledger import Ledger
from recall import Scope, Work, answer, find_case, tasks_of_case
from tests.recall.test_desk import opened
from tests.support import NOON, SYRINGE, event, furnish, recorder, syringes
from trace import EventKind, Reason, Recordable, Recorded, Recorder, Refused

TROLLEY, SPARE = "KIT1", "KIT2"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The rules don't ask the engine."""
    return sqlite_url


@pytest.fixture
def hands(ledger: Ledger) -> Recorder:
    """Two sealed trolleys with syringes: of the recalled lot in one, of another in the other."""
    made = recorder(ledger)
    furnish(made)
    records: list[Recordable] = []
    for code, lot in ((TROLLEY, "L7"), (SPARE, "L8")):
        place = Location(code, f"急救车 {code}", "kit", parent="W07")
        records += [
            Definition(id=uuid7(), time=NOON, thing=place),
            Kit(id=uuid7(), time=NOON, location=code, contents={SYRINGE.code: 5}),
            event(EventKind.RECEIVED, syringes(9, lot=lot)),
            event(EventKind.MOVED, syringes(5, lot=lot), to=code),
            KitAct(id=uuid7(), time=NOON, location=code, doing=KitDoing.SEAL, seal=f"F-{code}"),
        ]
    records.append(opened("RC-1", Scope(SYRINGE.code, ("L7",))))
    outcomes = made.record(records)
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    return made


def wanted(ledger: Ledger) -> dict[str, list[KitWant]]:
    with ledger.database.read() as connection:
        return {
            kit.code: list(wants_of(kit, within(connection, 1, kit, NOON.date()), NOON))
            for kit in kits(connection, 1)
        }


def test_a_recalled_thing_in_a_kit_is_found_and_put_into_quarantine(
    ledger: Ledger, hands: Recorder
) -> None:
    before = wanted(ledger)
    assert KitWant.RECALLED in before[TROLLEY]
    assert KitWant.RECALLED not in before[SPARE]
    with ledger.database.read() as connection:
        case = find_case(connection, 1, "RC-1")
        assert case is not None
        tasks = {task.subject: task.left for task in tasks_of_case(connection, 1, case)}
    assert tasks == {"STORE": 4, TROLLEY: 5}
    (given,) = hands.record([event(EventKind.USED, syringes(1, lot="L7"), at=TROLLEY)])
    assert isinstance(given, Refused)
    assert given.reason is Reason.RECALLED
    (out,) = hands.record([event(EventKind.QUARANTINED, syringes(5, lot="L7"), at=TROLLEY)])
    assert isinstance(out, Recorded)
    after = wanted(ledger)
    assert {KitWant.OPEN, KitWant.SHORT} <= set(after[TROLLEY])
    seal = KitAct(id=uuid7(), time=NOON, location=TROLLEY, doing=KitDoing.SEAL, seal="F-3")
    (refused,) = hands.record([seal])
    assert isinstance(refused, Refused), "what is held is nothing to seal in"
    with ledger.database.read() as connection:
        found = answer(connection, 1, case.scope)
        search = next(
            task
            for task in tasks_of_case(connection, 1, case, found)
            if (task.work, task.subject) == (Work.SEARCH, TROLLEY)
        )
    assert (found.quarantined, search.left) == (5, 0)
