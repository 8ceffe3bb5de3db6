"""Events of every shape, for properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from trace import (
    AGGREGATIONS,
    CAUSE_REQUIRED,
    CAUSES,
    DIVIDING,
    TRANSFORMATIONS,
    Document,
    Dose,
    Event,
    EventKind,
    Signature,
    Thing,
)

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
"""Any text that can be stored: what people and other systems send."""

codes = words.filter(bool)

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
odd_zones = st.integers(-50_000, 50_000).map(lambda seconds: timezone(timedelta(seconds=seconds)))

times = st.datetimes(
    datetime(1901, 1, 1),  # noqa: DTZ001 -- the zone is drawn beside it
    datetime(9997, 1, 1),  # noqa: DTZ001 -- the same
    timezones=st.one_of(zones, odd_zones, st.timezones()),
).filter(lambda time: time == time.astimezone(UTC))
"""Moments; Python holds none in the hour of a clock change equal to itself elsewhere (PEP 495)."""

things = st.builds(
    Thing,
    key=codes,
    quantity=st.none() | st.integers(1, 2**53 - 1),
    lot=st.none() | words,
    expiry=st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)),
)

documents = st.builds(Document, type=st.sampled_from(["po", "prescription"]) | words, id=words)

signatures = st.builds(
    Signature, person=words, method=st.sampled_from(["pin", "totp", "password"]), time=times
)

doses = st.builds(
    Dose,
    amount=st.integers(1, 10**18 - 1).map(lambda number: Decimal(number).scaleb(-9)),
    unit=st.sampled_from(["mg", "mL", "[IU]", "{tablet}"]),
)

_told = {
    "id": st.uuids(),
    "time": times,
    "location": words,
    "destination": st.none() | words,
    "party": st.none() | words,
    "patient": st.none() | st.uuids(),
    "person": st.none() | words,
    "second_person": st.none() | words,
    "device": st.none() | words,
    "documents": st.lists(documents, max_size=3).map(tuple),
    "note": st.none() | words,
    "owner": st.none() | words,
    "after_the_fact": st.booleans(),
    "signatures": st.lists(signatures, max_size=2).map(tuple),
    "dose": st.none() | doses,
    "route": st.none() | words,
}
_things = st.lists(things, min_size=1, max_size=4).map(tuple)
_plain = st.builds(
    Event,
    kind=st.sampled_from(sorted(set(EventKind) - AGGREGATIONS - CAUSE_REQUIRED - TRANSFORMATIONS)),
    things=_things,
    **_told,
)
_given = st.builds(
    Event,
    kind=st.just(EventKind.ADMINISTERED),
    things=_things,
    **_told | {"dose": doses, "wasted": doses},
)
_caused = st.sampled_from(sorted(CAUSES)).flatmap(
    lambda kind: st.builds(
        Event,
        kind=st.just(kind),
        things=st.lists(things, min_size=kind not in CAUSE_REQUIRED, max_size=2).map(tuple),
        cause=st.sampled_from(sorted(CAUSES[kind])),
        **_told | {"note": words.map("因".__add__)},
    )
)
_packing = st.builds(
    Event,
    kind=st.sampled_from(sorted(AGGREGATIONS)),
    parent=st.just("urn:medtrace:box:") | words.map("box:".__add__),
    things=_things,
    **_told,
)
_emptying = words.map("box:".__add__).flatmap(
    lambda key: st.builds(
        Event,
        kind=st.just(EventKind.UNPACKED),
        parent=st.just(key),
        things=st.just((Thing(key),)),
        **_told,
    )
)
_doses = st.lists(codes, min_size=1, max_size=3, unique=True).flatmap(
    lambda keys: st.tuples(
        *(st.builds(Thing, key=st.just(key), part=st.none() | st.integers(1, 9)) for key in keys)
    )
)
_parts = st.builds(Thing, key=codes, part=st.none() | st.integers(1, 2**53 - 1))
_splitting = st.builds(
    Event,
    kind=st.just(EventKind.SPLIT),
    things=st.builds(Thing, key=codes).map(lambda thing: (thing,)),
    outputs=_doses,
    **_told,
)
_mixing = st.builds(
    Event,
    kind=st.just(EventKind.COMPOUNDED),
    things=st.lists(things | _parts, min_size=1, max_size=4).map(tuple),
    outputs=st.builds(Thing, key=codes).map(lambda thing: (thing,)),
    **_told,
)
_dividing = st.builds(
    Event,
    kind=st.sampled_from(sorted(DIVIDING - TRANSFORMATIONS)),
    things=st.lists(_parts, min_size=1, max_size=3).map(tuple),
    **_told,
)
events = (
    _splitting | _mixing | _dividing | _plain | _given | _caused | _packing.filter(bool) | _emptying
)
"""Events of every kind; containers are named where there are some."""
