"""The verdict banner: go, look or stop, said once, large, with what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from web.view.said import Said


class VerdictKind(StrEnum):
    """The three verdicts; each has its own colour, shape, size and word."""

    GO = "go"
    LOOK = "look"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict on the thing that the page shows.

    Args:
        kind: go, look or stop; gives the one large word.
        reason: why, as a sentence (这一批已召回，不能发).
        steps: what to do next, in order; shown numbered.
        note: the case behind it (一级召回 RC-2026-0001 · 2026-11-22 09:40 起).
        href: the page of that case.
        resolver: who can resolve it (召回专员 0903，分机 8120).
    """

    kind: VerdictKind
    reason: Said
    steps: tuple[Said, ...] = ()
    note: Said | None = None
    href: str | None = None
    resolver: Said | None = None
