"""The tables of recall cases."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Index

from recall.columns import flag, key, number, table_of_cases, text

CLOSED: Final = "closed"
REOPENED: Final = "reopened"

recall_case = table_of_cases(
    "recall_case",
    text("recall_class"),
    text("reason"),
    text("source"),
    text("notified"),
    text("opened"),
    text("person", nullable=True),
    number("seq"),
    text("due"),
    text("number"),
    flag("drill"),
)
"""One row a case; the times are RFC 3339 texts as in the entry `seq` that opened it."""

recall_scope = table_of_cases(
    "recall_scope",
    key("part"),
    number("product_id"),
    text("extent"),
    Index("recall_scope_product_idx", "ledger_id", "product_id"),
)
"""What a case is about now: a product and how far into it (`inventory.Extent` as JSON) a row."""

recall_decision = table_of_cases(
    "recall_decision",
    key("seq"),
    text("decision"),
    text("decided"),
    text("person"),
    text("second_person"),
    text("explanation"),
)
"""Every closing and reopening of a case; the last one says whether it is open.

`decided` is an RFC 3339 text as in the entry `seq`."""

recall_revision = table_of_cases(
    "recall_revision",
    key("seq"),
    text("revised"),
    text("person"),
    text("second_person", nullable=True),
    text("explanation"),
    text("adds"),
    text("drops"),
)
"""Every widening and narrowing of a case; `adds` and `drops` are JSON as in the entry `seq`."""
