"""Products and places come from tables; every bad row is told; the same table changes nothing."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database import Database
from inventory import (
    KINDS,
    Category,
    Flag,
    Location,
    MappingState,
    Product,
    Storage,
    Temperatures,
    export_places,
    export_products,
    find_product,
    locations,
    mapping_items,
    products_by_code,
)
from ledger import SHA256, Ledger, encode
from scanning.checks import gs1_check_digit
from sheets import read_sheet
from tests.inventory.importing_house import House, write_xlsx
from tests.support import ANTIBODY, ORIGIN, STENT, SYRINGE, Clock
from tests.trace.rows import hurry, rows_of

HEADER = [
    "院内编码",
    "名称",
    "规格",
    "类别",
    "基本单位",
    "持有人或注册人",
    "药品标识码",
    "包装比例",
]
CEFTRIAXONE = ["D101", "注射用头孢曲松钠", "1.0 g", "药品", "支", "青禾制药"]


@pytest.fixture
def house(ledger: Ledger) -> House:
    return House(ledger)


def sheet(folder: Path, *rows: Sequence[str], name: str = "table.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def product(ledger: Ledger, code: str) -> Product:
    with ledger.database.read() as connection:
        return products_by_code(connection, 1, [code])[code]


def test_a_table_of_products_is_recorded(ledger: Ledger, house: House, tmp_path: Path) -> None:
    header = [
        *HEADER,
        "GTIN",
        "医保编码",
        "管理标志",
        "最低温度",
        "最高温度",
        "避光",
        "details:atc",
    ]
    row = [*CEFTRIAXONE, "8341207；8341208、8341209", "1:3:9", "6901234567892; 16901234567899=9"]
    row += ["XJ01DDT114B001010100412", "高警示; cold-chain", "2", "8℃", "是", "J01DD04"]
    report = house.products(sheet(tmp_path, header, row))
    assert house.told == []
    assert (report.read, report.new, report.recorded) == (1, 1, 1)
    drug, gtin = "urn:medtrace:cn-drug:", "https://id.gs1.org/01/"
    assert product(ledger, "D101") == Product(
        code="D101",
        name="注射用头孢曲松钠",
        specification="1.0 g",
        category=Category.DRUG,
        unit="支",
        holder="青禾制药",
        details={"insurance_code": "XJ01DDT114B001010100412", "atc": "J01DD04"},
        product_id=1,
        flags=frozenset({Flag.HIGH_ALERT, Flag.COLD_CHAIN}),
        levels={
            f"{drug}8341208": 3,
            f"{drug}8341209": 9,
            f"{gtin}16901234567899": 9,
        },
        storage=Storage(Temperatures(Decimal(2), Decimal(8)), away_from_light=True),
    )
    with ledger.database.read() as connection:
        found = find_product(connection, 1, f"{gtin}06901234567892/21/1")
    assert found is not None
    assert found.code == "D101"


def test_a_dry_run_changes_nothing_and_says_the_same(
    ledger: Ledger, house: House, tmp_path: Path
) -> None:
    path = sheet(tmp_path, HEADER, [*CEFTRIAXONE, "8341207", ""], ["X", "", "", "", "", "", "", ""])
    before = rows_of(ledger)
    dry = house.products(path, dry=True)
    told = house.told
    assert rows_of(ledger) == before
    wet = house.products(path)
    assert house.told == told
    assert (dry.new, dry.bad, dry.recorded) == (wet.new, wet.bad, 0) == (1, 1, 0)
    assert wet.recorded == 1


def test_the_same_table_again_changes_nothing(ledger: Ledger, house: House, tmp_path: Path) -> None:
    house.define(ANTIBODY)
    thief = [*CEFTRIAXONE, "", ""]
    path = sheet(tmp_path, [*HEADER, "GTIN"], [*thief, "06901234567892"], ["D102", *thief[1:], ""])
    assert house.products(path).recorded == 2
    assert house.told == [(2, "", "import-contested")]
    before = rows_of(ledger)
    again = house.products(path)
    assert (again.unchanged, again.changed, again.recorded) == (2, 0, 0)
    assert rows_of(ledger) == before


def test_a_column_that_is_missing_leaves_what_is_there(
    ledger: Ledger, house: House, tmp_path: Path
) -> None:
    cold = Storage(Temperatures(Decimal(2), Decimal(8), timedelta(minutes=30)), note="勿冻")
    house.define(replace(ANTIBODY, flags=frozenset({Flag.COLD_CHAIN}), storage=cold))
    report = house.products(sheet(tmp_path, ["编码", "规格", "最高温"], ["D001", "400 mg", "25"]))
    assert (report.changed, report.recorded) == (1, 1)
    changed = product(ledger, "D001")
    assert (changed.name, changed.specification) == (ANTIBODY.name, "400 mg")
    assert changed.flags == {Flag.COLD_CHAIN}
    assert changed.storage == replace(
        cold, temperatures=Temperatures(Decimal(2), Decimal(25), timedelta(minutes=30))
    )
    report = house.products(sheet(tmp_path, ["编码", "管理标志"], ["D001", ""]))
    assert (report.changed, product(ledger, "D001").flags) == (1, frozenset())


def test_a_claim_leaves_with_the_table_that_no_longer_makes_it(
    ledger: Ledger, house: House, tmp_path: Path
) -> None:
    house.define(ANTIBODY, replace(SYRINGE, identifiers=ANTIBODY.identifiers))
    report = house.products(sheet(tmp_path, ["编码", "规格"], ["C001", "5 mL"]))
    assert report.unchanged == 1
    house.products(sheet(tmp_path, ["编码", "规格"], ["C001", "10 mL"]))
    with ledger.database.read() as connection:
        assert len(mapping_items(connection, 1, MappingState.CONFLICTING)) == 1
    report = house.products(sheet(tmp_path, ["编码", "GTIN"], ["C001", "6945678901232"]))
    assert report.changed == 1
    with ledger.database.read() as connection:
        assert mapping_items(connection, 1, MappingState.CONFLICTING) == []


BAD = [
    ("院内编码", "", "required"),
    ("院内编码", "x" * 65, "cell-too-long"),
    ("名称", "", "required"),
    ("名称", "a\x01b", "cell-characters"),
    ("类别", "食品", "cell-category"),
    ("基本单位", "", "required"),
    ("药品标识码", "834120", "cell-code"),
    ("药品标识码", "8341207=0", "level-not-positive"),
    ("药品标识码", "8341207=x", "cell-number"),
    ("包装比例", "1:2:9", "cell-ratio"),
    ("包装比例", "9:3:1", "cell-ratio"),
    ("包装比例", "eins", "cell-number"),
    ("GTIN", "6901234567890", "cell-code"),
    ("GTIN", "8.3271160045839e+19", "cell-code"),
    ("GTIN", "(01)06901234567890", "cell-code"),
    ("HIBC", "+A123BJC5D6E7", "cell-code"),
    ("MA码", "MA.156", "cell-code"),
    ("医保编码", "12345", "cell-national-code"),
    ("管理标志", "高警示;辣", "cell-flag"),
    ("最低温度", "cold", "cell-number"),
    ("最低温度", "2.001", "temperature-too-fine"),
    ("最低温度", "NaN", "temperature-impossible"),
    ("最低温度", "9", "temperature-upside-down"),
    ("允许超温分钟", "1.5", "cell-number"),
    ("避光", "也许", "cell-yes-no"),
]


@pytest.mark.parametrize(("column", "cell", "code"), BAD)
def test_a_bad_cell_is_told_with_its_row_and_column(
    sqlite_house: House, tmp_path: Path, column: str, cell: str, code: str
) -> None:
    good = dict(zip(HEADER, [*CEFTRIAXONE, "8341207; 8341208; 8341209", "1:3:9"], strict=True))
    good |= {"最低温度": "2", "最高温度": "8"}
    rows = [{**good, "院内编码": "D100", "药品标识码": "", "包装比例": ""}, {**good, column: cell}]
    header = list(rows[1])
    table = sheet(tmp_path, header, *([row.get(name, "") for name in header] for row in rows))
    report = sqlite_house.products(table)
    assert sqlite_house.told == [(3, column.casefold(), code)]
    assert (report.read, report.bad, report.recorded) == (2, 1, 1)
    for fault in sqlite_house.faults:
        assert "{" not in fault.text.zh + fault.text.en


@pytest.fixture
def sqlite_house(sqlite_url: str, clock: Clock) -> House:
    """One engine is enough where no SQL is at stake."""
    database = Database(sqlite_url)
    hurry(database)
    ledger = Ledger(database, 1, clock)
    ledger.found(ORIGIN, SHA256, encode({"type": "medtrace:Ledger"}))
    return House(ledger)


def test_every_fault_of_every_row_is_told_at_once(sqlite_house: House, tmp_path: Path) -> None:
    rows = [["D1", "", "", "食品", ""], ["D2", "b", "", "药品", "支"], ["D2", "c", "", "耗材", ""]]
    report = sqlite_house.products(sheet(tmp_path, HEADER[:5], *rows))
    assert sqlite_house.told == [
        (2, "名称", "required"),
        (2, "类别", "cell-category"),
        (2, "基本单位", "required"),
        (4, "基本单位", "required"),
        (4, "院内编码", "import-row-twice"),
    ]
    assert (report.read, report.bad, report.new) == (3, 2, 1)


def test_a_new_product_says_what_it_must(sqlite_house: House, tmp_path: Path) -> None:
    sqlite_house.products(sheet(tmp_path, ["code", "name", "nonsense"], ["D1", "a", "?"]))
    assert sqlite_house.told == [
        (1, "nonsense", "import-column-unknown"),
        (2, "类别", "required"),
    ]
    report = sqlite_house.products(sheet(tmp_path, ["name"], ["a"]))
    assert sqlite_house.told == [(1, "院内编码", "import-column-missing")]
    assert (report.bad, report.read) == (1, 0)


def test_two_rows_that_name_one_code_are_told_before_anything_is_recorded(
    sqlite_house: House, tmp_path: Path
) -> None:
    rows = [["D1", "a", "药品", "支", "8341207"], ["D2", "b", "药品", "支", "8341207"]]
    header = ["code", "name", "category", "unit", "drug identifier"]
    report = sqlite_house.products(sheet(tmp_path, header, *rows), dry=True)
    assert sqlite_house.told == [(3, "", "import-contested")]
    assert (report.bad, report.notices, report.new) == (0, 1, 2)


def test_spreadsheets_are_tables_too(ledger: Ledger, house: House, tmp_path: Path) -> None:
    header = ["编码", "名称", "类别", "单位", "GTIN"]
    rows: list[list[str | float]] = [[*header], ["C9", "纱布", "耗材", "包", 6901234567892.0]]
    house.products(write_xlsx(tmp_path / "table.xlsx", rows))
    assert house.told == []
    with ledger.database.read() as connection:
        found = find_product(connection, 1, "https://id.gs1.org/01/06901234567892/21/1")
    assert found is not None
    assert found.code == "C9"


PLACES = ["地点编码", "名称", "类型", "上级地点", "GLN", "最低温度", "最高温度"]


def test_places_come_in_whatever_order_the_rows_stand(
    ledger: Ledger, house: House, tmp_path: Path
) -> None:
    path = sheet(
        tmp_path,
        PLACES,
        ["F1", "冷柜 1", "冰箱", "S", "", "2", "8"],
        ["S", "药库", "store", "H", "6901234000016", "", ""],
        ["H", "医院", "医院", "", "", "", ""],
    )
    report = house.places(path)
    assert house.told == []
    assert (report.new, report.recorded) == (3, 3)
    with ledger.database.read() as connection:
        found = {place.code: place for place in locations(connection, 1).values()}
    assert found["F1"] == Location(
        "F1", "冷柜 1", "fridge", "S", 3, None, Temperatures(Decimal(2), Decimal(8))
    )
    assert found["S"].gln == "6901234000016"
    assert house.places(path).recorded == 0


def test_places_are_turned_round_in_one_table(ledger: Ledger, house: House, tmp_path: Path) -> None:
    house.define(Location("A", "A", "store"), Location("B", "B", "store", "A"))
    report = house.places(sheet(tmp_path, ["编码", "上级"], ["A", "B"], ["B", ""]))
    assert (house.told, report.changed, report.recorded) == ([], 2, 2)
    with ledger.database.read() as connection:
        parents = {place.code: place.parent for place in locations(connection, 1).values()}
    assert parents == {"A": "B", "B": None}


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (["A", "a", "月球", "", "", "", ""], "类型", "cell-kind"),
        (["A", "", "store", "", "", "", ""], "名称", "required"),
        (["A", "a", "store", "Z", "", "", ""], "上级地点", "unknown-location"),
        (["A", "a", "store", "A", "", "", ""], "上级地点", "import-place-circle"),
        (["A", "a", "store", "B", "", "", ""], "上级地点", "import-place-circle"),
        (["A", "a", "store", "", "6901234000017", "", ""], "gln", "gln-wrong"),
        (["A", "a", "store", "", "", "9", "8"], "最低温度", "temperature-upside-down"),
        (["C", "c", "store", "", "", "", ""], "地点编码", "import-row-twice"),
    ],
)
def test_a_bad_place_is_told_with_its_row_and_column(
    sqlite_house: House, tmp_path: Path, row: list[str], column: str, code: str
) -> None:
    sqlite_house.define(Location("A", "A", "store"), Location("B", "B", "store", "A"))
    table = sheet(tmp_path, PLACES, ["C", "c", "store", "", "", "", ""], row)
    report = sqlite_house.places(table)
    assert sqlite_house.told == [(3, column, code)]
    assert (report.bad, report.recorded) == (1, 1)


plain = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12
).map(lambda text: " ".join("".join(c for c in text if c not in _UNSEEN).split()))
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"
degrees = st.integers(-3_000, 6_000).map(lambda n: Decimal(n) / 100)
gtins = st.integers(1, 10**12).map(
    lambda n: f"https://id.gs1.org/01/{(d := f'{n:013}')}{gs1_check_digit(d)}"
)
others = st.one_of(
    gtins,
    st.integers(0, 9_999_999).map(lambda n: f"urn:medtrace:cn-drug:{n:07}"),
    st.from_regex(r"\A[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9]\Z").map("urn:medtrace:hibc:{}".format),
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=9).map(
        lambda text: f"urn:medtrace:ma:{quote(text, safe='')}"
    ),
)


@st.composite
def limits(draw: st.DrawFn) -> Temperatures:
    low, high = sorted((draw(degrees), draw(degrees)))
    lowest, highest = draw(st.sampled_from([(low, high), (low, None), (None, high)]))
    return Temperatures(lowest, highest, timedelta(minutes=draw(st.integers(0, 600))))


products_drawn = st.builds(
    Product,
    code=plain.filter(bool),
    name=plain.filter(bool),
    specification=plain,
    category=st.sampled_from(Category),
    unit=plain.filter(bool),
    holder=plain,
    details=st.dictionaries(st.sampled_from(["pinyin", "registration", "atc"]), plain.filter(bool)),
    flags=st.frozensets(st.sampled_from(Flag)),
    storage=st.none()
    | st.builds(Storage, st.none() | limits(), st.booleans(), plain).filter(
        lambda storage: storage != Storage()
    ),
).flatmap(
    lambda product: st.dictionaries(others, st.integers(1, 5_000), max_size=4).map(
        lambda levels: replace(
            product,
            identifiers=tuple(levels),
            levels={name: count for name, count in levels.items() if count != 1},
        )
    )
)


@pytest.fixture(scope="module")
def founded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded ledger in a file, to be copied."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("founded")))
    database = Database(f"sqlite:///{path}")
    Ledger(database, 1, Clock()).found(ORIGIN, SHA256, encode({"type": "medtrace:Ledger"}))
    database.close()
    return path


def opened(founded: Path, folder: str, name: str) -> House:
    database = Database(f"sqlite:///{shutil.copy(founded, Path(folder) / name)}")
    hurry(database)
    return House(Ledger(database, 1, Clock()))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(products_drawn, max_size=4, unique_by=lambda product: product.code),
    st.booleans(),
)
def test_what_is_exported_goes_back_in(
    founded: Path,
    products: list[Product],
    chinese: bool,  # noqa: FBT001 -- drawn
) -> None:
    """Into the same house it changes nothing, into an empty one it makes the same catalogue."""
    with TemporaryDirectory() as folder:
        here, there = (opened(founded, folder, name) for name in ("here.db", "there.db"))
        here.define(*_disjoint(products))
        path = Path(folder) / "export.csv"
        _export(here, path, chinese=chinese)
        again = here.products(path)
        assert (here.told, again.unchanged, again.recorded) == ([], len(products), 0)
        assert there.products(path).bad == 0
        copy = Path(folder) / "copy.csv"
        _export(there, copy, chinese=chinese)
        assert copy.read_bytes() == path.read_bytes()
        assert _plain(there) == _plain(here)
        for house in (here, there):
            house.ledger.database.close()


def _disjoint(products: list[Product]) -> list[Product]:
    """The same products with every identifier at the first that names it."""
    taken: set[str] = set()
    found = []
    for each in products:
        names = tuple(name for name in each.identifiers if name not in taken)
        taken.update(names)
        levels = {name: count for name, count in each.levels.items() if name in names}
        found.append(replace(each, identifiers=names, levels=levels))
    return found


def _export(house: House, path: Path, *, chinese: bool) -> None:
    with (
        house.ledger.database.read() as connection,
        path.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        export_products(connection, 1, file, chinese=chinese)


def _plain(house: House) -> dict[str, tuple[object, ...]]:
    """Products by code without their numbers."""
    rows = rows_of(house.ledger)
    owned = {(row[2], row[1]) for row in rows["product_identifier"]}
    return {
        row[2]: (*row[3:], sorted(name for number, name in owned if number == row[1]))
        for row in rows["product"]
    }


def test_places_that_are_exported_go_back_in(house: House, tmp_path: Path) -> None:
    cold = Temperatures(Decimal("-20.5"), None, timedelta(minutes=10))
    house.define(
        Location("H", "医院", "hospital"),
        Location("S", "=药库", "store", "H", 0, "6901234000016"),
        Location("F", "冰柜", "fridge", "S", 0, None, cold),
    )
    file = io.StringIO(newline="")
    with house.ledger.database.read() as connection:
        assert export_places(connection, 1, file, chinese=False) == 3
    path = tmp_path / "places.csv"
    path.write_text(file.getvalue(), encoding="utf-8", newline="")
    report = house.places(path)
    assert (house.told, report.unchanged, report.recorded) == ([], 3, 0)


def test_an_export_runs_no_formula(house: House, tmp_path: Path) -> None:
    house.define(replace(STENT, name="=HYPERLINK(1)", holder="+1", specification="@x"))
    _export(house, tmp_path / "export.csv", chinese=True)
    cells = next(csv.reader((tmp_path / "export.csv").read_text("utf-8").splitlines()[1:]))
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "@", "-"}]
    (row,) = read_sheet(tmp_path / "export.csv").rows
    assert row.cells["名称"] == "=HYPERLINK(1)"


def test_every_kind_of_place_has_a_chinese_word() -> None:
    for kind in set(KINDS.values()):
        assert [word for word, known in KINDS.items() if known is kind and not word.isascii()]
