"""The command line of master data: `medtrace catalogue …`, `places …` and others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection
from uuid6 import uuid7

from errors import Conflict
from hospital import Hospital, open_hospital
from inventory import (
    CodeMapping,
    ColdKeeper,
    ExcursionDecision,
    Importer,
    ImportFault,
    ImportReport,
    MappingState,
    Take,
    export_par_levels,
    export_places,
    export_products,
    export_suppliers,
    hold_excursions,
    import_par_levels,
    import_places,
    import_products,
    import_readings,
    import_suppliers,
    import_udi,
    mapping_items,
    open_excursions,
    read_devices,
    release_size,
)
from settings import Settings
from sheets import Sheet, read_sheet
from trace import Outcome, Refused

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
_RELEASES = frozenset({".zip", ".xml"})

Run = Callable[[Importer, Callable[[int], None]], ImportReport]
"""Runs an import from the beginning of its file, telling its progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """The options that every import has."""

    dry_run: bool
    skip_bad_rows: bool
    person: str | None


@click.group("catalogue")
def catalogue_commands() -> None:
    """Import and export products, and say what unknown codes stand for."""


@click.group("places")
def place_commands() -> None:
    """Import and export the places of the hospital."""


@click.group("suppliers")
def supplier_commands() -> None:
    """Import and export the companies that deliver."""


@click.group("par-levels")
def par_level_commands() -> None:
    """Import and export what places want to have."""


@click.group("cold-chain")
def cold_commands() -> None:
    """Import readings of sensors, and decide excursions."""


_DRY = click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
_SKIP = click.option("--skip-bad-rows", is_flag=True, help="Record the good rows all the same.")
_PERSON = click.option("--person", help="The staff number of who imports.")
_ENGLISH = click.option("--english", is_flag=True, help="Headers and words in English.")
_OUTPUT = click.option("-o", "--output", required=True, type=_NEW_FILE)


@catalogue_commands.command("import")
@click.argument("file", type=_FILE)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["auto", "table", "udi"]),
    default="auto",
    show_default=True,
    help="A table (CSV, XLSX, XLS, ODS) or a release of the NMPA's UDI database (ZIP, XML).",
)
@click.option(
    "--take",
    type=click.Choice([each.value for each in Take]),
    default=Take.KNOWN.value,
    show_default=True,
    help="Of the UDI database: what we have, also what goods came under, or all.",
)
@_DRY
@_SKIP
@_PERSON
def import_catalogue(file: Path, *, kind: str, take: str, **how: Any) -> None:  # noqa: ANN401 -- click's options
    """Import products from FILE."""
    release = kind == "udi" or (kind == "auto" and file.suffix.lower() in _RELEASES)
    if release:
        _import(_release(file, Take(take)), release_size(file), _How(**how))
        return

    def run(importer: Importer, progress: Callable[[int], None]) -> ImportReport:
        importer.progress = progress
        return import_products(importer, read_sheet(file))

    _import(run, _rows(file), _How(**how))


def _release(file: Path, take: Take) -> Run:
    def run(importer: Importer, progress: Callable[[int], None]) -> ImportReport:
        return import_udi(importer, read_devices(file, progress), take)

    return run


def _add_import(
    group: click.Group, take: Callable[[Importer, Sheet], ImportReport], what: str
) -> None:
    """A command that imports one kind of table."""

    @group.command("import", help=f"Import {what} from FILE, a table (CSV, XLSX, XLS, ODS).")
    @click.argument("file", type=_FILE)
    @_DRY
    @_SKIP
    @_PERSON
    def _command(file: Path, **how: Any) -> None:  # noqa: ANN401 -- click's options
        def run(importer: Importer, progress: Callable[[int], None]) -> ImportReport:
            importer.progress = progress
            return take(importer, read_sheet(file))

        _import(run, _rows(file), _How(**how))


_add_import(place_commands, import_places, "places")
_add_import(supplier_commands, import_suppliers, "suppliers")
_add_import(par_level_commands, import_par_levels, "par levels")


def _rows(file: Path) -> int:
    return sum(1 for _ in read_sheet(file).rows)


def _import(run: Run, length: int, how: _How) -> None:
    """Check the whole file first; record only when it is sound, or when asked to skip."""
    with _hospital() as hospital:
        with click.progressbar(length=length, label="check", file=sys.stderr) as bar:
            found = run(_importer(hospital, how.person, _tell, record=False), bar.update)
        _say(found)
        if how.dry_run or (found.bad and not how.skip_bad_rows):
            sys.exit(1 if found.bad else 0)
        with click.progressbar(length=length, label="record", file=sys.stderr) as bar:
            done = run(_importer(hospital, how.person, _tell_refused, record=True), bar.update)
        click.echo(f"已写入 {done.recorded} 条记录 / {done.recorded} entries recorded")
        if done.bad > found.bad:
            sys.exit(1)


def _importer(
    hospital: Hospital, person: str | None, tell: Callable[[ImportFault], None], *, record: bool
) -> Importer:
    return Importer(
        database=hospital.database,
        ledger_id=hospital.ledger_id,
        record=hospital.recorder.record if record else None,
        clock=hospital.clock,
        new_id=uuid7,
        person=person,
        tell=tell,
        progress=lambda _: None,
    )


def _tell(fault: ImportFault) -> None:
    mark = "✗" if fault.blocking else "!"
    where = f"{fault.row} [{fault.column}]" if fault.column else str(fault.row)
    click.echo(f"{mark} {where} {fault.text.zh} / {fault.text.en} ({fault.code})")


def _tell_refused(fault: ImportFault) -> None:
    if fault.code == "import-refused":
        _tell(fault)


def _say(report: ImportReport) -> None:
    click.echo(
        f"读了 {report.read} 行：新增 {report.new}，更改 {report.changed}，"
        f"不变 {report.unchanged}，有错 {report.bad}，提示 {report.notices}，略过 {report.passed}"
    )
    click.echo(
        f"{report.read} rows: {report.new} new, {report.changed} changed, {report.unchanged} "
        f"unchanged, {report.bad} bad, {report.notices} with notices, {report.passed} passed over"
    )


@cold_commands.command("import")
@click.argument("file", type=_FILE)
@_DRY
@_SKIP
@_PERSON
def import_reading_table(file: Path, **how: Any) -> None:  # noqa: ANN401 -- click's options
    """Import readings from FILE: a table with place, sensor, time and temperature."""
    zone = ZoneInfo(Settings.from_environment().timezone)

    def run(importer: Importer, progress: Callable[[int], None]) -> ImportReport:
        importer.progress = progress
        return import_readings(importer, read_sheet(file), zone)

    _import(run, _rows(file), _How(**how))
    _hold()


def _hold() -> None:
    """Put into quarantine what open excursions have harmed."""
    with _hospital() as hospital:
        record = hospital.recorder.record
        keeper = ColdKeeper(hospital.database, hospital.ledger_id, record, hospital.clock, uuid7)
        held = hold_excursions(keeper)
    click.echo(f"隔离 {held} 笔 / {held} entries of quarantine")


@cold_commands.command("worklist")
def excursions() -> None:
    """List the excursions that nobody has decided yet, the newest first."""
    with _hospital() as hospital, hospital.database.read() as connection:
        found = open_excursions(connection, hospital.ledger_id)
    for each in found:
        span = f"{each.started.isoformat()} – {each.until.isoformat() if each.ended else ''}"
        where = f"{each.place.code} {each.place.name} {each.sensor}"
        click.echo(f"{each.number}  {where}  {each.limits}: {each.lowest} … {each.highest}  {span}")


@cold_commands.command("decide")
@click.argument("number", type=click.IntRange(1))
@click.option("--person", required=True, help="The staff number of who decided.")
@click.option("--note", required=True, help="What was found, and what follows.")
def decide_excursion(number: int, person: str, note: str) -> None:
    """Decide the excursion NUMBER: it holds nothing more."""
    with _hospital() as hospital:
        now = hospital.clock()
        decision = ExcursionDecision(id=uuid7(), time=now, number=number, person=person, note=note)
        (outcome,) = hospital.recorder.record([decision])
    _require(outcome)
    click.echo(f"{number}: {note}")


def _require(outcome: Outcome) -> None:
    if isinstance(outcome, Refused):
        values = {name: str(value) for name, value in outcome.values.items()}
        raise Conflict(outcome.reason.value, **values)


def _add_export(group: click.Group, write: Callable[..., int], what: str) -> None:
    """A command that exports one kind of table."""

    @group.command("export", help=f"Write all {what} into a CSV file that an import takes back.")
    @_OUTPUT
    @_ENGLISH
    def _command(output: Path, english: bool) -> None:  # noqa: FBT001 -- click's flag
        with _written(output) as (connection, ledger_id, file):
            count = write(connection, ledger_id, file, chinese=not english)
        click.echo(f"{output}: {count}")


_add_export(catalogue_commands, export_products, "products")
_add_export(place_commands, export_places, "places")
_add_export(supplier_commands, export_suppliers, "suppliers")
_add_export(par_level_commands, export_par_levels, "par levels")


@catalogue_commands.command("worklist")
@click.option(
    "--state",
    type=click.Choice([each.value for each in MappingState]),
    default=MappingState.UNMAPPED.value,
    show_default=True,
)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
def worklist(state: str, limit: int) -> None:
    """List the codes that nobody owns or two products claim, the last seen first."""
    with _hospital() as hospital, hospital.database.read() as connection:
        items = mapping_items(connection, hospital.ledger_id, MappingState(state), limit=limit)
    for item in items:
        names = [item.owner, *item.claimants]
        owners = " / ".join(f"{each.code} {each.name}" for each in names if each is not None)
        row = item.row
        seqs = f"# {row.first_seq}–{row.last_seq}"
        click.echo(f"{row.identifier}  × {row.seen}  {seqs}  {row.example}  {owners}".rstrip())


@catalogue_commands.command("confirm")
@click.argument("identifier")
@click.argument("product")
@click.option("--person", required=True, help="The staff number of who decided.")
@click.option("--note", help="Why.")
def confirm(identifier: str, product: str, person: str, note: str | None) -> None:
    """Say that IDENTIFIER stands for PRODUCT (its code) from now on."""
    with _hospital() as hospital:
        decision = CodeMapping(
            id=uuid7(),
            time=hospital.clock(),
            identifier=identifier,
            product=product,
            person=person,
            note=note,
        )
        (outcome,) = hospital.recorder.record([decision])
    _require(outcome)
    click.echo(f"{identifier} → {product}")


@contextmanager
def _written(output: Path) -> Iterator[tuple[Connection, int, IO[str]]]:
    """A file for a spreadsheet: UTF-8 with its mark."""
    with (
        _hospital() as hospital,
        hospital.database.read() as connection,
        output.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        yield connection, hospital.ledger_id, file


@contextmanager
def _hospital() -> Iterator[Hospital]:
    hospital = open_hospital(Settings.from_environment())
    try:
        yield hospital
    finally:
        hospital.close()
