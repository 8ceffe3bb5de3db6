"""The catalogue at the command line: import, export, work-list, and errors that people can read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from medtrace import main

Run = Callable[..., Result]
TABLE = "编码,名称,类别,单位,GTIN\nC9,纱布,耗材,包,6901234567892\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    environment = {
        "MEDTRACE_DATA": str(tmp_path / "data"),
        "MEDTRACE_DATABASE_URL": f"sqlite:///{tmp_path / 'medtrace.sqlite3'}",
        "MEDTRACE_KEYS": str(tmp_path / "keys"),
        "MEDTRACE_ORIGIN": "medtrace.example/test",
    }
    (tmp_path / "data").mkdir()

    def call(*arguments: object) -> Result:
        result = CliRunner(env=environment).invoke(main, [str(word) for word in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    assert call("init").exit_code == 0
    return call


def test_products_are_imported_and_exported(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "products.csv"
    table.write_text(TABLE, encoding="gb18030")
    dry = run("catalogue", "import", table, "--dry-run")
    assert (dry.exit_code, "1 new" in dry.output, "recorded" in dry.output) == (0, True, False)
    assert "1 entries recorded" in run("catalogue", "import", table, "--person", "0007").output
    assert "0 entries recorded" in run("catalogue", "import", table).output
    assert run("catalogue", "export", "-o", tmp_path / "out.csv").exit_code == 0
    assert "6901234567892" in (tmp_path / "out.csv").read_text("utf-8-sig")
    assert "1 unchanged" in run("catalogue", "import", tmp_path / "out.csv").output


def test_bad_rows_stop_an_import_unless_they_are_to_be_skipped(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "products.csv"
    table.write_text(TABLE + "C8,纱布,食品,包,1\n", encoding="utf-8")
    stopped = run("catalogue", "import", table)
    assert stopped.exit_code == 1
    assert "✗ 3 [类别] 没有类别“食品”" in stopped.output
    assert "✗ 3 [gtin]" in stopped.output
    assert "recorded" not in stopped.output
    skipped = run("catalogue", "import", table, "--skip-bad-rows")
    assert (skipped.exit_code, "1 entries recorded" in skipped.output) == (0, True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 nonsense"),
        ("a.pdf", b"%PDF"),
        ("a.csv", b"\xff\xff\xff\x00"),
        ("a.zip", b"PK\x03\x04 nonsense"),
    ],
)
def test_a_file_that_can_not_be_read_is_no_traceback(
    run: Run, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    result = run("catalogue", "import", tmp_path / name)
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_places_are_imported_and_exported(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "places.csv"
    table.write_text("编码,名称,类型,上级\nF,冰箱,冰箱,S\nS,药库,药库,\n", encoding="utf-8")
    assert "2 entries recorded" in run("places", "import", table).output
    run("places", "export", "-o", tmp_path / "out.csv", "--english")
    assert (tmp_path / "out.csv").read_text("utf-8-sig").startswith("code,name,kind,parent")
    assert "2 unchanged" in run("places", "import", tmp_path / "out.csv").output


def test_a_release_of_the_udi_database_is_told_by_its_ending(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "udi.xml"
    di = "<zxxsdycpbs>06934567890122</zxxsdycpbs><cpmctymc>支架</cpmctymc>"
    path.write_text(f"<udid><devices><device>{di}</device></devices></udid>", encoding="utf-8")
    assert "1 passed over" in run("catalogue", "import", path).output
    assert "1 entries recorded" in run("catalogue", "import", path, "--take", "all").output


def test_a_conflict_is_listed_and_decided(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "products.csv"
    table.write_text(TABLE + "C8,纱布,耗材,包,6901234567892\n", encoding="utf-8")
    run("catalogue", "import", table)
    code = "https://id.gs1.org/01/06901234567892"
    assert code in run("catalogue", "worklist", "--state", "conflicting").output
    assert run("catalogue", "confirm", code, "NONE", "--person", "7").exit_code == 1
    assert f"{code} → C8" in run("catalogue", "confirm", code, "C8", "--person", "7").output
    assert run("catalogue", "worklist", "--state", "conflicting").output == ""


def test_readings_of_a_logger_are_imported_and_excursions_decided(run: Run, tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text("编码,名称,类型,最低温,最高温\nF,冰箱,冰箱,2,8\n", encoding="utf-8")
    run("places", "import", places)
    table = tmp_path / "logger.csv"
    rows = ["地点,探头,时间,温度", "F,T1,2026/11/22 8:00,5.2", "F,T1,2026-11-22 08:05,9.75℃"]
    table.write_text("\n".join(rows), encoding="gb18030")
    dry = run("cold-chain", "import", table, "--dry-run")
    assert "2 new" in dry.output
    assert "1 entries recorded" in run("cold-chain", "import", table, "--person", "7").output
    again = run("cold-chain", "import", table)
    assert "2 unchanged" in again.output
    assert "0 entries recorded" in again.output
    assert "2–8 ℃: 9.75 … 9.75" in run("cold-chain", "worklist").output
    decided = run("cold-chain", "decide", 1, "--person", "7", "--note", "已评估")
    assert decided.exit_code == 0
    assert run("cold-chain", "worklist").output == ""
    assert run("cold-chain", "decide", 1, "--person", "7", "--note", "x").exit_code == 1


def test_bad_rows_of_a_logger_are_told(run: Run, tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text("编码,名称,类型\nF,冰箱,冰箱\n", encoding="utf-8")
    run("places", "import", places)
    table = tmp_path / "logger.csv"
    good = "F,T1,2026-11-22 08:00,5"
    rows = [
        "place,sensor,time,temperature",
        good,
        good,
        "X,T1,2026-11-22 08:01,5",
        "F,,2026-11-22 08:01,5",
        "F,T1,gestern,5",
        "F,T1,2026-11-22 08:01,warm",
        "F,T1,2026-11-22 08:01,-300",
    ]
    table.write_text("\n".join(rows), encoding="utf-8")
    result = run("cold-chain", "import", table)
    told = [line for line in result.output.splitlines() if line.startswith("✗")]
    assert [line.split()[1:3] for line in told] == [
        ["3", "[time]"],
        ["4", "[place]"],
        ["5", "[sensor]"],
        ["6", "[time]"],
        ["7", "[temperature]"],
        ["8", "[temperature]"],
    ]
    assert result.exit_code == 1
    assert "recorded" not in result.output
    table.write_text("place,sensor\n", encoding="utf-8")
    assert "import-column-missing" in run("cold-chain", "import", table).output
