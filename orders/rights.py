"""The five rights at the bedside: right patient, drug, dose, time and route. Pure.

Every rule answers for itself, so that what had happened already is told everything that is wrong
with it, and what is about to happen is stopped for the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from orders.schedule import Rhythm, Schedule, milliseconds, moment_of
from orders.standing import ENDED, Drug, OpenLine, OpenOrder, SettledDose
from trace import IN_HOUSE, Event, EventKind, Reason, Refused, Thing, identifier_of

_MINUTE = 60_000

Drugs = Mapping[str, Drug]
"""What the catalogue says of products, by the identifiers of their things."""


class Due(NamedTuple):
    """The dose that an act belongs to, and what is wrong with its time.

    Args:
        slot: when it is due, in milliseconds since 1970 (UTC); of what nothing was due for, when it
            happened.
        wrong: why it may not be given now; None: it may.
    """

    slot: int
    wrong: Refused | None = None


def fits(line: OpenLine, identifier: str, drug: Drug | None) -> bool:
    """Whether things of an identifier are what a line asks for, or may stand in for it."""
    if is_named(line, identifier, drug):
        return True
    if drug is None or line.generic is None or not line.substitution:
        return False
    return drug.generic == line.generic


def is_named(line: OpenLine, identifier: str, drug: Drug | None) -> bool:
    """Whether things of an identifier are of the product that a line names."""
    return identifier in line.identifiers or (drug is not None and drug.code == line.product)


def against_drug(line: OpenLine, thing: Thing, drugs: Drugs) -> Refused | None:
    """Why a thing is not the drug of a medication order."""
    identifier = identifier_of(thing.key)
    drug = drugs.get(identifier)
    if fits(line, identifier, drug):
        return None
    ordered = ordered_drug(line, drugs)
    if drug is not None and line.generic is not None and drug.generic == line.generic:
        return Refused(Reason.NO_SUBSTITUTION, {"ordered": ordered, "found": drug.name})
    found = drug.name if drug else thing.key
    return Refused(Reason.WRONG_DRUG, {"ordered": ordered, "found": found})


def against_goods(
    line: OpenLine, thing: Thing, inside: Sequence[Thing], drugs: Drugs
) -> Refused | None:
    """Why a thing is not the drug of a medication order, by what it holds.

    A bag that was mixed is right where the drug is in it: what it was mixed with, two pharmacists
    have checked.

    Args:
        line: of the order.
        thing: as it was scanned.
        inside: the same in base units.
        drugs: what the catalogue says of everything that both name.
    """
    answers = [against_drug(line, each, drugs) for each in inside]
    if thing.key.startswith(IN_HOUSE) and None in answers:
        return None
    return next((each for each in answers if each is not None), None)


def ordered_drug(line: OpenLine, drugs: Drugs) -> str:
    """The name of what a line asks for, as people say it."""
    named = (drugs[each] for each in line.identifiers if each in drugs)
    drug = next(named, None)
    return (drug.name if drug else None) or line.generic or line.product or ""


def objections(
    order: OpenOrder, line: OpenLine, event: Event, wrong_drugs: Iterable[Refused]
) -> Iterator[Refused]:
    """What is wrong with giving something against a medication order, but for its time.

    Args:
        order: the order as it stands.
        line: its one line.
        event: what is to be given.
        wrong_drugs: what `against_goods` says of the things.
    """
    if order.state in ENDED:
        yield Refused(Reason.ORDER_STOPPED, {"number": order.name[1]})
    if order.patient != event.patient:
        yield Refused(Reason.WRONG_PATIENT)
    yield from wrong_drugs
    yield from _against_route(line, event)
    yield from _against_dose(line, event)
    if order.high_alert and event.second_person in {None, event.person}:
        yield Refused(Reason.SECOND_PERSON_MISSING)


def _against_route(line: OpenLine, event: Event) -> Iterator[Refused]:
    ordered = line.route or ""
    if event.route is None:
        yield Refused(Reason.ROUTE_MISSING, {"ordered": ordered})
    elif event.route != line.route:
        yield Refused(Reason.WRONG_ROUTE, {"ordered": ordered, "found": event.route})


def _against_dose(line: OpenLine, event: Event) -> Iterator[Refused]:
    ordered = str(line.dose)
    if event.dose is None:
        yield Refused(Reason.DOSE_MISSING, {"ordered": ordered})
    elif line.dose is None or not event.dose.equals(line.dose):
        yield Refused(Reason.WRONG_DOSE, {"ordered": ordered, "found": str(event.dose)})


def due_dose(
    schedule: Schedule, moment: int, settled: Mapping[int, SettledDose], given: int | None
) -> Due:
    """Which dose is given at a moment, and whether it may be.

    Args:
        schedule: of the order.
        moment: milliseconds since 1970 (UTC).
        settled: the doses around it that were given, withheld or declined.
        given: when the latest dose was given.
    """
    if schedule.rhythm is Rhythm.AS_NEEDED:
        return _as_needed(schedule, moment, settled, given)
    around = schedule.around(moment)
    for slot in around.open:
        if slot not in settled or settled[slot].kind != EventKind.ADMINISTERED:
            return Due(slot)
    told = _Told(schedule)
    if around.open:
        done = settled[around.open[0]]
        return Due(
            _free(moment, settled), told.refused(Reason.GIVEN_ALREADY, due=done.due, time=done.time)
        )
    last, following = around.last, around.next
    missed = last is not None and last not in settled
    if missed and (following is None or moment - (last or 0) <= following - moment):
        return Due(last or 0, told.refused(Reason.TOO_LATE, due=last, next=following))
    if following is not None:
        return Due(following, told.refused(Reason.TOO_EARLY, next=following))
    return Due(moment, Refused(Reason.NOT_DUE))


def _as_needed(
    schedule: Schedule, moment: int, settled: Mapping[int, SettledDose], given: int | None
) -> Due:
    told = _Told(schedule)
    if moment in settled:
        again = told.refused(Reason.GIVEN_ALREADY, due=moment, time=moment)
        return Due(_free(moment, settled), again)
    if moment < (start := milliseconds(schedule.start)):
        return Due(moment, told.refused(Reason.TOO_EARLY, next=start))
    if schedule.stop is not None and moment >= milliseconds(schedule.stop):
        return Due(moment, Refused(Reason.NOT_DUE))
    gap = schedule.every * _MINUTE
    if given is not None and abs(moment - given) < gap:
        return Due(moment, told.refused(Reason.TOO_EARLY, next=given + gap))
    return Due(moment)


def _free(moment: int, settled: Mapping[int, SettledDose]) -> int:
    """Where one dose too many is kept: beside the one that was due, not in its place."""
    while moment in settled:
        moment += 1
    return moment


def doses_around(schedule: Schedule, moment: int) -> tuple[int, ...]:
    """The doses whose being settled or not decides at a moment."""
    around = schedule.around(moment)
    found = (*around.open, around.last, around.next, moment)
    return tuple(slot for slot in found if slot is not None)


class _Told:
    """Says moments as the ward's clock shows them."""

    def __init__(self, schedule: Schedule) -> None:
        self._zone = schedule.zone

    def refused(self, reason: Reason, **moments: int | None) -> Refused:
        return Refused(reason, {name: self._clock(slot) for name, slot in moments.items()})

    def _clock(self, slot: int | None) -> str:
        return "—" if slot is None else f"{moment_of(slot, self._zone):%m-%d %H:%M}"
