"""How warm it was where a thing stood, stay by stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for

from access import Action
from inventory import Excursion, Span, Warmth, excursions_in, warmth_in, watched_places
from texts import Text, text_of
from trace import Event, EventKind
from trace import Step as Recorded
from web.filling.page import Page
from web.filling.steps import moved, proof_of
from web.view import Fact, Step, StepClimate, StepLink

_ENDS = frozenset(
    {
        EventKind.ADMINISTERED,
        EventKind.USED,
        EventKind.IMPLANTED,
        EventKind.WASTED,
        EventKind.DESTROYED,
    }
)
"""What a thing's last stay ends with: nobody asks how warm it was afterwards."""


@dataclass(frozen=True, slots=True)
class _Stay:
    """A thing at a place, from the entry that brought it there on."""

    seq: int
    place: str
    since: datetime
    until: datetime


def with_climate(
    page: Page,
    told: Sequence[Step],
    history: Sequence[Recorded],
    key: str,
    *,
    mixed: bool = False,
) -> tuple[tuple[Step, ...], tuple[Fact, ...]]:
    """The steps of a single thing with the temperatures of the places they brought it to.

    Args:
        page: the page.
        told: its steps.
        history: what they were told from.
        key: the thing's.
        mixed: it is a bag, which stood nowhere before it was mixed.

    Returns:
        The steps, and the coldest and the warmest of its whole way as a fact.
    """
    watched = watched_places(page.connection, page.ledger_id)
    undone = {step.seq for step in told if step.corrected_by is not None}
    found: dict[int, tuple[StepClimate, ...]] = {}
    measured: list[Warmth] = []
    own = [each for each in history if moved(each, key, mixed=mixed)]
    for stay in _stays(page, own, undone) if watched else ():
        places = page.places.around(stay.place) & watched
        if places:
            span = Span(places, stay.since, stay.until)
            warm = warmth_in(page.connection, page.ledger_id, span)
            broken = excursions_in(page.connection, page.ledger_id, span)
            measured += warm
            found[stay.seq] = tuple(_told(page, warm, broken))
    steps = tuple(replace(step, climate=found.get(step.seq, ())) for step in told)
    return steps, _fact(measured)


def _stays(page: Page, history: Sequence[Recorded], undone: set[int]) -> Iterator[_Stay]:
    """One after the other, in the order of the ledger; events that were declared wrong left out."""
    moves = [
        (recorded.entry.seq, recorded.event)
        for recorded in history
        if recorded.event is not None
        and recorded.refused is None
        and recorded.entry.seq not in undone
    ]
    now: tuple[int, Event] | None = None
    for seq, event in moves:
        if now is not None and (event.whereabouts != now[1].whereabouts or event.kind in _ENDS):
            yield _stay(now, event.time)
            now = None
        if event.kind in _ENDS:
            return
        now = now or (seq, event)
    if now is not None:
        yield _stay(now, page.now)


def _stay(begun: tuple[int, Event], until: datetime) -> _Stay:
    seq, event = begun
    return _Stay(seq, event.whereabouts, event.time, max(until, event.time))


def _told(page: Page, warm: Sequence[Warmth], broken: Sequence[Excursion]) -> Iterator[StepClimate]:
    for each in warm:
        place = page.places.by_id[each.location_id]
        limits = place.temperatures
        outside = limits is not None and not (each.lowest in limits and each.highest in limits)
        mine = [
            excursion
            for excursion in broken
            if (excursion.place.location_id, excursion.sensor) == (each.location_id, each.sensor)
        ]
        yield StepClimate(
            range=_range(each),
            sensor=f"{place.name} · {each.sensor}",
            limits=None if limits is None else str(limits),
            outside=outside,
            excursions=tuple(_excursion(page, excursion) for excursion in mine),
            entry=StepLink(each.seq, proof_of(page, each.seq)),
        )


def _excursion(page: Page, excursion: Excursion) -> tuple[Text, str | None]:
    """The excursion in words, and where it is decided while nobody has."""
    span = page.moment(excursion.started)
    said = text_of("climate-excursion").filled(
        {"number": excursion.number, "since": span, "most": f"{excursion.highest}"}
    )
    waits = excursion.person is None and page.may_at(Action.MEASURE, excursion.place.code)
    return said, url_for("work.excursions") if waits else None


def _range(each: Warmth) -> str:
    return f"{each.lowest}–{each.highest} ℃" if each.lowest != each.highest else f"{each.lowest} ℃"


def _fact(measured: Sequence[Warmth]) -> tuple[Fact, ...]:
    if not measured:
        return ()
    lowest, highest = min(w.lowest for w in measured), max(w.highest for w in measured)
    return (Fact(text_of("fact-temperature"), f"{lowest}–{highest} ℃"),)
