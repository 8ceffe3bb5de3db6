"""The audit trail's page and file: for the audit administrator, and on record itself."""

from __future__ import annotations

import json

import pytest

from access import OPERATOR, Role
from tests.web.house import SECRETS, House


def test_the_audit_administrator_searches_and_narrows(stocked: House) -> None:
    who = stocked.hire("P1", Role.PHARMACIST)
    stocked.sign_in("P1")
    browser = stocked.enter("A1", Role.AUDIT_ADMIN)
    page = browser.get("/audit").get_data(as_text=True)
    assert "sign-in" in page
    assert "P1" in page
    narrowed = browser.get(f"/audit?by=urn:medtrace:staff:{who}&action=sign-in")
    text = narrowed.get_data(as_text=True)
    assert text.count("<tr>") == 2  # the head, and the one time P1 signed in
    assert not any(secret in page for secret in SECRETS)


def test_older_events_come_page_by_page(stocked: House) -> None:
    staff = stocked.hospital.access.staff
    for number in range(60):
        staff.unlock(stocked.hire(f"N{number}"), by=OPERATOR)
    browser = stocked.enter("A1", Role.AUDIT_ADMIN)
    first = browser.get("/audit").get_data(as_text=True)
    assert first.count("<tr>") == 51
    older = first.split('href="/audit?before=')[1].split('"')[0]
    assert f'<a class="plain" href="/ledger/{older}">' in first
    second = browser.get(f"/audit?before={older}").get_data(as_text=True)
    assert f'href="/ledger/{older}">' not in second


def test_the_whole_trail_is_taken_out_and_that_is_on_record(stocked: House) -> None:
    browser = stocked.enter("A1", Role.AUDIT_ADMIN)
    answer = browser.get("/audit/export")
    assert answer.headers["Content-Disposition"] == "attachment; filename=audit.ndjson"
    lines = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    entries = stocked.hospital.ledger.entries(0, stocked.size())
    assert [line["seq"] for line in lines] == sorted(
        (each.seq for each in entries if each.kind == "access"), reverse=True
    )
    assert lines[0]["action"] == "audit-exported"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDIT_ADMIN])
def test_nobody_else_sees_or_takes_it(stocked: House, role: Role) -> None:
    browser = stocked.enter("X1", role)
    for path in ("/audit", "/audit/export"):
        assert browser.get(path).status_code == 403
    size = stocked.size()
    last = stocked.hospital.ledger.entries(size - 1, size)[0].event
    assert (last["action"], last["result"]) == ("read_audit", "forbidden")


def test_signing_out_everywhere_ends_every_session(stocked: House) -> None:
    here, there = stocked.enter("P1", Role.PHARMACIST), stocked.sign_in("P1")
    assert "全部退出" in here.get("/account").get_data(as_text=True)
    assert here.post("/sign-out/everywhere").location == "/sign-in"
    assert here.get("/").status_code == 303
    assert there.get("/").status_code == 303
