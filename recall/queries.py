"""The answer to a recall: what was received, where it is now, who had it, and does it add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from inventory import (
    ALL_LOTS,
    Balance,
    Exposure,
    Lot,
    Status,
    balances,
    exposures,
    lots_named,
    lots_of,
    received,
)
from recall import models
from recall.case import NOTICE_WITHIN, RecallClass

_CASE = models.recall_case.c
_SCOPE = models.recall_scope.c


@dataclass(frozen=True, slots=True)
class Decision:
    """A closing or reopening of a case.

    Args:
        closes: whether it closes the case.
        decided: when.
        person: who decided.
        second_person: who looked at it too.
        explanation: why.
        seq: the entry.
    """

    closes: bool
    decided: datetime
    person: str
    second_person: str
    explanation: str
    seq: int


@dataclass(frozen=True, slots=True)
class Case:
    """A recall case.

    Args:
        case_id: its number.
        recall_class: how dangerous it is.
        reason: why.
        source: who says so.
        notified: when the notice arrived.
        opened: when it was opened here.
        person: who opened it.
        seq: the entry that opened it.
        scope: (product_id, lot) pairs; the lot `*` stands for all of them.
        decisions: its closings and reopenings, in order.
    """

    case_id: str
    recall_class: RecallClass
    reason: str
    source: str
    notified: datetime
    opened: datetime
    person: str | None
    seq: int
    scope: tuple[tuple[int, str], ...]
    decisions: tuple[Decision, ...] = ()

    @property
    def seqs(self) -> tuple[int, ...]:
        """The entries of its opening, closings and reopenings."""
        return (self.seq, *(each.seq for each in self.decisions))

    @property
    def closing(self) -> Decision | None:
        """The closing that is in force; None: the case is open."""
        last = self.decisions[-1] if self.decisions else None
        return last if last is not None and last.closes else None

    @property
    def deadline(self) -> datetime:
        """By when everyone concerned must know."""
        return self.notified + NOTICE_WITHIN[self.recall_class]


@dataclass(frozen=True, slots=True)
class Answer:
    """Where everything of a recall's scope is.

    Args:
        lots: the lots of the scope that ever arrived.
        received: how much arrived, counted at the door.
        quarantined: held apart, rejected goods too.
        available: in the house, still to be held apart: in stock, to be inspected, reserved.
        in_transit: sent to another place of the house, not accepted yet.
        dispensed: handed over, not used as far as we know.
        used: administered or implanted.
        sent_back: returned to the supplier.
        destroyed: wasted or destroyed.
        missing: not found by a count.
        balances: the same by location, lot and state.
        patients: who has or had it.
    """

    lots: tuple[Lot, ...]
    received: int
    quarantined: int
    available: int
    in_transit: int
    dispensed: int
    used: int
    sent_back: int
    destroyed: int
    missing: int
    balances: tuple[Balance, ...]
    patients: tuple[Exposure, ...]

    @property
    def accounted(self) -> int:
        """What is found, in whatever state."""
        found = (row.quantity for row in self.balances if row.status is not Status.MISSING)
        return sum(found)

    @property
    def unaccounted(self) -> int:
        """What arrived and is not found."""
        return self.received - self.accounted

    @property
    def unnamed(self) -> int:
        """What was used, and no patient is known for it."""
        return self.used - sum(patient.used for patient in self.patients)

    @property
    def agrees(self) -> bool:
        """Whether the sums agree: all found, and what was used lies with patients we can name."""
        return self.unaccounted == 0 and self.unnamed == 0

    @property
    def unsettled(self) -> int:
        """What a closing has to explain: not found, of nobody known, or not gone for good."""
        return abs(self.unaccounted) + abs(self.unnamed) + self._here

    @property
    def _here(self) -> int:
        """What could be used as soon as nothing holds it any more."""
        return self.quarantined + self.available + self.in_transit + self.dispensed


def cases(connection: Connection, ledger_id: int) -> list[Case]:
    """Every case, the newest first."""
    query = select(*_CASE).where(_CASE.ledger_id == ledger_id).order_by(_CASE.seq.desc())
    return [_case(connection, ledger_id, row) for row in connection.execute(query).mappings()]


def find_case(connection: Connection, ledger_id: int, case_id: str) -> Case | None:
    """The case of this number."""
    query = select(*_CASE).where(_CASE.ledger_id == ledger_id, _CASE.case_id == case_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else _case(connection, ledger_id, row)


def cases_of_lot(connection: Connection, ledger_id: int, lot: Lot) -> list[str]:
    """The numbers of the cases that a lot falls under, closed ones too."""
    query = select(_SCOPE.case_id).where(
        _SCOPE.ledger_id == ledger_id,
        _SCOPE.product_id == lot.product_id,
        _SCOPE.lot.in_((lot.lot, ALL_LOTS)),
    )
    return list(connection.execute(query.order_by(_SCOPE.case_id)).scalars())


def next_case_id(connection: Connection, ledger_id: int, year: int) -> str:
    """The next free number of a year; who comes second with it is refused and asks again."""
    prefix = f"RC-{year}-"
    query = select(_CASE.case_id).where(
        _CASE.ledger_id == ledger_id, _CASE.case_id.startswith(prefix, autoescape=True)
    )
    ends = (case.removeprefix(prefix) for case in connection.execute(query).scalars())
    # Cases of another office's numbering may stand among ours; letters and 10,000 sort otherwise.
    taken = [int(end) for end in ends if end.isascii() and end.isdigit()]
    return f"{prefix}{max(taken, default=0) + 1:04}"


def answer(connection: Connection, ledger_id: int, scope: tuple[tuple[int, str], ...]) -> Answer:
    """Where everything of a scope is and who had it, as one consistent state."""
    found = _lots(connection, ledger_id, scope)
    lot_ids = [lot.lot_id for lot in found]
    rows = balances(connection, ledger_id, lot_ids)

    def total(*statuses: Status) -> int:
        return sum(row.quantity for row in rows if row.status in statuses)

    return Answer(
        lots=tuple(found),
        received=received(connection, ledger_id, lot_ids),
        quarantined=total(Status.QUARANTINED, Status.REJECTED),
        available=total(Status.AVAILABLE, Status.TO_INSPECT, Status.RESERVED),
        in_transit=total(Status.IN_TRANSIT),
        dispensed=total(Status.DISPENSED),
        used=total(Status.ADMINISTERED, Status.IMPLANTED),
        sent_back=total(Status.SENT_BACK),
        destroyed=total(Status.WASTED, Status.DESTROYED),
        missing=total(Status.MISSING),
        balances=tuple(rows),
        patients=tuple(exposures(connection, ledger_id, lot_ids)),
    )


def _lots(connection: Connection, ledger_id: int, scope: tuple[tuple[int, str], ...]) -> list[Lot]:
    found: dict[int, Lot] = {}
    for product_id, name in scope:
        if name == ALL_LOTS:
            found |= {lot.lot_id: lot for lot in lots_of(connection, ledger_id, product_id)}
        else:
            named = lots_named(connection, ledger_id, product_id, name)
            found |= {lot.lot_id: lot for lot in named}
    return list(found.values())


def _case(connection: Connection, ledger_id: int, values: Mapping[Any, Any]) -> Case:
    query = select(_SCOPE.product_id, _SCOPE.lot).where(
        _SCOPE.ledger_id == ledger_id, _SCOPE.case_id == values["case_id"]
    )
    return Case(
        case_id=values["case_id"],
        recall_class=RecallClass(values["recall_class"]),
        reason=values["reason"],
        source=values["source"],
        notified=datetime.fromisoformat(values["notified"]),
        opened=datetime.fromisoformat(values["opened"]),
        person=values["person"],
        seq=values["seq"],
        scope=tuple((product_id, lot) for product_id, lot in connection.execute(query)),
        decisions=_decisions(connection, ledger_id, values["case_id"]),
    )


def _decisions(connection: Connection, ledger_id: int, case_id: str) -> tuple[Decision, ...]:
    c = models.recall_decision.c
    query = select(c.decision, c.decided, c.person, c.second_person, c.explanation, c.seq)
    rows = connection.execute(
        query.where(c.ledger_id == ledger_id, c.case_id == case_id).order_by(c.seq)
    )
    return tuple(
        Decision(word == models.CLOSED, datetime.fromisoformat(decided), *rest)
        for word, decided, *rest in rows
    )
