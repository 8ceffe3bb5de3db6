"""The seeded demo hospital: its sums, its times, its silence about patients; and interruptions."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from access import OPERATOR, Purpose, Role
from demo import HistoryClock, is_seeded, seed, write_history
from demo.ceftriaxone import LOT, QUARANTINED, WARDS
from demo.journey import CODE
from demo.script import Script
from errors import Conflict
from hospital import DECODERS, Hospital, new_participants
from inventory import Definition, Location, Status, find_unit, locations
from ledger import Entry, verify_chain
from recall import Answer, answer, cases, find_case
from tests.demo.conftest import Opener
from tests.support import NOON
from trace import Outcome, Recordable, Recorder, history_of_unit


@pytest.fixture(scope="module")
def entries(demo_house: Hospital) -> list[Entry]:
    """Everything in the seeded ledger, as it is before a test signs in."""
    return demo_house.ledger.entries(0, demo_house.ledger.head().size)


def _answer(house: Hospital, case_id: str) -> Answer:
    with house.database.read() as connection:
        case = find_case(connection, house.ledger_id, case_id)
        assert case is not None
        return answer(connection, house.ledger_id, case.scope)


def test_the_open_recall_adds_up(demo_house: Hospital) -> None:
    found = _answer(demo_house, "RC-2026-0031")
    assert found.received == 1_200
    assert (found.quarantined, found.available, found.dispensed) == (462, 118, 24)
    assert (found.used, found.sent_back, found.unaccounted) == (536, 60, 0)
    assert found.agrees
    assert sum(1 for patient in found.patients if patient.used) == 214
    assert [lot.lot for lot in found.lots] == [LOT]


def test_the_recalled_lot_is_where_the_story_says(demo_house: Hospital) -> None:
    found = _answer(demo_house, "RC-2026-0031")
    with demo_house.database.read() as connection:
        places = locations(connection, demo_house.ledger_id)
    at: Counter[tuple[str, Status]] = Counter()
    for balance in found.balances:
        at[places[balance.location_id].code, balance.status] += balance.quantity
    for place, count in QUARANTINED.items():
        assert at[place, Status.QUARANTINED] == count
    for code, ward in WARDS.items():
        assert at[code, Status.ADMINISTERED] == ward.used
        assert at[code, Status.DISPENSED] == ward.handed_out
        assert not ward.ready or at[ward.ready_at, Status.AVAILABLE] == ward.ready
    used: Counter[str] = Counter()
    for patient in found.patients:
        used[places[patient.location_id].code] += 1 if patient.used else 0
    assert used == {code: ward.patients for code, ward in WARDS.items()}


def test_the_older_recall_is_over(demo_house: Hospital) -> None:
    found = _answer(demo_house, "RC-2026-0027")
    assert (found.quarantined, found.available, found.dispensed) == (0, 0, 0)
    assert found.used + found.sent_back == found.received
    assert found.agrees
    with demo_house.database.read() as connection:
        known = [case.case_id for case in cases(connection, demo_house.ledger_id)]
    assert known == ["RC-2026-0031", "RC-2026-0027"]


def test_one_box_has_a_whole_life(demo_house: Hospital) -> None:
    with demo_house.database.read() as connection:
        unit = find_unit(connection, demo_house.ledger_id, f"urn:medtrace:cn-drug:{CODE}")
        assert unit is not None
        steps = history_of_unit(connection, demo_house.ledger_id, unit.unit_id)
    kinds = [step.event.kind.value for step in steps if step.event]
    assert kinds == ["received", "moved", "moved", "dispensed", "administered"]
    assert unit.status is Status.ADMINISTERED
    assert steps[-1].event is not None
    assert steps[-1].event.destination == "ZL2-07"


def test_no_entry_knows_a_patient(entries: list[Entry]) -> None:
    told = "\n".join(
        json.dumps((entry.event, entry.context), ensure_ascii=False) for entry in entries
    )
    # Everything of the form of an identifier, whatever stands around it.
    numbers = set(re.findall(r"(?=(BA\d{11}|WB\d{11}|199\d{8}))", told))
    triples = {told[start : start + 3] for start in range(len(told))}
    stand_ins = set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", told))
    script = write_history(NOON)
    assert len(script.admissions) > 200
    for admission in script.admissions:
        identity = admission.identity
        given = {identity.record_number, identity.wristband, identity.phone} - {""}
        assert all(re.fullmatch(r"(BA|WB)\d{11}|199\d{8}", number) for number in given)
        assert not given & numbers
        assert len(identity.name) == 3
        assert identity.name not in triples
        # What the script calls a patient is no pseudonym either: those are random.
        assert str(admission.stand_in) not in stand_ins


def test_pseudonyms_in_events_are_the_registered_ones(
    demo_house: Hospital, entries: list[Entry]
) -> None:
    named = {
        entry.event["medtrace:patient"] for entry in entries if entry.event.get("medtrace:patient")
    }
    pharmacist = demo_house.access.sign_in.by_password("0533", _password(demo_house)).principal
    assert Role.PHARMACIST in pharmacist.roles
    known = demo_house.access.patients.identify_many(
        sorted(named), by=pharmacist, reason=Purpose.PATIENT_SAFETY
    )
    assert set(known) == named
    names = {admission.identity for admission in write_history(NOON).admissions}
    assert set(known.values()) <= names


def _password(house: Hospital) -> str:
    clock = HistoryClock(NOON)
    return seed(house, clock)[0].password


def test_staff_numbers_in_events_are_those_of_accounts(
    demo_house: Hospital, entries: list[Entry]
) -> None:
    numbers = {
        entry.event[name]
        for entry in entries
        for name in ("medtrace:person", "medtrace:secondPerson")
        if entry.event.get(name)
    }
    assert set(demo_house.access.staff.names(numbers)) == numbers


def test_the_ledgers_times_follow_the_history(entries: list[Entry]) -> None:
    recorded = [entry.recorded for entry in entries]
    assert recorded == sorted(recorded)
    for entry in entries:
        if entry.event.get("type") in DECODERS:
            record: Recordable = DECODERS[entry.event["type"]](entry.event)
            happened: datetime = record.time  # type: ignore[attr-defined]
            assert timedelta() <= entry.recorded - happened <= timedelta(minutes=11)


def test_the_chain_holds(demo_house: Hospital) -> None:
    verify_chain(demo_house.ledger)


def test_seeding_again_does_nothing(demo_house: Hospital) -> None:
    size = demo_house.ledger.head().size
    first = seed(demo_house, HistoryClock(NOON))
    assert seed(demo_house, HistoryClock(NOON + timedelta(days=3))) == first
    assert demo_house.ledger.head().size == size
    assert is_seeded(demo_house)


class Failing(Recorder):
    """A recorder whose process dies after so many batches."""

    def __init__(self, house: Hospital, batches: int) -> None:
        super().__init__(house.ledger, new_participants())
        self._left = batches

    def record(self, records: list[Recordable]) -> list[Outcome]:  # type: ignore[override]
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return super().record(records)


@pytest.mark.parametrize("batches", [1, 2, 60])
def test_an_interrupted_seeding_goes_on(
    open_house: Opener, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    def beginning(now: datetime) -> Script:
        """The first days, to save time."""
        script = write_history(now)
        del script.scenes[500:]
        return script

    monkeypatch.setattr("demo.seeding.write_history", beginning)
    house, clock = open_house(NOON)
    with pytest.raises(KeyboardInterrupt):
        seed(replace(house, recorder=Failing(house, batches)), clock)
    house.close()

    house, clock = open_house(NOON + timedelta(days=2, hours=5))
    assert not is_seeded(house)
    seed(house, clock)

    assert is_seeded(house)
    told = [str(scene.record.id) for scene in beginning(NOON).scenes]
    assert _ids(house)[1:-1] == told
    size = house.ledger.head().size
    seed(house, clock)
    assert house.ledger.head().size == size
    house.close()


def _ids(house: Hospital) -> list[str]:
    """The ids of what was recorded; entries of access have random ones."""
    entries = house.ledger.entries(0, house.ledger.head().size)
    events = [entry.event for entry in entries if entry.event.get("type") in DECODERS]
    return [event["eventID"].removeprefix("urn:uuid:") for event in events]


def test_a_real_hospitals_ledger_is_left_alone(open_house: Opener) -> None:
    house, clock = open_house(NOON)
    thing = Location("W1", "内科一病区", "ward")
    house.recorder.record(
        [Definition(id=write_history(NOON).scenes[0].record.id, time=NOON, thing=thing)]
    )
    size = house.ledger.head().size
    with pytest.raises(Conflict, match="demo-not-empty"):
        seed(house, clock)
    assert house.ledger.head().size == size
    house.close()


def test_a_ledger_that_has_accounts_is_left_alone(open_house: Opener) -> None:
    house, clock = open_house(NOON)
    house.access.staff.add(OPERATOR, number="1", name="程见微", roles=[Role.QUALITY])
    with pytest.raises(Conflict, match="demo-not-empty"):
        seed(house, clock)
    house.close()


def test_rules_that_decide_otherwise_are_told(
    open_house: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(now: datetime) -> Script:
        """A script that believes a refused event will pass."""
        script = write_history(now)
        number = next(i for i, scene in enumerate(script.scenes) if scene.refused)
        script.scenes[number] = replace(script.scenes[number], refused=None)
        return script

    house, clock = open_house(NOON)
    monkeypatch.setattr("demo.seeding.write_history", spoilt)
    with pytest.raises(Conflict, match="demo-differs"):
        seed(house, clock)
    assert not is_seeded(house)
    house.close()


def test_a_history_clock_never_goes_back() -> None:
    clock = HistoryClock(NOON)
    assert clock() < NOON - timedelta(days=24)
    clock.advance(NOON)
    clock.advance(NOON - timedelta(days=1))
    assert clock() == NOON
