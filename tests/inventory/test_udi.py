"""The NMPA's UDI database completes what the hospital has, and overwrites nothing of it."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import Invalid
from inventory import (
    Category,
    Flag,
    ImportReport,
    MappingState,
    Product,
    Storage,
    Take,
    Temperatures,
    UdiDevice,
    import_udi,
    mapping_items,
    products_by_code,
    read_devices,
    release_size,
)
from ledger import Ledger
from tests import support
from tests.inventory.importing_house import House
from tests.support import event
from tests.trace.rows import rows_of
from trace import EventKind, Thing

DI, BOX, CASE, OTHER = "06934567890122", "16934567890129", "26934567890126", "06945678901232"
GS1 = "https://id.gs1.org/01/"
STENT = replace(support.STENT, identifiers=(GS1 + DI,))
SYRINGE = replace(support.SYRINGE, identifiers=(GS1 + OTHER,))


def device(di: str = DI, more: str = "", **fields: str) -> str:
    told = {
        "zxxsdycpbs": di,
        "cpmctymc": "药物洗脱冠脉支架系统",
        "ggxh": "3.0×18",
        "flbm": "13-07-02",
        "zczbhhzbapzbh": "国械注准20253130877",
        "ylqxzcrbarmc": "江州医疗器械",
        "ybbm": "C0201010020000301018",
        **fields,
    }
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in told.items())
    return f"<device>{inside}{more}</device>"


def packing(outer: str, inner: str, count: str, level: str = "箱") -> str:
    return (
        f"<packing><bzcpbs>{outer}</bzcpbs><cpbzjb>{level}</cpbzjb>"
        f"<bznhxyjcpbssl>{count}</bznhxyjcpbssl><bznhxyjbzcpbs>{inner}</bznhxyjbzcpbs></packing>"
    )


def storage(kind: str, low: str, high: str, unit: str) -> str:
    return (
        f"<storage><cchcztj>{kind}</cchcztj><zdz>{low}</zdz><zgz>{high}</zgz>"
        f"<jldw>{unit}</jldw></storage>"
    )


def release(folder: Path, *devices: str, name: str = "udi.xml", head: str = "") -> Path:
    path = folder / name
    body = f'<udid version="1.0"><devices>{"".join(devices)}</devices></udid>'
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>{head}{body}', encoding="utf-8")
    return path


@pytest.fixture
def house(ledger: Ledger) -> House:
    return House(ledger)


def take(house: House, path: Path, which: Take = Take.KNOWN, *, dry: bool = False) -> ImportReport:
    return import_udi(house.importer(dry=dry), read_devices(path), which)


def product(house: House, code: str) -> Product | None:
    with house.ledger.database.read() as connection:
        return products_by_code(connection, 1, [code]).get(code)


PACKED = f"<packingList>{packing(CASE, BOX, '5')}{packing(BOX, DI, '10', '盒')}</packingList>"
RANGES = storage("运输", "0", "30", "℃") + storage("冷藏", "2", "8", "CEL")
COLD = f"<storageList>{RANGES}</storageList>"


def test_a_product_gets_what_it_lacks_and_keeps_what_it_says(house: House, tmp_path: Path) -> None:
    house.define(replace(STENT, details={"insurance_code": "C9999999999999999999"}))
    report = take(house, release(tmp_path, device(more=PACKED + COLD)))
    assert (report.read, report.changed, report.recorded) == (1, 1, 1)
    assert product(house, "M001") == replace(
        STENT,
        product_id=1,
        identifiers=(),
        levels={GS1 + BOX: 10, GS1 + CASE: 50},
        details={
            "insurance_code": "C9999999999999999999",
            "registration": "国械注准20253130877",
        },
        storage=Storage(Temperatures(Decimal(2), Decimal(8))),
    )


def test_the_same_release_again_changes_nothing(house: House, tmp_path: Path) -> None:
    house.define(STENT)
    path = release(tmp_path, device(more=PACKED + COLD))
    take(house, path)
    before = rows_of(house.ledger)
    again = take(house, path)
    assert (again.unchanged, again.recorded) == (1, 0)
    assert rows_of(house.ledger) == before


def test_what_nobody_here_has_is_passed_over(house: House, tmp_path: Path) -> None:
    house.define(SYRINGE)
    before = rows_of(house.ledger)
    report = take(house, release(tmp_path, device(), device("no code")), Take.SEEN)
    assert (report.read, report.passed, report.new) == (2, 2, 0)
    assert rows_of(house.ledger) == before


def test_a_code_that_goods_came_under_becomes_a_product(house: House, tmp_path: Path) -> None:
    house.recorder.record([event(EventKind.RECEIVED, Thing(f"{GS1}{BOX}/21/1"), at="S")])
    path = release(tmp_path, device(more=PACKED + COLD))
    assert take(house, path, Take.KNOWN).new == 0
    report = take(house, path, Take.SEEN)
    assert (report.new, report.recorded) == (1, 1)
    made = product(house, f"UDI-{DI}")
    assert made is not None
    assert (made.name, made.category) == ("药物洗脱冠脉支架系统", Category.IMPLANT)
    assert made.flags == {Flag.COLD_CHAIN}
    assert made.levels == {GS1 + BOX: 10, GS1 + CASE: 50}
    with house.ledger.database.read() as connection:
        assert mapping_items(connection, 1, MappingState.UNMAPPED) == []


def test_a_package_that_another_product_has_is_a_conflict(house: House, tmp_path: Path) -> None:
    house.define(STENT, replace(SYRINGE, identifiers=(GS1 + BOX,)))
    path = release(tmp_path, device(more=PACKED))
    take(house, path)
    with house.ledger.database.read() as connection:
        (item,) = mapping_items(connection, 1, MappingState.CONFLICTING)
    assert (item.row.identifier, [each.code for each in item.claimants]) == (GS1 + BOX, ["M001"])
    assert take(house, path).recorded == 0


@pytest.mark.parametrize(
    ("more", "column", "code"),
    [
        (f"<packingList>{packing(BOX, CASE, '5')}</packingList>", "packing", "udi-package"),
        (f"<packingList>{packing(BOX, DI, '0')}</packingList>", "packing", "udi-package"),
        (f"<packingList>{packing(BOX, DI, 'x')}</packingList>", "packing", "udi-package"),
        (f"<packingList>{packing('1', DI, '5')}</packingList>", "packing", "udi-package"),
        (
            f"<storageList>{storage('冷藏', '9', '8', '℃')}</storageList>",
            "storage",
            "temperature-upside-down",
        ),
        ("<ybbm>???</ybbm>", "ybbm", "cell-national-code"),
        ("<btcpbs>6901234567890</btcpbs>", "btcpbs", "cell-code"),
    ],
)
def test_what_is_wrong_in_a_device_is_told_and_the_rest_taken(
    house: House, tmp_path: Path, more: str, column: str, code: str
) -> None:
    house.define(STENT)
    report = take(house, release(tmp_path, device(OTHER), device(more=more)))
    assert house.told == [(2, column, code)]
    assert (report.notices, report.bad, report.changed) == (1, 0, 1)


def test_every_device_is_taken_where_all_are_wanted(house: House, tmp_path: Path) -> None:
    report = take(
        house,
        release(tmp_path, device(), device("MA.156.M0.100761.21234561"), device("x")),
        Take.ALL,
    )
    assert (report.new, report.bad, report.recorded) == (2, 1, 2)
    assert house.told == [(3, "zxxsdycpbs", "cell-code")]


def test_a_zip_of_many_files_is_one_release(house: House, tmp_path: Path) -> None:
    house.define(STENT, SYRINGE)
    first = release(tmp_path, device(), name="part1.xml").read_bytes()
    last = release(tmp_path, device(OTHER), name="part3.xml").read_bytes()
    path = tmp_path / "UDID_FULL_RELEASE.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("part1.xml", first)
        archive.writestr("part2.xml", first[:-10])
        archive.writestr("readme.txt", b"<device>")
        archive.writestr("part3.xml", last)
    seen: list[int] = []
    report = import_udi(house.importer(), read_devices(path, seen.append), Take.KNOWN)
    assert [(fault.column, fault.code) for fault in house.faults] == [
        ("part2.xml", "udi-malformed")
    ]
    assert (report.read, report.changed) == (3, 2)
    assert sum(seen) == release_size(path)


def test_a_document_type_is_refused_and_no_entity_grows(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE udid [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    (found,) = read_devices(release(tmp_path, device(cpmctymc="x"), head=bomb))
    assert isinstance(found, Invalid)
    assert found.code == "udi-doctype"


def test_characters_that_xml_forbids_are_dropped(tmp_path: Path) -> None:
    path = release(tmp_path, device(cpmctymc="PLACE"))
    text = path.read_bytes().replace(
        b"PLACE", "支\x0b架&#11;&#x1F;&#xD800;&#65;&amp;&#13;".encode()
    )
    path.write_bytes(text)
    (found,) = read_devices(path)
    assert isinstance(found, UdiDevice)
    assert found.fields["cpmctymc"] == "支架A&"


@given(cut=st.integers(0, 40))
def test_a_reference_on_the_edge_of_a_chunk_is_dropped_too(cut: int) -> None:
    from inventory.importing import udi_file  # noqa: PLC0415 -- looks inside on purpose

    class Stream:
        def __init__(self) -> None:
            whole = b"<a>" + b"x" * 10 + b"&#x0000001F;&#31;&#65;" + b"y</a>"
            self._parts = iter([whole[:cut], whole[cut:]] if cut else [whole])

        def read(self, _size: int) -> bytes:
            return next(self._parts, b"")

    out = b"".join(udi_file._clean(Stream(), None))  # type: ignore[arg-type] # all it asks for
    assert out == b"<a>xxxxxxxxxx&#65;y</a>"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_whatever_the_bytes_only_our_own_error_comes_out(
    tmp_path: Path,
    content: bytes,
    zipped: bool,  # noqa: FBT001 -- drawn
) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    if zipped:
        with zipfile.ZipFile(tmp_path / "any.zip", "w") as archive:
            archive.writestr("a.xml", content)
        path = tmp_path / "any.zip"
    try:
        found = list(read_devices(path))
    except Invalid as error:
        found = [error]
    assert all(isinstance(each, Invalid | UdiDevice) for each in found)


def test_memory_does_not_grow_with_the_release(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write("<udid><devices>")
        file.writelines(device(f"{number:014}", more=PACKED) for number in range(20_000))
        file.write("</devices></udid>")
    tracemalloc.start()
    count = sum(1 for _ in read_devices(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 8_000_000 < path.stat().st_size


def test_a_long_text_is_cut_and_told(house: House, tmp_path: Path) -> None:
    report = take(house, release(tmp_path, device(cpmctymc="x" * 100_000)), Take.ALL)
    assert (report.bad, house.told) == (1, [(1, "zxxsdycpbs", "cell-too-long")])


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    for ask in (
        lambda: list(read_devices(tmp_path / "no.zip")),
        lambda: release_size(tmp_path / "no"),
    ):
        with pytest.raises(Invalid) as caught:
            ask()
        assert caught.value.code == "table-unreadable"


def endless() -> Iterator[UdiDevice]:
    """Many devices without a file."""
    for number in range(1, 1_201):
        yield UdiDevice(number, {"zxxsdycpbs": f"MA.156.M0.100761.{number:08}"})


def test_a_release_is_taken_batch_by_batch(house: House) -> None:
    done: list[int] = []
    importer = house.importer(dry=True)
    importer.progress = done.append
    report = import_udi(importer, endless(), Take.ALL)
    assert (report.read, sum(done), max(done)) == (1_200, 1_200, 500)
