"""Patients: found, seen and erased by those who may, and never without a trace."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from access import (
    OPERATOR,
    Action,
    Deed,
    DisplayName,
    IdentifierKind,
    Identity,
    Principal,
    Purpose,
    Role,
    Shown,
    Signature,
    Tampered,
)
from errors import Forbidden, Invalid, NotFound, Refused
from tests.access.hospital import LI, PASSWORD, POLICY, WANG, Hospital

RECORD, BAND = IdentifierKind.RECORD_NUMBER, IdentifierKind.WRISTBAND
UNKNOWN = f"urn:uuid:{UUID(int=4 << 76 | 2 << 62)}"


@pytest.fixture
def nurse(hospital: Hospital) -> Principal:
    """The nurse of ward 7."""
    return hospital.person("N2307", Role.NURSE, places=["W07"])


@pytest.fixture
def quality(hospital: Hospital) -> Principal:
    """The quality officer, who works a recall."""
    return hospital.person("Q1", Role.QUALITY)


def test_the_wristband_gives_the_pseudonym_and_the_pseudonym_the_person(
    hospital: Hospital, nurse: Principal
) -> None:
    pseudonym = hospital.admit(WANG)
    patients = hospital.access.patients
    found = patients.find(BAND, " v-7701", by=nurse, reason=Purpose.TREATMENT)
    assert found == pseudonym == f"urn:uuid:{UUID(pseudonym)}"
    assert UUID(pseudonym).version == 4
    assert patients.identify(pseudonym, by=nurse, reason=Purpose.TREATMENT) == WANG


def test_each_reading_says_who_whom_why_and_when(hospital: Hospital, nurse: Principal) -> None:
    pseudonym = hospital.admit(WANG)
    patients = hospital.access.patients
    patients.find(BAND, "V-7701", by=nurse, reason=Purpose.TREATMENT, address="10.1.2.3")
    patients.identify(
        pseudonym, by=nurse, reason=Purpose.PATIENT_SAFETY, about="RC-2026-7", address="10.1.2.3"
    )
    find, see = hospital.trail()[-2:]
    assert (find["action"], find["by"], find["object"]) == ("find_patients", nurse.uri, pseudonym)
    assert find["details"] == {"reason": "TREAT", "identifier": "wristband"}
    assert (see["action"], see["object"]) == ("see_patients", pseudonym)
    assert see["details"] == {"reason": "PATSFTY", "about": "RC-2026-7"}
    assert see["at"] == "2026-11-22T04:00:00.000000Z"
    assert see["address"] == "10.1.2.3"


def test_nothing_on_record_and_nothing_in_the_clear_names_a_patient(
    hospital: Hospital, nurse: Principal, quality: Principal
) -> None:
    pseudonym = hospital.admit(WANG)
    patients = hospital.access.patients
    patients.find(RECORD, WANG.record_number, by=nurse, reason=Purpose.TREATMENT)
    patients.holds.place(pseudonym, f"{WANG.name}：医疗纠纷", by=quality)
    with pytest.raises(NotFound):
        patients.find(RECORD, "ZY-王秀兰", by=nurse, reason=Purpose.TREATMENT)
    said = str(hospital.trail())
    with hospital.ledger.database.read() as connection:
        for table in ("patient", "patient_index", "legal_hold", "access_event", "entry"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            said += "".join(
                bytes(value).decode("utf-8", "replace")
                if isinstance(value, bytes | memoryview)
                else str(value)
                for row in rows
                for value in row
            )
    for secret in (WANG.name, WANG.record_number, WANG.wristband, WANG.phone, WANG.birth_date):
        assert secret not in said
    assert WANG.name not in repr(WANG)


def test_a_nurse_does_not_see_patients_of_another_ward(
    hospital: Hospital, nurse: Principal
) -> None:
    pseudonym = hospital.admit(LI)
    patients = hospital.access.patients
    with pytest.raises(Forbidden, match="patient-elsewhere"):
        patients.find(BAND, LI.wristband, by=nurse, reason=Purpose.TREATMENT)
    with pytest.raises(Forbidden, match="patient-elsewhere"):
        patients.identify(pseudonym, by=nurse, reason=Purpose.TREATMENT)
    assert [event["result"] for event in hospital.trail()[-2:]] == ["forbidden", "forbidden"]
    assert patients.identify_many([pseudonym], by=nurse, reason=Purpose.TREATMENT) == {}


def test_where_nobody_knows_the_ward_only_hospital_wide_eyes_see(
    hospital: Hospital, nurse: Principal, quality: Principal
) -> None:
    nowhere = Identity(record_number="ZY1", name="赵某")
    pseudonym = hospital.admit(nowhere)
    patients = hospital.access.patients
    with pytest.raises(Forbidden):
        patients.identify(pseudonym, by=nurse, reason=Purpose.TREATMENT)
    assert patients.identify(pseudonym, by=quality, reason=Purpose.QUALITY) == nowhere


@pytest.mark.parametrize(
    "role", [role for role in Role if role.endswith("_admin")] + [Role.WAREHOUSE, Role.AUDITOR]
)
def test_who_needs_no_patient_sees_none(hospital: Hospital, role: Role) -> None:
    pseudonym = hospital.admit(WANG)
    curious = hospital.person("X1", role)
    patients = hospital.access.patients
    for look in (
        lambda: patients.find(BAND, "V-7701", by=curious, reason=Purpose.TREATMENT),
        lambda: patients.identify(pseudonym, by=curious, reason=Purpose.TREATMENT),
        lambda: patients.identify_many([pseudonym], by=curious, reason=Purpose.TREATMENT),
        lambda: patients.register(WANG, by=curious),
    ):
        with pytest.raises(Forbidden, match="forbidden"):
            look()
        assert hospital.last()["result"] == "forbidden"


def test_a_recalls_list_names_the_living_counts_the_erased_and_records_each(
    hospital: Hospital, quality: Principal
) -> None:
    security = hospital.person("SEC1", Role.SECURITY_ADMIN)
    wang, li = hospital.admit(WANG), hospital.admit(LI)
    patients = hospital.access.patients
    hospital.erase(li, by=security)
    names = patients.display_names(
        [wang, li, UNKNOWN], by=quality, reason=Purpose.PATIENT_SAFETY, about="RC-7"
    )
    assert names == {wang: DisplayName("15", "王秀兰", "5873"), li: None}
    results = {event["object"]: event["result"] for event in hospital.trail()[-3:]}
    assert results == {wang: "ok", li: "erased", UNKNOWN: "unknown"}


def test_the_same_record_number_is_the_same_person(hospital: Hospital, nurse: Principal) -> None:
    first = hospital.admit(WANG)
    moved = Identity(record_number=WANG.record_number.lower(), name="王秀兰", wristband="V-9")
    assert hospital.admit(moved) == first
    assert hospital.last()["action"] == "patient-updated"
    with pytest.raises(NotFound):
        hospital.access.patients.find(BAND, "V-7701", by=nurse, reason=Purpose.TREATMENT)
    events = len(hospital.trail())
    assert hospital.admit(moved) == first
    assert len(hospital.trail()) == events, "nothing changed, nothing to record"


def test_a_wristband_belongs_to_who_wears_it_now(hospital: Hospital, quality: Principal) -> None:
    hospital.admit(WANG)
    new = hospital.admit(Identity(record_number="ZY2", name="钱某", wristband="V-7701"))
    found = hospital.access.patients.find(BAND, "V-7701", by=quality, reason=Purpose.QUALITY)
    assert found == new


def test_a_nurse_admits_to_her_ward_and_takes_nobody_from_another(
    hospital: Hospital, nurse: Principal
) -> None:
    patients = hospital.access.patients
    assert patients.register(WANG, by=nurse)
    hospital.admit(LI)
    taken = Identity(record_number=LI.record_number, name="改名", ward="W07")
    for identity in (LI, taken, Identity(record_number="ZY3", name="孙某")):
        with pytest.raises(Forbidden):
            patients.register(identity, by=nurse)


@pytest.mark.parametrize(
    "identity",
    [
        Identity(record_number="", name="王"),
        Identity(record_number="1", name=" "),
        Identity(record_number="1", name="王\x00"),
        Identity(record_number="1" * 201, name="王"),
        Identity(record_number="1", name="王", bed="\ud800"),
    ],
)
def test_half_an_identity_is_none(clinic: Hospital, identity: Identity) -> None:
    with pytest.raises(Invalid):
        clinic.admit(identity)


@pytest.mark.parametrize(
    "pseudonym", ["", "王秀兰", "urn:uuid:", UNKNOWN.upper(), UNKNOWN[9:], f"{UNKNOWN} ", "\x00"]
)
def test_other_texts_are_no_pseudonyms(clinic: Hospital, pseudonym: str) -> None:
    quality = clinic.person("Q1", Role.QUALITY)
    security = clinic.person("SEC1", Role.SECURITY_ADMIN)
    patients = clinic.access.patients
    with pytest.raises(Invalid, match="pseudonym-malformed"):
        patients.identify(pseudonym, by=quality, reason=Purpose.QUALITY)
    with pytest.raises(Invalid, match="pseudonym-malformed"):
        clinic.erase(pseudonym, by=security)
    with pytest.raises(Invalid, match="pseudonym-malformed"):
        patients.holds.place(pseudonym, "x", by=quality)


def test_an_unknown_pseudonym_is_nobody(hospital: Hospital, quality: Principal) -> None:
    security = hospital.person("SEC1", Role.SECURITY_ADMIN)
    patients = hospital.access.patients
    for act in (
        lambda: patients.identify(UNKNOWN, by=quality, reason=Purpose.QUALITY),
        lambda: hospital.erase(UNKNOWN, by=security),
        lambda: patients.holds.place(UNKNOWN, "x", by=quality),
    ):
        with pytest.raises(NotFound, match="patient-unknown"):
            act()


def test_rows_exchanged_by_hand_do_not_open(hospital: Hospital, quality: Principal) -> None:
    wang = hospital.admit(WANG)
    hospital.admit(LI)
    for column in ("identity", "wrapped_key"):
        with hospital.ledger.database.write() as connection:
            other = connection.execute(
                text(f"SELECT {column} FROM patient WHERE pseudonym <> :one"),
                {"one": UUID(wang).bytes},
            ).scalar()
            connection.execute(
                text(f"UPDATE patient SET {column} = :other WHERE pseudonym = :one"),
                {"one": UUID(wang).bytes, "other": other},
            )
        with pytest.raises(Tampered):
            hospital.access.patients.identify(wang, by=quality, reason=Purpose.QUALITY)


def test_the_chinese_suite_encrypts_with_sm4_and_reads_what_was_before(
    hospital: Hospital, quality: Principal
) -> None:
    wang = hospital.admit(WANG)
    chinese = Hospital(hospital.ledger, hospital.clock, policy=POLICY, suite="sm3")
    li = chinese.admit(LI)
    with hospital.ledger.database.read() as connection:
        rows = connection.execute(text("SELECT pseudonym, identity FROM patient"))
        marks = {bytes(row.pseudonym): bytes(row.identity)[:1] for row in rows}
    assert marks == {UUID(wang).bytes: b"\x01", UUID(li).bytes: b"\x02"}
    for pseudonym, identity in ((wang, WANG), (li, LI)):
        seen = chinese.access.patients.identify(pseudonym, by=quality, reason=Purpose.QUALITY)
        assert seen == identity


class TestErasure:
    """The right to be forgotten, and what stands against it."""

    def test_an_erased_person_is_nobody_and_the_chain_stands(
        self, hospital: Hospital, quality: Principal
    ) -> None:
        security = hospital.person("SEC1", Role.SECURITY_ADMIN)
        pseudonym = hospital.admit(WANG)
        patients = hospital.access.patients
        hospital.erase(pseudonym, by=security)
        event = hospital.last()
        assert (event["action"], event["object"]) == ("erase_patients", pseudonym)
        with pytest.raises(NotFound, match="patient-erased"):
            patients.identify(pseudonym, by=quality, reason=Purpose.QUALITY)
        for kind, value in WANG.identifiers():
            with pytest.raises(NotFound, match="patient-unknown"):
                patients.find(kind, value, by=quality, reason=Purpose.QUALITY)
        with pytest.raises(NotFound, match="patient-erased"):
            hospital.erase(pseudonym, by=security)
        with hospital.ledger.database.read() as connection:
            row = connection.execute(text("SELECT wrapped_key, identity FROM patient")).one()
        assert tuple(row) == (None, None)

    def test_it_takes_two_who_sign_for_this_person_now(self, hospital: Hospital) -> None:
        one = hospital.person("SEC1", Role.SECURITY_ADMIN)
        two = hospital.person("SEC2", Role.SECURITY_ADMIN)
        for principal in (one, two):
            hospital.access.badges.assign(principal.id, f"B-{principal.number}", by=OPERATOR)
            hospital.access.badges.set_pin(principal, "271828", PASSWORD)
        wang, li = hospital.admit(WANG), hospital.admit(LI)
        signing, erase = hospital.access.signing, hospital.access.patients.erase

        def both(about: str) -> list[Signature]:
            shown = (Shown(pin="271828"), Shown(badge="B-SEC2", pin="271828"))
            deed = Deed(action=Action.ERASE_PATIENTS, about=about, needed=2, shown=shown)
            (signatures,) = signing.sign(one, [deed])
            return list(signatures)

        own, second = "signature-required", "second-signature-required"
        wrong = [
            ([], own),
            (both(wang)[:1], second),
            (both(wang)[:1] * 2, second),
            (both(li), own),
            (both(wang)[1:], own),
        ]
        for signatures, code in wrong:
            with pytest.raises(Refused) as refused:
                erase(wang, by=one, signatures=signatures)
            assert (refused.value.code, hospital.last()["result"]) == (code, code)
        signatures = both(wang)
        hospital.clock.advance(minutes=5, seconds=1)
        with pytest.raises(Refused, match="signature-required"):
            erase(wang, by=one, signatures=signatures)
        erase(wang, by=one, signatures=both(wang))
        assert hospital.last()["details"] == {"signed": sorted([one.uri, two.uri])}

    def test_who_comes_back_is_somebody_new(self, hospital: Hospital) -> None:
        security = hospital.person("SEC1", Role.SECURITY_ADMIN)
        before = hospital.admit(WANG)
        hospital.erase(before, by=security)
        assert hospital.admit(WANG) != before

    def test_a_legal_hold_stands_against_it_until_it_is_lifted(
        self, hospital: Hospital, quality: Principal
    ) -> None:
        security = hospital.person("SEC1", Role.SECURITY_ADMIN)
        pseudonym = hospital.admit(WANG)
        patients = hospital.access.patients
        one = patients.holds.place(pseudonym, "（2026）民初123号", by=quality)
        hospital.clock.advance(seconds=1)
        two = patients.holds.place(pseudonym, "药监通知", by=quality)
        for hold in (one, two):
            with pytest.raises(Refused, match="legal-hold"):
                hospital.erase(pseudonym, by=security)
            assert hospital.last()["result"] == "legal-hold"
            patients.holds.lift(hold, by=quality)
            assert hospital.last()["details"] == {"hold": hold}
        notes = [hold.note for hold in patients.holds.of(pseudonym, by=quality)]
        assert notes == ["（2026）民初123号", "药监通知"]
        hospital.erase(pseudonym, by=security)
        assert [hold.note for hold in patients.holds.of(pseudonym, by=quality)] == ["", ""]
        with pytest.raises(NotFound, match="patient-erased"):
            patients.holds.place(pseudonym, "x", by=quality)

    def test_a_hold_is_lifted_once(self, hospital: Hospital, quality: Principal) -> None:
        hold = hospital.access.patients.holds.place(hospital.admit(WANG), "x", by=quality)
        hospital.access.patients.holds.lift(hold, by=quality)
        for gone in (hold, "", "x", "\x00"):
            with pytest.raises(NotFound):
                hospital.access.patients.holds.lift(gone, by=quality)

    def test_each_office_keeps_to_its_own(self, hospital: Hospital, quality: Principal) -> None:
        security = hospital.person("SEC1", Role.SECURITY_ADMIN)
        pseudonym = hospital.admit(WANG)
        patients = hospital.access.patients
        hold = patients.holds.place(pseudonym, "x", by=quality)
        for act in (
            lambda: hospital.erase(pseudonym, by=quality),
            lambda: patients.holds.place(pseudonym, "x", by=security),
            lambda: patients.holds.lift(hold, by=security),
            lambda: patients.holds.of(pseudonym, by=security),
        ):
            with pytest.raises(Forbidden):
                act()
            assert hospital.last()["result"] == "forbidden"

    def test_no_byte_of_the_key_is_left_in_the_files(self, clinic: Hospital) -> None:
        engine = clinic.ledger.database.engine
        engine.dispose()
        event.listen(engine, "connect", _careless)
        security = clinic.person("SEC1", Role.SECURITY_ADMIN)
        pseudonym = clinic.admit(WANG)
        clinic.admit(LI)
        database = clinic.ledger.database
        with database.read() as connection:
            query = text("SELECT wrapped_key, identity FROM patient WHERE pseudonym = :one")
            row = connection.execute(query, {"one": UUID(pseudonym).bytes}).one()
        home = Path(str(database.engine.url.database))

        def remains() -> bool:
            files = b"".join(
                path.read_bytes() for path in home.parent.glob(f"{home.name}*") if path.is_file()
            )
            return any(bytes(secret)[20:40] in files for secret in row)

        assert remains()
        clinic.erase(pseudonym, by=security)
        assert not remains()


def _careless(connection: DBAPIConnection, _record: object) -> None:
    # Some builds of SQLite overwrite what is deleted by default; ours may not rest on that.
    connection.cursor().execute("PRAGMA secure_delete=OFF")
