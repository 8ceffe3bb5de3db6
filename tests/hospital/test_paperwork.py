"""Papers become records: whole, once, with everything wrong told at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from hospital import Filed, Hospital, examine, file_papers, open_hospital
from inventory import declared_contents
from medtrace import main
from orders import OrderFile, OrderState, OrderType, Paper, PaperLine, PaperPackage, find_order
from settings import Settings
from tests.support import GTIN, NOON, ORIGIN, Clock, event, furnish
from trace import Document, EventKind, Reason, Recorded, Thing

SSCC = "(00)106141412345678908"
PALLET = "https://id.gs1.org/00/106141412345678908"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"MEDTRACE_DATA": str(tmp_path / "data"), "MEDTRACE_ORIGIN": ORIGIN}


@pytest.fixture
def hospital(
    environment: dict[str, str], sqlite_template: Path, clock: Clock
) -> Iterator[Hospital]:
    settings = Settings.from_environment(environment)
    settings.data_dir.mkdir()
    shutil.copy(sqlite_template, settings.data_dir / "medtrace.sqlite3")
    opened = open_hospital(settings, clock)
    furnish(opened.recorder)  # type: ignore[arg-type]
    yield opened
    opened.close()


def note(*packages: PaperPackage, number: str = "DN-1", lines: tuple[PaperLine, ...] = ()) -> Paper:
    return Paper(
        at="2",
        type=OrderType.DELIVERY,
        number=number,
        party="国控江州",
        destination="STORE",
        lines=lines,
        packages=packages,
    )


def box(serial: int, *, lot: str = "B1") -> str:
    return f"(01){GTIN}(17)271231(10){lot}(21)A{serial}"


def case(number: int) -> str:
    return f"8327116{number:013}"


def pallet() -> Paper:
    """One SSCC, 40 cases, 360 boxes."""
    inside = [PaperPackage(str(row), SSCC, case(row)) for row in range(40)]
    inside += [
        PaperPackage(str(row), case(row // 9), box(row, lot=f"B{row % 2}")) for row in range(360)
    ]
    return note(*inside)


def filed(hospital: Hospital, *papers: Paper) -> list[Filed]:
    examined = examine(hospital, papers, person="0417")
    file_papers(hospital, examined)
    return examined


def codes(files: list[Filed]) -> list[list[tuple[str, str]]]:
    return [[(fault.at, fault.code) for fault in each.faults] for each in files]


def told(hospital: Hospital, number: str, type_: OrderType = OrderType.DELIVERY) -> OrderFile:
    with hospital.database.read() as connection:
        found = find_order(connection, hospital.ledger_id, type_, number)
    assert found is not None
    return found


def test_a_delivery_of_a_pallet_is_known_to_its_boxes(hospital: Hospital) -> None:
    (one,) = filed(hospital, pallet())
    assert (one.placed, one.faults) == (True, [])
    lines = told(hospital, "DN-1").lines
    assert [(line.product, line.lot, line.expiry, line.quantity) for line in lines] == [
        ("D001", "B0", "2027-12-31", 180),
        ("D001", "B1", "2027-12-31", 180),
    ]
    with hospital.database.read() as connection:
        inside = declared_contents(connection, hospital.ledger_id, [PALLET])[PALLET]
    assert len(inside) == 360
    assert {thing.expiry for thing in inside} == {date(2027, 12, 31)}


PAPER = (Document("desadv", "DN-1"),)


def test_a_container_that_is_received_whole_fills_its_delivery_note(hospital: Hospital) -> None:
    filed(hospital, pallet())
    (outcome,) = hospital.recorder.record(
        [event(EventKind.RECEIVED, Thing(PALLET), documents=PAPER)]
    )
    assert isinstance(outcome, Recorded)
    found = told(hospital, "DN-1")
    assert [line.fulfilled for line in found.lines] == [180, 180]
    assert found.order.state is OrderState.FULFILLED


def test_what_is_here_already_is_not_counted_twice(hospital: Hospital) -> None:
    """A box that fell off the pallet was scanned alone before the pallet was."""
    filed(hospital, pallet())
    key = f"https://id.gs1.org/01/{GTIN}/21/A7"
    early = event(EventKind.ARRIVED, Thing(key, lot="B1"), documents=PAPER)
    late = event(EventKind.ARRIVED, Thing(PALLET), documents=PAPER)
    outcomes = hospital.recorder.record([early])
    outcomes += hospital.recorder.record([late])
    assert [type(outcome) for outcome in outcomes] == [Recorded, Recorded]
    assert [line.fulfilled for line in told(hospital, "DN-1").lines] == [180, 180]


def test_what_inspection_rejects_is_still_to_come(hospital: Hospital) -> None:
    filed(hospital, pallet())
    one = Thing(f"urn:medtrace:cn-drug:{case(3)}")
    outcomes = [
        *hospital.recorder.record([event(EventKind.ARRIVED, Thing(PALLET), documents=PAPER)]),
        *hospital.recorder.record(
            [
                event(EventKind.REJECTED, one, documents=PAPER),
                event(EventKind.INSPECTED, Thing(f"urn:medtrace:cn-drug:{case(4)}")),
            ]
        ),
    ]
    assert [type(outcome) for outcome in outcomes] == [Recorded] * 3
    found = told(hospital, "DN-1")
    assert sum(line.fulfilled for line in found.lines) == 351
    assert found.order.state is OrderState.OPEN


def test_an_order_of_many_lines_is_one_order(hospital: Hospital) -> None:
    lines = tuple(PaperLine(str(row), "D001", row + 1, lot=f"L{row}") for row in range(1_000))
    (one,) = filed(hospital, note(lines=lines))
    assert one.placed
    found = told(hospital, "DN-1").lines
    assert [(line.number, line.quantity) for line in found] == [(n, n) for n in range(1, 1_001)]


def test_a_paper_comes_once(hospital: Hospital) -> None:
    paper = note(lines=(PaperLine("2", "D001", 5),))
    entries = hospital.ledger.head().size
    files = filed(hospital, paper, paper)
    assert [each.placed for each in files] == [True, False]
    assert codes(files) == [[], [("2 number", "order-exists")]]
    assert codes(filed(hospital, paper)) == [[("2 number", "order-exists")]]
    assert hospital.ledger.head().size == entries + 1


@pytest.mark.parametrize(
    ("paper", "wrong"),
    [
        (note(), [("2 lines", "order-without-lines")]),
        (note(lines=(PaperLine("3", "D999", 1),)), [("3 product", "unknown-product")]),
        (
            replace(note(lines=(PaperLine("3", "D001", 1),)), destination="CELLAR"),
            [("2 destination", "unknown-location")],
        ),
        (
            replace(note(lines=(PaperLine("3", "D001", 1),)), destination=None),
            [("2 destination", "required")],
        ),
        (
            replace(note(lines=(PaperLine("3", "D001", 1),)), type=OrderType.TRANSFER),
            [("2 source", "order-place-missing")],
        ),
        (
            replace(
                note(lines=(PaperLine("3", "D001", 1),)), type=OrderType.TRANSFER, source="STORE"
            ),
            [("2 source", "order-places-same")],
        ),
        (
            replace(note(PaperPackage("3", SSCC, box(1))), type=OrderType.PURCHASE),
            [("2 packages", "package-without-note")],
        ),
        (note(PaperPackage("3", SSCC, SSCC)), [("3", "package-in-itself")]),
        (
            note(PaperPackage("3", SSCC, box(1)), PaperPackage("4", SSCC, box(1))),
            [("4", "package-twice")],
        ),
        (note(PaperPackage("3", box(1, lot="B7"), f"(01){GTIN}")), [("3 code", "package-code")]),
        (
            note(PaperPackage("3", SSCC, "(01)04006381333931(21)X")),
            [("3 code", "unknown-code")],
        ),
        (
            note(PaperPackage("3", SSCC, box(1), lot="B9", expiry=date(2027, 1, 1), quantity=2)),
            [
                ("3 lot", "label-differs"),
                ("3 expiry", "label-differs"),
                ("3 quantity", "quantity-of-serial"),
            ],
        ),
        (
            note(PaperPackage("3", "(00)106141412345678907", box(1))),
            [("3 container", "scan-check-digit")],
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_recorded(
    hospital: Hospital, paper: Paper, wrong: list[tuple[str, str]]
) -> None:
    entries = hospital.ledger.head().size
    (one,) = filed(hospital, paper)
    found = codes([one])[0]
    assert found[: len(wrong)] == wrong
    assert not one.placed
    assert hospital.ledger.head().size == entries
    assert all("{" not in fault.text.zh + fault.text.en for fault in one.faults)


def test_a_container_that_another_note_told_of_hinders_no_other(hospital: Hospital) -> None:
    filed(hospital, note(PaperPackage("2", SSCC, box(1))))
    again = note(PaperPackage("2", SSCC, box(2)), PaperPackage("3", case(1), box(3)), number="DN-2")
    (one,) = filed(hospital, again)
    assert one.placed
    assert [fault.code for fault in one.faults] == [Reason.PACKAGE_CONFLICT]
    with hospital.database.read() as connection:
        known = declared_contents(connection, 1, [PALLET, f"urn:medtrace:cn-drug:{case(1)}"])
    assert [[thing.key[-2:] for thing in things] for things in known.values()] == [["A1"], ["A3"]]


CSV = """类型,单号,供应商,收货地点,产品编码,数量
采购单,PO-1,国控江州,STORE,D001,20
采购单,PO-1,国控江州,STORE,C001,100
采购单,PO-2,国控江州,STORE,D999,1
采购单,PO-3,国控江州,STORE,D001,两
"""


def test_the_command_tells_every_bad_row(
    hospital: Hospital, environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(CSV, "utf-8")
    entries = hospital.ledger.head().size
    tried = CliRunner(env=environment).invoke(main, ["orders", "import", "--dry-run", str(file)])
    assert tried.exit_code == 1
    assert "1 orders would be placed, 2 faults" in tried.output
    assert "5 quantity" in tried.output
    assert "4 product: 没有这个产品：D999" in tried.output
    assert hospital.ledger.head().size == entries
    done = CliRunner(env=environment).invoke(main, ["orders", "import", str(file)])
    assert "1 orders placed, 2 faults" in done.output
    assert told(hospital, "PO-1", OrderType.PURCHASE).order.party == "国控江州"


def test_the_command_says_when_it_cannot_read_a_file(
    hospital: Hospital, environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "orders.xlsx"
    file.write_bytes(b"PK\x03\x04 and nothing more")
    tried = CliRunner(env=environment).invoke(main, ["orders", "import", str(file)])
    assert tried.exit_code == 1
    assert "table-unreadable" in tried.output
    assert hospital.clock() == NOON
