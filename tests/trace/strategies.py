"""Events of every shape, for properties."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from hypothesis import strategies as st

from trace import Document, Event, EventKind, Signature, Thing

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
"""Any text that can be stored: what people and other systems send."""

codes = words.filter(bool)

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
odd_zones = st.integers(-50_000, 50_000).map(lambda seconds: timezone(timedelta(seconds=seconds)))

times = st.datetimes(
    datetime(1901, 1, 1),  # noqa: DTZ001 -- the zone is drawn beside it
    datetime(9997, 1, 1),  # noqa: DTZ001 -- the same
    timezones=st.one_of(zones, odd_zones, st.timezones()),
)

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

events = st.builds(
    Event,
    id=st.uuids(),
    kind=st.sampled_from(EventKind),
    time=times,
    things=st.lists(things, min_size=1, max_size=4).map(tuple),
    location=words,
    destination=st.none() | words,
    party=st.none() | words,
    patient=st.none() | st.uuids(),
    person=st.none() | words,
    second_person=st.none() | words,
    device=st.none() | words,
    documents=st.lists(documents, max_size=3).map(tuple),
    note=st.none() | words,
    signatures=st.lists(signatures, max_size=2).map(tuple),
)
