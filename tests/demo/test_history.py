"""The script of the history: in order, the same every time, and never in the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from uuid6 import uuid7

from demo import LOCATIONS, items, write_history
from demo.places import hospital
from demo.script import Scene, Script
from demo.standing import suppliers
from inventory import Definition
from orders import Order
from tests.demo.conftest import Opener
from tests.support import NOON, ZONE
from trace import Correction, Event, EventKind, Reason, Refused

MOMENTS = [
    pytest.param(datetime(2026, 11, 22, 14, 3, tzinfo=ZONE), id="a Sunday afternoon"),
    pytest.param(datetime(2027, 1, 4, 1, 17, tzinfo=ZONE), id="the first nights of a year"),
    pytest.param(datetime(2028, 2, 29, 8, 0, tzinfo=ZONE), id="a leap day at eight"),
    pytest.param(datetime(2026, 12, 31, 23, 59, 59, 999, tzinfo=UTC), id="the last second"),
]


@pytest.fixture(scope="module")
def script() -> Script:
    """The history up to noon."""
    return write_history(NOON)


def _patient(scene: Scene) -> UUID | None:
    return scene.record.patient if isinstance(scene.record, Event | Order) else None


def test_a_script_is_the_same_every_time(script: Script) -> None:
    again = write_history(NOON)
    assert again.scenes == script.scenes
    assert again.admissions == script.admissions
    assert write_history(NOON, seed=2).scenes != script.scenes


def test_the_history_is_of_the_promised_size(script: Script) -> None:
    assert 3_000 <= len(script.scenes) <= 4_000
    span = script.scenes[-1].record.time - script.scenes[0].record.time
    assert timedelta(weeks=3) < span < timedelta(weeks=4)


def test_ids_are_uuid7_of_their_time(script: Script) -> None:
    ids = [scene.record.id for scene in script.scenes]
    assert len(set(ids)) == len(ids)
    for scene in script.scenes:
        assert scene.record.id.version == 7
        milliseconds = scene.record.id.int >> 80
        assert abs(milliseconds - scene.record.time.timestamp() * 1000) <= 1


def test_everything_that_can_happen_happens(script: Script) -> None:
    events = [scene.record for scene in script.scenes if isinstance(scene.record, Event)]
    assert {event.kind for event in events} == set(EventKind)
    assert any(isinstance(scene.record, Correction) for scene in script.scenes)
    assert any(event.owner for event in events)
    assert {scene.refused for scene in script.scenes} >= {
        None,
        Reason.ALREADY_RECEIVED,
        Reason.ALREADY_USED,
        Reason.EXPIRED,
        Reason.LOT_MISMATCH,
        Reason.NOT_ENOUGH,
        Reason.NOT_HERE,
        Reason.NOT_RECEIVED,
        Reason.QUARANTINED,
        Reason.RECALLED,
        Reason.TOO_MANY,
        Reason.UNKNOWN_CODE,
        Reason.WRONG_PATIENT,
    }
    used = {thing for event in events for thing in (event.location, event.whereabouts)}
    assert used <= {place.code for place in LOCATIONS}


@pytest.mark.parametrize("now", MOMENTS)
def test_nothing_happens_in_the_future_or_out_of_order(now: datetime) -> None:
    script = write_history(now)
    times = [scene.record.time for scene in script.scenes]
    assert times == sorted(times)
    assert times[-1] <= now
    assert now - times[-1] < timedelta(hours=12)
    came = {admission.stand_in: admission.time for admission in script.admissions}
    assert len(came) == len(script.admissions)
    for scene in script.scenes:
        patient = _patient(scene)
        assert patient is None or came[patient] < scene.record.time


@pytest.mark.parametrize("now", MOMENTS)
def test_the_rules_decide_as_the_script_says(open_house: Opener, now: datetime) -> None:
    house, clock = open_house(now)
    clock.advance(now)
    root = Definition(id=uuid7(), time=now, thing=hospital("hospital"))
    house.recorder.record([root])
    scenes = write_history(now).scenes
    outcomes = house.recorder.record([scene.record for scene in scenes])
    house.close()
    decided = [each.reason if isinstance(each, Refused) else None for each in outcomes]
    assert decided == [scene.refused for scene in scenes]


def test_locations_make_a_tree() -> None:
    assert len(LOCATIONS) + 1 >= 40
    around = {hospital("hospital").code}
    for place in LOCATIONS:
        assert place.parent in around
        around.add(place.code)
    assert len(around) == len(LOCATIONS) + 1
    kinds = {place.kind for place in LOCATIONS}
    assert {"store", "pharmacy", "ward", "theatre", "bed", "trolley"} <= kinds


def test_products_and_places_are_defined_first(script: Script) -> None:
    count = len(LOCATIONS) + len(items()) + len(suppliers(NOON.date()))
    assert all(isinstance(scene.record, Definition) for scene in script.scenes[:count])
    assert not any(isinstance(scene.record, Definition) for scene in script.scenes[count:])
