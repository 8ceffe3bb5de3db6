"""The trail: complete, findable by one office, the same again after a rebuild."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import access
from access import AuditFilter, Principal, Role, forget, replay
from access.audit import AccessEvent
from errors import Forbidden, Invalid
from ledger import Draft, encode, verify_chain
from tests.access.hospital import WANG, Hospital
from texts import CATALOGUE

FOLDER = Path(access.__file__).parent


@pytest.fixture
def auditor(hospital: Hospital) -> Principal:
    """The audit administrator."""
    return hospital.person("AUD1", Role.AUDIT_ADMIN)


def test_the_audit_administrator_finds_what_happened(
    hospital: Hospital, auditor: Principal
) -> None:
    nurse = hospital.person("N2307", Role.NURSE, places=["W07"])
    hospital.clock.advance(hours=1)
    hospital.admit(WANG)
    search = hospital.access.audit.search
    (signed_in,) = search(AuditFilter(by=nurse.uri), by=auditor)
    assert (signed_in.action, signed_in.result, signed_in.address) == ("sign-in", "ok", "10.1.2.3")
    recent = search(AuditFilter(since=hospital.clock()), by=auditor)
    assert "patient-registered" in {record.action for record in recent}
    early = search(AuditFilter(until=hospital.clock(), action="sign-in"), by=auditor)
    assert [record.by for record in early] == [nurse.uri, auditor.uri]
    made = search(AuditFilter(object=nurse.uri, action="staff-added"), by=auditor)
    assert made[0].details == {"roles": ["nurse"], "places": ["W07"]}


def test_pages_follow_one_another(hospital: Hospital, auditor: Principal) -> None:
    for _ in range(4):
        hospital.sign_in("AUD1")
    search = hospital.access.audit.search
    first = search(AuditFilter(action="sign-in", limit=3), by=auditor)
    rest = search(AuditFilter(action="sign-in", before=first[-1].seq), by=auditor)
    seqs = [record.seq for record in first + rest]
    assert len(seqs) == 5
    assert seqs == sorted(seqs, reverse=True)


def test_reading_the_trail_leaves_a_trace(hospital: Hospital, auditor: Principal) -> None:
    hospital.access.audit.search(AuditFilter(), by=auditor)
    assert (hospital.last()["action"], hospital.last()["by"]) == ("read_audit", auditor.uri)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDIT_ADMIN])
def test_nobody_else_reads_it(clinic: Hospital, role: Role) -> None:
    curious = clinic.person("X1", role)
    with pytest.raises(Forbidden):
        clinic.access.audit.search(AuditFilter(), by=curious)
    assert (clinic.last()["by"], clinic.last()["result"]) == (curious.uri, "forbidden")


@pytest.mark.parametrize(
    "wanted",
    [
        AuditFilter(limit=0),
        AuditFilter(limit=1001),
        AuditFilter(by="\x00"),
        AuditFilter(action="\n\x00"),
    ],
)
def test_malformed_questions_are_told_so(clinic: Hospital, wanted: AuditFilter) -> None:
    auditor = clinic.person("AUD1", Role.AUDIT_ADMIN)
    with pytest.raises(Invalid):
        clinic.access.audit.search(wanted, by=auditor)


def test_a_rebuild_gives_the_same_rows(hospital: Hospital, auditor: Principal) -> None:
    hospital.access.audit.search(AuditFilter(), by=auditor)
    hospital.admit(WANG)
    ledger = hospital.ledger
    with ledger.transaction() as transaction:
        transaction.append([Draft("trace", encode({"type": "ObjectEvent"}))])
    query = text("SELECT * FROM access_event ORDER BY seq")
    with ledger.database.read() as connection:
        before = connection.execute(query).all()
    with ledger.database.write() as connection:
        forget(connection, ledger.ledger_id)
        replay(connection, ledger.ledger_id, ledger.entries(0, ledger.head().size))
    with ledger.database.read() as connection:
        assert connection.execute(query).all() == before
    assert before


def test_the_chain_stands_after_everything(hospital: Hospital) -> None:
    hospital.person("N2307", Role.NURSE, places=["W07"])
    hospital.admit(WANG)
    verify_chain(hospital.ledger)


def test_an_act_and_its_entry_stand_or_fall_together(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise OSError("disk full")

    size = hospital.ledger.head().size
    monkeypatch.setattr(AccessEvent, "canonical", broken)
    with pytest.raises(OSError, match="disk full"):
        hospital.hire("N2307")
    assert hospital.ledger.head().size == size
    with hospital.ledger.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM staff")).scalar() == 0


@pytest.mark.parametrize(
    ("address", "stored"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:DB8::1", "2001:db8::1"),
        ("", None),
        ("10.1.2.3\r\nX: y", "invalid"),
        ("\x00", "invalid"),
        ("王秀兰", "invalid"),
    ],
)
def test_addresses_are_addresses(clinic: Hospital, address: str, stored: str | None) -> None:
    clinic.hire("N2307")
    clinic.access.sign_in.by_password("N2307", "Qing-he-2026", address=address)
    assert clinic.last().get("address") == stored
    clinic.clock.advance(minutes=1)


def test_an_entry_shows_no_moment_but_its_own(clinic: Hospital) -> None:
    clinic.hire("N2307")
    clinic.clock.advance(seconds=1)
    clinic.sign_in("N2307")
    made, signed_in = clinic.trail()[-2:]
    assert made["at"] == "2026-11-22T04:00:00.000000Z"
    assert signed_in["at"] == "2026-11-22T04:00:01.000000Z"
    assert clinic.clock() - timedelta(seconds=1)
    assert made["id"] < signed_in["id"]


def test_every_error_that_access_raises_has_its_sentence() -> None:
    raised = {
        node.args[0].value
        for path in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _ERRORS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(raised) > 20
    assert raised <= set(CATALOGUE)


_ERRORS = {"Invalid", "NotFound", "Conflict", "Forbidden", "Refused", "Unauthenticated", "Tampered"}
