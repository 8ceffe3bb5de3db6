"""The tables of a case's file: effectiveness checks, their level, and reports that went out."""

from __future__ import annotations

from sqlalchemy import Column, Integer

from recall.columns import flag, key, table_of_cases, text

recall_check = table_of_cases(
    "recall_check",
    key("seq"),
    text("place"),
    flag("informed"),
    flag("acted"),
    Column("found", Integer, nullable=False),
    text("note"),
    text("checked"),
    text("person"),
)
"""One row a check; of several of one place the last one counts.

`checked` is an RFC 3339 text as in the entry `seq`."""

recall_level = table_of_cases(
    "recall_level",
    key("seq"),
    text("level"),
    text("reason"),
    text("person"),
)
"""The levels of checking that were chosen for a case; the last one counts."""

recall_report = table_of_cases(
    "recall_report",
    key("seq"),
    text("report"),
    text("entries_digest"),
    text("issued"),
    text("person"),
)
"""The reports that went out, by their hashes.

`issued` is an RFC 3339 text as in the entry `seq`."""
