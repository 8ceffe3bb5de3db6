"""The audit trail as files: a table, and a zip whose every event proves itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from access import AuditRecord, Label
from ledger import Notary, encode
from sheets import csv_of
from texts import text_of
from web.presentation import say
from web.view.table import Cell, Column, Row

_ROOT: Final = Path(__file__).parents[2]
_DOCS: Final = _ROOT / "docs"
_README: Final = _ROOT / "web" / "print" / "audit.txt"
_SCRIPTS: Final = ("verify_audit.py", "verify.py", "verify_sm2.py")

MOST: Final = 20_000
"""Events that one zip proves; a longer trail is taken out day by day."""

COLUMNS: Final = (
    Column("entry", "number"),
    Column("time", "moment"),
    Column("person"),
    Column("account"),
    Column("action"),
    Column("result"),
    Column("subject-of", "mono"),
    Column("address", "mono"),
    Column("details"),
)
"""The trail as a table."""


def rows_of(records: Iterable[AuditRecord], labels: Mapping[str, Label]) -> Iterator[Row]:
    """The events as rows; of a person the staff number beside the account."""
    for each in records:
        label = labels.get(each.by)
        details = encode(dict(each.details)).decode() if each.details else None
        cells = (
            Cell(each.seq),
            Cell(each.at),
            Cell(label.number if label else None),
            Cell(each.by),
            Cell(each.action),
            Cell(each.result),
            Cell(each.object),
            Cell(each.address or None),
            Cell(details),
        )
        yield Row(cells, str(each.seq))


def line_of(record: AuditRecord) -> bytes:
    """An event as a line of JSON."""
    return encode({**asdict(record), "at": record.at.isoformat()}) + b"\n"


def bundle_files(
    notary: Notary,
    records: Sequence[AuditRecord],
    labels: Mapping[str, Label],
    zone: ZoneInfo,
) -> Mapping[str, bytes]:
    """What goes into the zip beside entries and proofs, by name."""
    keys = [str(notary.signer.key), *map(str, notary.policy.witness_keys)]
    words = _README.read_text("utf-8").format(count=len(records), key=keys[0])
    return {
        "README.txt": words.encode(),
        "summary.csv": _summary(records, zone),
        "events.csv": _table(records, labels, zone),
        "events.ndjson": b"".join(map(line_of, records)),
        "keys.txt": "".join(f"{key}\n" for key in keys).encode(),
        **{name: (_DOCS / name).read_bytes() for name in _SCRIPTS},
    }


def _summary(records: Sequence[AuditRecord], zone: ZoneInfo) -> bytes:
    """How often what was done or tried on which day, with which result."""
    counts = Counter((_local(each.at, zone)[:10], each.action, each.result) for each in records)
    head = [say(text_of(f"column-{name}")) for name in ("day", "action", "result", "count")]
    lines = [[*names, str(count)] for names, count in sorted(counts.items())]
    return csv_of([head, *lines])


def _table(records: Sequence[AuditRecord], labels: Mapping[str, Label], zone: ZoneInfo) -> bytes:
    head = [say(column.label) for column in COLUMNS]
    told = (_written(row, zone) for row in rows_of(records, labels))
    return csv_of([head, *told])


def _written(row: Row, zone: ZoneInfo) -> list[str]:
    values = (cell.value for cell in row.cells)
    return [
        _local(value, zone) if isinstance(value, datetime) else "" if value is None else str(value)
        for value in values
    ]


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
