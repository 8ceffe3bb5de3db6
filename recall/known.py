"""What a process knows of recalls already, each time held against the ledger before it is told.

Which cases are open and where they are searched stays so until an entry is about a recall
(`inventory.recall_version`); where a case's goods are, until an entry moves some of their lots.
Both are asked in the transaction that the answer is for: nothing is told that is not so there.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

import bulk
from inventory import recall_version
from recall.case import Recall
from recall.queries import Answer, Case, answer_for, cases_numbered
from recall.scope import Goods, Part, goods_of
from recall.work_queries import Search, Task, open_case_ids, open_searches, tasks_of_case
from trace import REFUSAL, last_seq_of_lots, latest_entries_of_lots

_AT_ONCE: Final = 16
_LOOKED_AT: Final = 16
_UNMOVED: Final = frozenset({Recall.ledger_kind, REFUSAL})
"""Kinds of entries that leave all goods where they are."""
_KEPT: Final = 64
_LARGEST: Final = 20_000
"""Rows of an answer; a larger one is worked out each time, so that few of them fill no memory."""


@dataclass(frozen=True, slots=True)
class Open:
    """The open cases, drills too, as of one version.

    Args:
        version: which.
        case_ids: their numbers, in the order in which they were opened.
    """

    version: int
    case_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answered:
    goods: Goods
    position: int
    answer: Answer


class KnownRecalls:
    """The recalls of one ledger; safe to share between threads, one a process.

    Args:
        ledger_id: which ledger.
    """

    def __init__(self, ledger_id: int) -> None:
        self._ledger_id = ledger_id
        self._lock = threading.Lock()
        self._open = Open(0, ())
        self._searches: tuple[int, dict[int, list[Search]]] = (0, {})
        self._cases: tuple[int, tuple[Case, ...]] = (0, ())
        self._answers: OrderedDict[tuple[Part, ...], _Answered] = OrderedDict()

    def open(self, connection: bulk.Reader) -> Open:
        """Which cases are open, drills too.

        The version is read first: at a glance, where each question sees what is committed then,
        what is remembered under it is as new or newer.
        """
        version = recall_version(connection, self._ledger_id)
        known = self._open
        if known.version != version:
            numbers = tuple(open_case_ids(connection, self._ledger_id))
            known = self._open = Open(version, numbers)
        return known

    def searches(self, connection: bulk.Reader) -> Iterator[Search]:
        """What of the open cases has still to be searched, case by case, as they were opened.

        Read as far as it is asked for: whoever shows the first few doesn't wait for hundreds.
        """
        found, (version, known) = self.open(connection), self._searches
        if version != found.version:
            known = {}
            self._searches = (found.version, known)
        for start in range(0, len(found.case_ids), _AT_ONCE):
            if start not in known:
                part = found.case_ids[start : start + _AT_ONCE]
                known[start] = open_searches(connection, self._ledger_id, part)
            yield from known[start]

    def cases(self, connection: bulk.Reader) -> tuple[Case, ...]:
        """The open cases, drills too, in the order in which they were opened."""
        found, (version, cases) = self.open(connection), self._cases
        if version != found.version:
            cases = tuple(cases_numbered(connection, self._ledger_id, found.case_ids))
            self._cases = (found.version, cases)
        return cases

    def answer(self, connection: Connection, scope: Sequence[Part]) -> Answer:
        """Where everything of a scope is and who had it; see `recall.answer`."""
        own, key = self._ledger_id, tuple(scope)
        goods = goods_of(connection, own, key)
        position = last_seq_of_lots(connection, own, [lot.lot_id for lot in goods.lots])
        with self._lock:
            known = self._answers.get(key)
        if known is None or not self._holds(connection, known, goods, position):
            known = _Answered(goods, position, answer_for(connection, own, goods))
        self._keep(key, replace(known, position=position))
        return known.answer

    def _holds(self, connection: Connection, known: _Answered, goods: Goods, position: int) -> bool:
        """Whether an answer is that of now: nothing was on record since that moves goods."""
        if known.goods != goods or known.position > position:
            return False
        if known.position == position:
            return True
        lots, since = [lot.lot_id for lot in goods.lots], known.position + 1
        told = latest_entries_of_lots(
            connection, self._ledger_id, lots, since=since, limit=_LOOKED_AT
        )
        return len(told) < _LOOKED_AT and all(each.kind in _UNMOVED for each in told)

    def _keep(self, key: tuple[Part, ...], known: _Answered) -> None:
        if len(known.answer.balances) + len(known.answer.patients) > _LARGEST:
            return
        with self._lock:
            self._answers[key] = known
            self._answers.move_to_end(key)
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)

    def tasks(
        self, connection: Connection, case: Case, location_ids: Collection[int] | None = None
    ) -> list[Task]:
        """The tasks of a case; see `recall.tasks_of_case`."""
        found = self.answer(connection, case.scope)
        return tasks_of_case(connection, self._ledger_id, case, found, location_ids)

    def tasks_at(
        self, connection: Connection, location_ids: Collection[int] | None
    ) -> Iterator[tuple[Case, list[Task]]]:
        """The tasks of open cases at some places (None: all), case by case, as they are asked."""
        for case in self.cases(connection):
            tasks = self.tasks(connection, case, location_ids)
            if tasks:
                yield case, tasks
