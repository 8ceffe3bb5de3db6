"""The hospital under a hundred hands again, with packs that are divided and bags that are mixed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from database import Database
from inventory import Definition, models
from ledger import Ledger
from tests.inventory.pharmacy import SALINE, TABLET, label, pack, saline
from tests.inventory.sums import rows
from tests.inventory.test_machine import (
    PATIENTS,
    PATIENTS_GOODS,
    QUICK,
    UNITS,
    Floor,
    late,
    patients,
    places,
    template,
)
from tests.support import NOON, Clock, recorder
from trace import EventKind, Thing

__all__ = ["template"]

PACKS = [pack(serial) for serial in ("T1", "T2")]
DOSES = [label(number).key for number in range(1, 4)]
BAGS = [label(number).key for number in (101, 102)]
MADE = DOSES + BAGS
DIVIDING = (
    *(EventKind.DISPENSED, EventKind.DISPENSED, EventKind.ADMINISTERED, EventKind.RETURNED),
    *(EventKind.WASTED, EventKind.MOVED, EventKind.QUARANTINED, EventKind.RELEASED),
)
GOING = (*DIVIDING, EventKind.SENT, EventKind.ACCEPTED, EventKind.DESTROYED)
counts = st.integers(1, 9)


class Pharmacy(Floor):
    """Packs of 24 capsules, doses with labels, bags."""

    @initialize()
    def stock_the_pharmacy(self) -> None:
        self._happens(EventKind.RECEIVED, *PACKS, saline(5), at="STORE")

    @rule(which=st.sampled_from(PACKS), parts=st.lists(counts, min_size=1, max_size=2))
    def divide(self, which: Thing, parts: list[int]) -> None:
        """Doses with labels; a label that is in use is refused, a wrong one may come again."""
        outputs = tuple(Thing(key, part=count) for key, count in zip(DOSES, parts, strict=False))
        self._happens(EventKind.SPLIT, Thing(which.key), outputs=outputs)

    @rule(
        key=st.sampled_from([*(each.key for each in PACKS), *DOSES]),
        kind=st.sampled_from(DIVIDING),
        count=counts,
        to=st.none() | places,
        patient=st.none() | patients,
        happened=late,
    )
    def take_some(  # noqa: PLR0913, PLR0917 -- drawn by name
        self,
        key: str,
        kind: EventKind,
        count: int,
        to: str | None,
        patient: UUID | None,
        happened: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        """So many capsules of a pack or of a dose."""
        some = Thing(key, part=count)
        self._happens(kind, some, to=to, patient=patient, after_the_fact=happened)

    @rule(
        keys=st.lists(
            st.sampled_from([*(each.key for each in PACKS), *DOSES, *UNITS]),
            max_size=2,
            unique=True,
        ),
        count=st.none() | counts,
        amount=st.integers(0, 2),
        bag=st.sampled_from(BAGS),
        patient=st.none() | patients,
        happened=late,
    )
    def mix(  # noqa: PLR0913, PLR0917 -- drawn by name
        self,
        keys: list[str],
        count: int | None,
        amount: int,
        bag: str,
        patient: UUID | None,
        happened: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        divided = {each.key for each in PACKS} | {*DOSES}
        named = [Thing(key, part=count if key in divided else None) for key in keys]
        named += [saline(amount)] if amount else []
        if named:
            self._happens(
                EventKind.COMPOUNDED,
                *named,
                outputs=(Thing(bag),),
                patient=patient,
                after_the_fact=happened,
            )

    @rule(
        key=st.sampled_from(MADE + [each.key for each in PACKS]),
        kind=st.sampled_from(GOING),
        to=st.none() | places,
        patient=st.sampled_from((None, *PATIENTS)),
        happened=late,
    )
    def handle(
        self,
        key: str,
        kind: EventKind,
        to: str | None,
        patient: UUID | None,
        happened: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        """Doses, bags and opened packs as wholes."""
        self._happens(kind, Thing(key), to=to, patient=patient, after_the_fact=happened)

    @invariant()
    def no_capsule_is_in_two_ranges(self) -> None:
        """The ranges of a pack lie side by side, and hold no more than the pack did."""
        units = [row for row in rows(self.ledger, models.unit) if row.status != "void"]
        for row in units:
            if row.key not in {each.key for each in PACKS}:
                continue
            ranges = sorted(
                (each.start, each.start + each.quantity)
                for each in units
                if each.quantity and row.unit_id in {each.unit_id, each.pack}
            )
            assert all(one[1] <= two[0] for one, two in pairwise(ranges))
            assert all(stop <= TABLET.levels[TABLET.identifiers[0]] for _, stop in ranges)

    @invariant()
    def what_is_in_stock_belongs_to_nobody(self) -> None:
        """But for a bag, which is mixed for somebody, and what is in it."""
        units = {row.unit_id: row for row in rows(self.ledger, models.unit)}
        bags = {number for number, row in units.items() if row.key in BAGS}
        for number, row in units.items():
            if row.status not in PATIENTS_GOODS and number not in bags and row.parent not in bags:
                assert row.patient is None


@pytest.fixture
def pharmacy(template: Callable[[], type[Floor]]) -> Iterator[type[Pharmacy]]:
    """A floor that knows the pharmacy's products."""
    floor = template()
    path = Path(f"{floor.template}.pharmacy")
    shutil.copy(floor.template, path)
    database = Database(f"sqlite:///{path}")
    teller = recorder(Ledger(database, 1, Clock()))
    things = (TABLET, SALINE)
    teller.record(
        [
            Definition(id=UUID(int=3 + number), time=NOON, thing=each)
            for number, each in enumerate(things)
        ]
    )
    database.close()
    Pharmacy.template = path
    yield Pharmacy
    del Pharmacy.template


def test_the_sums_agree_in_a_pharmacy(pharmacy: type[Pharmacy]) -> None:
    run_state_machine_as_test(pharmacy, settings=settings(QUICK, max_examples=15))


@pytest.mark.long
def test_the_sums_agree_in_a_pharmacy_for_long(pharmacy: type[Pharmacy]) -> None:
    run_state_machine_as_test(
        pharmacy, settings=settings(QUICK, max_examples=200, stateful_step_count=60)
    )
