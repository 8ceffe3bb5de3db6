"""Orders of care from a file: patients by number, looked up and never written down."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from access import OPERATOR, Identity
from hospital import Hospital, open_hospital
from medtrace import main
from orders import OrderType, find_order
from settings import Settings
from tests.support import ANTIBODY, ORIGIN, Clock, furnish

WANG = Identity("ZY20260915873", "王秀兰", "V-7701", "W07", "15")
HEADS = "类型,单号,患者,收货地点,产品编码,剂量,途径,频次,开始时间\r\n"
GOOD = f"医嘱,YZ-1,{WANG.record_number},W07,{ANTIBODY.code},100 mg,iv,bid,2026-11-22 08:00\r\n"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "MEDTRACE_DATA": str(tmp_path / "data"),
        "MEDTRACE_ORIGIN": ORIGIN,
        "MEDTRACE_DOSE_TIMES": "bid=07:00,19:00",
        "MEDTRACE_DOSE_LATE": "30",
    }


@pytest.fixture
def hospital(
    environment: dict[str, str], sqlite_template: Path, clock: Clock
) -> Iterator[Hospital]:
    settings = Settings.from_environment(environment)
    settings.data_dir.mkdir()
    shutil.copy(sqlite_template, settings.data_dir / "medtrace.sqlite3")
    opened = open_hospital(settings, clock)
    furnish(opened.recorder)  # type: ignore[arg-type]
    opened.access.patients.register(WANG, by=OPERATOR)
    yield opened
    opened.close()


def imported(environment: dict[str, str], folder: Path, rows: str, *words: str) -> Result:
    file = folder / "orders.csv"
    file.write_text(HEADS + rows, encoding="utf-8", newline="")
    return CliRunner(env=environment).invoke(main, ["orders", "import", str(file), *words])


def test_a_file_brings_medication_orders_by_the_hospitals_own_times(
    hospital: Hospital, environment: dict[str, str], tmp_path: Path
) -> None:
    dry = imported(environment, tmp_path, GOOD, "--dry-run")
    assert (dry.exit_code, "1 orders would be placed, 0 faults" in dry.output) == (0, True)
    done = imported(environment, tmp_path, GOOD)
    assert done.exit_code == 0, done.output
    with hospital.database.read() as connection:
        found = find_order(connection, hospital.ledger_id, OrderType.MEDICATION, "YZ-1")
    assert found is not None
    schedule = found.order.schedule
    assert schedule is not None
    assert (schedule.times, schedule.late, schedule.early) == (("07:00", "19:00"), 30, 60)
    assert schedule.start.isoformat() == "2026-11-22T00:00:00+00:00"
    assert str(found.order.patient) not in done.output
    told = [str(each) for each in hospital.ledger.entries(0, hospital.ledger.head().size)]
    assert not [each for each in told if WANG.record_number in each or WANG.name in each]
    looks = [each for each in told if "find_patients" in each]
    assert len(looks) == 2, "each look is on record, that of the dry run too"


def test_every_bad_row_is_told_and_the_others_are_placed(
    hospital: Hospital, environment: dict[str, str], tmp_path: Path
) -> None:
    rows = GOOD
    rows += f"医嘱,YZ-2,ZY0,W07,{ANTIBODY.code},100 mg,iv,bid,\r\n"
    rows += f"医嘱,YZ-3,{WANG.record_number},W07,{ANTIBODY.code},半支,iv,bid,\r\n"
    rows += f"医嘱,YZ-4,{WANG.record_number},W07,{ANTIBODY.code},100 mg,iv,有时,\r\n"
    rows += f"医嘱,YZ-5,{WANG.record_number},W07,{ANTIBODY.code},100 mg,,bid,\r\n"
    rows += f"手术,OP-1,,W07,{ANTIBODY.code},,,,\r\n"
    done = imported(environment, tmp_path, rows)
    assert done.exit_code == 1
    for fault in (
        "3 patient:",
        "4 dose:",
        "5 frequency:",
        "6 route:",
        "7 quantity:",
        "(patient-unknown)",
        "(dose-amount)",
        "(frequency-unknown)",
    ):
        assert fault in done.output, done.output
    assert "1 orders placed" in done.output
    assert WANG.record_number not in done.output
    assert hospital.ledger.head().size > 0


def test_times_that_are_none_are_told_at_the_start(environment: dict[str, str]) -> None:
    wrong = environment | {"MEDTRACE_DOSE_TIMES": "bid=7am"}
    done = CliRunner(env=wrong).invoke(main, ["init"])
    assert done.exit_code == 1
    assert "MEDTRACE_DOSE_TIMES" in done.output
