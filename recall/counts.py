"""How many cases there are: what a page shows beside the word."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from recall import models


def case_count(connection: Connection, ledger_id: int) -> int:
    """The number of cases that are open."""
    query = select(func.count()).where(models.recall_case.c.ledger_id == ledger_id)
    return int(connection.execute(query).scalar_one())
