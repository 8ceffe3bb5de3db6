"""Goods without a code of their own: in-house labels are issued once and known from then on."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner
from uuid6 import uuid7

from hospital import DECODERS, new_participants
from inventory import LabelIssue, find_product, find_unit
from ledger import Ledger
from scanning import new_label_number, read
from tests.support import NOON, event, furnish
from trace import EventKind, Reason, Recorded, Recorder, Refused, Thing, rebuild


@pytest.fixture
def recorder(ledger: Ledger) -> Recorder:
    made = Recorder(ledger, new_participants())
    furnish(made)
    return made


def keys(count: int, start: int = 0) -> tuple[str, ...]:
    numbers = [new_label_number(NOON, (start + n).to_bytes(4)) for n in range(count)]
    return tuple(str(read(number).key) for number in numbers)


def issue(*made: str, product: str = "C001") -> LabelIssue:
    return LabelIssue(id=uuid7(), time=NOON, product=product, keys=made, person="0417")


def test_an_issued_number_names_its_product_and_can_be_received(
    ledger: Ledger, recorder: Recorder
) -> None:
    first, _ = made = keys(2)
    (outcome,) = recorder.record([issue(*made)])
    assert isinstance(outcome, Recorded)
    arrival = event(EventKind.RECEIVED, Thing(first, lot="L9", expiry=date(2028, 1, 31)))
    assert isinstance(recorder.record([arrival])[0], Recorded)
    with ledger.database.read() as connection:
        product = find_product(connection, 1, first)
        unit = find_unit(connection, 1, first)
    assert product is not None
    assert product.code == "C001"
    assert unit is not None


def test_a_number_nobody_issued_is_unknown(ledger: Ledger, recorder: Recorder) -> None:
    """What arrives under it is nothing yet; what is used under it is refused."""
    (stranger,) = keys(1)
    arrived, used = recorder.record(
        [event(EventKind.RECEIVED, Thing(stranger)), event(EventKind.DISPENSED, Thing(stranger))]
    )
    assert isinstance(arrived, Recorded)
    assert [each.reason for each in arrived.exceptions] == [Reason.UNKNOWN_CODE]
    with ledger.database.read() as connection:
        assert find_unit(connection, 1, stranger) is None
    assert isinstance(used, Refused)
    assert used.reason is Reason.UNKNOWN_CODE


def test_a_number_is_issued_once_for_ever(recorder: Recorder) -> None:
    made = keys(3)
    recorder.record([issue(*made)])
    again = recorder.record([issue(made[1]), issue(made[2], product="D001")])
    assert [each.reason for each in again if isinstance(each, Refused)] == [
        Reason.IDENTIFIER_TAKEN,
        Reason.IDENTIFIER_TAKEN,
    ]


def test_two_issues_in_one_call_cannot_share_a_number(recorder: Recorder) -> None:
    made = keys(2)
    outcomes = recorder.record([issue(made[0]), issue(made[1], made[0])])
    assert isinstance(outcomes[0], Recorded)
    assert isinstance(outcomes[1], Refused)


def test_labels_are_for_products_of_the_catalogue(recorder: Recorder) -> None:
    (outcome,) = recorder.record([issue(*keys(1), product="NOBODY")])
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.UNKNOWN_PRODUCT


def test_a_rebuild_remembers_every_number(ledger: Ledger, recorder: Recorder) -> None:
    made = keys(2)
    recorder.record([issue(*made), event(EventKind.RECEIVED, Thing(made[0]))])
    rebuild(ledger, new_participants(), DECODERS)
    with ledger.database.read() as connection:
        assert find_unit(connection, 1, made[0]) is not None
        assert find_product(connection, 1, made[1]) is not None
    (outcome,) = recorder.record([issue(made[1])])
    assert isinstance(outcome, Refused)


def test_the_command_prints_sheets_and_registers_their_numbers(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hospital import open_hospital, prepare_database  # noqa: PLC0415 -- after the environment
    from medtrace import main  # noqa: PLC0415
    from settings import Settings  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("labels")
    monkeypatch.setenv("MEDTRACE_DATA", str(folder))
    monkeypatch.delenv("MEDTRACE_DATABASE_URL", raising=False)
    settings = Settings.from_environment()
    prepare_database(settings)
    hospital = open_hospital(settings)
    furnish(hospital.recorder)  # type: ignore[arg-type]  # no socket is set: it is a Recorder
    sheet = folder / "labels.pdf"
    runner = CliRunner()
    done = runner.invoke(main, ["labels", "C001", "--count", "3", "-o", str(sheet)])
    assert done.exit_code == 0, done.output
    assert sheet.read_bytes().startswith(b"%PDF")
    (last,) = hospital.ledger.entries(hospital.ledger.head().size - 1, hospital.ledger.head().size)
    assert len(last.event["epcList"]) == 3
    missing = runner.invoke(main, ["labels", "NOBODY", "-o", str(sheet)])
    assert missing.exit_code == 1
    assert "NOBODY" in missing.output
    hospital.close()
