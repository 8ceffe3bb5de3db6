"""Devices: let in once by a code, known by a token, shut out at once; what they sign is checked."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from access import OPERATOR, Description, Kind, Role, Tampered, Unauthenticated
from access.device_keys import proof_message, verify_signature
from errors import Forbidden, Invalid, NotFound
from tests.access.hospital import Hospital, process_at

PDA = Description("PDA 3", "MC3300", "0.1.0")


def code_for(hospital: Hospital, station: str = "W07", profile: str = "ward") -> str:
    return hospital.access.devices.enrolment_code(OPERATOR, station=station, profile=profile)


def test_a_device_is_let_in_once_and_known_by_its_token(hospital: Hospital) -> None:
    code = code_for(hospital)
    enrolled = hospital.access.devices.enrol(code, PDA, address="10.1.2.9")
    principal = hospital.access.devices.principal(enrolled.token)
    assert (principal.kind, principal.id, principal.station) == (
        Kind.DEVICE,
        enrolled.device_id,
        "W07",
    )
    assert principal.profile is not None
    assert principal.profile.name == "ward"
    made, enrolment = hospital.trail()[-2:]
    assert (made["action"], made["object"]) == ("enrolment-code-made", "W07")
    assert enrolment["object"] == f"urn:medtrace:device:{enrolled.device_id}"
    assert enrolment["details"] == {"station": "W07", "profile": "ward"}
    assert code not in str(hospital.trail())
    assert enrolled.token not in str(hospital.trail()) + repr(enrolled)


def test_a_code_is_good_once(hospital: Hospital) -> None:
    code = code_for(hospital)
    hospital.access.devices.enrol(code, PDA)
    with pytest.raises(Unauthenticated, match="enrolment-code-wrong"):
        hospital.access.devices.enrol(code, PDA)
    assert hospital.last()["result"] == "wrong-code"


def test_of_several_processes_with_one_code_one_gets_in(
    hospital: Hospital, database_url: str
) -> None:
    code = code_for(hospital)
    with ProcessPoolExecutor(3, get_context("spawn")) as pool:
        let_in = list(pool.map(_enrol, [database_url] * 6, [code] * 6))
    assert let_in.count(True) == 1
    assert len(hospital.access.devices.list(by=OPERATOR)) == 1


def _enrol(url: str, code: str) -> bool:
    with process_at(url) as hospital:
        try:
            return bool(hospital.access.devices.enrol(code, PDA))
        except Unauthenticated:
            return False


def test_a_code_is_good_for_ten_minutes(hospital: Hospital) -> None:
    early, late = code_for(hospital), code_for(hospital)
    hospital.clock.advance(minutes=9, seconds=59)
    assert hospital.access.devices.enrol(early, PDA)
    hospital.clock.advance(seconds=1)
    with pytest.raises(Unauthenticated):
        hospital.access.devices.enrol(late, PDA)


def test_a_code_may_be_typed_by_hand(clinic: Hospital) -> None:
    code = code_for(clinic)
    assert len(code) == 24
    typed = " ".join(code[at : at + 4] for at in range(0, 24, 4)).lower()
    assert clinic.access.devices.enrol(typed, PDA)


@pytest.mark.parametrize("code", ["", "AAAA", "x" * 10_000, "\x00", "\ud800", "注册码"])
def test_nonsense_is_no_code_and_no_token(clinic: Hospital, code: str) -> None:
    with pytest.raises(Unauthenticated, match="enrolment-code-wrong"):
        clinic.access.devices.enrol(code, PDA)
    with pytest.raises(Unauthenticated, match="device-unknown"):
        clinic.access.devices.principal(code)


@pytest.mark.parametrize(
    "description",
    [Description(""), Description("x\x00"), Description("x" * 201), Description("x", "a\nb")],
)
def test_a_malformed_description_does_not_use_up_the_code(
    clinic: Hospital, description: Description
) -> None:
    code = code_for(clinic)
    with pytest.raises(Invalid):
        clinic.access.devices.enrol(code, description)
    assert clinic.access.devices.enrol(code, PDA)


def test_only_the_system_administrator_lets_devices_in(clinic: Hospital) -> None:
    nurse = clinic.person("N2307", Role.NURSE, places=["W07"])
    system = clinic.person("SYS1", Role.SYSTEM_ADMIN)
    device, _ = clinic.device("W07", "ward")
    devices = clinic.access.devices
    with pytest.raises(Forbidden):
        devices.enrolment_code(nurse, station="W07", profile="ward")
    with pytest.raises(Forbidden):
        devices.revoke(device.id, by=nurse)
    with pytest.raises(Forbidden):
        devices.list(by=nurse)
    assert devices.enrolment_code(system, station="W07", profile="ward")
    with pytest.raises(Invalid, match="profile-unknown"):
        devices.enrolment_code(system, station="W07", profile="everything")


def test_a_rolled_token_replaces_the_old_one_at_once(hospital: Hospital) -> None:
    device, old = hospital.device("W07", "ward")
    new = hospital.access.devices.roll(device)
    assert hospital.access.devices.principal(new).id == device.id
    with pytest.raises(Unauthenticated):
        hospital.access.devices.principal(old)
    assert hospital.last()["action"] == "device-token-rolled"


def test_a_revoked_device_and_those_signed_in_at_it_are_out_at_once(hospital: Hospital) -> None:
    device, token = hospital.device("W07", "ward")
    hospital.hire("N2307", [Role.NURSE], ["W07"])
    session = hospital.access.sign_in.by_password("N2307", "Qing-he-2026", device=device).token
    hospital.access.devices.revoke(device.id, by=OPERATOR)
    with pytest.raises(Unauthenticated):
        hospital.access.devices.principal(token)
    with pytest.raises(Unauthenticated):
        hospital.access.sessions.principal(session, device=device)
    with pytest.raises(Unauthenticated):
        hospital.access.devices.roll(device)
    hospital.access.devices.revoke(device.id, by=OPERATOR)
    (listed,) = hospital.access.devices.list(by=OPERATOR)
    assert listed.revoked == hospital.clock()
    with hospital.ledger.database.read() as connection:
        assert connection.execute(text("SELECT token FROM device")).scalar() is None


@pytest.mark.parametrize("device_id", ["", "x", "\x00", "00000000-0000-7000-8000-000000000000"])
def test_an_unknown_device_is_not_found(hospital: Hospital, device_id: str) -> None:
    with pytest.raises(NotFound):
        hospital.access.devices.revoke(device_id, by=OPERATOR)


def test_last_contact_version_and_clock_skew_are_kept_once_a_minute(hospital: Hospital) -> None:
    code = code_for(hospital)
    token = hospital.access.devices.enrol(code, PDA).token
    devices, clock = hospital.access.devices, hospital.clock
    devices.principal(token, software="0.2.0", says=clock() + timedelta(seconds=90))
    first = clock()
    clock.advance(seconds=59)
    devices.principal(token, software="0.2.0", says=clock())
    (seen,) = devices.list(by=OPERATOR)
    assert (seen.seen, seen.skew) == (first, timedelta(seconds=90))
    assert seen.description == Description("PDA 3", "MC3300", "0.2.0")
    clock.advance(seconds=1)
    devices.principal(token, software="0.2.0", says=clock() - timedelta(days=40_000))
    (seen,) = devices.list(by=OPERATOR)
    assert seen.seen == clock()
    assert seen.skew == timedelta(days=-3650)


@pytest.mark.parametrize("change", ["profile = 'pharmacy'", "station = 'W08'"])
def test_a_device_moved_by_hand_is_found_out(hospital: Hospital, change: str) -> None:
    _, token = hospital.device("W07", "ward")
    with hospital.ledger.database.write() as connection:
        connection.execute(text(f"UPDATE device SET {change}"))
    with pytest.raises(Tampered):
        hospital.access.devices.principal(token)


def test_a_session_is_good_at_the_device_where_it_began_and_nowhere_else(
    hospital: Hospital,
) -> None:
    here, _ = hospital.device("W07", "ward")
    there, _ = hospital.device("W08", "ward")
    hospital.hire("N2307", [Role.NURSE], ["W07"])
    at_desk = hospital.sign_in("N2307").token
    at_device = hospital.access.sign_in.by_password("N2307", "Qing-he-2026", device=here).token
    principal = hospital.access.sessions.principal(at_device, device=here)
    assert (principal.station, principal.device) == ("W07", here.id)
    for token, device in ((at_device, there), (at_device, None), (at_desk, here)):
        with pytest.raises(Unauthenticated):
            hospital.access.sessions.principal(token, device=device)


class Handheld:
    """A key pair as WebCrypto makes it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    @property
    def spki(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.key.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class TestKeys:
    """What devices sign with."""

    def test_a_device_registers_its_key_and_its_batches_are_checked(
        self, hospital: Hospital
    ) -> None:
        device, _ = hospital.device("W07", "ward")
        pda, keys = Handheld(), hospital.access.device_keys
        key = keys.register(device, pda.spki, pda.sign(proof_message(device.id)))
        assert keys.find(key.key_id) == key
        assert hospital.last()["details"]["public_key"] == pda.spki.hex()
        body = b'[{"kind":"administered"}]'
        keys.verify_batch(device, key.key_id, body, pda.sign(body))
        for wrong in (pda.sign(body + b" "), Handheld().sign(body), b"", bytes(64), b"x" * 64):
            with pytest.raises(Invalid, match="device-signature-wrong"):
                keys.verify_batch(device, key.key_id, body, wrong)

    def test_the_same_key_again_is_the_same_key(self, clinic: Hospital) -> None:
        device, _ = clinic.device("W07", "ward")
        pda, keys = Handheld(), clinic.access.device_keys
        proof = pda.sign(proof_message(device.id))
        first = keys.register(device, pda.spki, proof)
        events = len(clinic.trail())
        assert keys.register(device, pda.spki, proof) == first
        assert len(clinic.trail()) == events

    def test_nobody_signs_with_the_key_of_another_device(self, clinic: Hospital) -> None:
        mine, _ = clinic.device("W07", "ward")
        other, _ = clinic.device("W08", "ward")
        pda, keys = Handheld(), clinic.access.device_keys
        key = keys.register(mine, pda.spki, pda.sign(proof_message(mine.id)))
        with pytest.raises(NotFound):
            keys.verify_batch(other, key.key_id, b"x", pda.sign(b"x"))
        with pytest.raises(Forbidden):
            keys.register(other, pda.spki, pda.sign(proof_message(other.id)))

    def test_a_key_is_registered_by_who_holds_its_private_half(self, clinic: Hospital) -> None:
        device, _ = clinic.device("W07", "ward")
        other, _ = clinic.device("W08", "ward")
        pda, keys = Handheld(), clinic.access.device_keys
        for proof in (Handheld().sign(proof_message(device.id)), pda.sign(proof_message(other.id))):
            with pytest.raises(Invalid, match="device-signature-wrong"):
                keys.register(device, pda.spki, proof)
        with pytest.raises(Forbidden):
            keys.register(OPERATOR, pda.spki, pda.sign(proof_message("operator")))

    @pytest.mark.parametrize(
        "public_key",
        [
            b"",
            b"0" * 91,
            b"x" * 10_000,
            Handheld().key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
            ec.generate_private_key(ec.SECP384R1())
            .public_key()
            .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            rsa.generate_private_key(65537, 2048)
            .public_key()
            .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        ],
        ids=["none", "zeros", "too-long", "bare-point", "p-384", "rsa"],
    )
    def test_other_keys_are_refused(self, public_key: bytes) -> None:
        with pytest.raises(Invalid, match="device-key-malformed"):
            verify_signature(public_key, b"x", bytes(64))

    @given(st.binary(max_size=100), st.binary(max_size=80))
    def test_a_verifier_raises_nothing_else(self, key: bytes, signature: bytes) -> None:
        for candidate in (key, _SPKI):
            with pytest.raises(Invalid):
                verify_signature(candidate, b"message", signature)

    def test_a_revoked_devices_old_signatures_stay_checkable(self, clinic: Hospital) -> None:
        device, _ = clinic.device("W07", "ward")
        pda, keys = Handheld(), clinic.access.device_keys
        key = keys.register(device, pda.spki, pda.sign(proof_message(device.id)))
        clinic.access.devices.revoke(device.id, by=OPERATOR)
        found = keys.find(key.key_id)
        assert found is not None
        verify_signature(found.public_key, b"x", pda.sign(b"x"))

    @pytest.mark.parametrize("key_id", ["", "\x00", "z" * 64, "A" * 64, "' OR 1=1"])
    def test_an_unknown_key_is_not_found(self, clinic: Hospital, key_id: str) -> None:
        assert clinic.access.device_keys.find(key_id) is None


_SPKI = Handheld().spki
