"""The audit trail's page and file: for the audit administrator, and on record itself."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from access import OPERATOR, Role
from tests.web.house import SECRETS, House


def test_the_audit_administrator_searches_and_narrows(stocked: House) -> None:
    who = stocked.hire("P1", Role.PHARMACIST)
    stocked.sign_in("P1")
    browser = stocked.enter("A1", Role.AUDIT_ADMIN)
    page = browser.get("/audit").get_data(as_text=True)
    assert "登录" in page
    assert "药师 P1" in page
    assert "urn:medtrace" not in page.partition("</thead>")[2].replace("by=urn:medtrace", "")
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


def test_what_was_found_comes_as_tables_and_as_a_zip_that_strangers_check(
    stocked: House, tmp_path: Path
) -> None:
    stocked.hire("P1", Role.PHARMACIST)
    stocked.sign_in("P1")
    browser = stocked.enter("A1", Role.AUDIT_ADMIN)
    rows = browser.get("/audit/export?format=csv&person=P1").get_data().decode("utf-8-sig")
    head, *events = rows.splitlines()
    assert head.startswith("条目,时间,人员,账号,动作")
    assert [line.split(",")[2] for line in events] == ["P1"]
    sheet = browser.get("/audit/export?format=xlsx").content_type
    assert sheet.endswith("spreadsheetml.sheet")
    assert browser.get("/audit/export?format=exe").status_code == 422
    answer = browser.post("/audit/bundle.zip?since=2026-11-22")
    file = tmp_path / "audit.zip"
    file.write_bytes(answer.get_data())
    key = str(stocked.hospital.notary.signer.key)
    verify = [sys.executable, "docs/verify_audit.py"]
    said = subprocess.run([*verify, str(file), key], capture_output=True, text=True, check=False)
    assert "access events are in the log" in said.stdout, said
    with zipfile.ZipFile(file) as bundle, zipfile.ZipFile(tmp_path / "forged.zip", "w") as forged:
        assert "登录" not in bundle.read("summary.csv").decode()
        for name in bundle.namelist():
            content = bundle.read(name)
            if name == "events.ndjson":
                content = content.replace(b'"result":"ok"', b'"result":"no"', 1)
            forged.writestr(name, content)
    forgery = [*verify, str(tmp_path / "forged.zip"), key]
    said = subprocess.run(forgery, capture_output=True, text=True, check=False)
    assert "DOES NOT HOLD" in said.stderr
    last = stocked.hospital.ledger.entries(stocked.size() - 1, stocked.size())[0].event
    assert last["action"] == "audit-exported"


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


def test_the_trail_is_narrowed_to_a_person_and_to_days(stocked: House) -> None:
    stocked.hire("P1", Role.PHARMACIST)
    stocked.sign_in("P1")
    browser = stocked.enter("A1", Role.AUDIT_ADMIN)
    page = browser.get("/audit?person=P1&since=2026-11-22&until=2026-11-22").get_data(as_text=True)
    assert page.count("<tr>") == 2
    before = browser.get("/audit?person=P1&until=2026-11-21").get_data(as_text=True)
    assert "登录" not in before.partition("</thead>")[2]
    for odd in ("since=x", "until=9999-12-31", "since=0001-01-01", "person=nobody"):
        assert browser.get(f"/audit?{odd}").status_code == 200, odd
    assert browser.get("/audit?person=%00").status_code == 422
