"""The page of the system: health, settings, and trying a value without setting it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from uuid6 import uuid7

from access import Role
from jobs import Jobs
from recall import Letter, Outbox
from tests.web.house import House
from texts import CATALOGUE
from web.filling.system import _without_secret, names_of_settings

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_explained() -> None:
    assert {f"about-{name}" for name in names_of_settings()} <= CATALOGUE.keys()


def test_every_variable_of_the_documentation_is_on_the_page(stocked: House) -> None:
    """As it would stand in the environment, not as Python writes it."""
    page = stocked.enter("A1", Role.SYSTEM_ADMIN).get("/system").get_data(as_text=True)
    told = re.findall(
        r"^\| `(MEDTRACE_\w+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE
    )
    of_the_server = {f"MEDTRACE_{name}" for name in ("PORT", "WORKERS", "THREADS")}
    assert {each for each in told if each not in page} == of_the_server
    assert ">24,48,72<" in page
    assert "NoticeSettings" not in page
    assert "False" not in page


def test_the_administrator_sees_how_the_parts_are(stocked: House) -> None:
    browser = stocked.enter("A1", Role.SYSTEM_ADMIN)
    page = browser.get("/system").get_data(as_text=True)
    assert "还没有" in page
    stocked.seal()
    page = browser.get("/system").get_data(as_text=True)
    for word in ("sqlite", "GiB", "MEDTRACE_TIMEZONE", "Asia/Shanghai", "各进程自己写"):
        assert word in page, word
    stocked.clock.advance(hours=3)
    assert "看一下" in stocked.sign_in("A1").get("/system").get_data(as_text=True)


def test_a_job_says_when_it_ran_how_it_ended_and_what_failed(stocked: House) -> None:
    browser = stocked.enter("A1", Role.SYSTEM_ADMIN)
    never = browser.get("/system/jobs?format=csv").get_data(as_text=True)
    assert "签检查点,还没有" in never
    assert "隔离过期品,还没有" in never
    jobs = Jobs(stocked.hospital.database, stocked.ledger_id)
    for _ in range(2):
        with pytest.raises(OSError, match="disk"), jobs.run("backup"):
            raise OSError("no room on the disk")
    assert "连续失败 2 次" in browser.get("/system/jobs").get_data(as_text=True)
    with jobs.run("backup", every=timedelta(hours=1)) as run:
        run.did = "4,218,281"
    page = browser.get("/system/jobs").get_data(as_text=True)
    assert "备份</b>" in page
    assert "连续失败" not in page
    assert "no room on the disk" in page, "the last failure stays to be seen"
    stocked.clock.now = datetime.now(UTC) + timedelta(hours=3)
    assert "到时没做" in stocked.sign_in("A1").get("/system/jobs").get_data(as_text=True)


def test_a_notice_that_does_not_arrive_is_listed_with_its_next_try(stocked: House) -> None:
    box, now = Outbox(stocked.ledger_id), stocked.clock()
    letter = Letter(uuid7(), "webhook", "https://user:s3cret@erp.example/hook?key=s3cret")
    with stocked.hospital.database.write() as connection:
        box.put(connection, [letter], now)
        box.failed(connection, letter, now, "HTTP 502", final=False)
    page = stocked.enter("A1", Role.SYSTEM_ADMIN).get("/system/jobs").get_data(as_text=True)
    assert "HTTP 502" in page
    assert "https://erp.example" in page
    assert "s3cret" not in page


def test_a_password_in_a_setting_is_not_shown() -> None:
    said = _without_secret("postgresql+psycopg://medtrace:s3cret@db.example/medtrace")
    assert said == "postgresql+psycopg://medtrace:…@db.example/medtrace"


def test_a_value_is_tried_and_nothing_is_changed(stocked: House) -> None:
    browser = stocked.enter("A1", Role.SYSTEM_ADMIN)
    before = stocked.size()
    for name, value, status in (
        ("MEDTRACE_SIGN_IN_RATE", "30", 200),
        ("MEDTRACE_SIGN_IN_RATE", "many", 422),
        ("MEDTRACE_ADMIN_NETWORKS", "10.1.0.0/16", 200),
        ("MEDTRACE_ADMIN_NETWORKS", "10.1.0.0/99", 422),
        ("MEDTRACE_TIMEZONE", "Asia/Shanghai", 200),
        ("MEDTRACE_TIMEZONE", "Mars/Olympus", 422),
        ("MEDTRACE_TIMEZONE", "../../etc/passwd", 422),
        ("PATH", "x", 422),
    ):
        answer = browser.post("/system/try", {"name": name, "value": value})
        assert answer.status_code == status, (name, value)
    assert stocked.size() == before
    assert stocked.hospital.settings.sign_in_rate == 60


def test_accounts_devices_and_entries_come_as_files_too(stocked: House) -> None:
    for number in range(3):
        stocked.hire(f"N{number}", Role.NURSE, places=["W07"])
    browser = stocked.enter("A1", Role.SYSTEM_ADMIN)
    staff = browser.get("/staff?format=csv&role=nurse").get_data().decode("utf-8-sig")
    assert staff.splitlines()[1] == "N0,员工N0,护士,肿瘤科二病区,在用"
    assert len(staff.splitlines()) == 4
    devices = browser.get("/devices?format=csv").get_data().decode("utf-8-sig")
    assert devices.startswith("设备,位置,用途")
    assert browser.get("/staff?format=xlsx").content_type.endswith("spreadsheetml.sheet")
    auditor = stocked.enter("U1", Role.AUDITOR)
    size = stocked.size()
    ledger = auditor.get("/ledger?format=csv").get_data().decode("utf-8-sig").splitlines()
    assert [int(row.split(",")[0]) for row in ledger[1:]] == list(range(size - 1, -1, -1))
    assert auditor.get("/staff?format=csv").status_code == 403
