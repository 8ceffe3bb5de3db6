"""What other processes do in the tests: each opens the ledger by itself, as a worker would."""

from __future__ import annotations

from collections.abc import Iterable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from uuid import uuid4

from database import Database
from ledger import Ledger
from recall import Recall
from tests.support import Clock, box, event, recorder, syringes
from trace import EventKind, Outcome, Recorder, Refused

Answers = list[str]
"""For each attempt the reason of its refusal, or `recorded`."""


def open_recorder(url: str) -> Recorder:
    """A recorder with connections and memory of its own."""
    return recorder(Ledger(Database(url), 1, Clock()))


def said(outcomes: Iterable[Outcome]) -> Answers:
    """Outcomes as one word each."""
    return [each.reason.value if isinstance(each, Refused) else "recorded" for each in outcomes]


def dispense_together(
    url: str, rounds: int, start: Barrier, answers: Queue[tuple[Answers, Answers]]
) -> None:
    """In each round, at the signal, dispense the round's box and 3 of its 5 syringes."""
    hand = open_recorder(url)
    boxes, amounts = [], []
    for number in range(rounds):
        scans = (
            event(EventKind.DISPENSED, box(f"R{number}"), patient=uuid4()),
            event(EventKind.DISPENSED, syringes(3, lot=f"R{number}")),
        )
        start.wait(30)
        boxes += said(hand.record([scans[0]]))
        amounts += said(hand.record([scans[1]]))
    answers.put((boxes, amounts))


def dispense_one_by_one(
    url: str, serials: list[str], start: Barrier, begun: Event, answers: Queue[Answers]
) -> None:
    """Dispense box after box; say when the first ones are out."""
    hand = open_recorder(url)
    start.wait(30)
    found: Answers = []
    for number, serial in enumerate(serials):
        found += said(hand.record([event(EventKind.DISPENSED, box(serial))]))
        if number == 5:
            begun.set()
    answers.put(found)


def open_case(
    url: str, case: Recall, start: Barrier, begun: Event, answers: Queue[Answers]
) -> None:
    """Open a recall once the other process has begun to dispense."""
    desk = open_recorder(url)
    start.wait(30)
    begun.wait(30)
    answers.put(said(desk.record([case])))
