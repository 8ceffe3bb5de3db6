"""The cold chain: readings of sensors, excursions, and holding what they have harmed."""

from __future__ import annotations

from inventory.cold_chain.holding import EXCURSION_DOCUMENT, ColdKeeper, hold_excursions
from inventory.cold_chain.participant import ColdChain
from inventory.cold_chain.queries import (
    Excursion,
    SensorState,
    find_excursion,
    open_excursions,
    sensors,
)
from inventory.cold_chain.reading import (
    EXCURSION_DECISION_TYPE,
    MOST_SAMPLES,
    READING_TYPE,
    ExcursionDecision,
    Reading,
    Sample,
)
from inventory.cold_chain.stays import Span, Warmth, excursions_in, warmth_in, watched_places
from inventory.cold_chain.there import ThingsThere, Window, things_there

__all__ = [
    "EXCURSION_DECISION_TYPE",
    "EXCURSION_DOCUMENT",
    "MOST_SAMPLES",
    "READING_TYPE",
    "ColdChain",
    "ColdKeeper",
    "Excursion",
    "ExcursionDecision",
    "Reading",
    "Sample",
    "SensorState",
    "Span",
    "ThingsThere",
    "Warmth",
    "Window",
    "excursions_in",
    "find_excursion",
    "hold_excursions",
    "open_excursions",
    "sensors",
    "things_there",
    "warmth_in",
    "watched_places",
]
