"""Products from the NMPA's UDI database: what the hospital has is completed, never overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from errors import Invalid
from inventory.importing import cells
from inventory.importing.faults import ImportFault, ImportReport, fault_of
from inventory.importing.importer import Importer, batches
from inventory.importing.present import Present, Standing
from inventory.importing.udi_file import UdiDevice
from inventory.storage import Storage, Temperatures
from inventory.things import Category, Flag, Product

_DI: Final = "zxxsdycpbs"
_IMPLANTS: Final = ("12", "13")
"""有源植入器械 and 无源植入器械 of the classification catalogue (医疗器械分类目录, 2017)."""
_CELSIUS: Final = frozenset({"℃", "°C", "C", "CEL", "摄氏度"})
_STORAGE_WORDS: Final = ("储存", "贮存", "保存", "冷藏", "常温", "阴凉", "STORAGE")
_COLD: Final = 8
_UNIT: Final = "件"


class Take(StrEnum):
    """Which devices of the database are wanted."""

    KNOWN = "known"
    """Those that a product of the hospital is already."""
    SEEN = "seen"
    """Also those whose code goods came under, though no product owns it."""
    ALL = "all"
    """Every one."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a device says, as far as it can be read."""

    device: UdiDevice
    identifiers: Mapping[str, int]
    storage: Storage | None
    details: Mapping[str, str]
    faults: Sequence[ImportFault]


def import_udi(
    importer: Importer, devices: Iterable[UdiDevice | Invalid], take: Take
) -> ImportReport:
    """Complete the catalogue from the UDI database.

    A product that is there gets what it lacks: package identifiers with their levels, storage,
    registration and insurance code; what it says already stays. The same release again changes
    nothing.

    Args:
        importer: where to, and whether for real.
        devices: of a release (`read_devices`).
        take: which of them.
    """
    for batch in batches(_sound(importer, devices)):
        _take(importer, batch, take)
        importer.progress(len(batch))
    return importer.report


def _sound(importer: Importer, devices: Iterable[UdiDevice | Invalid]) -> Iterator[UdiDevice]:
    for each in devices:
        if isinstance(each, Invalid):
            importer.fault([fault_of(each, importer.report.read, each.field or "")])
            continue
        importer.report.read += 1
        yield each


def _take(importer: Importer, devices: Sequence[UdiDevice], take: Take) -> None:
    readings = [reading for device in devices if (reading := _read(importer, device, take))]
    names = [name for reading in readings for name in reading.identifiers]
    with importer.database.read() as connection:
        present = Present(connection, importer.ledger_id)
        owners, seen = present.owners(names), present.unmapped(names)
    wanted: dict[str, _Work] = {}
    for reading in readings:
        work = _work_for(reading, owners, seen, take, wanted)
        if work is None:
            importer.report.passed += 1
            continue
        work.add(reading)
        importer.fault(reading.faults)
    importer.define([(work.row, work.product) for work in _differing(importer, wanted.values())])


@dataclass(slots=True)
class _Work:
    """A product that devices complete."""

    row: int
    product: Product
    standing: Standing | None = None
    before: Product = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.product

    def add(self, reading: _Reading) -> None:
        product = self.product
        names = tuple(dict.fromkeys((*product.identifiers, *reading.identifiers)))
        levels = {name: count for name, count in reading.identifiers.items() if count != 1}
        self.product = replace(
            product,
            identifiers=names,
            levels={**levels, **product.levels},
            storage=product.storage or reading.storage,
            details={**reading.details, **product.details},
        )


def _work_for(
    reading: _Reading,
    owners: Mapping[str, Standing],
    seen: set[str],
    take: Take,
    wanted: dict[str, _Work],
) -> _Work | None:
    """The product that a device belongs to: the owner of its own code, else of a package."""
    owner = next((owners[name] for name in reading.identifiers if name in owners), None)
    if owner is not None:
        code, number = owner.product.code, reading.device.number
        claimed = tuple(sorted(owner.claims))
        product = replace(owner.product, identifiers=(*owner.product.identifiers, *claimed))
        return wanted.setdefault(code, _Work(number, product, owner))
    unmapped = take is Take.SEEN and not seen.isdisjoint(reading.identifiers)
    if take is not Take.ALL and not unmapped:
        return None
    product = _new_product(reading)
    return wanted.setdefault(product.code, _Work(reading.device.number, product))


def _differing(importer: Importer, wanted: Iterable[_Work]) -> Iterator[_Work]:
    report = importer.report
    for work in wanted:
        if work.standing is None:
            report.new += 1
            yield work
        elif frozenset(work.product.identifiers) <= work.standing.names and work.before == replace(
            work.product, identifiers=work.before.identifiers
        ):
            report.unchanged += 1
        else:
            report.changed += 1
            yield work


def _new_product(reading: _Reading) -> Product:
    fields = reading.device.fields
    implant = fields.get("flbm", "").startswith(_IMPLANTS)
    limits = reading.storage.temperatures if reading.storage else None
    cold = limits is not None and limits.highest is not None and limits.highest <= _COLD
    return Product(
        code=f"UDI-{fields[_DI]}",
        name=fields.get("cpmctymc") or fields.get("spmc") or fields[_DI],
        specification=fields.get("ggxh", ""),
        category=Category.IMPLANT if implant else Category.CONSUMABLE,
        unit=_UNIT,
        holder=fields.get("ylqxzcrbarmc", ""),
        flags=frozenset({Flag.COLD_CHAIN}) if cold else frozenset(),
    )


def _read(importer: Importer, device: UdiDevice, take: Take) -> _Reading | None:
    """What a device says; one without a code that a scan could lead to is only told of for all."""
    number, faults = device.number, []
    try:
        own = cells.identifier(cells.code(device.fields.get(_DI, "")))
        for name in ("cpmctymc", "spmc", "ggxh", "ylqxzcrbarmc", "zczbhhzbapzbh"):
            device.fields[name] = cells.text(" ".join(device.fields.get(name, "").split()))
    except Invalid as error:
        if take is Take.ALL:
            importer.fault([fault_of(error, number, _DI)])
        else:
            importer.report.passed += 1
        return None
    levels = {own: 1}
    body = device.fields.get("btcpbs", "")
    if body:
        try:
            levels.setdefault(cells.identifier(body), 1)
        except Invalid as error:
            faults.append(replace(fault_of(error, number, "btcpbs"), blocking=False))
    _add_packages(device, levels, faults)
    storage = _storage(device, faults)
    return _Reading(device, levels, storage, _details(device, faults), faults)


def _add_packages(device: UdiDevice, levels: dict[str, int], faults: list[ImportFault]) -> None:
    """Base units in every package, from the inside out; one that leads nowhere is told."""
    waiting = list(device.packings)
    while waiting:
        rest = [packing for packing in waiting if not _add_package(packing, levels)]
        if len(rest) == len(waiting):
            for packing in rest:
                values = {"found": packing.get("bzcpbs", "")}
                faults.append(
                    ImportFault(device.number, "packing", "udi-package", values, blocking=False)
                )
            return
        waiting = rest


def _add_package(packing: Mapping[str, str], levels: dict[str, int]) -> bool:
    try:
        name = cells.identifier(packing.get("bzcpbs", ""))
        inside = cells.identifier(packing.get("bznhxyjbzcpbs", ""))
        count = cells.whole(packing.get("bznhxyjcpbssl", ""), 10**6)
    except Invalid:
        return False
    if inside not in levels or count < 1 or name in levels:
        return name in levels
    levels[name] = levels[inside] * count
    return True


def _storage(device: UdiDevice, faults: list[ImportFault]) -> Storage | None:
    """The range for storing; where there is none, the special conditions as a note."""
    note = " ".join(device.fields.get("tscchcztj", "").split())[:500]
    ranges = [each for each in device.storages if _unit_of(each) in _CELSIUS]
    ranges.sort(key=lambda each: not any(w in each.get("cchcztj", "") for w in _STORAGE_WORDS))
    limits = None
    for each in ranges[:1]:
        try:
            lowest, highest = (cells.temperature(each.get(name, "")) for name in ("zdz", "zgz"))
            if lowest is not None or highest is not None:
                limits = Temperatures(lowest, highest)
        except Invalid as error:
            faults.append(replace(fault_of(error, device.number, "storage"), blocking=False))
    storage = Storage(limits, note=note)
    return None if storage == Storage() else storage


def _unit_of(storage: Mapping[str, str]) -> str:
    unit = storage.get("jldw", "").strip()
    return unit if unit == "℃" else normalize("NFKC", unit).upper()


def _details(device: UdiDevice, faults: list[ImportFault]) -> dict[str, str]:
    found = {"registration": device.fields.get("zczbhhzbapzbh", "")}
    try:
        found["insurance_code"] = cells.national_code(device.fields.get("ybbm", ""))
    except Invalid as error:
        faults.append(replace(fault_of(error, device.number, "ybbm"), blocking=False))
    return {name: value for name, value in found.items() if value}
