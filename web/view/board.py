"""The director's view: the day in figures, at a desk and on a wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from texts import Text, text_of
from web.view.life import Seal
from web.view.recall import RecallRow
from web.view.said import Said


@dataclass(frozen=True, slots=True)
class Bucket:
    """Goods that expire within some days.

    Args:
        label: the days.
        lots: how many rows of stock.
        value: what they cost, where a price is known.
        look: `stop`, `look` or nothing.
    """

    label: Said
    lots: int
    value: Decimal
    look: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Devices by when they were last heard of: within 4 hours, within a day, longer ago."""

    near: int
    silent: int
    lost: int

    @property
    def all(self) -> int:
        """How many are in use."""
        return self.near + self.silent + self.lost


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many loops have every hop in order (闭环完整率).

    Args:
        kind: `medication` or `implants`.
        complete: how many.
        loops: of how many.
    """

    kind: str
    complete: int
    loops: int

    @property
    def label(self) -> Text:
        """Whose loops these are."""
        return text_of(f"loops-{self.kind}")

    @property
    def per_cent(self) -> str | None:
        """The share, with one decimal; None: there is no loop yet."""
        return f"{100 * self.complete / self.loops:.1f}" if self.loops else None


@dataclass(frozen=True, slots=True)
class BoardView:
    """The day in figures (`board.html` and `wall.html`, variable `board`).

    Args:
        at: when it was filled.
        scans: how often something was scanned and decided today.
        looks: how many of them are on record with an exception.
        stopped: how many were stopped.
        hours: scans for each hour of the day so far.
        reasons: what was stopped, the most frequent first.
        given: how often something was given or implanted today.
        ordered: how often that was for an order.
        loops: how complete the loops of this month are; empty: not worked out yet.
        report: the report on them; None: the reader may not see it.
        later: how many records came in today that handhelds had kept out of reach.
        later_looks: how many of them are on record with an exception.
        expiring: what expires soon, by days.
        recalls: the open cases, with their clocks.
        devices: when devices were last heard of.
        size: entries in the ledger.
        seal: as the last verification found it.
        checkpoint: when the newest one was signed.
        open: how many entries it doesn't cover.
        witnesses: how many of them confirmed it, and how many there are.
        wall: the address of the wall's page.
        desk: the address of the desk's page.
        behind: how many entries of today are not counted yet.
    """

    at: datetime
    scans: int
    looks: int
    stopped: int
    hours: tuple[int, ...]
    reasons: tuple[tuple[Said, int], ...]
    given: int
    ordered: int
    loops: tuple[Completeness, ...]
    report: str | None
    later: int
    later_looks: int
    expiring: tuple[Bucket, ...]
    recalls: tuple[RecallRow, ...]
    devices: Contact
    size: int
    seal: Seal
    checkpoint: datetime | None
    open: int
    witnesses: tuple[int, int]
    wall: str
    desk: str
    behind: int = 0

    @property
    def passed(self) -> int:
        """How many scans went through without a word."""
        return self.scans - self.looks - self.stopped

    def share(self, count: int) -> str:
        """A part of the scans in per cent."""
        return f"{100 * count / self.scans:.1f}" if self.scans else "0"

    @property
    def by_hour(self) -> dict[str, object]:
        """For the chart."""
        return {
            "points": [[f"{n}", count] for n, count in enumerate(self.hours)],
            "running": True,
        }
