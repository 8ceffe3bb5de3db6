"""The one door in: outcomes in order, each id once, refusals on record, nothing half written."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table
from uuid6 import uuid7

from errors import Invalid
from hospital import new_participants
from inventory import Category, Definition, Product
from ledger import Ledger
from orders import Line, Order, OrderType
from recall import Recall, RecallClass, Scope
from tests.support import ANTIBODY, LOCATIONS, NOON, box, event, furnish, recorder, syringes
from tests.trace.rows import Rows, rows_of
from trace import (
    NO_CHANGE,
    AlreadyRecorded,
    EventKind,
    NoChange,
    Outcome,
    Reason,
    Recordable,
    Recorded,
    Recorder,
    Refused,
    Thing,
)

A1, A2, A3 = (box(serial, lot="B1", expiry=date(2028, 1, 1)) for serial in ("A1", "A2", "A3"))
INDEXES = {"event_id", "event_unit", "event_lot"}


@pytest.fixture
def door(ledger: Ledger) -> Recorder:
    """The recorder of the small hospital."""
    made = recorder(ledger)
    furnish(made)
    return made


def changed(before: Rows, after: Rows) -> set[str]:
    """The tables that differ."""
    return {name for name in before if before[name] != after[name]}


def recalled(case: str = "RC-2026-0001", *lots: str) -> Recall:
    return Recall(
        id=uuid7(),
        case_id=case,
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.SECOND,
        reason="玻璃屑",
        source="厂家",
        scope=(Scope(ANTIBODY.code, lots or ("B1",)),),
    )


def reasons(outcomes: Sequence[Outcome]) -> list[Reason | None]:
    return [each.reason if isinstance(each, Refused) else None for each in outcomes]


def test_outcomes_stand_in_the_order_of_the_events(ledger: Ledger, door: Recorder) -> None:
    size = ledger.head().size
    records = [
        event(EventKind.RECEIVED, A1),
        event(EventKind.DISPENSED, A2),
        event(EventKind.RECEIVED, A2),
        event(EventKind.DISPENSED, A1, at="PHARM"),
        event(EventKind.DISPENSED, A1),
    ]
    outcomes = door.record(records)
    assert reasons(outcomes) == [None, Reason.NOT_RECEIVED, None, Reason.NOT_HERE, None]
    entries = ledger.entries(size, size + 5)
    for number, (record, outcome, entry) in enumerate(zip(records, outcomes, entries, strict=True)):
        assert outcome.receipt is not None
        assert outcome.receipt.seq == entry.seq == size + number
        assert outcome.receipt.hash == entry.hash
        assert outcome.receipt.recorded == entry.recorded
        assert UUID(entry.event["eventID"]) == record.id
        assert entry.kind == ("refusal" if isinstance(outcome, Refused) else "trace")


def test_an_entry_says_what_the_goods_were(ledger: Ledger, door: Recorder) -> None:
    (outcome,) = door.record([event(EventKind.RECEIVED, A1)])
    assert isinstance(outcome, Recorded)
    (entry,) = ledger.entries(outcome.receipt.seq, outcome.receipt.seq + 1)
    goods = {"key": A1.key, "product": "D001", "lot": "B1", "expiry": "2028-01-01"}
    assert entry.context == {"things": [goods | {"is": "available"}]}
    (outcome,) = door.record([event(EventKind.DISPENSED, A1)])
    assert isinstance(outcome, Recorded)
    (later,) = ledger.entries(outcome.receipt.seq, outcome.receipt.seq + 1)
    states = {"was": "available", "is": "dispensed", "since": entry.seq}
    assert later.context == {"things": [goods | states]}


def test_nothing_to_record_is_recorded_as_nothing(ledger: Ledger, door: Recorder) -> None:
    before = rows_of(ledger)
    assert door.record([]) == []
    assert rows_of(ledger) == before


# The same id is the same event


def test_an_event_sent_again_gets_its_first_receipt(ledger: Ledger, door: Recorder) -> None:
    received = event(EventKind.RECEIVED, A1)
    (first,) = door.record([received])
    door.record([event(EventKind.MOVED, A1, to="PHARM")])
    before = rows_of(ledger)
    (again,) = door.record([received])
    assert isinstance(first, Recorded)
    assert again == AlreadyRecorded(first.receipt)
    assert rows_of(ledger) == before


def test_an_event_sent_twice_at_once_happens_once(ledger: Ledger, door: Recorder) -> None:
    received = event(EventKind.RECEIVED, syringes(5))
    size = ledger.head().size
    first, again = door.record([received, received])
    assert isinstance(first, Recorded)
    assert again == AlreadyRecorded(first.receipt)
    assert ledger.head().size == size + 1


def test_other_content_under_a_known_id_is_a_conflict(ledger: Ledger, door: Recorder) -> None:
    received = event(EventKind.RECEIVED, A1)
    door.record([received])
    before = rows_of(ledger)
    forged = replace(received, things=(A2,))
    (outcome,) = door.record([forged])
    assert outcome == Refused(Reason.ID_CONFLICT)
    assert rows_of(ledger) == before


def test_two_contents_under_one_new_id_conflict(ledger: Ledger, door: Recorder) -> None:
    received = event(EventKind.RECEIVED, A1)
    size = ledger.head().size
    first, second, third = door.record([received, replace(received, things=(A2,)), received])
    assert isinstance(first, Recorded)
    assert second == Refused(Reason.ID_CONFLICT)
    assert third == AlreadyRecorded(first.receipt)
    assert ledger.head().size == size + 1


def test_an_id_is_one_for_all_kinds_of_record(ledger: Ledger, door: Recorder) -> None:
    received = event(EventKind.RECEIVED, A1)
    opened = replace(recalled(), id=received.id)
    outcomes = door.record([received, opened])
    assert reasons(outcomes) == [None, Reason.ID_CONFLICT]
    assert reasons(door.record([opened])) == [Reason.ID_CONFLICT]
    assert rows_of(ledger)["recall_case"] == []


@pytest.mark.parametrize("together", [True, False])
def test_a_refused_event_sent_again_is_refused_as_before(
    ledger: Ledger, door: Recorder, *, together: bool
) -> None:
    """Even when it could happen by now: the same scan must not turn from stop to go by itself."""
    early = event(EventKind.DISPENSED, A1, at="PHARM")
    door.record([event(EventKind.RECEIVED, A1)])
    if together:
        first, again = door.record([early, early])
    else:
        (first,) = door.record([early])
        door.record([event(EventKind.MOVED, A1, to="PHARM")])
        (again,) = door.record([early])
    assert isinstance(first, Refused)
    assert isinstance(again, Refused)
    assert first.reason is Reason.NOT_HERE
    assert (again.reason, again.values, again.receipt) == (
        first.reason,
        first.values,
        first.receipt,
    )
    assert first.receipt is not None
    entries = ledger.entries(0, ledger.head().size)
    assert [entry.seq for entry in entries if entry.kind == "refusal"] == [first.receipt.seq]


# A refusal is on record and changes nothing


@pytest.mark.parametrize(
    ("refused", "reason", "indexes"),
    [
        (event(EventKind.RECEIVED, A1), Reason.ALREADY_RECEIVED, INDEXES),
        (event(EventKind.MOVED, A1, at="W07", to="W08"), Reason.NOT_HERE, INDEXES),
        (event(EventKind.DISPENSED, syringes(9)), Reason.NOT_ENOUGH, {"event_id", "event_lot"}),
        (event(EventKind.DISPENSED, A3), Reason.NOT_RECEIVED, {"event_id"}),
        (event(EventKind.RECEIVED, A2, A1), Reason.ALREADY_RECEIVED, INDEXES),
        (event(EventKind.RECEIVED, A2, at="CELLAR"), Reason.UNKNOWN_LOCATION, {"event_id"}),
        (recalled("RC-OLD"), Reason.CASE_EXISTS, {"event_id"}),
        (
            Order(
                id=uuid7(),
                time=NOON,
                type=OrderType.PURCHASE,
                number="1",
                lines=(Line(ANTIBODY.identifiers, 1),),
            ),
            Reason.ORDER_EXISTS,
            {"event_id"},
        ),
        (
            Definition(id=uuid7(), time=NOON, thing=replace(LOCATIONS[0], parent="STORE")),
            Reason.PLACE_IN_ITSELF,
            {"event_id"},
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Reason) else "",
)
def test_a_refusal_changes_nothing_but_the_log_and_its_index(
    ledger: Ledger, door: Recorder, refused: Recordable, reason: Reason, indexes: set[str]
) -> None:
    door.record([event(EventKind.RECEIVED, A1, syringes(5)), recalled("RC-OLD", "B7")])
    door.record([replace(ORDER, id=uuid7())])
    before = rows_of(ledger)
    assert reasons(door.record([refused])) == [reason]
    after = rows_of(ledger)
    assert changed(before, after) == {"entry", "head"} | indexes
    assert len(after["entry"]) == len(before["entry"]) + 1


ORDER = Order(
    id=uuid7(),
    time=NOON,
    type=OrderType.PURCHASE,
    number="1",
    lines=(Line(ANTIBODY.identifiers, 1),),
)


def test_a_refusal_says_on_record_what_was_stopped_and_why(ledger: Ledger, door: Recorder) -> None:
    door.record([event(EventKind.RECEIVED, A1)])
    stopped = event(EventKind.DISPENSED, A1, at="PHARM")
    (outcome,) = door.record([stopped])
    assert isinstance(outcome, Refused)
    assert outcome.receipt is not None
    (entry,) = ledger.entries(outcome.receipt.seq, outcome.receipt.seq + 1)
    assert entry.kind == "refusal"
    assert UUID(entry.event["eventID"]) == stopped.id
    assert entry.context == {"refused": "not-here", "values": {"location": "中心药库"}}
    assert outcome.values == {"location": "中心药库"}


def test_a_refused_event_never_fails_its_neighbours(ledger: Ledger, door: Recorder) -> None:
    boxes = [box(f"N{number}", lot="B1") for number in range(20)]
    records = []
    for each in boxes:
        records += [event(EventKind.DISPENSED, each), event(EventKind.RECEIVED, each)]
    outcomes = door.record(records)
    assert reasons(outcomes) == [Reason.NOT_RECEIVED, None] * 20
    assert len(rows_of(ledger)["unit"]) == 20


def test_later_events_of_a_call_see_the_earlier_ones(door: Recorder) -> None:
    patient = uuid4()
    outcomes = door.record(
        [
            event(EventKind.RECEIVED, A1),
            event(EventKind.MOVED, A1, to="PHARM"),
            event(EventKind.DISPENSED, A1, at="PHARM", to="W07", patient=patient),
            event(EventKind.DISPENSED, A1, at="W07"),
            event(EventKind.ADMINISTERED, A1, at="W07", patient=patient),
            event(EventKind.ADMINISTERED, A1, at="W07", patient=patient),
        ]
    )
    assert reasons(outcomes) == [
        None,
        None,
        None,
        Reason.ALREADY_DISPENSED,
        None,
        Reason.ALREADY_USED,
    ]


def test_amounts_of_one_call_are_counted_down(door: Recorder) -> None:
    outcomes = door.record(
        [
            event(EventKind.RECEIVED, syringes(5)),
            event(EventKind.DISPENSED, syringes(3)),
            event(EventKind.DISPENSED, syringes(3)),
            event(EventKind.DISPENSED, syringes(2)),
        ]
    )
    assert reasons(outcomes) == [None, None, Reason.NOT_ENOUGH, None]


def test_one_call_may_mix_kinds_of_record(door: Recorder) -> None:
    """What one record brings into force, the next one sees."""
    product = Product(
        code="X1",
        name="新药",
        specification="1",
        category=Category.DRUG,
        unit="盒",
        holder="H",
        identifiers=("https://id.gs1.org/01/04006381333931",),
    )
    thing = Thing("https://id.gs1.org/01/04006381333931/21/1", lot="X")
    order = replace(ORDER, id=uuid7(), number="7", lines=(Line(product.identifiers, 1),))
    outcomes = door.record(
        [
            event(EventKind.RECEIVED, thing),
            Definition(id=uuid7(), time=NOON, thing=product),
            Definition(id=uuid7(), time=NOON, thing=replace(LOCATIONS[0], code="NEW")),
            order,
            event(EventKind.RECEIVED, thing, to="NEW"),
            Recall(
                id=uuid7(),
                case_id="RC-1",
                time=NOON,
                notified=NOON,
                recall_class=RecallClass.FIRST,
                reason="-",
                source="-",
                scope=(Scope("X1", ("X",)),),
            ),
            event(EventKind.DISPENSED, thing, at="NEW"),
        ]
    )
    assert reasons(outcomes) == [*[None] * 6, Reason.RECALLED]
    assert isinstance(outcomes[0], Recorded)
    assert [each.reason for each in outcomes[0].exceptions] == [Reason.UNKNOWN_CODE]
    seqs = [outcome.receipt.seq for outcome in outcomes if outcome.receipt]
    assert seqs == list(range(seqs[0], seqs[0] + 7))


# Nothing is half written


class Fuse:
    """A participant that breaks where it is told to."""

    tables: ClassVar[Sequence[Table]] = ()

    def __init__(self) -> None:
        self.blow: str | None = None
        self.forgot = 0

    def _pass(self, place: str) -> None:
        if self.blow == place:
            raise RuntimeError(place)

    def forget(self) -> None:
        self.forgot += 1

    def load(self, _connection: object, _ledger_id: int, _records: object) -> str:
        self._pass("load")
        return "lit"

    def decide(self, _state: str, _record: object) -> NoChange:
        self._pass("decide")
        return NO_CHANGE

    def accept(self, _state: str, _record: object, _change: NoChange, _seq: int) -> None:
        raise AssertionError("there is no change to accept")

    def apply(self, _connection: object, _state: str) -> None:
        self._pass("apply")


@pytest.mark.parametrize("place", ["load", "decide", "apply"])
def test_an_exception_leaves_nothing_half_written(ledger: Ledger, place: str) -> None:
    fuse = Fuse()
    broken = Recorder(ledger, [*new_participants(), fuse])
    furnish(broken)
    broken.record([event(EventKind.RECEIVED, A1)])
    before, forgot = rows_of(ledger), fuse.forgot
    lost: list[Any] = [
        recalled("RC-LOST", "B1"),
        Definition(id=uuid7(), time=NOON, thing=replace(LOCATIONS[0], code="LOST")),
        event(EventKind.RECEIVED, A2, to="LOST"),
        event(EventKind.DISPENSED, A1),
    ]
    for index in range(len(lost)):  # the batch breaks in its first, second … segment
        fuse.blow = place
        with pytest.raises(RuntimeError, match=place):
            broken.record(lost[: index + 1])
        assert rows_of(ledger) == before
    assert fuse.forgot == forgot + len(lost)
    fuse.blow = None
    unknown = event(EventKind.RECEIVED, A2, to="LOST")
    outcomes = broken.record([unknown, event(EventKind.DISPENSED, A1)])
    assert reasons(outcomes) == [Reason.UNKNOWN_LOCATION, None], "nothing lost is remembered"


class LateFuse(Fuse):
    """Breaks only once the segment of events has come, after others were applied."""

    def load(self, _connection: object, _ledger_id: int, records: Any) -> str:  # noqa: ANN401
        self.blow = "apply" if records[0].ledger_kind == "trace" and self.armed else None
        return "lit"

    armed = False


def test_what_a_failed_transaction_brought_into_force_is_forgotten(ledger: Ledger) -> None:
    """The recorder had seen the recall and the location; neither was ever committed."""
    fuse = LateFuse()
    broken = Recorder(ledger, [*new_participants(), fuse])
    furnish(broken)
    broken.record([event(EventKind.RECEIVED, A1)])
    before = rows_of(ledger)
    fuse.armed = True
    with pytest.raises(RuntimeError):
        broken.record(
            [
                recalled("RC-LOST", "B1"),
                Definition(id=uuid7(), time=NOON, thing=replace(LOCATIONS[0], code="LOST")),
                event(EventKind.MOVED, A1, to="LOST"),
            ]
        )
    assert rows_of(ledger) == before
    fuse.armed = False
    outcomes = broken.record(
        [event(EventKind.MOVED, A1, to="LOST"), event(EventKind.DISPENSED, A1)]
    )
    assert reasons(outcomes) == [Reason.UNKNOWN_LOCATION, None]


def test_an_entry_that_is_too_large_is_told_and_nothing_written(
    ledger: Ledger, door: Recorder
) -> None:
    before = rows_of(ledger)
    large = event(EventKind.RECEIVED, A1, note="长" * 30_000)
    with pytest.raises(Invalid) as caught:
        door.record([event(EventKind.RECEIVED, A2), large])
    assert caught.value.code == "too-large"
    assert rows_of(ledger) == before


@pytest.mark.parametrize(
    "poisoned",
    [
        event(EventKind.RECEIVED, box("A\0")),
        event(EventKind.RECEIVED, box("A1", lot="\0")),
        event(EventKind.RECEIVED, A1, at="ST\0RE"),
        event(EventKind.RECEIVED, A1, note="\\\0"),
    ],
)
def test_a_text_with_nul_is_told_on_both_engines(
    ledger: Ledger, door: Recorder, poisoned: Recordable
) -> None:
    """PostgreSQL's texts can't hold it: it must not surface as a driver's error."""
    before = rows_of(ledger)
    with pytest.raises(Invalid) as caught:
        door.record([poisoned])
    assert caught.value.code == "text-with-nul"
    assert rows_of(ledger) == before


def test_letters_that_look_like_an_escape_are_letters(ledger: Ledger, door: Recorder) -> None:
    (outcome,) = door.record([event(EventKind.RECEIVED, A1, note="C:\\u0000")])
    assert isinstance(outcome, Recorded)
    (entry,) = ledger.entries(outcome.receipt.seq, outcome.receipt.seq + 1)
    assert entry.event["medtrace:note"] == "C:\\u0000"


def test_any_other_text_is_just_unknown(door: Recorder) -> None:
    """What a scanner can send is kept raw and put on the work-list, whatever it is."""
    keys = ["'; DROP TABLE unit; --", "%", "{}", "\\", "\x1d\x7f", "𠮷", " ", "a" * 5000, "::::::"]
    outcomes = door.record([event(EventKind.RECEIVED, Thing(key)) for key in keys])
    for outcome in outcomes:
        assert isinstance(outcome, Recorded)
        assert [each.reason for each in outcome.exceptions] == [Reason.UNKNOWN_CODE]
    outcomes = door.record([event(EventKind.DISPENSED, Thing(key)) for key in keys])
    assert reasons(outcomes) == [Reason.UNKNOWN_CODE] * len(keys)
    outcomes = door.record([event(EventKind.RECEIVED, A1, at=key) for key in keys])
    assert reasons(outcomes) == [Reason.UNKNOWN_LOCATION] * len(keys)


# Callers together


def test_callers_that_come_together_each_get_their_own_answers(
    ledger: Ledger, door: Recorder
) -> None:
    size = ledger.head().size

    def life(number: int) -> list[Outcome]:
        thing = box(f"T{number}", lot="B1")
        return door.record(
            [event(EventKind.RECEIVED, thing), event(EventKind.MOVED, thing, to="PHARM")]
        ) + door.record([event(EventKind.MOVED, thing, at="PHARM", to="W07")])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(life, range(40)))
    seqs = []
    for received, moved, moved_on in answers:
        assert isinstance(received, Recorded)
        assert isinstance(moved, Recorded)
        assert isinstance(moved_on, Recorded)
        assert moved.receipt.seq == received.receipt.seq + 1, "one call stays together"
        seqs += [received.receipt.seq, moved.receipt.seq, moved_on.receipt.seq]
    assert sorted(seqs) == list(range(size, size + 120))


def test_one_box_for_many_hands_goes_to_one(door: Recorder) -> None:
    door.record([event(EventKind.RECEIVED, A1, syringes(5))])
    with ThreadPoolExecutor(8) as pool:
        boxes = list(pool.map(lambda _: door.record([event(EventKind.DISPENSED, A1)])[0], "a" * 8))
        amounts = list(
            pool.map(lambda _: door.record([event(EventKind.DISPENSED, syringes(2))])[0], "a" * 8)
        )
    assert sorted(map(str, reasons(boxes))) == ["None", *["already-dispensed"] * 7]
    assert sorted(map(str, reasons(amounts))) == ["None", "None", *["not-enough"] * 6]


def test_a_callers_error_does_not_reach_its_neighbours(door: Recorder) -> None:
    def call(number: int) -> list[Outcome] | str:
        note = "长" * 30_000 if number % 3 == 0 else None
        try:
            return door.record([event(EventKind.RECEIVED, box(f"E{number}"), note=note)])
        except Invalid as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(call, range(24)))
    for number, answer in enumerate(answers):
        if number % 3 == 0:
            assert answer == "too-large"
        else:
            assert isinstance(answer, list)
            assert isinstance(answer[0], Recorded)


def test_time_passes_only_by_the_ledgers_clock(ledger: Ledger, door: Recorder) -> None:
    """An event from yesterday is recorded now."""
    early = event(EventKind.RECEIVED, A1, time=NOON - timedelta(days=1))
    (outcome,) = door.record([early])
    assert isinstance(outcome, Recorded)
    assert outcome.receipt.recorded == NOON
    (entry,) = ledger.entries(outcome.receipt.seq, outcome.receipt.seq + 1)
    assert entry.event["eventTime"] == "2026-11-21T04:00:00.000Z"
