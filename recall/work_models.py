"""The tables of a recall's work: tasks, and notices that went out."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from database import metadata
from recall.columns import flag, key, number, table_of_cases, text

recall_task = table_of_cases(
    "recall_task",
    Column("work", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    number("location_id"),
    text("opened"),
    number("expected"),
    text("owner", nullable=True),
    text("acknowledged", nullable=True),
    text("acknowledged_by", nullable=True),
    text("counted", nullable=True),
    text("counted_by", nullable=True),
    number("count", nullable=True),
    text("done", nullable=True),
    text("done_by", nullable=True),
    text("note"),
    number("seq"),
)
"""Every task of a case as it stands: `subject` is a place's code or a patient's pseudonym,
`location_id` the place or the patient's ward, `expected` how much lay there or the patient got.

The times are RFC 3339 texts; `seq` is the entry that changed the task last."""

# Most tasks have no owner, and a case may open thousands of them under the lock.
Index(
    "recall_task_owner_idx",
    recall_task.c.ledger_id,
    recall_task.c.owner,
    sqlite_where=recall_task.c.owner.is_not(None),
    postgresql_where=recall_task.c.owner.is_not(None),
)

recall_notice = Table(
    "recall_notice",
    metadata,
    key("ledger_id"),
    Column("notice", LargeBinary, primary_key=True),
    text("case_id"),
    text("topic"),
    text("told"),
    number("open_tasks"),
    number("seq"),
    Index("recall_notice_case_idx", "ledger_id", "case_id"),
    sqlite_with_rowid=False,
)
"""Every notice that went out; `told` is an RFC 3339 text as in the entry `seq`."""

recall_delivery = Table(
    "recall_delivery",
    metadata,
    key("ledger_id"),
    key("seq"),
    Column("notice", LargeBinary, nullable=False),
    text("case_id"),
    text("channel"),
    text("target"),
    flag("delivered"),
    number("attempts"),
    text("detail"),
    text("at"),
    Index("recall_delivery_case_idx", "ledger_id", "case_id"),
    sqlite_with_rowid=False,
)
"""What became of each notice at each receiver, as the entry `seq` says."""

notice_outbox = Table(
    "notice_outbox",
    metadata,
    key("ledger_id"),
    Column("notice", LargeBinary, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    number("attempts"),
    number("due"),
    text("state"),
    text("detail"),
    Index("notice_outbox_due_idx", "ledger_id", "state", "due"),
    sqlite_with_rowid=False,
)
"""What is still to be delivered, and what was: no projection, a rebuild leaves it alone.

`due` is in milliseconds since 1970 (UTC); `state` is waiting, delivered or given-up."""
