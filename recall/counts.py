"""How many cases there are: what a page shows beside the word."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from recall import models

_CASE = models.recall_case.c
_DECISION = models.recall_decision.c


def case_count(connection: Connection, ledger_id: int) -> int:
    """The number of cases that are open."""
    last = (
        select(_DECISION.decision)
        .where(_DECISION.ledger_id == ledger_id, _DECISION.case_id == _CASE.case_id)
        .order_by(_DECISION.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(func.count()).where(
        _CASE.ledger_id == ledger_id, func.coalesce(last, models.REOPENED) != models.CLOSED
    )
    return int(connection.execute(query).scalar_one())
