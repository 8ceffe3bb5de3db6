"""What a device signed: taken, compared with its events, and told when it is not so."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from uuid6 import uuid7

from hospital import BatchAudit, check_batches
from ledger import Entry, StoredEntry, VerificationError, encode
from medtrace import main
from tests.handheld_api.handhelds import (
    MORPHINE_GTIN,
    PIN,
    SYRINGE_GTIN,
    Answer,
    Handheld,
    House,
    box_code,
    event,
)
from tests.support import NOON
from trace import Event, EventKind, Thing

KEY, SIGNATURE = "Medtrace-Key", "Medtrace-Signature"
NONE: Mapping[str, str] = {}


def signature(key: ec.EllipticCurvePrivateKey, message: bytes) -> str:
    """As WebCrypto makes it: r ‖ s."""
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(SHA256())))
    return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()


def sent(handheld: Handheld, body: bytes, headers: Mapping[str, str]) -> Answer:
    """A batch, with these headers this once."""
    usual = handheld.headers
    handheld.headers = {**usual, **headers}
    try:
        return handheld.send("/events", body)
    finally:
        handheld.headers = usual


class Signing:
    """A PDA that has a key."""

    def __init__(self, handheld: Handheld) -> None:
        self.handheld = handheld
        self.key = ec.generate_private_key(ec.SECP256R1())
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        proof = f"medtrace device key {handheld.get('/device').json['device_id']}".encode()
        kept = handheld.post(
            "/device/key",
            {
                "public_key": base64.b64encode(spki).decode(),
                "proof": signature(self.key, proof),
            },
        )
        assert kept.status_code == 201, kept.text
        self.key_id: str = kept.json["key_id"]

    def send(self, *events: dict[str, Any], headers: Mapping[str, str] = NONE) -> Answer:
        """Send a batch, signed."""
        body = json.dumps({"events": events}, ensure_ascii=False).encode()
        signed = {KEY: self.key_id, SIGNATURE: signature(self.key, body)}
        return sent(self.handheld, body, {**signed, **headers})


@pytest.fixture
def store(house: House) -> Signing:
    """The store's PDA with its key and 0417 at it."""
    return Signing(house.handheld("STORE", "0417"))


def arrival(serial: str) -> dict[str, Any]:
    return event(EventKind.RECEIVED, box_code(serial), party="国控江州", note="两箱")


def test_a_signed_batch_stands_before_its_events(house: House, store: Signing) -> None:
    assert store.send(arrival("1"), arrival("2")).status_code == 200
    head = house.hospital.ledger.head().size
    entries = house.hospital.ledger.entries(head - 3, head)
    assert [entry.kind for entry in entries] == ["access", "trace", "trace"]
    said = entries[0].event
    assert said["action"] == "batch-signed"
    assert said["details"]["key_id"] == store.key_id
    assert json.loads(said["details"]["body"])["events"][0]["note"] == "两箱"
    assert check_batches(house.stored()) == BatchAudit(1, 2, 0)


def test_what_was_refused_is_covered_too(house: House, store: Signing) -> None:
    moved = event(EventKind.MOVED, box_code("9"), destination="PHARM")
    assert store.send(moved).json["outcomes"][0]["outcome"] == "refused"
    assert check_batches(house.stored()) == BatchAudit(1, 1, 0)


def test_sent_again_it_is_on_record_once(house: House, store: Signing) -> None:
    first = arrival("1")
    store.send(first)
    size = house.hospital.ledger.head().size
    assert store.send(first).json["outcomes"][0]["outcome"] == "already-recorded"
    assert house.hospital.ledger.head().size == size
    assert check_batches(house.stored()) == BatchAudit(1, 1, 0)


def test_what_was_done_out_of_reach_is_signed_without_the_leave_to_send_it(
    house: House, store: Signing
) -> None:
    grant = store.handheld.post("/session/offline", {}).json["grant"]
    told = {"event": {**arrival("1"), "after_the_fact": True}}
    signed = encode({"uploads": [told, {"event": {"id": "no id"}}]})
    body = json.dumps({"uploads": [{**told, "grant": grant}, {"event": {"id": "no id"}}]})
    store.handheld.headers |= {KEY: store.key_id, SIGNATURE: signature(store.key, signed)}
    del store.handheld.headers["Medtrace-Session"]
    answers = store.handheld.send("/uploads", body.encode()).json["uploads"]
    assert [each["outcome"] for each in answers] == ["accepted", "exception"]
    assert check_batches(house.stored()) == BatchAudit(1, 1, 0)
    assert not any(grant.encode() in entry.body for entry in house.stored())


def told_afterwards(
    store: Signing, *parts: dict[str, Any], more: Mapping[str, str] = NONE
) -> list[dict[str, Any]]:
    """What was done out of reach, signed, is sent in, with more that is not signed."""
    bare = json.loads(json.dumps(parts))
    for part in bare:
        part.get("correction", {}).pop("signatures", None)
    signed = {KEY: store.key_id, SIGNATURE: signature(store.key, encode({"uploads": bare}))}
    usual, store.handheld.headers = store.handheld.headers, {**store.handheld.headers, **signed}
    answers: list[dict[str, Any]] = store.handheld.post(
        "/uploads", {"uploads": [{**each, **more} for each in parts]}
    ).json["uploads"]
    store.handheld.headers = usual
    return answers


def a_count() -> list[dict[str, Any]]:
    """A count of the store, with a box and a lot."""
    head = {"id": str(uuid7()), "time": NOON.isoformat()}
    lot = f"]C101{SYRINGE_GTIN}1728010110L1"
    seen = [{"scan": box_code("1")}, {"scan": lot, "quantity": 0}]
    lines = {"id": str(uuid7()), "time": NOON.isoformat(), "count": head["id"], "lines": seen}
    return [{"count": head}, {"count_lines": lines}]


def a_correction(of: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """It did not happen."""
    head = {"id": str(uuid7()), "time": NOON.isoformat(), "corrects": of["id"]}
    return {"correction": {**head, "error": "did_not_occur", "note": "没有发生", **more}}


def test_counts_and_corrections_are_held_against_what_was_signed(
    house: House, store: Signing
) -> None:
    wrong = arrival("1")
    store.send(wrong)
    answers = told_afterwards(store, *a_count(), a_correction(wrong, signatures=[{"pin": PIN}]))
    assert [each["outcome"] for each in answers] == ["accepted"] * 3, answers
    assert check_batches(house.stored()) == BatchAudit(2, 4, 0)


def test_whose_band_it_was_is_signed_as_a_digest_alone(house: House, store: Signing) -> None:
    told = {**event(EventKind.RECEIVED, box_code("1"), party="国控江州"), "after_the_fact": True}
    closed = base64.b64encode(bytes(120)).decode()
    bare = {"event": told, "band_sha256": hashlib.sha256(closed.encode()).hexdigest()}
    (answer,) = told_afterwards(store, bare, more={"band": closed})
    assert answer["recorded"]
    assert check_batches(house.stored()) == BatchAudit(1, 1, 0)
    assert not any(closed.encode() in entry.body for entry in house.stored())


def test_a_count_that_says_other_than_was_signed_is_found(house: House, store: Signing) -> None:
    told_afterwards(store, *a_count())
    entries = list(house.stored())
    for seq, stored in enumerate(entries):
        if b'"quantity":0' in stored.body and b"CountLines" in stored.body:
            forged = stored.body.replace(b'"quantity":0', b'"quantity":7')
            entries[seq] = replace(stored, body=forged)
    with pytest.raises(VerificationError) as raised:
        check_batches(entries)
    assert raised.value.code == "batch-wrong"


def test_a_correction_out_of_reach_waits_for_its_signature_and_is_on_record_once(
    house: House, store: Signing
) -> None:
    wrong = arrival("1")
    store.send(wrong)
    told = a_correction(wrong)
    (answer,) = told_afterwards(store, told)
    assert (answer["outcome"], answer["recorded"]) == ("exception", False)
    assert answer["problems"][0]["code"] == "signature-required"
    signed = {"correction": {**told["correction"], "signatures": [{"pin": PIN}]}}
    assert told_afterwards(store, signed)[0]["outcome"] == "accepted"
    # The answer was lost, and the device keeps no secrets.
    assert told_afterwards(store, told)[0]["outcome"] == "duplicate"
    assert [each.kind for each in map(_parsed, house.stored())].count("correction") == 1
    assert not any(PIN.encode() in entry.body for entry in house.stored())


def test_what_was_signed_and_is_on_record_needs_no_second_signature(
    house: House, store: Signing
) -> None:
    told = event(EventKind.RECEIVED, box_code("M9", gtin=MORPHINE_GTIN), party="国控江州")
    both = [{"pin": PIN}, {"badge": "BADGE-0418", "pin": PIN}]
    store.handheld.record({**told, "signatures": both})
    assert told_afterwards(store, {"event": told})[0]["outcome"] == "duplicate"
    other = event(EventKind.RECEIVED, box_code("M10", gtin=MORPHINE_GTIN), party="国控江州")
    (answer,) = told_afterwards(store, {"event": other})
    assert (answer["recorded"], answer["problems"][0]["code"]) == (False, "signature-required")
    assert len(house.events()) == 1


def _parsed(stored: StoredEntry) -> Entry:
    return stored.parse()


def test_without_a_signature_events_are_counted_apart(house: House, store: Signing) -> None:
    store.send(arrival("1"))
    store.handheld.record(arrival("2"))
    assert check_batches(house.stored()) == BatchAudit(1, 1, 1)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({SIGNATURE: "AAAA"}, 422, "device-signature-wrong"),
        ({SIGNATURE: base64.b64encode(b"\1" * 64).decode()}, 422, None),
        ({SIGNATURE: "no base64!"}, 422, "malformed"),
        ({KEY: "00" * 32}, 404, "not-found"),
        ({KEY: "../../etc"}, 404, "not-found"),
    ],
)
def test_a_wrong_signature_records_nothing(
    house: House, store: Signing, headers: dict[str, str], status: int, code: str | None
) -> None:
    answer = store.send(arrival("1"), headers=headers)
    assert answer.status_code == status
    assert code is None or answer.json["code"] == code
    assert house.events() == []


def test_a_signature_over_another_body_records_nothing(house: House, store: Signing) -> None:
    other = signature(store.key, b'{"events": []}')
    assert store.send(arrival("1"), headers={SIGNATURE: other}).status_code == 422
    assert house.events() == []


def test_half_a_signature_is_none(house: House, store: Signing) -> None:
    answer = sent(store.handheld, b"{}", {KEY: store.key_id})
    assert answer.status_code == 422
    body = json.dumps({"events": [arrival("1")]}).encode()
    answer = sent(store.handheld, body, {KEY: store.key_id})
    assert (answer.json["code"], answer.json["field"]) == ("required", "Medtrace-Signature")
    assert house.events() == []


def test_another_devices_key_signs_nothing_here(house: House, store: Signing) -> None:
    pharmacy = Signing(house.handheld("PHARM", "0533"))
    answer = store.send(arrival("1"), headers={KEY: pharmacy.key_id})
    assert answer.status_code == 404


def forge(house: House, store: Signing, *, device: bool = True) -> None:
    """Whoever runs the server puts another box under an id that the device signed."""
    told = arrival("1")
    body = json.dumps({"events": [told]}).encode()
    access, person = house.hospital.access, house.hospital.access.sessions.principal
    token = store.handheld.headers["Authorization"].removeprefix("Bearer ")
    by = person(store.handheld.headers["Medtrace-Session"], device=access.devices.principal(token))
    access.batches.take(by, store.key_id, body, base64.b64decode(signature(store.key, body)))
    forged = replace(
        Event.parse(_as_recorded(house, store)),
        id=UUID(told["id"]),
        things=(Thing("https://id.gs1.org/01/06901234567892/21/777"),),
        device=by.device if device else None,
    )
    house.hospital.recorder.record([forged])


@pytest.mark.parametrize("device", [True, False])
def test_an_event_that_says_other_than_was_signed_is_found(
    house: House, store: Signing, *, device: bool
) -> None:
    forge(house, store, device=device)
    with pytest.raises(VerificationError) as raised:
        check_batches(house.stored())
    assert raised.value.code == "batch-wrong"


def verify(house: House, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """What `medtrace ledger verify` says, and its exit code."""
    known = house.hospital.settings
    monkeypatch.setenv("MEDTRACE_DATA", str(known.data_dir))
    monkeypatch.setenv("MEDTRACE_DATABASE_URL", known.database_url)
    monkeypatch.setenv("MEDTRACE_ORIGIN", known.origin)
    return CliRunner().invoke(main, ["ledger", *arguments])


def export(house: House, monkeypatch: pytest.MonkeyPatch, directory: Path) -> list[str]:
    """Export the log; how it is verified there."""
    verify(house, monkeypatch, "export", str(directory))
    vkey = str(house.hospital.notary.signer.key)
    return ["verify", "--export", str(directory), "--vkey", vkey]


def test_verify_checks_what_devices_signed_in_the_database_and_in_an_export(
    either_house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = Signing(either_house.handheld("STORE", "0417"))
    store.send(arrival("1"), arrival("2"))
    store.handheld.record(arrival("3"))
    line = "device signatures: 1 batches hold, 2 records as signed, 1 of devices with a key came"
    exported = export(either_house, monkeypatch, tmp_path / "log")
    for arguments in (["verify"], ["verify", "--full"], exported):
        result = verify(either_house, monkeypatch, *arguments)
        assert (result.exit_code, line in result.output) == (0, True), result.output


def test_verify_fails_where_an_event_says_other_than_its_device_signed(
    house: House, store: Signing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Hashes, chain and tree are whole: only the device's signature tells."""
    forge(house, store)
    exported = export(house, monkeypatch, tmp_path / "log")
    for arguments in (["verify"], exported):
        result = verify(house, monkeypatch, *arguments)
        assert result.exit_code == 3, result.output
        assert "batch-wrong" in result.output


def _as_recorded(house: House, store: Signing) -> dict[str, Any]:
    """An honest event, as the ledger has it."""
    store.send(arrival("2"))
    size = house.hospital.ledger.head().size
    found: dict[str, Any] = house.hospital.ledger.entries(size - 1, size)[0].event
    return found
