"""Narcotics at a handheld: two persons show who they are for each box, at the moment of the act."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from uuid6 import uuid7

from access import Action, signatures_needed
from handheld_api.events import PERMISSION
from hospital import check_batches
from inventory import Definition, Flag
from ledger import encode
from tests.handheld_api.handhelds import (
    MORPHINE_GTIN,
    PASSWORD,
    PIN,
    Answer,
    Handheld,
    House,
    box_code,
    event,
)
from tests.handheld_api.test_signed import KEY, SIGNATURE, Signing, sent, signature
from tests.support import ANTIBODY, NOON, Clock
from trace import AGGREGATIONS, CAUSE_REQUIRED, TRANSFORMATIONS, EventKind

OWN: dict[str, str] = {"pin": PIN}
OTHER: dict[str, str] = {"badge": "BADGE-0418", "pin": PIN}


def ampoules(serial: str) -> str:
    return box_code(serial, gtin=MORPHINE_GTIN)


@pytest.fixture
def store(house: House) -> Handheld:
    """The store's PDA with 0417 at it."""
    return house.handheld("STORE", "0417")


def arrival(serial: str, *signatures: dict[str, str]) -> dict[str, Any]:
    signed = {"signatures": list(signatures)} if signatures else {}
    told = event(EventKind.RECEIVED, ampoules(serial), party="国控江州")
    return {**told, **signed}


def refusal(handheld: Handheld, *events: Mapping[str, Any]) -> tuple[int, str, str | None]:
    answer = handheld.post("/events", {"events": events})
    return answer.status_code, answer.json["code"], answer.json.get("field")


def test_both_who_received_morphine_stand_in_the_event(either_house: House) -> None:
    store = either_house.handheld("STORE", "0417")
    (outcome,) = store.record(arrival("1", OWN, OTHER))
    assert outcome["outcome"] == "recorded"
    (happened,) = either_house.events()
    assert (happened["medtrace:person"], happened["medtrace:secondPerson"]) == ("0417", "0418")
    first, second = happened["medtrace:signatures"]
    assert (first["person"], first["method"]) == ("0417", "pin")
    assert (second["person"], second["method"]) == ("0418", "badge")
    at = datetime.fromisoformat(first["time"])
    assert abs((at - either_house.hospital.clock()).total_seconds()) < 1


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ([], (409, "signature-required", "events.1.signatures")),
        ([OTHER], (409, "signature-required", "events.1.signatures")),
        ([OWN], (409, "second-signature-required", "events.1.signatures")),
        ([OWN, {"number": "0417", "pin": PIN}], (409, "same-person", "events.1.signatures")),
        ([OWN, {**OTHER, "pin": "000000"}], (401, "sign-in-failed", "events.1.signatures.1")),
        ([{"pin": "000000"}, OTHER], (401, "sign-in-failed", "events.1.signatures.0")),
        (
            [OWN, {"badge": "BADGE-0419", "pin": PIN}],
            (403, "signer-forbidden", "events.1.signatures.1"),
        ),
        ([OWN, {"number": "2307", "pin": PIN}], (403, "signer-forbidden", "events.1.signatures.1")),
        ([OWN, {}], (422, "signature-one-secret", "events.1.signatures.1.pin")),
        ([OWN, {**OTHER, "code": "1"}], (422, "signature-one-secret", "events.1.signatures.1.pin")),
        (
            [OWN, {**OTHER, "number": "0418"}],
            (422, "signature-one-name", "events.1.signatures.1.badge"),
        ),
        ([OWN, OTHER, OTHER], (422, "malformed", "events.1.signatures")),
        ([OWN, {**OTHER, "by": "me"}], (422, "malformed", "events.1.signatures.1.by")),
        ("pin", (422, "malformed", "events.1.signatures")),
    ],
)
def test_nothing_is_recorded_where_a_signature_is_missing_or_wrong(
    house: House, store: Handheld, signatures: object, expected: tuple[int, str, str]
) -> None:
    plain = event(EventKind.RECEIVED, box_code("7"), party="国控江州")
    assert refusal(store, plain, {**arrival("1"), "signatures": signatures}) == expected
    assert house.events() == house.refusals() == []


def test_goods_that_are_not_narcotic_are_taken_as_before_and_signed_where_somebody_wants_to(
    house: House, store: Handheld
) -> None:
    store.record(event(EventKind.RECEIVED, box_code("7"), party="国控江州"))
    signed = {**event(EventKind.RECEIVED, box_code("8"), party="国控江州"), "signatures": [OWN]}
    store.record(signed)
    without, with_one = house.events()
    assert "medtrace:signatures" not in without
    assert [each["person"] for each in with_one["medtrace:signatures"]] == ["0417"]
    assert "medtrace:secondPerson" not in with_one


def test_a_product_that_becomes_narcotic_takes_two_from_then_on(
    house: House, store: Handheld
) -> None:
    store.record(event(EventKind.RECEIVED, box_code("7"), party="国控江州"))
    narcotic = replace(ANTIBODY, flags=frozenset({Flag.NARCOTIC}))
    house.hospital.recorder.record([Definition(id=uuid7(), time=NOON, thing=narcotic)])
    late = event(EventKind.RECEIVED, box_code("8"), party="国控江州")
    assert refusal(store, late)[1] == "signature-required"


def test_five_wrong_pins_of_the_second_person_lock_them_out(
    house: House, store: Handheld, clock: Clock
) -> None:
    wrong = arrival("1", OWN, {**OTHER, "pin": "000000"})
    assert [refusal(store, wrong)[1] for _ in range(5)] == ["sign-in-failed"] * 5
    assert refusal(store, arrival("1", OWN, OTHER))[1] == "sign-in-locked"
    clock.advance(minutes=30)
    store = house.handheld("STORE", "0417")
    assert store.record(arrival("1", OWN, OTHER))[0]["outcome"] == "recorded"


def test_an_event_whose_answer_was_lost_is_sent_again_and_is_the_same(
    store: Handheld, clock: Clock
) -> None:
    told = arrival("1", OWN, OTHER)
    (first,) = store.record(told)
    clock.advance(minutes=2)
    (again,) = store.record(told)
    assert (again["outcome"], again["receipt"]) == ("already-recorded", first["receipt"])
    other = {**told, "note": "三箱"}
    assert refusal(store, {**other, "signatures": [OWN]})[1] == "second-signature-required"
    assert refusal(store, {**other, "signatures": [{"pin": "000000"}, OTHER]})[0] == 401


def test_an_event_that_waited_is_signed_when_it_is_sent_and_says_so(
    house: House, store: Handheld, clock: Clock
) -> None:
    """No PIN lies in a device's queue: the event keeps its time, the signature has its own."""
    clock.advance(minutes=3)
    waited = arrival("1")
    assert refusal(store, waited)[1] == "signature-required"
    store.record({**waited, "signatures": [OWN, OTHER]})
    (happened,) = house.events()
    signed = datetime.fromisoformat(happened["medtrace:signatures"][0]["time"])
    assert (signed - datetime.fromisoformat(happened["eventTime"])).total_seconds() == 180


def test_no_secret_is_in_the_ledger_the_answer_or_the_log(
    house: House, store: Handheld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        store.post("/events", {"events": [arrival("1", OWN, OTHER)]}),
        store.post("/events", {"events": [arrival("2", OWN, {**OTHER, "pin": "314159"})]}),
        store.post(
            "/events", {"events": [arrival("3", OWN, {"number": "0418", "password": PASSWORD})]}
        ),
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 200]
    ledger = house.hospital.ledger
    entries = ledger.entries(0, ledger.head().size)
    written = [json.dumps([each.event, each.context]) for each in entries]
    written += [answer.text for answer in answers] + [caplog.text]
    for secret in (PIN, "314159", PASSWORD, "BADGE-0418"):
        assert not [text for text in written if secret in text], secret


def sign_and_send(device: Signing, *events: dict[str, Any]) -> Answer:
    """As a PDA does: its own signature is over the body without what people showed."""
    plain = [{name: told for name, told in each.items() if name != "signatures"} for each in events]
    headers = {KEY: device.key_id, SIGNATURE: signature(device.key, encode({"events": plain}))}
    return sent(device.handheld, json.dumps({"events": events}, indent=1).encode(), headers)


def test_a_device_signs_the_batch_without_the_secrets_of_people(
    house: House, store: Handheld
) -> None:
    device = Signing(store)
    answer = sign_and_send(device, arrival("1", OWN, OTHER))
    assert (answer.status_code, answer.json["outcomes"][0]["outcome"]) == (200, "recorded")
    ledger = house.hospital.ledger
    kept = [
        each.event["details"]["body"]
        for each in ledger.entries(0, ledger.head().size)
        if each.event.get("action") == "batch-signed"
    ]
    assert len(kept) == 1
    assert "signatures" not in kept[0]
    assert PIN not in kept[0]
    audit = check_batches(house.stored())
    assert (audit.batches, audit.covered, audit.unsigned) == (1, 1, 0)


def test_a_device_that_signed_the_secrets_too_is_refused(store: Handheld) -> None:
    assert Signing(store).send(arrival("1", OWN, OTHER)).json["code"] == "device-signature-wrong"


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_takes_as_many_signatures_of_narcotics_as_the_table_says(
    house: House, kind: EventKind
) -> None:
    """Asked by somebody who may do it there: nothing but signatures stands in the way."""
    action = PERMISSION[kind]
    stations = {
        Action.ADMINISTER: ("W07", "2307"),
        Action.WITHHOLD: ("W07", "2307"),
        Action.IMPLANT: ("OR1", "3105"),
        Action.USE: ("OR1", "3105"),
    }
    station, person = stations.get(action, ("PHARM", "0533"))
    told = event(kind, ampoules("1"), at=station)
    if kind in TRANSFORMATIONS:
        told["outputs"] = [{"scan": "]C100106901234567890128"}]
    if kind in CAUSE_REQUIRED:
        told |= {"cause": "other", "note": "手术推迟"}
    if kind in AGGREGATIONS:
        told["parent"] = {"scan": "]C100106901234567890128"}
    answer = house.handheld(station, person).post("/events", {"events": [told]})
    needed = signatures_needed(action, narcotic=True)
    expected = "signature-required" if needed else None
    assert answer.json.get("code") == expected
    if needed == 2:
        one = {**told, "signatures": [OWN]}
        answer = house.handheld(station, person).post("/events", {"events": [one]})
        assert answer.json["code"] == "second-signature-required"
