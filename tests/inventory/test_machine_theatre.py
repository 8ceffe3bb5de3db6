"""The hospital under a hundred hands once more: kits, loaner sets, the closing of narcotics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from inventory import (
    EmptyAmpoules,
    Kit,
    KitAct,
    KitDoing,
    NarcoticClosing,
    care_models,
    models,
)
from orders import Line, LoanerNote, LoanerSet, Noting, theatre_models
from tests.inventory.house import MORPHINE, ampoules
from tests.inventory.sums import rows
from tests.inventory.test_machine import (
    AMPOULES,
    PATIENTS,
    QUICK,
    Floor,
    Hands,
    late,
    places,
    template,
)
from tests.support import ANTIBODY, STENT, SYRINGE, stent, syringes
from trace import Document, EventKind, Reason, Recorded, Refused, Thing

__all__ = ["template"]

KIT = "W07"
"""The ward's trolley: so that everything that comes to the ward comes to the kit."""
SEALS = ("1", "2")
SETS = ("L-1", "L-2")
LENT = [stent(f"L{number}", lot="S9").key for number in range(3)]
AS_IT_IS = {"lost", "found", "withheld", "declined"}
COUNTS_AS = {
    "arrived": "came",
    "received": "came",
    "used": "used",
    "implanted": "used",
    "wasted": "used",
    "returned": "went_out",
}
BARRED = {"too-many", "not-on-order", "wrong-owner", "order-closed"}
"""Why what happened all the same does not count for a set."""
GONE = {"administered", "used", "implanted", "sent-back", "wasted", "destroyed"}
contents = st.dictionaries(
    st.sampled_from([ANTIBODY.code, SYRINGE.code]), st.integers(1, 2), min_size=1
)


class Theatre(Hands):
    """Beside all that happens to goods: what is kept ready, borrowed, and counted by two."""

    def __init__(self) -> None:
        super().__init__()
        self.sealed: Counter[int] = Counter()

    @initialize()
    def fill_the_kit(self) -> None:
        self._happens(EventKind.RECEIVED, *(Thing(key, lot="N1") for key in AMPOULES), ampoules(2))
        self._send(
            Kit(id=self._next_id(), time=self.time, location=KIT, contents={SYRINGE.code: 1})
        )
        for thing in (syringes(3, lot="K1"), ampoules(3)):
            self._happens(EventKind.RECEIVED, thing, at=KIT)
        self._happens(EventKind.RECEIVED, syringes(3, lot="K1"), at="STORE")

    # Kits

    @rule(what=contents)
    def say_what_belongs_in(self, what: dict[str, int]) -> None:
        self._send(Kit(id=self._next_id(), time=self.time, location=KIT, contents=what))

    @rule(
        doing=st.sampled_from([*KitDoing, KitDoing.SEAL]),
        seal=st.sampled_from(SEALS),
        intact=st.booleans(),
    )
    def see_to_the_kit(self, doing: KitDoing, seal: str, intact: bool) -> None:  # noqa: FBT001 -- drawn
        act = KitAct(
            id=self._next_id(),
            time=self.time,
            location=KIT,
            doing=doing,
            seal=seal,
            intact=intact,
            person="2307",
        )
        outcome = self._send(act)
        if doing is KitDoing.SEAL and isinstance(outcome, Recorded):
            assert not self._short(), "no kit is sealed that lacks something"

    @rule(quantity=st.integers(1, 3), to=st.sampled_from(["STORE", KIT]))
    def carry(self, quantity: int, to: str) -> None:
        """Syringes into the kit, or out of it."""
        source = "STORE" if to == KIT else KIT
        self._happens(EventKind.MOVED, syringes(quantity, lot="K1"), at=source, to=to)

    @invariant()
    def a_seal_is_what_was_done_with_its_kit(self) -> None:
        """As the entries say it, one after the other."""
        seal: str | None = None
        for entry in self.ledger.entries(0, self.ledger.head().size):
            if entry.kind == "refusal":
                continue
            event = entry.event
            ends = {event.get(end, {}).get("id", "")[-3:] for end in ("readPoint", "bizLocation")}
            if event.get("type") == "medtrace:Kit":
                seal = None
            elif event.get("type") == "medtrace:KitAct":
                whole = event.get("intact", True) and event.get("seal") == seal
                found = {"seal": event.get("seal"), "check": seal if whole else None}
                seal = found.get(event["doing"])
            elif entry.kind == "trace" and KIT in ends and event["medtrace:kind"] not in AS_IT_IS:
                seal = None
        kits = rows(self.ledger, care_models.kit)
        assert [row.seal for row in kits] == [seal]

    @invariant()
    def nothing_left_a_sealed_kit(self) -> None:
        """But by a correction, which says that the books were wrong."""
        (kit,) = rows(self.ledger, care_models.kit)
        lying = self._lying(kit.location_id)
        corrected = bool(self.sent) and self.sent[-1].ledger_kind == "correction"
        if kit.seal is None or not self.sealed or corrected:
            self.sealed = lying if kit.seal is not None else Counter()
        assert kit.seal is None or lying == self.sealed

    def _lying(self, place: int) -> Counter[int]:
        found: Counter[int] = Counter()
        for row in rows(self.ledger, models.balance):
            if row.location_id == place and row.status not in GONE:
                found[row.lot_id] += row.quantity
        return found

    def _short(self) -> dict[str, int]:
        (kit,) = rows(self.ledger, care_models.kit)
        codes = {row.product_id: row.code for row in rows(self.ledger, models.product)}
        there: Counter[str] = Counter()
        for row in rows(self.ledger, models.balance):
            if row.location_id == kit.location_id and row.status == "available":
                there[codes[row.product_id]] += row.quantity
        return {
            code: count - there[code]
            for code, count in _parsed(kit.contents).items()
            if there[code] < count
        }

    # Loaner sets

    @rule(number=st.sampled_from(SETS), stents=st.integers(1, 2))
    def announce_a_set(self, number: str, stents: int) -> None:
        lines = (Line(STENT.identifiers, stents, STENT.code), Line(SYRINGE.identifiers, 4))
        announced = LoanerSet(
            id=self._next_id(),
            time=self.time,
            number=number,
            party="SUPPLIER",
            location="STORE",
            due=self.time.date(),
            lines=lines,
        )
        self._send(announced)

    @rule(
        number=st.sampled_from(SETS),
        key=st.sampled_from([*LENT, *LENT, None]),
        kind=st.sampled_from(
            [
                *(EventKind.RECEIVED, EventKind.RECEIVED, EventKind.USED, EventKind.IMPLANTED),
                *(EventKind.IMPLANTED, EventKind.WASTED, EventKind.RETURNED),
            ]
        ),
        back=st.sampled_from(["SUPPLIER", "SUPPLIER", None]),
        happened=late,
    )
    def handle_a_set(
        self,
        number: str,
        key: str | None,
        kind: EventKind,
        back: str | None,
        happened: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        """A stent of the set, or two of its syringes."""
        thing = Thing(key, lot="S9") if key else syringes(2, lot="L9")
        self._happens(
            kind,
            thing,
            party=back if kind is not EventKind.IMPLANTED else None,
            owner="SUPPLIER" if kind is EventKind.RECEIVED else None,
            patient=PATIENTS[0] if kind in {EventKind.IMPLANTED, EventKind.USED} else None,
            documents=(Document("loaner", number),),
            after_the_fact=happened,
        )

    @rule(number=st.sampled_from(SETS), noting=st.sampled_from(list(Noting)))
    def note_about_a_set(self, number: str, noting: Noting) -> None:
        note = LoanerNote(
            id=self._next_id(),
            time=self.time,
            number=number,
            noting=noting,
            location="STORE",
            person="2307",
        )
        self._send(note)

    @invariant()
    def a_set_counts_what_its_events_say(self) -> None:
        """What came is used or out, never more: as the entries tell that were not corrected."""
        entries = self.ledger.entries(0, self.ledger.head().size)
        wrong = {e.event["medtrace:corrects"] for e in entries if e.kind == "correction"}
        known: set[str] = set()
        told: Counter[tuple[str, str]] = Counter()
        for entry in entries:
            event = entry.event
            if event.get("type") == "medtrace:LoanerSet" and entry.kind != "refusal":
                known.add(event["number"])
            broken = {each["reason"] for each in entry.context.get("exceptions", ())}
            if entry.kind != "trace" or event["eventID"] in wrong or broken & BARRED:
                continue  # what did not fit its set is on the work-list, and not counted
            column = COUNTS_AS.get(event["medtrace:kind"])
            if event["medtrace:kind"] == "returned" and "medtrace:party" not in event:
                column = None
            for number in _sets_of(event) & known if column else ():
                told[number, column or ""] += sum(
                    thing.get("quantity", 1) for thing in entry.context["things"]
                )
        counted: Counter[tuple[str, str]] = Counter()
        for row in rows(self.ledger, theatre_models.loaner_line):
            assert 0 <= row.came <= row.quantity
            assert 0 <= row.used + row.went_out <= row.came
            for column in ("came", "used", "went_out"):
                counted[row.number, column] += getattr(row, column)
        assert +counted == +told

    # Narcotics

    @rule(
        key=st.sampled_from([*AMPOULES, None]),
        kind=st.sampled_from([EventKind.DISPENSED, EventKind.ADMINISTERED, EventKind.MOVED]),
        to=st.none() | places,
        hours=st.sampled_from([0, 0, 2, 30]),
        happened=late,
    )
    def handle_narcotics(
        self,
        key: str | None,
        kind: EventKind,
        to: str | None,
        hours: int,
        happened: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        """An ampoule; now and then it is told hours later, and the day may be closed by then."""
        thing = Thing(key, lot="N1") if key else ampoules(1)
        at = None if key else KIT
        patient = PATIENTS[0] if kind is EventKind.ADMINISTERED else None
        self.time -= timedelta(hours=hours)
        self._happens(kind, thing, at=at, to=to, patient=patient, after_the_fact=happened)
        self.time += timedelta(hours=hours)

    @rule(place=places, count=st.integers(1, 2))
    def give_ampoules_back(self, place: str, count: int) -> None:
        empties = EmptyAmpoules(
            id=self._next_id(),
            time=self.time,
            location=place,
            counted={MORPHINE.code: count},
            person="2307",
            second_person="1104",
        )
        self._send(empties)

    @rule(
        place=places,
        off=st.sampled_from([0, 1, -1, -1, None]),
        days=st.sampled_from([0, 0, 1]),
        second=st.sampled_from(["1104", "1104", "1104", "1104", "2307", None]),
    )
    def close_the_day(
        self,
        place: str,
        off: int | None,
        days: int,
        second: str | None,
    ) -> None:
        """Counted right or wrong, by two or one; what the books said stands in the entry."""
        books = self._in_account(place)
        what = {} if off is None else {MORPHINE.code: max(books + off, 0)}
        closing = NarcoticClosing(
            id=self._next_id(),
            time=self.time,
            location=place,
            day=self.time.date() + timedelta(days=days),
            counted=what,
            person="2307",
            second_person=second,
        )
        outcome = self._send(closing)
        if isinstance(outcome, Refused):
            if second in {None, "2307"}:
                assert outcome.reason is Reason.SECOND_PERSON_MISSING
            return
        assert second == "1104"
        reasons = [each.reason for each in outcome.exceptions] if _recorded(outcome) else []
        differs = MORPHINE.code in what and what[MORPHINE.code] != books
        assert (Reason.NARCOTIC_DIFFERENCE in reasons) == differs
        assert MORPHINE.code in what or not books
        self._tell_too_late(place)
        self.time += timedelta(hours=1)

    def _tell_too_late(self, place: str) -> None:
        """What was before the closing is not told after it."""
        told = self._event(EventKind.DISPENSED, (ampoules(1),), place)
        assert isinstance(self._send(told), Refused)

    def _in_account(self, place: str) -> int:
        number = next(r.location_id for r in rows(self.ledger, models.location) if r.code == place)
        lines = rows(self.ledger, care_models.narcotic_line)
        return sum(line.came - line.went for line in lines if line.location_id == number)

    @invariant()
    def what_is_closed_is_closed(self) -> None:
        """Nothing happened at a place before its last closing that was told after it, unnoticed."""
        closings = rows(self.ledger, care_models.narcotic_closing)
        broken = {
            row.seq
            for row in rows(self.ledger, _exceptions())
            if row.reason == Reason.DAY_CLOSED.value
        }
        for closing in closings:
            for line in rows(self.ledger, care_models.narcotic_line):
                if line.location_id == closing.location_id and line.seq > closing.seq:
                    assert line.time > closing.time or line.seq in broken
        days = [(row.location_id, row.day) for row in closings]
        assert len(set(days)) == len(days)


def _recorded(outcome: Any) -> bool:  # noqa: ANN401 -- an outcome
    return isinstance(outcome, Recorded)


def _sets_of(event: dict[str, Any]) -> set[str]:
    """The sets that an event names, by its business transactions (EPCIS 2.0 §7.3.5.3)."""
    told = event.get("bizTransactionList", ())
    return {each["bizTransaction"].rsplit(":", 1)[-1] for each in told if "loaner" in str(each)}


def _parsed(text: str) -> dict[str, int]:
    from json import loads  # noqa: PLC0415 -- of these rows alone

    found: dict[str, int] = loads(text)
    return found


def _exceptions() -> Any:  # noqa: ANN401 -- a table
    from trace import models as trace_models  # noqa: PLC0415 -- beside `inventory.models`

    return trace_models.exception


@pytest.fixture
def theatre(template: Callable[[], type[Floor]]) -> Iterator[type[Theatre]]:
    """A floor with a kit."""
    Theatre.template = template().template
    yield Theatre
    del Theatre.template


def test_the_sums_agree_in_a_theatre(theatre: type[Theatre]) -> None:
    run_state_machine_as_test(theatre, settings=settings(QUICK, max_examples=15))


@pytest.mark.long
def test_the_sums_agree_in_a_theatre_for_long(theatre: type[Theatre]) -> None:
    run_state_machine_as_test(
        theatre,
        settings=settings(QUICK, max_examples=100, stateful_step_count=60),
    )
