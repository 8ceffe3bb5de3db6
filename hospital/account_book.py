"""The account book of narcotics (专用账册) as people read it: lines with what their entries say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from hospital.assembly import Hospital
from inventory import AccountLine, lots_by_id
from ledger import Entry, read_entries_at
from trace import LOCATION

_DOCUMENT = "urn:medtrace:doc:"
_WAY: Final = " → "


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A line with what its entry says.

    Args:
        seq: the entry.
        time: when it happened.
        kind: what: a kind of event, or `correction`.
        lot: the lot's name.
        expiry: its last day.
        documents: the numbers of what it was done on the ground of.
        party: who delivered, or took it back.
        patient: the pseudonym of the patient, as entries write it.
        came: base units that came.
        went: base units that went.
        used: how many of those were administered.
        balance: what lay there afterwards.
        person: the staff number of who did it.
        second_person: the staff number of who looked on.
    """

    seq: int
    time: datetime
    kind: str
    lot: str
    expiry: str | None
    documents: tuple[str, ...]
    party: str | None
    patient: str | None
    came: int
    went: int
    used: int
    balance: int
    person: str | None
    second_person: str | None

    def way(self, name: Callable[[str], str]) -> str:
        """From or to whom it went, or between which places.

        Args:
            name: what people call the place of a code; another text is left as it is.
        """
        return _WAY.join(name(each) for each in (self.party or "").split(_WAY))

    def members(self) -> dict[str, Any]:
        """By name."""
        return asdict(self)


def account_rows(
    connection: Connection, ledger_id: int, lines: Sequence[AccountLine]
) -> list[AccountRow]:
    """The lines with their entries, in the same order."""
    seqs = list(dict.fromkeys(each.seq for each in lines))
    entries = {each.seq: each for each in read_entries_at(connection, ledger_id, seqs)}
    wrong = {seq: entry.context.get("corrects") for seq, entry in entries.items()}
    corrected = read_entries_at(
        connection, ledger_id, sorted({seq for seq in wrong.values() if seq is not None})
    )
    originals = {each.seq: each for each in corrected}
    lots = lots_by_id(connection, ledger_id, [each.lot_id for each in lines])
    rows = []
    for line in lines:
        entry, lot = entries[line.seq], lots[line.lot_id]
        about = originals.get(wrong[line.seq] or -1, entry)
        rows.append(_row(line, entry, about, lot.lot, lot.expiry))
    return rows


def _row(line: AccountLine, entry: Entry, about: Entry, lot: str, expiry: str | None) -> AccountRow:
    """A correction is about what the event was about that it declares wrong."""
    said, event = entry.event, about.event
    return AccountRow(
        seq=line.seq,
        time=datetime.fromisoformat(said["eventTime"]),
        kind=said.get("medtrace:kind", entry.kind),
        lot=lot,
        expiry=expiry,
        documents=tuple(
            each["bizTransaction"].removeprefix(_DOCUMENT)
            for each in event.get("bizTransactionList", ())
        ),
        party=event.get("medtrace:party") or _other_place(event),
        patient=event.get("medtrace:patient"),
        came=line.came,
        went=line.went,
        used=line.used,
        balance=line.balance,
        person=said.get("medtrace:person"),
        second_person=said.get("medtrace:secondPerson"),
    )


def _other_place(event: dict[str, Any]) -> str | None:
    """Between which places it went, where it did."""
    places = [event.get(name, {}).get("id", "") for name in ("readPoint", "bizLocation")]
    codes = [each.removeprefix(LOCATION) for each in places]
    return _WAY.join(codes) if codes[0] != codes[1] else None


_FIRST: Final = date(1970, 1, 1)
"""Nothing is on record from before."""


def day_bounds(
    hospital: Hospital, since: date | None, until: date | None
) -> tuple[int | None, int | None]:
    """Days in the hospital's zone, both included, as moments (ms since 1970).

    Days before 1970 begin with it, and the calendar's last day has no day after it.
    """
    if until is not None and until < date.max:
        until += timedelta(days=1)
    return (
        None if since is None else _begin(hospital, since),
        None if until is None else _begin(hospital, until),
    )


def _begin(hospital: Hospital, day: date) -> int:
    begins = datetime.combine(max(day, _FIRST), time(), hospital.zone)
    return int(begins.astimezone(UTC).timestamp() * 1000)
