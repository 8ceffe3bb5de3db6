"""A hospital under a hundred hands: whatever is scanned, in whatever order, the sums agree."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
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
from inventory import ALL_LOTS, Definition, Packages, Product, care_models, models
from ledger import SHA256, Ledger, encode, verify_chain
from recall import Recall, RecallClass, Scope
from tests.inventory.house import MORPHINE, UNTOUCHED, ampoule, for_document, pallet
from tests.inventory.sums import rows, sums_agree
from tests.inventory.test_cases import GLOVES, carton, case
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
    AGGREGATIONS,
    CAUSE_REQUIRED,
    TRANSFORMATIONS,
    AlreadyRecorded,
    Cause,
    Correction,
    Error,
    Event,
    EventKind,
    Outcome,
    Recordable,
    Recorded,
    Refused,
    Thing,
    rebuild,
)
from trace import models as trace_models

SUPPLY = (
    EventKind.MOVED,
    EventKind.SENT,
    EventKind.ACCEPTED,
    EventKind.RESERVED,
    EventKind.DISPENSED,
    EventKind.INSPECTED,
)
"""What goes well mostly; drawn beside all kinds, so that goods get about."""
USED = frozenset({"administered", "used", "implanted"})
PATIENTS_GOODS = USED | {"dispensed", "opened", "explanted", "patients-own", "handed-back"}

LYING = {"available", "to-inspect", "reserved", "quarantined", "rejected", "opened"}
PLACES = ("STORE", "W07")
PATIENTS = (UUID(int=1), UUID(int=2))
DOCUMENTS = ("RX-1", "RX-2")
OWNERS = (None, None, "SUPPLIER", "OTHER")
BOXES = [box(f"A{number}").key for number in range(3)]
STENTS = [stent(f"S{number}").key for number in range(1)]
AMPOULES = [ampoule("M1").key]
BY_GTIN = f"{CEPHALOSPORIN.identifiers[1]}/10/C1"
BY_DRUG_CODE = "urn:medtrace:cn-drug:83271160045839207715"  # two codes, one lot on the shelf
LOTS = [syringes(1).key, f"{ANTIBODY.identifiers[0]}/10/B1", BY_GTIN, BY_DRUG_CODE]
CASES = [pallet(number).key for number in range(3)]
GLOVE_CASES = [case("C1").key]
GLOVE_BOXES = [carton("B1").key, carton("B2").key]
UNITS = BOXES + STENTS + AMPOULES + GLOVE_CASES + GLOVE_BOXES
LABELS = {
    **dict.fromkeys(BOXES, "B1"),
    **dict.fromkeys(STENTS, "S1"),
    **dict.fromkeys(AMPOULES, "N1"),
    **dict.fromkeys(GLOVE_CASES + GLOVE_BOXES, "G1"),
    BY_DRUG_CODE: "C1",
}
GOODS_KINDS = sorted(set(EventKind) - AGGREGATIONS - CAUSE_REQUIRED - TRANSFORMATIONS)

places = st.sampled_from(PLACES)
goods = st.sampled_from(UNITS + LOTS)
things = st.sampled_from(UNITS + LOTS + CASES + CASES)
quantities = st.integers(1, 4)
patients = st.sampled_from(PATIENTS)
late = st.sampled_from((False, False, False, True))


class Hands(RuleBasedStateMachine):
    """A hospital whose books are held against each other after everything that is sent in."""

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
        self.told: list[UUID] = []
        self.used_for_nobody = False
        self.rows: Rows = rows_of(self.ledger)

    def teardown(self) -> None:
        verify_chain(self.ledger)
        before = rows_of(self.ledger)
        rebuild(self.ledger, new_participants(), DECODERS)
        after = rows_of(self.ledger)
        assert not {
            name: (set(before[name]) - set(found), set(found) - set(before[name]))
            for name, found in after.items()
            if found != before[name]
        }, "the ledger alone gives the same rows"
        self.database.close()
        shutil.rmtree(self.folder)

    @rule(back=st.integers(1, 6))
    def correct(self, back: int) -> None:
        """Mostly what was told last: what happened since would have to go first."""
        if not self.told:
            return
        wrong = self.told[-min(back, len(self.told))]
        self._send(
            Correction(
                id=self._next_id(),
                time=self.time,
                corrects=wrong,
                error=Error.DID_NOT_OCCUR,
                person="2307",
                second_person="1104",
            )
        )

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

    # What must be so at any time

    @invariant()
    def the_sums_agree(self) -> None:
        """By lot and owner received = in stock + out; children are where their parent is."""
        sums_agree(self.ledger)

    @invariant()
    def no_container_lies_in_itself(self) -> None:
        parents = {row.unit_id: row.parent for row in rows(self.ledger, models.unit)}
        for number in parents:
            around: int | None = number
            for _ in parents:
                around = parents[around] if around is not None else None
            assert around is None

    @invariant()
    def every_thing_is_one_row(self) -> None:
        units = rows(self.ledger, models.unit)
        assert len({row.key for row in units}) == len(units)
        assert len({(x.product_id, x.lot, x.expiry, x.owner) for x in self._lots()}) == len(
            self._lots()
        )

    @invariant()
    def patients_had_no_less_than_what_was_used(self) -> None:
        """More only where one thing is on record as used twice; gauze may be used for nobody."""
        counted = USED - {"used"} if self.used_for_nobody else USED
        used: Counter[int] = Counter()
        for row in rows(self.ledger, models.balance):
            if row.status in counted:
                used[row.lot_id] += row.quantity
        exposed: Counter[int] = Counter()
        for row in rows(self.ledger, models.exposure):
            if row.status in counted:
                exposed[row.lot_id] += row.quantity
        patientless = rows(self.ledger, trace_models.exception)
        if not any(row.reason == "patient-missing" for row in patientless):
            assert not used - exposed

    @invariant()
    def the_account_of_narcotics_is_what_lies_there(self) -> None:
        lying: Counter[tuple[int, int]] = Counter()
        kinds = {row.location_id: row.kind for row in rows(self.ledger, models.location)}
        number = next(x.product_id for x in rows(self.ledger, models.product) if x.code == "N001")
        for row in rows(self.ledger, models.balance):
            held = row.status in LYING or (
                row.status == "dispensed" and kinds[row.location_id] == "ward"
            )
            if row.product_id == number and held:
                lying[row.location_id, row.product_id] += row.quantity
        told: Counter[tuple[int, int]] = Counter()
        for line in rows(self.ledger, care_models.narcotic_line):
            told[line.location_id, line.product_id] += line.came - line.went
        assert +told == lying

    @invariant()
    def what_is_in_stock_belongs_to_nobody(self) -> None:
        for unit in rows(self.ledger, models.unit):
            if unit.status not in PATIENTS_GOODS:
                assert unit.patient is None

    # How it is said

    def _lots(self) -> list[Any]:
        return rows(self.ledger, models.lot)

    def _thing(self, key: str, quantity: int, expiry: date | None = None) -> Thing:
        amount = quantity if key in LOTS else None
        return Thing(key, amount, lot=LABELS.get(key), expiry=expiry)

    def _place(self, key: str) -> str:
        """Where the books have a thing: the store, if they don't."""
        codes = {row.location_id: row.code for row in rows(self.ledger, models.location)}
        for unit in rows(self.ledger, models.unit):
            if unit.key == key:
                return str(codes[unit.location_id])
        return "STORE"

    def _next_id(self) -> UUID:
        self.number += 1
        return UUID(int=self.number)

    def _declare(self, container: str, inside: tuple[Thing, ...]) -> None:
        declared = Packages(
            id=self._next_id(), time=self.time, key=container, document="DN-1", contents=inside
        )
        assert isinstance(self._send(declared), Recorded)

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
            person="2307",
            second_person="1104",
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
        place = at or self._place(named[0].key)
        self._send(self._event(kind, named, place, to, **more))

    def _send(self, record: Recordable) -> Outcome:
        before = self.rows
        (outcome,) = self.recorder.record([record])
        assert not isinstance(outcome, AlreadyRecorded)
        self.sent.append(record)
        self.rows = rows_of(self.ledger)
        if isinstance(outcome, Refused):
            changed = {name for name, found in self.rows.items() if found != before[name]}
            assert changed <= UNTOUCHED
            assert not getattr(record, "after_the_fact", False), "what has happened is on record"
        elif isinstance(record, Event):
            self.told.append(record.id)
            nobody = record.kind is EventKind.USED and record.patient is None
            self.used_for_nobody = self.used_for_nobody or nobody
        return outcome


class Floor(Hands):
    """Every kind of event on few things, so that they meet."""

    @initialize(owner=st.sampled_from(OWNERS))
    def stock_up(self, owner: str | None) -> None:
        inside = (self._thing(BOXES[2], 1), self._thing(LOTS[0], 2))
        self._declare(CASES[1], inside)
        self._declare(CASES[0], (self._thing(CASES[1], 1), self._thing(LOTS[1], 2)))
        stock = [self._thing(key, 3) for key in (*BOXES[:2], *STENTS, *GLOVE_CASES, *LOTS[:3])]
        self._happens(EventKind.RECEIVED, *stock, owner=owner)

    @rule(
        key=things,
        kind=st.sampled_from([EventKind.RECEIVED, EventKind.ARRIVED, EventKind.FOUND]),
        quantity=quantities,
        place=places,
        dated=st.booleans(),
        owner=st.sampled_from(OWNERS),
    )
    def come(  # noqa: PLR0913, PLR0917 -- drawn by name
        self,
        key: str,
        kind: EventKind,
        quantity: int,
        place: str,
        dated: bool,  # noqa: FBT001 -- drawn
        owner: str | None,
    ) -> None:
        expiry = date(2026, 11, 25) if dated and key in UNITS else None
        self._happens(kind, self._thing(key, quantity, expiry), at=place, owner=owner)

    @rule(
        key=things,
        kind=st.sampled_from(GOODS_KINDS),
        quantity=quantities,
        to=st.none() | places,
        patient=st.none() | patients,
        document=st.sampled_from(DOCUMENTS),
        happened=late,
    )
    def act(  # noqa: PLR0913, PLR0917 -- drawn by name
        self,
        key: str,
        kind: EventKind,
        quantity: int,
        to: str | None,
        patient: UUID | None,
        document: str,
        happened: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        more = for_document(document)
        thing = self._thing(key, quantity)
        self._happens(kind, thing, to=to, patient=patient, after_the_fact=happened, **more)

    @rule(
        key=things,
        kind=st.sampled_from(sorted(CAUSE_REQUIRED)),
        patient=patients,
        happened=late,
    )
    def not_give(
        self,
        key: str,
        kind: EventKind,
        patient: UUID,
        happened: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        """Nothing but the ledger and its indexes changes."""
        before = self.rows
        self._happens(
            kind,
            self._thing(key, 1),
            patient=patient,
            after_the_fact=happened,
            cause=Cause.OTHER,
            note="手术推迟",
        )
        changed = {name for name, found in self.rows.items() if found != before[name]}
        assert changed <= UNTOUCHED | {"exception"}

    @rule(key=things, kind=st.sampled_from(SUPPLY), quantity=quantities, to=places)
    def supply(self, key: str, kind: EventKind, quantity: int, to: str) -> None:
        self._happens(kind, self._thing(key, quantity), to=to, **for_document("RX-1"))

    @rule(key=goods, patient=patients, hours=st.integers(0, 30))
    def use_out_of_reach(self, key: str, patient: UUID, hours: int) -> None:
        """It comes to the books late, and with the time when it was."""
        kind = EventKind.IMPLANTED if key in STENTS else EventKind.ADMINISTERED
        place, time = self._place(key), self.time - timedelta(hours=hours)
        told = self._event(
            kind, (self._thing(key, 1),), place, patient=patient, after_the_fact=True
        )
        self._send(replace(told, time=time))

    @rule(key=things, quantity=quantities, party=st.sampled_from(["SUPPLIER", "OTHER"]))
    def send_back(self, key: str, quantity: int, party: str) -> None:
        self._happens(EventKind.RETURNED, self._thing(key, quantity), party=party)

    @rule(keys=st.lists(things, min_size=1, max_size=3, unique=True), case=st.sampled_from(CASES))
    def pack(self, keys: list[str], case: str) -> None:
        named = tuple(self._thing(key, 1) for key in keys if key != case)
        if named:
            self._send(self._event(EventKind.PACKED, named, self._place(keys[0]), parent=case))

    @rule(key=things, case=st.sampled_from(CASES))
    def unpack(self, key: str, case: str) -> None:
        """The case itself is named where all is taken out."""
        named = Thing(key) if key == case else self._thing(key, 1)
        self._send(self._event(EventKind.UNPACKED, (named,), self._place(case), parent=case))

    @rule(
        boxes=st.lists(st.sampled_from(GLOVE_BOXES), min_size=1, unique=True),
        case=st.sampled_from(GLOVE_CASES),
        happened=late,
    )
    def scan_out_of_a_case(
        self,
        boxes: list[str],
        case: str,
        happened: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        """Boxes of a case that was received as one thing."""
        named = tuple(self._thing(key, 1) for key in boxes)
        place = self._place(case)
        told = self._event(EventKind.UNPACKED, named, place, parent=case, after_the_fact=happened)
        self._send(told)

    @rule(keys=st.lists(things, min_size=2, max_size=3), kind=st.sampled_from(GOODS_KINDS))
    def several_at_once(self, keys: list[str], kind: EventKind) -> None:
        named = tuple(self._thing(key, 1) for key in keys)
        place = self._place(keys[0])
        self._send(self._event(kind, named, place, patient=PATIENTS[0], **for_document("RX-1")))

    @rule(
        product=st.sampled_from([ANTIBODY, STENT, SYRINGE]),
        lot=st.sampled_from(["B1", "C1", ALL_LOTS]),
    )
    def recall(self, product: Product, lot: str) -> None:
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
    for number, product in enumerate((MORPHINE, GLOVES), 1):
        recorder(ledger).record([Definition(id=UUID(int=number), time=NOON, thing=product)])
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
