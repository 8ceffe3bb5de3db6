"""The closed-loop report: which hops of a dose or an implant are there, missing, or too early."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from hospital import (
    Found,
    Hop,
    HopSeen,
    Hospital,
    Loop,
    Report,
    closed_loops,
    open_hospital,
    rebuild_projections,
    totals,
)
from hospital.loop import MEDICATION_HOPS, assessed
from inventory import ImplantsWanted, registered_implants
from medtrace import main
from orders import Line, Order, OrderType, Revising, Revision
from settings import Settings
from tests.support import ANTIBODY, NOON, ORIGIN, Clock, box, event, furnish, stent
from tests.trace.rows import rows_of
from trace import Cause, Correction, Document, Dose, Error, Event, EventKind, Recorded, Thing

K = EventKind
ALICE = uuid4()
EIGHT, FOUR = NOON.replace(hour=8), NOON.replace(hour=16)
DOSE = Dose.of("100", "mg")


@dataclass
class House:
    """A hospital whose clock stands at six in the evening."""

    hospital: Hospital

    def record(self, *records: Any) -> None:  # noqa: ANN401 -- anything recordable
        outcomes = self.hospital.recorder.record(records)
        assert all(isinstance(each, Recorded) for each in outcomes), outcomes

    def orders(self, number: str, frequency: str = "bid", **more: Any) -> None:  # noqa: ANN401 -- fields
        """A medication order of the ward, from eight in the morning on."""
        line = Line(ANTIBODY.identifiers, 1, ANTIBODY.code, dose=DOSE, route="iv")
        schedule = self.hospital.usual.schedule(frequency, more.pop("start", EIGHT))
        self.record(
            Order(
                id=uuid7(),
                time=more.pop("time", EIGHT - timedelta(minutes=30)),
                type=OrderType.MEDICATION,
                number=number,
                lines=(line,),
                destination="W07",
                patient=ALICE,
                schedule=schedule,
            )
        )

    def comes(self, thing: Thing, *, dispensed: datetime | None, on_ward: datetime | None) -> None:
        """A box on its way to the ward, as far as it was scanned."""
        self.record(event(K.RECEIVED, thing, at="PHARM", time=NOON - timedelta(days=2)))
        if dispensed is None:
            self.record(event(K.MOVED, thing, at="PHARM", to="W08", time=NOON - timedelta(days=1)))
            self.record(event(K.MOVED, thing, at="W08", to="W07", time=on_ward or EIGHT))
            return
        self.record(event(K.DISPENSED, thing, at="PHARM", to="W07", patient=ALICE, time=dispensed))
        if on_ward is not None:
            self.record(event(K.MOVED, thing, at="W07", time=on_ward))

    def gives(self, thing: Thing, number: str, time: datetime) -> Event:
        told = event(
            K.ADMINISTERED,
            thing,
            at="W07",
            patient=ALICE,
            time=time,
            documents=(Document("medication", number),),
            dose=DOSE,
            route="iv",
        )
        self.record(told)
        return told

    def stops(self, number: str, time: datetime) -> None:
        """A medication order ends."""
        stop = Revising.STOP
        type_ = OrderType.MEDICATION
        self.record(Revision(id=uuid7(), time=time, type=type_, number=number, doing=stop))

    def report(self, month: str = "2026-11", *wards: str) -> Report:
        return closed_loops(self.hospital, month, set(wards) or {"W07", "OR1", "STORE"})


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"MEDTRACE_DATA": str(tmp_path / "data"), "MEDTRACE_ORIGIN": ORIGIN}


@pytest.fixture
def house(environment: dict[str, str], sqlite_template: Path, clock: Clock) -> Iterator[House]:
    settings = Settings.from_environment(environment)
    settings.data_dir.mkdir()
    shutil.copy(sqlite_template, settings.data_dir / "medtrace.sqlite3")
    clock.advance(hours=6)
    opened = open_hospital(settings, clock)
    furnish(opened.recorder)  # type: ignore[arg-type]
    yield House(opened)
    opened.close()


def found(loop: Loop) -> str:
    """A letter a hop: there, missing, disordered, not needed."""
    return "".join(each.found.value[0] for each in loop.hops)


def test_a_dose_that_was_scanned_at_every_hop_is_complete(house: House) -> None:
    house.orders("MO-1")
    house.comes(box("A1"), dispensed=NOON, on_ward=NOON + timedelta(hours=1))
    house.gives(box("A1"), "MO-1", FOUR)
    missed, given_ = house.report().medication
    assert (found(given_), given_.is_complete) == ("ttntt", True)
    assert given_.hops[2].found is Found.NOT_NEEDED
    assert (found(missed), missed.missing) == ("tnnnm", (Hop.ADMINISTERED,))
    (total,) = totals(house.report().medication)
    assert (total.ward, total.loops, total.complete, total.rate) == ("W07", 2, 1, 0.5)


def test_hops_that_nobody_scanned_are_missing_and_others_too_early(house: House) -> None:
    for number in ("MO-1", "MO-2", "MO-3"):
        house.orders(number, start=FOUR)
    house.comes(box("A1"), dispensed=NOON, on_ward=None)
    house.comes(box("A2"), dispensed=None, on_ward=NOON)
    house.comes(box("A3"), dispensed=EIGHT - timedelta(hours=2), on_ward=NOON)
    for serial in (1, 2, 3):
        house.gives(box(f"A{serial}"), f"MO-{serial}", FOUR)
    loops = {loop.number: loop for loop in house.report().medication}
    assert {number: found(loop) for number, loop in loops.items()} == {
        "MO-1": "ttnmt",
        "MO-2": "tmntt",
        "MO-3": "tdntt",
    }
    assert loops["MO-3"].disordered == (Hop.DISPENSED,), "before it was ordered"
    (total,) = totals(loops.values())
    assert (total.complete, total.missing, total.disordered) == (0, 2, 1)


def test_a_dose_that_was_not_given_with_a_reason_closes_its_loop(house: House) -> None:
    house.orders("MO-1", start=FOUR)
    told: dict[str, Any] = {
        "at": "W07",
        "patient": ALICE,
        "documents": (Document("medication", "MO-1"),),
    }
    house.record(event(K.WITHHELD, time=FOUR, cause=Cause.VITAL_SIGNS, **told))
    (loop,) = house.report().medication
    assert (found(loop), loop.is_complete) == ("tnnnt", True)


def test_doses_after_a_stop_and_doses_to_come_are_not_missing(house: House) -> None:
    house.orders("MO-1", "08:00,12:00,23:00")
    house.stops("MO-1", NOON.replace(hour=10))
    assert [loop.due for loop in house.report().medication] == [int(EIGHT.timestamp() * 1000)]


def test_a_corrected_dose_is_none(house: House) -> None:
    house.orders("MO-1", start=FOUR)
    house.comes(box("A1"), dispensed=NOON, on_ward=NOON)
    wrong = house.gives(box("A1"), "MO-1", FOUR)
    house.record(Correction(id=uuid7(), time=FOUR, corrects=wrong.id, error=Error.DID_NOT_OCCUR))
    (loop,) = house.report().medication
    assert loop.missing == (Hop.ADMINISTERED,)


def test_a_month_has_its_own_doses_and_a_ward_too(house: House) -> None:
    house.orders("MO-1", start=FOUR)
    house.comes(box("A1"), dispensed=NOON, on_ward=NOON)
    house.gives(box("A1"), "MO-1", FOUR)
    assert len(house.report().medication) == 1
    assert house.report("2026-10").medication == ()
    assert house.report("2026-12").medication == ()
    assert house.report("2026-11", "W08").medication == ()
    for wrong in ("2026", "2026-13", "November", "2026-11-01"):
        with pytest.raises(Invalid):
            house.report(wrong)


def test_the_hops_of_an_implant(house: House) -> None:
    whole, bare, at_hand = stent("S1", lot="S"), stent("S2", lot="S"), stent("S3", lot="S")
    early = NOON - timedelta(days=3)
    house.record(
        event(K.ARRIVED, whole, time=early),
        event(K.INSPECTED, whole, time=early + timedelta(hours=1)),
        event(K.SENT, whole, to="OR1", time=early + timedelta(hours=2)),
        event(K.ACCEPTED, whole, at="OR1", time=early + timedelta(hours=3)),
        event(K.RECEIVED, at_hand, at="OR1", time=early),
    )
    given_: dict[str, Any] = {"at": "OR1", "patient": ALICE, "time": NOON}
    house.record(event(K.IMPLANTED, whole, **given_), event(K.IMPLANTED, at_hand, **given_))
    house.record(event(K.IMPLANTED, bare, after_the_fact=True, **given_))
    loops = {loop.number: loop for loop in house.report().implants}
    assert {key.rpartition("/")[2]: found(loop) for key, loop in loops.items()} == {
        "S1": "tttt",
        "S2": "mmmt",
        "S3": "ttnt",
    }
    (total,) = totals(loops.values())
    assert (total.ward, total.loops, total.complete) == ("OR1", 3, 2)
    before = rows_of(house.hospital.ledger)
    assert len(before["implant"]) == 3
    rebuild_projections(house.hospital)
    assert rows_of(house.hospital.ledger) == before


def test_implants_told_late_are_in_the_report_and_in_the_register_alike(house: House) -> None:
    """Under a code that nobody knows, in a patient that nobody named, and one declared wrong."""
    strange = Thing("https://id.gs1.org/01/04006381333931/21/X")
    wrong = event(K.IMPLANTED, stent("S8", lot="S"), at="OR1", after_the_fact=True)
    house.record(
        event(K.IMPLANTED, strange, at="OR1", patient=ALICE, after_the_fact=True),
        event(K.IMPLANTED, stent("S9", lot="S"), at="OR1", after_the_fact=True),
        wrong,
        Correction(id=uuid7(), time=NOON, corrects=wrong.id, error=Error.DID_NOT_OCCUR, person="1"),
    )
    loops = {loop.number for loop in house.report().implants}
    assert loops == {strange.key, stent("S9").key}
    with house.hospital.database.read() as connection:
        lines = registered_implants(connection, 1, ImplantsWanted(incomplete=True), limit=9)
    assert [(each.code, each.patient) for each in lines] == [(None, None), (strange.key, ALICE)]
    before = rows_of(house.hospital.ledger)
    rebuild_projections(house.hospital)
    assert rows_of(house.hospital.ledger) == before


def test_the_command_says_it_and_writes_every_loop(
    house: House, environment: dict[str, str], tmp_path: Path
) -> None:
    house.orders("MO-1", start=FOUR)
    house.comes(box("A1"), dispensed=NOON, on_ward=NOON)
    house.gives(box("A1"), "MO-1", FOUR)
    house.stops("MO-1", NOON.replace(hour=18))
    file = tmp_path / "loops.csv"
    words = ["report", "closed-loop", "--month", "2026-11", "-o", str(file)]
    done = CliRunner(env=environment).invoke(main, words)
    assert done.exit_code == 0, done.output
    assert "W07: 100.0 %" in done.output
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    assert rows[0][:3] == ["医嘱或植入物", "病区", "应给时间"]
    assert rows[1][0] == "MO-1"
    assert rows[1][-1].startswith("2026-11-22 16:00:00")
    assert str(ALICE) not in file.read_text("utf-8-sig")


moments = st.none() | st.integers(0, 5)


@given(st.tuples(*(moments for _ in MEDICATION_HOPS)), st.sets(st.sampled_from(MEDICATION_HOPS)))
def test_a_loop_is_complete_when_every_needed_hop_is_there_in_order(
    times: tuple[int | None, ...], spare: set[Hop]
) -> None:
    hops = [HopSeen(hop, time) for hop, time in zip(MEDICATION_HOPS, times, strict=True)]
    loop = Loop("MO-1", "W07", 0, assessed(hops, tuple(spare)))
    there = [time for time in times if time is not None]
    lacking = {each.hop for each in hops if each.time is None} - spare
    assert loop.is_complete is (not lacking and there == sorted(there))
    assert set(loop.missing) == lacking
    assert bool(loop.disordered) is (there != sorted(there))
