"""The small hospital with short ways to act in it and to ask about it.

Whatever happens in it, the sums are held against each other, and a refusal must have changed
nothing but the ledger and its indexes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from uuid6 import uuid7

from hospital import DECODERS, new_participants
from inventory import (
    Category,
    Definition,
    Exposure,
    Flag,
    Packages,
    Product,
    Status,
    Unit,
    balances,
    care_models,
    exposures,
    find_lots,
    implant_book,
    locations,
)
from inventory import models as inventory_models
from inventory.rows import UNIT_COLUMNS, unit_of_row
from ledger import Ledger
from recall import Recall, RecallClass, Scope
from tests.inventory.sums import rows, sums_agree
from tests.support import NOON, event, furnish, recorder
from tests.trace.rows import Rows, rows_of
from trace import (
    Correction,
    Document,
    Error,
    Event,
    EventKind,
    Outcome,
    Reason,
    Recordable,
    Recorded,
    Recorder,
    Refused,
    Thing,
    models,
    rebuild,
)

MORPHINE = Product(
    code="N001",
    name="盐酸吗啡注射液",
    specification="10 mg × 1 支",
    category=Category.DRUG,
    unit="支",
    holder="江南药业",
    identifiers=("https://id.gs1.org/01/06956789012345",),
    flags=frozenset({Flag.NARCOTIC}),
)
VALVE = Product(
    code="M002",
    name="人工心脏瓣膜",
    specification="25 mm",
    category=Category.IMPLANT,
    unit="套",
    holder="江州医疗器械",
    identifiers=("https://id.gs1.org/01/06967890123456",),
    flags=frozenset({Flag.CONSIGNED, Flag.HIGH_VALUE}),
)
on_both_engines = pytest.mark.parametrize("hospital", ["sqlite", "postgres"], indirect=True)
"""For what goes through every table; the rules themselves don't ask the engine."""

UNTOUCHED = {"entry", "head", "event_id", "event_unit", "event_lot"}
"""What every attempt grows, a refusal too; all other tables stay."""


def ampoule(serial: str, lot: str = "N1") -> Thing:
    """A serialised ampoule of morphine."""
    return Thing(f"{MORPHINE.identifiers[0]}/21/{serial}", lot=lot)


def ampoules(quantity: int, lot: str = "N1") -> Thing:
    """An amount of morphine."""
    return Thing(f"{MORPHINE.identifiers[0]}/10/{lot}", quantity, lot=lot)


def valve(serial: str, lot: str = "V1") -> Thing:
    """A serialised valve, on consignment."""
    return Thing(f"{VALVE.identifiers[0]}/21/{serial}", lot=lot)


def pallet(number: int = 1) -> Thing:
    """A container with a serial shipping container code."""
    return Thing(f"https://id.gs1.org/00/{number:018}")


def for_document(*numbers: str) -> dict[str, Any]:
    """The fields of an event that belongs to prescriptions."""
    return {"documents": tuple(Document("prescription", number) for number in numbers)}


class Hospital:
    """A ledger with a catalogue, and hands to work with.

    Args:
        ledger: founded and empty.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.recorder: Recorder = recorder(ledger)
        furnish(self.recorder)
        for product in (MORPHINE, VALVE):
            self.must(Definition(id=uuid7(), time=NOON, thing=product))

    def does(self, kind: EventKind, *things: Thing, **more: object) -> Reason | None:
        """Record an event; the reason where it was refused."""
        outcome = self.tries(event(kind, *things, **more))  # type: ignore[arg-type]
        return outcome.reason if isinstance(outcome, Refused) else None

    def tries(self, happening: Recordable) -> Recorded | Refused:
        """Record something, and hold the books against each other."""
        before = rows_of(self.ledger)
        (outcome,) = self.recorder.record([happening])
        assert isinstance(outcome, Recorded | Refused)
        sums_agree(self.ledger)
        if isinstance(outcome, Refused):
            after = rows_of(self.ledger)
            assert {name for name in after if after[name] != before[name]} <= UNTOUCHED
        return outcome

    def must(self, happening: Recordable) -> Recorded:
        """Record something that is in order."""
        outcome = self.tries(happening)
        assert isinstance(outcome, Recorded), outcome
        return outcome

    def did(self, kind: EventKind, *things: Thing, **more: object) -> Event:
        """Record an event that is in order, and have it."""
        happening = event(kind, *things, **more)  # type: ignore[arg-type]
        self.must(happening)
        return happening

    def happened(self, kind: EventKind, *things: Thing, **more: object) -> list[str]:
        """Record what has happened already; the reasons of its exceptions, sorted."""
        told = event(kind, *things, after_the_fact=True, **more)  # type: ignore[arg-type]
        outcome = self.must(told)
        reasons = sorted(each.reason.value for each in outcome.exceptions)
        broken = [row for row in self.broken() if row.seq == outcome.receipt.seq]
        assert sorted(row.reason for row in broken) == reasons, "each is on the work-list"
        return reasons

    def broken(self) -> list[Any]:
        """The open exceptions."""
        return [row for row in rows(self.ledger, models.exception) if row.resolved is None]

    def corrects(self, wrong: Event | Correction, **more: Any) -> Reason | None:  # noqa: ANN401 -- fields
        """Declare an event wrong; the reason where that was refused."""
        made: dict[str, Any] = {"person": "2307", "error": Error.DID_NOT_OCCUR, **more}
        outcome = self.tries(Correction(id=uuid7(), time=NOON, corrects=wrong.id, **made))
        return outcome.reason if isinstance(outcome, Refused) else None

    def declares(self, container: Thing, *inside: Thing) -> None:
        """The supplier says what lies in a container."""
        self.must(
            Packages(id=uuid7(), time=NOON, key=container.key, document="DN-1", contents=inside)
        )

    def recall(self, product: str, *lots: str) -> None:
        """Open a recall."""
        self.must(
            Recall(
                id=uuid7(),
                case_id=f"RC-{uuid7()}",
                time=NOON,
                notified=NOON,
                recall_class=RecallClass.FIRST,
                reason="玻璃屑",
                source="江北生物制药",
                scope=(Scope(product, lots),),
            )
        )

    def record(self, happenings: Sequence[Recordable]) -> list[Outcome]:
        """Record several things in one call."""
        outcomes = self.recorder.record(happenings)
        sums_agree(self.ledger)
        return outcomes

    def unit(self, thing: Thing) -> Unit:
        """The present state of a thing, also of one that never was."""
        query = select(*(inventory_models.unit.c[name] for name in UNIT_COLUMNS))
        with self.ledger.database.read() as connection:
            row = connection.execute(query.where(inventory_models.unit.c.key == thing.key)).one()
        return unit_of_row(row)

    def status(self, thing: Thing) -> Status:
        """In which state a thing is."""
        return self.unit(thing).status

    def place(self, thing: Thing) -> str:
        """Where a thing is."""
        unit = self.unit(thing)
        with self.ledger.database.read() as connection:
            return locations(connection, 1)[unit.location_id].code

    def stock(self, lot: str) -> dict[Status, int]:
        """How much of a lot is in each state, wherever."""
        found: dict[Status, int] = {}
        with self.ledger.database.read() as connection:
            lots = [each.lot_id for each in find_lots(connection, 1, lot)]
            for row in balances(connection, 1, lots):
                found[row.status] = found.get(row.status, 0) + row.quantity
        return found

    def owned(self, lot: str) -> dict[str | None, dict[str, int]]:
        """How much of a lot is whose, in each state."""
        found: dict[str | None, dict[str, int]] = {}
        with self.ledger.database.read() as connection:
            for each in find_lots(connection, 1, lot):
                for row in balances(connection, 1, [each.lot_id]):
                    states = found.setdefault(each.owner, {})
                    states[row.status.value] = states.get(row.status.value, 0) + row.quantity
        return found

    def patients(self, lot: str) -> dict[UUID, Exposure]:
        """Who had how much of a lot."""
        with self.ledger.database.read() as connection:
            lots = [each.lot_id for each in find_lots(connection, 1, lot)]
            return {each.patient: each for each in exposures(connection, 1, lots)}

    def kept(self) -> dict[str, int]:
        """How much is kept for each document."""
        found: Counter[str] = Counter()
        with self.ledger.database.read() as connection:
            for row in connection.execute(select(inventory_models.reservation)):
                found[row.document] += row.quantity
        return dict(found)

    def books(self) -> Rows:
        """Every table but the ledger and its indexes, in what it means.

        What never was (void, or exposed by an entry that was corrected) is left out, and what
        patients had is summed up. When and by which entry a thing was last changed: too.
        """
        found = rows_of(self.ledger)
        for name in (*UNTOUCHED, "correction", "counter", "exception"):
            del found[name]
        units = rows(self.ledger, inventory_models.unit)
        found["unit"] = sorted(
            (
                (*row[:-5], row.start, row.pack)  # not `time`, `seq` and `arrival`
                for row in units
                if row.status != "void"
            ),
            key=repr,
        )
        lots = rows(self.ledger, inventory_models.lot)
        found["lot"] = sorted((tuple(row) for row in lots if row.received), key=repr)
        had: Counter[tuple[Any, ...]] = Counter()
        wrong = {row.corrected for row in rows(self.ledger, inventory_models.correction)}
        tables = (care_models.bought, implant_book.implant)
        for table in (*tables, inventory_models.arrival):
            told = (row for row in rows(self.ledger, table) if row.seq not in wrong)
            found[table.name] = sorted(map(tuple, told), key=repr)
        exposed = rows(self.ledger, inventory_models.exposure)
        for row in (each for each in exposed if each.seq not in wrong):
            had[row.lot_id, row.patient, row.unit_id, row.status, row.location_id] += row.quantity
        found["exposure"] = sorted((*name, count) for name, count in had.items() if count)
        return found

    def rebuilt(self) -> None:
        """The ledger alone gives the same rows."""
        before = rows_of(self.ledger)
        rebuild(self.ledger, new_participants(), DECODERS)
        assert rows_of(self.ledger) == before


def later(**span: float) -> datetime:
    """Some time after noon, or before it."""
    return NOON + timedelta(**span)
