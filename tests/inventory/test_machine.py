"""A hospital under a hundred hands: whatever is scanned, in whatever order, the sums agree."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from database import Database
from hospital import DECODERS, new_participants
from inventory import ALL_LOTS
from ledger import SHA256, Ledger, encode, verify_chain
from recall import Recall, RecallClass, Scope
from tests.support import (
    ANTIBODY,
    CEPHALOSPORIN,
    NOON,
    ORIGIN,
    STENT,
    SYRINGE,
    Clock,
    box,
    furnish,
    recorder,
    stent,
    syringes,
)
from tests.trace.rows import Rows, hurry, rows_of
from trace import (
    AlreadyRecorded,
    Event,
    EventKind,
    Outcome,
    Recordable,
    Recorded,
    Refused,
    Thing,
    rebuild,
)

PLACES = ("STORE", "W07")
PATIENTS = (UUID(int=1), UUID(int=2))
BOXES = [box(f"A{number}").key for number in range(2)]
STENTS = [stent(f"S{number}").key for number in range(1)]
BY_GTIN = f"{CEPHALOSPORIN.identifiers[1]}/10/C1"
BY_DRUG_CODE = "urn:medtrace:cn-drug:83271160045839207715"  # two codes, one lot on the shelf
LOTS = [syringes(1).key, f"{ANTIBODY.identifiers[0]}/10/B1", BY_GTIN, BY_DRUG_CODE]
LABELS = {**dict.fromkeys(BOXES, "B1"), **dict.fromkeys(STENTS, "S1"), BY_DRUG_CODE: "C1"}
UNCHANGED_BY_REFUSALS = {"entry", "head", "event_id", "event_unit", "event_lot"}

places = st.sampled_from(PLACES)
things = st.sampled_from(BOXES + STENTS + LOTS)
quantities = st.integers(1, 4)
patients = st.sampled_from(PATIENTS)


class Floor(RuleBasedStateMachine):
    """Every kind of event on few things, so that they meet."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        path = shutil.copy(self.template, self.folder)
        self.database = Database(f"sqlite:///{path}")
        hurry(self.database)
        self.ledger = Ledger(self.database, 1, Clock())
        self.recorder = recorder(self.ledger)
        self.time = NOON
        self.number = 10
        self.sent: list[Recordable] = []
        self.where: dict[str, str] = {}
        self.rows: Rows = rows_of(self.ledger)

    def teardown(self) -> None:
        verify_chain(self.ledger)
        before = rows_of(self.ledger)
        rebuild(self.ledger, new_participants(), DECODERS)
        assert rows_of(self.ledger) == before
        self.database.close()
        shutil.rmtree(self.folder)

    # What people do

    @initialize()
    def stock_up(self) -> None:
        self._happens(EventKind.RECEIVED, *(self._thing(key, 3) for key in (*BOXES, *LOTS[:3])))

    @rule(key=things, quantity=quantities, place=places, dated=st.booleans())
    def receive(self, key: str, quantity: int, place: str, *, dated: bool) -> None:
        expiry = date(2026, 11, 25) if dated and key not in LOTS else None
        self._happens(EventKind.RECEIVED, self._thing(key, quantity, expiry), at=place)

    @rule(key=things, quantity=quantities, to=places, patient=st.none() | patients)
    def move(self, key: str, quantity: int, to: str, patient: UUID | None) -> None:
        self._happens(EventKind.MOVED, self._thing(key, quantity), to=to, patient=patient)

    @rule(key=things, quantity=quantities, to=places, patient=st.none() | patients)
    def dispense(self, key: str, quantity: int, to: str, patient: UUID | None) -> None:
        thing = self._thing(key, quantity)
        self._happens(EventKind.DISPENSED, thing, to=to, patient=patient)

    @rule(key=things, quantity=quantities, patient=patients)
    def administer(self, key: str, quantity: int, patient: UUID) -> None:
        self._happens(EventKind.ADMINISTERED, self._thing(key, quantity), patient=patient)

    @rule(key=st.sampled_from(STENTS + LOTS), patient=patients)
    def implant(self, key: str, patient: UUID) -> None:
        self._happens(EventKind.IMPLANTED, self._thing(key, 1), patient=patient)

    @rule(key=things, quantity=quantities, patient=st.none() | patients)
    def give_back(self, key: str, quantity: int, patient: UUID | None) -> None:
        self._happens(EventKind.RETURNED, self._thing(key, quantity), patient=patient)

    @rule(key=things, quantity=quantities)
    def send_back(self, key: str, quantity: int) -> None:
        self._happens(EventKind.RETURNED, self._thing(key, quantity), party="SUPPLIER")

    @rule(key=things, quantity=quantities)
    def quarantine(self, key: str, quantity: int) -> None:
        self._happens(EventKind.QUARANTINED, self._thing(key, quantity))

    @rule(key=things, quantity=quantities)
    def release(self, key: str, quantity: int) -> None:
        self._happens(EventKind.RELEASED, self._thing(key, quantity))

    @rule(
        keys=st.lists(things, min_size=2, max_size=3), kind=st.sampled_from(EventKind), place=places
    )
    def several_at_once(self, keys: list[str], kind: EventKind, place: str) -> None:
        named = tuple(self._thing(key, 1) for key in keys)
        self._send(self._event(kind, named, place, patient=PATIENTS[0]))

    @rule(index=st.integers(0, 1000))
    def say_it_again(self, index: int) -> None:
        if self.sent:
            record = self.sent[index % len(self.sent)]
            before = rows_of(self.ledger)
            (outcome,) = self.recorder.record([record])
            assert not isinstance(outcome, Recorded)
            assert rows_of(self.ledger) == before

    @rule(days=st.integers(1, 2))
    def let_days_pass(self, days: int) -> None:
        self.time += timedelta(days=days)

    @rule(
        product=st.sampled_from([ANTIBODY, STENT, SYRINGE]),
        lot=st.sampled_from(["B1", "C1", ALL_LOTS]),
    )
    def recall(self, product: Any, lot: str) -> None:  # noqa: ANN401 -- a product
        opened = Recall(
            id=self._next_id(),
            case_id=f"RC-{product.code}-{lot}",
            time=self.time,
            notified=self.time,
            recall_class=RecallClass.FIRST,
            reason="玻璃屑",
            source="厂家",
            scope=(Scope(product.code, (lot,)),),
        )
        self._send(opened)

    # What must be so at any time

    @invariant()
    def no_amount_is_negative(self) -> None:
        for *_, quantity in self.rows["balance"]:
            assert quantity > 0, "rows at nought are dropped, none is below"

    @invariant()
    def what_arrived_is_somewhere(self) -> None:
        found: Counter[int] = Counter()
        for _, _, _, lot_id, _, quantity in self.rows["balance"]:
            found[lot_id] += quantity
        arrived = {row[1]: row[-1] for row in self.rows["lot"]}
        assert found == arrived

    @invariant()
    def balances_count_the_units(self) -> None:
        """What is not a scanned thing arrived as an amount, and never is less than nothing."""
        balances = {row[1:5]: row[5] for row in self.rows["balance"]}
        units: Counter[tuple[Any, ...]] = Counter()
        for _, _, _, lot_id, product_id, location_id, status, *_ in self.rows["unit"]:
            units[location_id, product_id, lot_id, status] += 1
        for place, count in units.items():
            assert balances.get(place, 0) >= count
        stents = {row[1] for row in self.rows["lot"] if row[3] == "S1"}  # only ever scanned
        only_units = {place: n for place, n in balances.items() if place[2] in stents}
        assert only_units == {place: n for place, n in units.items() if place[2] in stents}

    @invariant()
    def patients_have_what_was_used(self) -> None:
        used: Counter[int] = Counter()
        for _, _, _, lot_id, status, quantity in self.rows["balance"]:
            if status in {"administered", "implanted"}:
                used[lot_id] += quantity
        exposed: Counter[int] = Counter()
        for _, lot_id, _, _, _, status, _, quantity in self.rows["exposure"]:
            if status != "dispensed":
                assert quantity > 0
                exposed[lot_id] += quantity
        assert used == exposed

    @invariant()
    def what_is_in_stock_belongs_to_nobody(self) -> None:
        for *_, status, patient, _ in self.rows["unit"]:
            if status in {"available", "quarantined", "sent-back"}:
                assert patient is None
            if status in {"administered", "implanted"}:
                assert patient is not None

    @invariant()
    def units_in_a_patients_hands_are_counted_for_her(self) -> None:
        handed: Counter[tuple[int, bytes]] = Counter()
        for _, _, patient, _, unit_id, status, _, quantity in self.rows["exposure"]:
            if status == "dispensed" and unit_id:
                handed[unit_id, patient] += quantity
        for _, unit_id, _, _, _, _, status, patient, _ in self.rows["unit"]:
            for each in PATIENTS:
                expected = status == "dispensed" and patient == each.bytes
                if status in {"administered", "implanted"}:
                    continue  # counted as used, see above
                assert handed[unit_id, each.bytes] == expected

    # How it is said

    def _thing(self, key: str, quantity: int, expiry: date | None = None) -> Thing:
        amount = quantity if key in LOTS else None
        return Thing(key, amount, lot=LABELS.get(key), expiry=expiry)

    def _next_id(self) -> UUID:
        self.number += 1
        return UUID(int=self.number)

    def _event(
        self,
        kind: EventKind,
        named: tuple[Thing, ...],
        at: str,
        to: str | None = None,
        **more: Any,  # noqa: ANN401 -- further fields of the event
    ) -> Event:
        return Event(
            id=self._next_id(),
            kind=kind,
            time=self.time,
            things=named,
            location=at,
            destination=to,
            **more,
        )

    def _happens(
        self,
        kind: EventKind,
        *named: Thing,
        at: str | None = None,
        to: str | None = None,
        **more: Any,  # noqa: ANN401 -- further fields of the event
    ) -> None:
        place = at or self.where.get(named[0].key, "STORE")
        outcome = self._send(self._event(kind, named, place, to, **more))
        if isinstance(outcome, Recorded):
            self.where.update({thing.key: to or place for thing in named})

    def _send(self, record: Recordable) -> Outcome:
        before = self.rows
        (outcome,) = self.recorder.record([record])
        assert not isinstance(outcome, AlreadyRecorded)
        self.sent.append(record)
        self.rows = rows_of(self.ledger)
        if isinstance(outcome, Refused):
            changed = {name for name, rows in self.rows.items() if rows != before[name]}
            assert changed <= UNCHANGED_BY_REFUSALS
        return outcome


@pytest.fixture(scope="module")
def template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], type[Floor]]]:
    """Makes floors that start furnished."""
    path = tmp_path_factory.mktemp("floor") / "medtrace.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    ledger = Ledger(database, 1, Clock())
    ledger.found(ORIGIN, SHA256, encode({"origin": ORIGIN, "type": "medtrace:Ledger"}))
    furnish(recorder(ledger))
    database.close()
    Floor.template = path
    yield lambda: Floor
    del Floor.template


QUICK = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_sums_agree_at_any_time(template: Callable[[], type[Floor]]) -> None:
    run_state_machine_as_test(template(), settings=QUICK)


@pytest.mark.long
def test_the_sums_agree_for_long(template: Callable[[], type[Floor]]) -> None:
    run_state_machine_as_test(
        template(), settings=settings(QUICK, max_examples=300, stateful_step_count=80)
    )
