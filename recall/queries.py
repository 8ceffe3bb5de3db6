"""The answer to a recall: what was received, where it is now, who had it, and does it add up."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, func, select

import bulk
from inventory import Arrival, Balance, Exposure, Extent, Lot, Status, arrivals_of
from ledger import timestamp
from recall import models
from recall.amounts import amounts_of
from recall.case import RecallClass
from recall.scope import Goods, Part, Scope, goods_of

_CASE = models.recall_case.c
_COLUMNS = tuple(column.name for column in models.recall_case.columns)
_NUMBERED = bulk.Lookup(models.recall_case, _COLUMNS, by="case_id")
_SCOPES = bulk.Lookup(
    models.recall_scope, ("case_id", "part", "product_id", "extent"), by="case_id"
)
_DECISIONS = bulk.Lookup(
    models.recall_decision,
    ("case_id", "seq", "decision", "decided", "person", "second_person", "explanation"),
    by="case_id",
)
_REVISIONS = bulk.Lookup(
    models.recall_revision,
    ("case_id", "seq", "revised", "person", "second_person", "explanation", "adds", "drops"),
    by="case_id",
)
_SCOPE = models.recall_scope.c
_NUMBERED_AS = "SELECT case_id FROM recall_case WHERE ledger_id=? AND case_id LIKE ?"


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
class Revision:
    """A widening or narrowing of a case.

    Args:
        revised: when.
        person: who said so.
        second_person: who looked at it too, where something left the scope.
        explanation: why.
        adds: what came to the scope.
        drops: what left it.
        seq: the entry.
    """

    revised: datetime
    person: str
    second_person: str | None
    explanation: str
    adds: tuple[Scope, ...]
    drops: tuple[Scope, ...]
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
        scope: what it is about now.
        deadline: by when everyone concerned must know.
        number: what the regulator calls it.
        drill: whether it is an exercise.
        decisions: its closings and reopenings, in order.
        revisions: its widenings and narrowings, in order.
    """

    case_id: str
    recall_class: RecallClass
    reason: str
    source: str
    notified: datetime
    opened: datetime
    person: str | None
    seq: int
    scope: tuple[Part, ...]
    deadline: datetime
    number: str = ""
    drill: bool = False
    decisions: tuple[Decision, ...] = ()
    revisions: tuple[Revision, ...] = ()

    @property
    def seqs(self) -> tuple[int, ...]:
        """The entries of its opening and of all that was decided about it, in order."""
        decided = [each.seq for each in self.decisions]
        revised = [each.seq for each in self.revisions]
        return (self.seq, *sorted(decided + revised))

    @property
    def closing(self) -> Decision | None:
        """The closing that is in force; None: the case is open."""
        last = self.decisions[-1] if self.decisions else None
        return last if last is not None and last.closes else None


@dataclass(frozen=True, slots=True)
class Answer:
    """Where everything of a recall's scope is.

    Args:
        lots: the lots of the scope that ever arrived.
        received: how much arrived, counted at the door.
        quarantined: held apart, rejected goods too.
        available: in the house, still to be held apart: in stock, to be inspected, reserved, in a
            bag that was mixed.
        in_transit: sent to another place of the house, not accepted yet.
        dispensed: handed over, not used as far as we know.
        used: administered, used or implanted.
        sent_back: returned to the supplier.
        destroyed: wasted or destroyed.
        missing: not found by a count.
        balances: the same by location, lot and state.
        patients: who has or had it.
        explanted: taken out of patients and kept.
        mixed: how much of what counts as received came by arrivals that the scope does not have:
            amounts of one lot lie together, so all of them are counted wherever they are.
        people: how many different patients.
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
    explanted: int = 0
    mixed: int = 0
    people: int = 0

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
        held = self.quarantined + self.available + self.in_transit
        return held + self.dispensed + self.explanted


_HANDED = (Status.DISPENSED, Status.OPENED, Status.PATIENTS_OWN, Status.HANDED_BACK)


def cases(
    connection: Connection, ledger_id: int, limit: int | None = None, *, before: int | None = None
) -> list[Case]:
    """Every case, the newest first.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        limit: how many at the most.
        before: only those that a smaller entry opened, to page back.
    """
    query = select(*_CASE).where(_CASE.ledger_id == ledger_id).order_by(_CASE.seq.desc())
    if before is not None:
        query = query.where(_CASE.seq < before)
    return _cases(connection, ledger_id, connection.execute(query.limit(limit)).mappings().all())


def count_cases(connection: Connection, ledger_id: int) -> int:
    """How many cases there are, closed ones too."""
    query = select(func.count()).select_from(models.recall_case)
    return int(connection.execute(query.where(_CASE.ledger_id == ledger_id)).scalar_one())


def cases_opened_by(
    connection: Connection, ledger_id: int, seqs: Collection[int]
) -> dict[int, Case]:
    """The cases that these entries opened, by the entry."""
    if not seqs:
        return {}
    query = select(*_CASE).where(_CASE.ledger_id == ledger_id, _CASE.seq.in_(seqs))
    rows = connection.execute(query).mappings().all()
    return {case.seq: case for case in _cases(connection, ledger_id, rows)}


def cases_numbered(
    connection: bulk.Reader, ledger_id: int, case_ids: Collection[str]
) -> list[Case]:
    """The cases of these numbers, in the order in which they were opened."""
    found = _NUMBERED.fetch(connection, ledger_id, list(dict.fromkeys(case_ids)))
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in found]
    return _cases(connection, ledger_id, sorted(rows, key=itemgetter("seq")))


def find_case(connection: Connection, ledger_id: int, case_id: str) -> Case | None:
    """The case of this number."""
    return next(iter(cases_numbered(connection, ledger_id, [case_id])), None)


def cases_closed_since(connection: Connection, ledger_id: int, moment: datetime) -> list[Case]:
    """The cases that are closed, and were not yet at a moment."""
    c = models.recall_decision.c
    query = select(c.case_id).where(
        c.ledger_id == ledger_id, c.decision == models.CLOSED, c.decided >= timestamp(moment)
    )
    found = cases_numbered(connection, ledger_id, connection.execute(query).scalars().all())
    return [case for case in found if case.closing is not None]


def cases_of_lot(connection: Connection, ledger_id: int, lot: Lot) -> list[str]:
    """The numbers of the cases that goods of a lot fall under, closed ones too."""
    query = select(_SCOPE.case_id, _SCOPE.product_id, _SCOPE.extent).where(
        _SCOPE.ledger_id == ledger_id, _SCOPE.product_id == lot.product_id
    )
    rows = connection.execute(query.order_by(_SCOPE.case_id))
    parts = [(case_id, part_of_row(*row).extent) for case_id, *row in rows]
    parts = [(case_id, extent) for case_id, extent in parts if extent.touches(lot)]
    arrivals: list[Arrival] = []
    if any(extent.by_arrival for _, extent in parts):
        arrivals = arrivals_of(connection, ledger_id, [lot.lot_id])[lot.lot_id]
    found = (case_id for case_id, extent in parts if extent.brought_any(arrivals))
    return list(dict.fromkeys(found))


def part_of_row(product_id: int, extent: str) -> Part:
    """The part of a scope in a row."""
    return Part(product_id, Extent.parse(json.loads(extent)))


def next_case_id(connection: Connection, ledger_id: int, year: int) -> str:
    """The next free number of a year; who comes second with it is refused and asks again."""
    prefix = f"RC-{year}-"
    found = bulk.fetch(connection, _NUMBERED_AS, [ledger_id, f"{prefix}%"])
    ends = (case_id.removeprefix(prefix) for (case_id,) in found)
    # Cases of another office's numbering may stand among ours; letters and 10,000 sort otherwise.
    taken = [int(end) for end in ends if end.isascii() and end.isdigit()]
    return f"{prefix}{max(taken, default=0) + 1:04}"


def answer(connection: Connection, ledger_id: int, scope: Sequence[Part]) -> Answer:
    """Where everything of a scope is and who had it, as one consistent state."""
    return answer_for(connection, ledger_id, goods_of(connection, ledger_id, scope))


def answer_for(connection: Connection, ledger_id: int, goods: Goods) -> Answer:
    """The same of goods that are known already."""
    amounts = amounts_of(connection, ledger_id, goods)

    def total(*statuses: Status) -> int:
        return sum(row.quantity for row in amounts.balances if row.status in statuses)

    return Answer(
        lots=goods.lots,
        received=amounts.received,
        quarantined=total(Status.QUARANTINED, Status.REJECTED),
        available=total(Status.AVAILABLE, Status.TO_INSPECT, Status.RESERVED, Status.COMPOUNDED),
        in_transit=total(Status.IN_TRANSIT),
        dispensed=total(*_HANDED),
        used=total(Status.ADMINISTERED, Status.USED, Status.IMPLANTED),
        sent_back=total(Status.SENT_BACK),
        destroyed=total(Status.WASTED, Status.DESTROYED),
        missing=total(Status.MISSING),
        balances=amounts.balances,
        patients=amounts.patients,
        explanted=total(Status.EXPLANTED),
        mixed=goods.mixed,
        people=len({patient.patient for patient in amounts.patients}),
    )


def _cases(
    connection: bulk.Reader, ledger_id: int, rows: Sequence[Mapping[Any, Any]]
) -> list[Case]:
    """The cases of some rows, with what belongs to each: a question a table for all of them."""
    numbers = [row["case_id"] for row in rows]
    scopes = _of_cases(_SCOPES.fetch(connection, ledger_id, numbers))
    decisions = _of_cases(_DECISIONS.fetch(connection, ledger_id, numbers))
    revisions = _of_cases(_REVISIONS.fetch(connection, ledger_id, numbers))
    return [
        Case(
            case_id=row["case_id"],
            recall_class=RecallClass(row["recall_class"]),
            reason=row["reason"],
            source=row["source"],
            notified=datetime.fromisoformat(row["notified"]),
            opened=datetime.fromisoformat(row["opened"]),
            person=row["person"],
            seq=row["seq"],
            scope=tuple(part_of_row(*part) for _, *part in scopes[row["case_id"]]),
            deadline=datetime.fromisoformat(row["due"]),
            number=row["number"],
            drill=bool(row["drill"]),
            decisions=tuple(map(_decision, decisions[row["case_id"]])),
            revisions=tuple(map(_revision, revisions[row["case_id"]])),
        )
        for row in rows
    ]


def _of_cases(rows: Iterable[bulk.Row]) -> dict[str, list[bulk.Row]]:
    """What stands behind the number of each case, in its order."""
    found: dict[str, list[bulk.Row]] = defaultdict(list)
    for case_id, *rest in sorted(rows):
        found[case_id].append(tuple(rest))
    return found


def _decision(row: bulk.Row) -> Decision:
    seq, word, decided, person, second, explanation = row
    moment = datetime.fromisoformat(decided)
    return Decision(word == models.CLOSED, moment, person, second, explanation, seq)


def _revision(row: bulk.Row) -> Revision:
    seq, revised, person, second, explanation, adds, drops = row
    return Revision(
        revised=datetime.fromisoformat(revised),
        person=person,
        second_person=second,
        explanation=explanation,
        adds=tuple(map(Scope.parse, json.loads(adds))),
        drops=tuple(map(Scope.parse, json.loads(drops))),
        seq=seq,
    )
