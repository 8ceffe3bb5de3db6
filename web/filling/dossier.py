"""Everything that a report on a case rests on, read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from errors import NotFound
from inventory import Product, corrections_of
from ledger import Entry, SignedCheckpoint, read_entries_at
from recall import (
    Answer,
    Case,
    Checking,
    Task,
    checking_of,
    digest_of,
    entries_of_case,
    find_case,
)
from trace import EVENT_TYPES, Event, EventKind
from web.filling.page import Page

_PART: Final = 500
_APART: Final = frozenset({"available", "to-inspect", "reserved", "in-transit", "dispensed"})
"""States that goods of a recall have to leave."""
_GOING: Final = frozenset({EventKind.WASTED, EventKind.DESTROYED})


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the case's goods.

    Args:
        seq: its entry.
        event: what happened.
        amount: how much of the case's goods it was about.
        moved_apart: whether it took goods out of a state that they have to leave.
    """

    seq: int
    event: Event
    amount: int
    moved_apart: bool

    @property
    def sends_back(self) -> bool:
        """Whether goods went back to the supplier."""
        return self.event.kind is EventKind.RETURNED and self.event.party is not None

    @property
    def goes(self) -> bool:
        """Whether goods left for good otherwise than by being used."""
        return self.sends_back or self.event.kind in _GOING


class Dossier:
    """A case with all that a report says of it.

    Args:
        page: the page.
        case_id: the case's number.

    Raises:
        NotFound: there is no such case.
    """

    def __init__(self, page: Page, case_id: str) -> None:
        case = find_case(page.connection, page.ledger_id, case_id)
        if case is None:
            raise NotFound("not-found", what=case_id)
        self.page = page
        self.case: Case = case
        self.found: Answer = page.recalls.answer(page.connection, case.scope)
        self.checking: Checking = checking_of(page.connection, page.ledger_id, case, self.found)

    @cached_property
    def seqs(self) -> list[int]:
        """The entries that the report rests on."""
        own = self.page.ledger_id
        return entries_of_case(self.page.connection, own, self.case, self.found, self.checking)

    @property
    def digest(self) -> str:
        """The digest of their numbers."""
        return digest_of(self.seqs)

    @property
    def products(self) -> list[Product]:
        """The products of its scope."""
        return [
            self.page.product(number) for number in dict.fromkeys(p[0] for p in self.case.scope)
        ]

    @property
    def unit(self) -> str:
        """The base unit of its goods."""
        return self.products[0].unit

    @property
    def date(self) -> datetime:
        """When its report is as of: its closing; of an open case, now."""
        closing = self.case.closing
        return self.page.now if closing is None else closing.decided

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """What its people had to do."""
        return tuple(self.page.recalls.tasks(self.page.connection, self.case))

    @cached_property
    def happened(self) -> tuple[Happened, ...]:
        """What happened to its goods and was not declared wrong, in order."""
        return tuple(self._happened())

    def checkpoint(self) -> SignedCheckpoint | None:
        """The first checkpoint that covers everything it rests on; None: none does yet."""
        return self.page.desk.notary.checkpoints.covering(self.seqs[-1])

    def _happened(self) -> Iterator[Happened]:
        names = {
            (self.page.product(lot.product_id).code, lot.lot, lot.expiry, lot.owner)
            for lot in self.found.lots
        }
        for entry in self._entries():
            if entry.kind == "trace" and entry.event.get("type") in EVENT_TYPES:
                amount, apart = _amount(entry, names)
                yield Happened(entry.seq, Event.parse(entry.event), amount, apart)

    def _entries(self) -> Iterator[Entry]:
        own = self.page.ledger_id
        for start in range(0, len(self.seqs), _PART):
            part: Sequence[int] = self.seqs[start : start + _PART]
            wrong = corrections_of(self.page.connection, own, part)
            entries = read_entries_at(self.page.connection, own, part)
            yield from (entry for entry in entries if entry.seq not in wrong)


def _amount(entry: Entry, names: set[tuple[str, str, str | None, str | None]]) -> tuple[int, bool]:
    """How much of the goods an entry is about, and whether it took them out of a state to leave."""
    amount, apart = 0, False
    for thing in entry.context.get("things", ()):
        for said in thing.get("contents", (thing,)):
            name = tuple(said.get(part) for part in ("product", "lot", "expiry", "owner"))
            if name not in names:
                continue
            units = said.get("units")
            several = units if isinstance(units, dict) else {}
            keys = sum(several.get(key, 1) for key in said.get("keys", ()))
            alone = "quantity" not in said and "keys" not in said
            amount += said.get("quantity", 0) + keys + (1 if alone else 0)
            apart = apart or (thing.get("was") in _APART and thing["is"] not in _APART)
    return amount, apart
