"""The page of one document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.view.life import Step
from web.view.said import Said
from web.view.table import TableView
from web.view.things import Fact


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document (`document.html`, variable `document`).

    Args:
        number: as printed on it.
        type: what it is.
        state: how far it is.
        look: `act`, `go` or nothing.
        done: per cent of it that has happened.
        facts: who, from where, to where, when.
        lines: what it asks for.
        steps: its entries.
        seq: the entry that placed it.
        digest: that entry's hash, for the foot of the printed page.
        proof: the entry's page; None: the reader may not see it.
        printed: when the page was made.
    """

    number: str
    type: Said
    state: Said
    look: str
    done: int
    facts: tuple[Fact, ...]
    lines: TableView
    steps: tuple[Step, ...]
    seq: int
    digest: str
    proof: str | None
    printed: datetime
