"""Events as EPCIS 2.0 writes them: canonical, complete, and the same when read back."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from ledger import Draft, encode
from ledger.entry import Envelope, parse
from tests.support import NOON, box, event, syringes
from tests.trace.strategies import events, words
from trace import (
    AGGREGATIONS,
    SPELLINGS,
    TRANSFORMATIONS,
    Document,
    Event,
    EventKind,
    Signature,
    Thing,
)


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# CBV 2.0 §7.1 and §7.2, as far as a hospital can need them.
BIZ_STEPS = words_of(
    """
    accepting arriving assembling collecting commissioning consigning
    creating_class_instance cycle_counting decommissioning departing destroying
    disassembling dispensing encoding entering_exiting holding inspecting installing killing
    loading other packing picking receiving removing repackaging repairing replacing
    reserving retail_selling sampling sensor_reporting shipping staging_outbound
    stock_taking stocking storing transporting unloading unpacking void_shipping
    """
)
DISPOSITIONS = words_of(
    """
    active available completeness_inferred completeness_verified conformant container_closed
    container_open damaged destroyed dispensed disposed encoded expired in_progress
    in_transit inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement
    no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled
    reserved retail_sold returned sellable_accessible sellable_not_accessible stolen
    unavailable unknown
    """
)
DOCUMENTS = words_of(
    """
    bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt
    """
)
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+", re.DOTALL)
STANDARD = {
    "type", "action", "bizStep", "disposition", "eventID", "eventTime", "eventTimeZoneOffset",
    "readPoint", "bizLocation", "epcList", "quantityList", "bizTransactionList",
    "parentID", "childEPCs", "childQuantityList",
    "inputEPCList", "inputQuantityList", "outputEPCList",
}  # fmt: skip


@given(events)
def test_an_event_reads_back_as_it_was(happened: Event) -> None:
    assert Event.parse(json.loads(happened.encode())) == happened


@given(events)
def test_an_event_reads_back_with_the_day_it_had_where_it_happened(happened: Event) -> None:
    """Expiry is held against that day, also when the ledger is replayed."""
    again = Event.parse(json.loads(happened.encode()))
    assert again.time.date() == happened.time.date()
    assert again.time.utcoffset() == happened.time.utcoffset()


def test_who_signed_how_and_when_stands_in_the_event() -> None:
    at = NOON.replace(microsecond=123_999)
    said = json.loads(
        event(EventKind.RECEIVED, box("1"), signatures=(Signature("0417", "pin", at),)).encode()
    )
    (signed,) = said["medtrace:signatures"]
    assert signed == {"person": "0417", "method": "pin", "time": "2026-11-22T04:00:00.123Z"}


def test_an_event_that_nobody_signed_says_nothing_of_signatures() -> None:
    assert b"signatures" not in event(EventKind.RECEIVED, box("1")).encode()


def test_a_signature_without_a_zone_is_not_taken() -> None:
    with pytest.raises(Invalid, match="time-without-zone"):
        Signature("0417", "pin", NOON.replace(tzinfo=None))


@given(events)
def test_an_event_is_canonical(happened: Event) -> None:
    body = happened.encode()
    assert encode(json.loads(body)) == body


@given(events)
def test_an_event_has_the_shape_of_epcis(happened: Event) -> None:
    members = json.loads(happened.encode())
    inside = happened.kind in AGGREGATIONS
    makes = happened.kind in TRANSFORMATIONS
    whole = "AggregationEvent" if inside else "ObjectEvent"
    assert members["type"] == ("TransformationEvent" if makes else whole)
    assert ("parentID" in members) == inside
    assert ("outputEPCList" in members) == makes
    assert members.get("action") in ({None} if makes else {"ADD", "OBSERVE", "DELETE"})
    assert UUID(members["eventID"]) == happened.id
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", members["eventTime"])
    offset = r"[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00"
    assert re.fullmatch(offset, members["eventTimeZoneOffset"])
    assert members["bizStep"] in BIZ_STEPS or URI.fullmatch(members["bizStep"])
    assert members["disposition"] in DISPOSITIONS or URI.fullmatch(members["disposition"])
    for place in ("readPoint", "bizLocation"):
        assert URI.fullmatch(members[place]["id"])
    units, amounts = ("childEPCs", "childQuantityList") if inside else ("epcList", "quantityList")
    if makes:
        units, amounts = "inputEPCList", "inputQuantityList"
    empties = happened.kind is EventKind.UNPACKED and happened.things[0].key == happened.parent
    assert not happened.things or empties or units in members or amounts in members
    for amount in members.get(amounts, ()):
        assert set(amount) == {"epcClass", "quantity"}
    for document in members.get("bizTransactionList", ()):
        assert set(document) == {"type", "bizTransaction"}
        assert document["type"] in DOCUMENTS or URI.fullmatch(document["type"])
        assert URI.fullmatch(document["bizTransaction"])
    others = set(members) - STANDARD
    assert all(name.startswith("medtrace:") for name in others)


@given(events)
def test_an_event_names_a_patient_by_pseudonym_only(happened: Event) -> None:
    members = json.loads(happened.encode())
    said = members.get("medtrace:patient")
    assert said == (f"urn:uuid:{happened.patient}" if happened.patient else None)


kinds = st.sampled_from(["trace", "refusal", "recall", "catalogue", "order", "correction"])
objects = st.dictionaries(words, st.none() | words | st.integers(-(2**53) + 1, 2**53 - 1))


@given(events, st.none() | objects, kinds, st.binary(min_size=32, max_size=32), st.integers(0))
def test_an_envelope_is_spliced_as_it_would_be_encoded(
    happened: Event, context: dict[str, Any] | None, kind: str, prev: bytes, seq: int
) -> None:
    seq %= 2**53
    told = None if context is None else encode(context)
    moment = datetime(2026, 11, 22, 4, tzinfo=UTC)
    body = Envelope(moment).around(Draft(kind, happened.encode(), told), prev, seq)
    members = json.loads(body)
    assert encode(members) == body
    assert members.pop("event") == json.loads(happened.encode())
    assert members.pop("context", None) == context
    assert members == {
        "kind": kind,
        "prev": prev.hex(),
        "recorded": "2026-11-22T04:00:00.000000Z",
        "seq": seq,
        "v": 1,
    }
    entry = parse(seq, body, b"leaf")
    assert (entry.kind, entry.prev, entry.seq) == (kind, prev, seq)
    assert Event.parse(entry.event) == happened


def test_one_event_to_the_letter() -> None:
    """A golden sample: who changes the form of what is stored must mean it."""
    happened = Event(
        id=UUID(int=7),
        kind=EventKind.DISPENSED,
        time=NOON,
        things=(
            syringes(2, lot="L/1"),
            Thing("urn:medtrace:cn-drug:83271160045839207715", expiry=date(2028, 1, 1)),
        ),
        location="PHARM",
        destination="W07",
        patient=UUID(int=8),
        person="2307",
        second_person="2311",
        device="PDA-4",
        documents=(Document("po", "1"), Document("prescription", "9")),
        note="急",
    )
    assert happened.encode().decode() == (
        '{"action":"OBSERVE","bizLocation":{"id":"urn:medtrace:loc:W07"},"bizStep":"dispensing",'
        '"bizTransactionList":[{"bizTransaction":"urn:medtrace:doc:1","type":"po"},'
        '{"bizTransaction":"urn:medtrace:doc:9","type":"urn:medtrace:btt:prescription"}],'
        '"disposition":"dispensed","epcList":["urn:medtrace:cn-drug:83271160045839207715"],'
        '"eventID":"urn:uuid:00000000-0000-0000-0000-000000000007",'
        '"eventTime":"2026-11-22T04:00:00.000Z","eventTimeZoneOffset":"+08:00",'
        '"medtrace:device":"PDA-4","medtrace:kind":"dispensed",'
        '"medtrace:labels":[{"expiry":"2028-01-01"},{"lot":"L/1"}],"medtrace:note":"急",'
        '"medtrace:patient":"urn:uuid:00000000-0000-0000-0000-000000000008",'
        '"medtrace:person":"2307","medtrace:secondPerson":"2311","quantityList":['
        '{"epcClass":"https://id.gs1.org/01/06945678901232/10/L/1","quantity":2}],'
        '"readPoint":{"id":"urn:medtrace:loc:PHARM"},"type":"ObjectEvent"}'
    )


def test_every_kind_has_its_own_spelling() -> None:
    assert set(SPELLINGS) == set(EventKind)
    steps = {(spelling.biz_step, spelling.disposition) for spelling in SPELLINGS.values()}
    assert len(steps) == len(EventKind)


def test_serialised_things_stand_before_amounts() -> None:
    happened = event(EventKind.MOVED, syringes(1), box("A2"), syringes(2, lot="L2"), box("A1"))
    assert [thing.quantity for thing in happened.things] == [None, None, 1, 2]
    assert [thing.key[-2:] for thing in happened.things[:2]] == ["A2", "A1"]


@pytest.mark.parametrize(
    ("time", "code"),
    [
        (NOON.replace(tzinfo=None), "time-without-zone"),
        (datetime.min.replace(tzinfo=UTC), "time-malformed"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), "time-malformed"),
        (NOON.replace(tzinfo=timezone(timedelta(hours=15))), "time-malformed"),
    ],
)
def test_a_time_that_cannot_be_written_is_told(time: datetime, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        event(EventKind.MOVED, box("A1"), time=time)
    assert (caught.value.code, caught.value.field) == (code, "time")


@pytest.mark.parametrize("quantity", [0, -1])
def test_an_amount_is_positive(quantity: int) -> None:
    with pytest.raises(Invalid) as caught:
        syringes(quantity)
    assert caught.value.code == "quantity-not-positive"


def test_something_must_have_happened_to_something() -> None:
    with pytest.raises(Invalid) as caught:
        event(EventKind.MOVED)
    assert (caught.value.code, caught.value.field) == ("required", "things")


def test_a_destination_is_another_place() -> None:
    stays = event(EventKind.DISPENSED, box("A1"), at="PHARM", to="PHARM")
    assert stays.destination is None
    assert stays.whereabouts == "PHARM"
    assert event(EventKind.DISPENSED, box("A1"), at="PHARM", to="W07").whereabouts == "W07"
