"""Working out of reach: copies by ledger position, grants, and sending in afterwards."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from uuid6 import uuid7

from access import OPERATOR, Kind, Principal, Role
from inventory import Definition
from orders import Line, Order, OrderType
from recall import Recall, RecallClass, Scope
from tests.handheld_api.handhelds import (
    MORPHINE_GTIN,
    PASSWORD,
    SYRINGES,
    Handheld,
    House,
    box_code,
    event,
)
from tests.support import ANTIBODY, GTIN, NOON, Clock
from trace import EventKind, Reason


def sync(handheld: Handheld, known: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a handheld is told."""
    asked = f"?since={known['position']}&origin={known['origin']}" if known else ""
    answer = handheld.get(f"/sync{asked}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def upload(handheld: Handheld, *items: dict[str, Any]) -> list[dict[str, Any]]:
    """Send in; one answer each."""
    answer = handheld.post("/uploads", {"uploads": list(items)})
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json["uploads"]
    return told


def grant(handheld: Handheld) -> str:
    """Leave for who is signed in."""
    answer = handheld.post("/session/offline", {})
    assert answer.status_code == 201, answer.text
    token: str = answer.json["grant"]
    return token


def recall(house: House, lot: str = "A2405") -> None:
    """Open a case for a lot of the antibody."""
    house.hospital.recorder.record(
        [
            Recall(
                id=uuid7(),
                time=NOON,
                case_id="RC-2026-0001",
                recall_class=RecallClass.FIRST,
                reason="异物",
                source="药监局",
                notified=NOON,
                scope=(Scope(ANTIBODY.code, (lot,)),),
                person="5101",
            )
        ]
    )


def test_a_handheld_is_told_everything_once_and_then_what_changed(either_house: House) -> None:
    house = either_house
    handheld = house.handheld("STORE", "0417")
    handheld.record(event(EventKind.RECEIVED, box_code("1"), party="国控江州"))
    first = sync(handheld)
    assert first["full"]
    assert {each["code"] for each in first["products"]} == {"D001", "D002", "M001", "C001", "N001"}
    assert first["blocked"] == []
    assert [(each["product"], each["lot"]) for each in first["stock"]] == [("D001", "A2405")]
    again = sync(handheld, first)
    assert not again["full"]
    quiet = ("products", "stock", "orders")
    assert [again[name] for name in quiet] == [[], [], []]
    assert again["locations"] is again["blocked"] is None

    handheld.record(event(EventKind.MOVED, box_code("1"), destination="PHARM"))
    renamed = SYRINGES.__class__(**{**_members(SYRINGES), "name": "注射器 5 mL"})
    house.hospital.recorder.record([Definition(id=uuid7(), time=NOON, thing=renamed)])
    recall(house)
    changed = sync(handheld, again)
    assert (changed["stock"], changed["lots"]) == ([], 0)
    assert [each["name"] for each in changed["products"]] == ["注射器 5 mL"]
    told = [(each["case"], each["product"], each["extent"]) for each in changed["blocked"]]
    assert told == [("RC-2026-0001", "D001", {"lots": ["A2405"]})]
    there = sync(house.handheld("PHARM"))
    assert there["stock"][0]["rows"] == [
        {"location": "PHARM", "expiry": "2027-12-31", "status": "available", "quantity": 1}
    ]


def _members(thing: Any) -> dict[str, Any]:  # noqa: ANN401 -- any slotted value
    return {name: getattr(thing, name) for name in thing.__slots__}


def test_a_position_of_another_ledger_or_beyond_the_end_gets_everything(house: House) -> None:
    handheld = house.handheld("STORE")
    known = sync(handheld)
    assert sync(handheld, {**known, "origin": "somewhere.example/else"})["full"]
    assert sync(handheld, {**known, "position": known["position"] + 1})["full"]
    assert handheld.get("/sync?since=-1").status_code == 422


def test_answers_are_small_where_their_reader_takes_gzip(house: House) -> None:
    handheld = house.handheld("STORE")
    plain = handheld.get("/sync")
    handheld.headers["Accept-Encoding"] = "gzip"
    packed = handheld.get("/sync")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    assert json.loads(gzip.decompress(packed.content))["products"] == plain.json["products"]


def test_a_scan_is_judged_by_what_is_about_to_happen(house: House) -> None:
    store = house.handheld("STORE", "0417")
    box = box_code("7")
    size = house.hospital.ledger.head().size

    def verdict(kind: EventKind, scan: str = box, **more: object) -> tuple[str, str | None]:
        doing = {"kind": kind.value, "location": "STORE", **more}
        answer = store.post("/scan", {"raw": scan, "doing": doing})
        assert answer.status_code == 200, answer.text
        assert len(answer.content) < 2_000
        return answer.json["verdict"], answer.json["reason"]

    assert verdict(EventKind.RECEIVED) == ("go", None)
    assert verdict(EventKind.MOVED, destination="PHARM") == ("stop", "not-received")
    assert verdict(EventKind.RECEIVED, "A-03-02") == ("stop", "scan-scheme-unknown")
    assert verdict(EventKind.RECEIVED, box_code("8", expiry="261130")) == ("look", "near-expiry")
    assert house.hospital.ledger.head().size == size
    store.record(event(EventKind.RECEIVED, box, party="国控江州"))
    assert verdict(EventKind.RECEIVED) == ("stop", "already-received")
    recall(house)
    assert verdict(EventKind.MOVED, destination="PHARM") == ("stop", "recalled")
    assert verdict(EventKind.QUARANTINED) == ("go", None)
    morphine = box_code("9", gtin=MORPHINE_GTIN)
    doing = {"kind": "received", "location": "STORE"}
    told = store.post("/scan", {"raw": morphine, "doing": doing}).json
    assert (told["verdict"], told["signatures"]) == ("go", 2)
    assert told["product"]["flags"] == ["narcotic"]


def test_what_was_done_out_of_reach_is_sent_in_by_whoever_is_there_in_the_right_name(
    house: House,
) -> None:
    handheld = house.handheld("STORE", "0417")
    own = grant(handheld)
    handheld.sign_in("0418")
    done = event(EventKind.RECEIVED, box_code("1"), party="国控江州", after_the_fact=True)
    alone = Handheld(house.app.test_client(), house.tokens.devices["STORE"])
    for expected in ("accepted", "duplicate"):
        (answer,) = upload(alone, {"grant": own, "event": done})
        assert (answer["outcome"], answer["recorded"]) == (expected, True)
    assert [each["medtrace:person"] for each in house.events()] == ["0417"]


def test_one_upload_that_cannot_be_taken_keeps_no_other_back(house: House) -> None:
    handheld = house.handheld("STORE", "0417")
    late: Any = {"after_the_fact": True}
    good = event(EventKind.RECEIVED, box_code("1"), party="国控江州", **late)
    unreadable = event(EventKind.RECEIVED, "", party="国控江州", **late)
    elsewhere = event(EventKind.RECEIVED, box_code("2"), at="PHARM", **late)
    used = event(EventKind.MOVED, box_code("3"), destination="PHARM", **late)
    answers = upload(
        handheld,
        {"event": unreadable},
        {"event": good},
        {"event": elsewhere},
        {"event": used},
        {"grant": "mto_gone", "event": good},
        {},
    )
    told = [
        (each["outcome"], each["recorded"], each["problems"][0]["code"] if each["problems"] else "")
        for each in answers
    ]
    assert told == [
        ("exception", False, "field-length"),
        ("accepted", True, ""),
        ("exception", False, "forbidden"),
        ("exception", True, "not-received"),
        ("exception", False, "grant-ended"),
        ("exception", False, "required"),
    ]
    assert len(house.events()) == 2


def test_what_the_gate_refuses_before_the_fact_is_told_and_changes_nothing(house: House) -> None:
    handheld = house.handheld("STORE", "0417")
    (answer,) = upload(
        handheld, {"event": event(EventKind.MOVED, box_code("3"), destination="W07")}
    )
    assert (answer["outcome"], answer["recorded"]) == ("exception", False)
    assert answer["receipt"] is not None
    assert [each["medtrace:kind"] for each in house.refusals()] == ["moved"]


def test_a_count_out_of_reach_is_sent_in_with_its_lines(house: House) -> None:
    handheld = house.handheld("STORE", "0417")
    handheld.record(event(EventKind.RECEIVED, box_code("1"), party="国控江州"))
    opened = {"id": str(uuid7()), "time": NOON.isoformat(), "location": "STORE"}
    seen = {"scan": box_code("1")}
    lines = {"id": str(uuid7()), "time": NOON.isoformat(), "count": opened["id"], "lines": [seen]}
    answers = upload(handheld, {"count": opened}, {"count_lines": lines})
    assert [each["outcome"] for each in answers] == ["accepted", "accepted"]
    file = handheld.get(f"/count?id={opened['id']}").json
    assert (file["counted"], file["differences"]) == (1, [])


def sealed(key: str, band: str) -> str:
    """A wristband as a device seals it that can't look it up."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(key))
    mine = ec.generate_private_key(ec.SECP256R1())
    points = [
        each.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        for each in (mine.public_key(), theirs)
    ]
    info = b"medtrace wristband" + b"".join(points)
    secret = HKDF(SHA256(), 32, b"", info).derive(mine.exchange(ec.ECDH(), theirs))
    nonce = token_bytes(12)
    closed = AESGCM(secret).encrypt(nonce, band.encode(), None)
    return base64.b64encode(points[0] + nonce + closed).decode()


def test_a_wristband_that_could_not_be_looked_up_is_found_when_the_record_comes(
    house: House,
) -> None:
    nurse = house.handheld("W07", "2307")
    leave = nurse.post("/session/offline", {}).json

    def given(serial: str, band: str, digest: str = "") -> dict[str, Any]:
        told = event(EventKind.ADMINISTERED, box_code(serial), at="W07", after_the_fact=True)
        closed = sealed(leave["band_key"], band)
        of = digest or hashlib.sha256(closed.encode()).hexdigest()
        return {"event": told, "grant": leave["grant"], "band": closed, "band_sha256": of}

    known, unknown = given("1", "V-7701"), given("2", "V-0000")
    answers = upload(nurse, known, unknown, given("3", "V-7701", "0" * 64))
    assert [each["recorded"] for each in answers] == [True, True, False]
    assert "patient-unknown" not in {each["code"] for each in answers[0]["problems"]}
    assert answers[1]["problems"][0]["code"] == "patient-unknown"
    first, second = house.events()
    assert first["medtrace:patient"] == f"urn:uuid:{house.patient}"
    assert "medtrace:patient" not in second
    assert upload(nurse, known)[0]["outcome"] == "duplicate"
    assert not any(b"V-7701" in each.body for each in house.stored())


def test_an_order_s_number_that_could_not_be_looked_up_counts_for_its_order(house: House) -> None:
    line = Line((f"https://id.gs1.org/01/{GTIN}",), 1, ANTIBODY.code)
    placed = Order(
        id=uuid7(),
        time=NOON,
        type=OrderType.PRESCRIPTION,
        number="RX-8",
        lines=(line,),
        destination="W07",
        patient=house.patient,
    )
    house.hospital.recorder.record([placed])
    pharmacy = house.handheld("PHARM", "0533")
    leave = pharmacy.post("/session/offline", {}).json
    told = event(EventKind.DISPENSED, box_code("1"), at="PHARM", after_the_fact=True)
    closed = sealed(leave["band_key"], "RX-8")
    digest = hashlib.sha256(closed.encode()).hexdigest()
    upload(pharmacy, {"event": told, "band": closed, "band_sha256": digest})
    (handed,) = house.events()
    assert handed["medtrace:patient"] == f"urn:uuid:{house.patient}"
    found = pharmacy.get("/order?type=prescription&number=RX-8").json
    assert (found["state"], found["lines"][0]["fulfilled"]) == ("fulfilled", 1)


def test_a_band_that_was_sealed_to_another_key_keeps_no_record_back(house: House) -> None:
    nurse = house.handheld("W07", "2307")
    told = event(EventKind.ADMINISTERED, box_code("1"), at="W07", after_the_fact=True)
    closed = base64.b64encode(b"\4" + bytes(100)).decode()
    digest = hashlib.sha256(closed.encode()).hexdigest()
    (answer,) = upload(nurse, {"event": told, "band": closed, "band_sha256": digest})
    assert (answer["recorded"], answer["problems"][0]["field"]) == (True, "band")


def test_a_grant_ends_with_the_pin_and_the_account_but_not_what_was_done_by_it(
    house: House,
) -> None:
    handheld = house.handheld("STORE", "0417")
    own = grant(handheld)
    assert sync(handheld)["trusted"] == ["0417"]
    staff, badges = house.hospital.access.staff, house.hospital.access.badges
    account = next(each for each in staff.list(by=OPERATOR) if each.number == "0417")
    owner = Principal(
        Kind.STAFF, account.staff_id, "0417", frozenset({Role.WAREHOUSE}), number="0417"
    )
    badges.set_pin(owner, "730158", PASSWORD)
    assert sync(handheld)["trusted"] == []
    late: Any = {"party": "国控江州", "after_the_fact": True}
    (answer,) = upload(
        handheld, {"grant": own, "event": event(EventKind.RECEIVED, box_code("1"), **late)}
    )
    assert answer["outcome"] == "accepted"
    staff.disable(account.staff_id, by=OPERATOR)
    (answer,) = upload(
        handheld, {"grant": own, "event": event(EventKind.RECEIVED, box_code("2"), **late)}
    )
    assert (answer["recorded"], answer["problems"][0]["code"]) == (False, "grant-ended")


def test_a_grant_is_good_at_its_own_device_and_until_its_end(house: House, clock: Clock) -> None:
    handheld = house.handheld("STORE", "0417")
    own = grant(handheld)
    item = {"grant": own, "event": event(EventKind.MOVED, box_code("1"), destination="W07")}
    (answer,) = upload(house.handheld("PHARM"), item)
    assert answer["problems"][0]["code"] == "grant-ended"
    clock.advance(hours=13)
    assert sync(handheld)["trusted"] == []
    clock.advance(days=8)
    (answer,) = upload(handheld, item)
    assert answer["problems"][0]["code"] == "grant-ended"


def test_the_reasons_are_a_closed_list_with_sentences(house: House) -> None:
    told = house.handheld("STORE").get("/reasons").json["reasons"]
    assert told.keys() == {reason.value for reason in Reason}
