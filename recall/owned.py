"""Tasks that were given to somebody: what pages and mails remind their owners of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

import bulk
from recall.queries import Case


@dataclass(frozen=True, slots=True)
class Owned:
    """Open tasks of a case that somebody is to do.

    Args:
        case_id: the case.
        owner: the staff number.
        count: how many tasks.
    """

    case_id: str
    owner: str
    count: int


_TASKS = (
    "SELECT case_id, owner, count(*) FROM recall_task WHERE ledger_id=? AND owner{}"
    " AND done IS NULL GROUP BY case_id, owner ORDER BY case_id, owner"
)
_OF_ONE = _TASKS.format("=?")
_OF_ALL = _TASKS.format(">''")


def tasks_owned_by(connection: bulk.Reader, ledger_id: int, owner: str) -> list[Owned]:
    """The open tasks of somebody, case by case; those of closed cases too."""
    return [Owned(*row) for row in bulk.fetch(connection, _OF_ONE, [ledger_id, owner])]


def owners_of(
    connection: Connection, ledger_id: int, case_ids: Collection[str]
) -> dict[str, list[Owned]]:
    """Who has open tasks of some cases, by the case."""
    found: dict[str, list[Owned]] = {}
    for row in bulk.fetch(connection, _OF_ALL, [ledger_id]):
        each = Owned(*row)
        if each.case_id in case_ids:
            found.setdefault(each.case_id, []).append(each)
    return found


def is_pressing(case: Case, now: datetime) -> bool:
    """Whether half of a case's time is over: from then on its tasks are reminded of."""
    return now >= case.notified + (case.deadline - case.notified) / 2
