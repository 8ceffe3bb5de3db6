"""Plays the demo's history into an empty ledger, under a clock that follows it.

Crash-safe: the hospital's own location is the first record and tells when the history ends, so the
script is the same when it is played again; what is on record already answers so, and the rest is
added. The same location is defined anew as the last record, from then on there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from access import OPERATOR
from demo.history import SEED, write_history
from demo.people import Credential, credentials, hire
from demo.places import HOSPITAL, OPENED, PREPARING, hospital
from demo.script import Admission, Record, Scene, Script, event_id
from demo.stage import DAYS
from errors import Conflict
from hospital import Hospital, new_participants
from inventory import Definition, Location, locations
from orders import Order
from trace import Event, Reason, Recorder, Refused

_SPAN: Final = timedelta(days=DAYS + 1)
_TOGETHER: Final = timedelta(minutes=10)
"""What happens within this time is recorded as one batch: a round with the handheld."""
_MOST: Final = 500
_BEGINNING: Final = 100
"""Among the first so many entries is the hospital's own location."""


class HistoryClock:
    """A clock that follows the history: it begins before it and goes on as it is told.

    Args:
        now: where the history ends.
    """

    def __init__(self, now: datetime) -> None:
        self._moment = now.astimezone(UTC) - _SPAN

    def __call__(self) -> datetime:
        """The time, in UTC."""
        return self._moment

    def advance(self, moment: datetime) -> None:
        """Go on to a moment; never back."""
        self._moment = max(self._moment, moment.astimezone(UTC))


def seed(house: Hospital, clock: HistoryClock) -> tuple[Credential, ...]:
    """Make the demo hospital, or finish it where it was interrupted; does nothing where it is.

    Args:
        house: opened with `clock`; its ledger was founded and holds nothing else.
        clock: made from the present time.

    Returns:
        What its people sign in with, to be shown to whoever started it.

    Raises:
        Conflict: `demo-not-empty`, the ledger is another hospital's and stays as it is;
            `demo-differs`, the rules decided otherwise than the script says.
    """
    made = credentials(house.settings.secret("demo-password"))
    root = _root(house)
    if root is not None and root.kind == OPENED:
        return made
    if root is None:
        _begin(house, clock)
    end = _end(house)
    hire(house.access, made)
    _play(house, clock, write_history(end))
    clock.advance(end)
    _record(house, [_definition(end, OPENED)])
    return made


def is_seeded(house: Hospital) -> bool:
    """Whether the ledger holds the whole demo hospital."""
    root = _root(house)
    return root is not None and root.kind == OPENED


def _root(house: Hospital) -> Location | None:
    with house.database.read() as connection:
        known = locations(connection, house.ledger_id).values()
    root = next((place for place in known if place.code == HOSPITAL), None)
    if root is None and (known or house.access.staff.list(by=OPERATOR)):
        raise Conflict("demo-not-empty")
    return root


def _begin(house: Hospital, clock: HistoryClock) -> None:
    _record(house, [_definition(clock() + _SPAN, PREPARING)])


def _definition(end: datetime, kind: str) -> Scene:
    """The hospital's own location; its time says where the history ends."""
    time = end if kind == OPENED else end - _SPAN
    record = Definition(id=event_id(time, Random(SEED)), time=time, thing=hospital(kind))
    return Scene(record)


def _end(house: Hospital) -> datetime:
    """When the history ends: what the first record said, by whichever start it was made."""
    for entry in house.ledger.entries(0, _BEGINNING):
        if entry.event.get("code") == HOSPITAL:
            return Definition.parse(entry.event).time + _SPAN
    raise Conflict("demo-not-empty")


def _play(house: Hospital, clock: HistoryClock, script: Script) -> None:
    """Patients are registered as they come, what happens is recorded soon after it happened."""
    pseudonyms: dict[UUID, UUID] = {}
    admissions = iter(script.admissions)
    coming = next(admissions, None)
    for batch in _batches(script.scenes):
        due: list[Admission] = []
        while coming is not None and coming.time <= batch[-1].record.time:
            due.append(coming)
            coming = next(admissions, None)
        pseudonyms |= _register(house, clock, due)
        clock.advance(batch[-1].record.time + timedelta(milliseconds=320))
        _record(house, batch, pseudonyms)


def _batches(scenes: Iterable[Scene]) -> Iterator[list[Scene]]:
    batch: list[Scene] = []
    for scene in scenes:
        late = batch and scene.record.time - batch[0].record.time > _TOGETHER
        if late or len(batch) == _MOST:
            yield batch
            batch = []
        batch.append(scene)
    if batch:
        yield batch


def _register(house: Hospital, clock: HistoryClock, due: Sequence[Admission]) -> dict[UUID, UUID]:
    """The pseudonyms of those who come, by what the script calls them."""
    if not due:
        return {}
    clock.advance(due[-1].time)
    identities = [admission.identity for admission in due]
    given = house.access.patients.register_many(identities, by=OPERATOR)
    return {
        admission.stand_in: UUID(pseudonym) for admission, pseudonym in zip(due, given, strict=True)
    }


def _record(
    house: Hospital, batch: Sequence[Scene], pseudonyms: dict[UUID, UUID] | None = None
) -> None:
    records = [_real(scene.record, pseudonyms or {}) for scene in batch]
    for scene, outcome in zip(batch, _recorder(house).record(records), strict=True):
        reason = outcome.reason if isinstance(outcome, Refused) else None
        if reason is not scene.refused:
            raise _differs(scene, reason)


def _recorder(house: Hospital) -> Recorder:
    """A recorder in this process: one elsewhere would not follow our clock."""
    if isinstance(house.recorder, Recorder):
        return house.recorder
    return Recorder(house.ledger, new_participants())


def _real(record: Record, pseudonyms: dict[UUID, UUID]) -> Record:
    """The record with the patient's pseudonym where the script has a stand-in."""
    if isinstance(record, Event | Order) and record.patient is not None:
        return replace(record, patient=pseudonyms[record.patient])
    return record


def _differs(scene: Scene, reason: Reason | None) -> Conflict:
    return Conflict(
        "demo-differs",
        id=str(scene.record.id),
        expected=scene.refused.value if scene.refused else "recorded",
        found=reason.value if reason else "recorded",
    )
