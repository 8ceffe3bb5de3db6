"""The demo's history: three and a half weeks of one hospital, up to now.

A pure function of the end and the seed: the same two give the same script, ids included.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from demo import at_the_bed, care, errands, incidents, rounds, standing, supply, theatre
from demo.catalogue import items
from demo.ceftriaxone import Ceftriaxone
from demo.journey import FIRST_DAY, journey
from demo.places import LOCATIONS, WARDS
from demo.script import Script
from demo.stage import DAYS, Stage
from inventory import Category

SEED: Final = 20261122
_ADMITTED = {"ZL2": 10, "XN2": 8, "GK1": 6, "YK1": 4}
"""Who lies in a ward from the first day on, beside those whom the recall is about."""


def write_history(now: datetime, seed: int = SEED) -> Script:
    """The whole history in the order of time.

    Args:
        now: its end, aware of its zone.
        seed: where chance begins.
    """
    stage = Stage(now, seed)
    _define(stage)
    supply.stock_up(stage, -DAYS)
    recalled = Ceftriaxone(stage)
    recalled.begin()
    older = incidents.OlderRecall(stage)
    for day in range(1 - DAYS, 1):
        for arrive in stage.later.pop(day, []):
            arrive()
        _admissions(stage, day)
        recalled.day(day)
        if day == FIRST_DAY:
            journey(stage)
        if day == older.FIRST_DAY:
            older.play()
        if day == errands.DAY:
            errands.errands(stage)
        if day == at_the_bed.DAY:
            at_the_bed.at_the_bed(stage)
        if day == rounds.DAY:
            rounds.rounds(stage)
        _day(stage, day)
    recalled.recall()
    standing.standing(stage)
    return stage.script.until(stage.now)


def _define(stage: Stage) -> None:
    """Locations, products and suppliers come first: nothing happens nowhere, or to nothing."""
    time = stage.at(-DAYS, 6)
    for place in LOCATIONS:
        stage.script.define(place, time, "9001")
    for item in items().values():
        office = "0533" if item.product.category is Category.DRUG else "4201"
        stage.script.define(item.product, time, office)
    for supplier in standing.suppliers(stage.now.date()):
        stage.script.define(supplier, time, "0422")


def _admissions(stage: Stage, day: int) -> None:
    for ward in WARDS:
        first = _ADMITTED.get(ward.code, 2)
        count = first if day == 1 - DAYS else stage.rng.choice((0, 0, 0, 1))
        care.admit(stage, day, ward.code, count)


def _day(stage: Stage, day: int) -> None:
    """One day: what was there in the morning is used, then the shelves are filled again."""
    care.outpatient_day(stage, day)
    care.ward_day(stage, day)
    care.urgent_day(stage, day)
    match day:
        case incidents.COLD_CHAIN_DAY:
            incidents.cold_chain(stage, day)
        case incidents.EXPIRED_DAY:
            incidents.expired(stage, -DAYS)
    if stage.works(day):
        theatre.theatre_day(stage, day)
        if stage.weekday(day) in {2, 4}:
            incidents.strangers(stage, day)
        supply.replenish(stage, day)
        if stage.weekday(day) == 1:
            supply.mistakes(stage, day)
