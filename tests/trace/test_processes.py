"""Several processes on one ledger: what can happen once happens once, and stop means stop."""

from __future__ import annotations

from datetime import date
from multiprocessing import get_context
from multiprocessing.queues import Queue
from uuid import uuid4

from uuid6 import uuid7

from ledger import Ledger, verify_chain
from recall import Recall, RecallClass, Scope
from tests.support import ANTIBODY, NOON, box, event, furnish, recorder, syringes
from tests.trace import hands
from tests.trace.rows import rows_of
from trace import EventKind

ROUNDS = 25
SERIALS = [f"D{number}" for number in range(100)]
_spawn = get_context("spawn")


def test_the_same_box_at_the_same_moment_goes_to_one_hand(
    ledger: Ledger, database_url: str
) -> None:
    first = recorder(ledger)
    furnish(first)
    expiry = date(2028, 1, 1)
    for number in range(ROUNDS):
        things = box(f"R{number}", lot="B1", expiry=expiry), syringes(5, lot=f"R{number}")
        first.record([event(EventKind.RECEIVED, *things)])
    start = _spawn.Barrier(2)
    answers: Queue[tuple[hands.Answers, hands.Answers]] = _spawn.Queue()
    workers = [
        _spawn.Process(target=hands.dispense_together, args=(database_url, ROUNDS, start, answers))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    (boxes, amounts), (other_boxes, other_amounts) = (answers.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    for pair in zip(boxes, other_boxes, strict=True):
        assert sorted(pair) == ["already-dispensed", "recorded"]
    for pair in zip(amounts, other_amounts, strict=True):
        assert sorted(pair) == ["not-enough", "recorded"]
    assert all(row[-2] > 0 for row in rows_of(ledger)["balance"])
    verify_chain(ledger)


def test_nothing_leaves_after_a_recall_is_opened_elsewhere(
    ledger: Ledger, database_url: str
) -> None:
    first = recorder(ledger)
    furnish(first)
    boxes = [box(serial, lot="B1", expiry=date(2028, 1, 1)) for serial in SERIALS]
    first.record([event(EventKind.RECEIVED, *boxes)])
    case = Recall(
        id=uuid7(),
        case_id=f"RC-{uuid4()}",
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.FIRST,
        reason="玻璃屑",
        source="厂家",
        scope=(Scope(ANTIBODY.code, ("B1",)),),
    )
    start, begun = _spawn.Barrier(2), _spawn.Event()
    dispensed: Queue[hands.Answers] = _spawn.Queue()
    opened: Queue[hands.Answers] = _spawn.Queue()
    workers = [
        _spawn.Process(
            target=hands.dispense_one_by_one,
            args=(database_url, SERIALS, start, begun, dispensed),
        ),
        _spawn.Process(target=hands.open_case, args=(database_url, case, start, begun, opened)),
    ]
    for worker in workers:
        worker.start()
    answers = dispensed.get(timeout=60)
    assert opened.get(timeout=60) == ["recorded"]
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    went = answers.index("recalled")
    assert went > 5
    assert answers == ["recorded"] * went + ["recalled"] * (len(SERIALS) - went)
    kinds = [entry.kind for entry in ledger.entries(0, ledger.head().size)]
    assert "trace" not in kinds[kinds.index("recall") :]
    assert "refusal" not in kinds[: kinds.index("recall")]
    verify_chain(ledger)
