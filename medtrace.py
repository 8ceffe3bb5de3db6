"""The command line: `medtrace serve`, `medtrace ledger verify`, `medtrace read` and the others."""

from __future__ import annotations

import sys
from pathlib import Path

# Python has a standard module named `trace`; ours must win from whatever folder this is started.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import os
import secrets
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import click
from uuid6 import uuid7

from access import OPERATOR
from account_commands import account_commands
from backup_commands import backup_command, restore_command
from catalogue_commands import (
    catalogue_commands,
    cold_commands,
    par_level_commands,
    place_commands,
    supplier_commands,
)
from errors import Conflict, Invalid, MedtraceError, NotFound
from hospital import (
    DECODERS,
    Hospital,
    check_batches,
    collect_seldom,
    examine,
    file_papers,
    open_hospital,
    prepare_database,
    rebuild_projections,
    sweep,
    tell_overdue,
    with_patients,
)
from inventory import LabelIssue, products_by_code
from jobs import Jobs
from ledger import StoredEntry, VerificationError, ledger_commands
from orders import papers_of, sheet_of_file
from report_commands import report_commands
from scanning import HAS_SECOND_READER, LABEL_SIZES, Label, draw_sheet, new_label_number, read
from scanning.commands import read_command, scanner_test_command
from settings import ROOT, Settings
from texts import text_of
from trace import Recorder, RecorderProcess, Refused
from web_server import server_command

_EXIT_CODES: dict[type[MedtraceError], int] = {VerificationError: 3}
"""What a shell sees: 1 for an error of ours, 3 where a verification failed (2 is click's own)."""


class _Group(click.Group):
    """Tells errors of ours in both languages and exits with their code."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except MedtraceError as error:
            where = f" [{error.field}]" if error.field else ""
            click.echo(f"{error.text.zh}\n{error.text.en}{where} ({error.code})", err=True)
            ctx.exit(_EXIT_CODES.get(type(error), 1))


def _device_signatures(entries: Iterable[StoredEntry]) -> str:
    """What `medtrace ledger verify` says of the signatures of devices."""
    found = check_batches(entries)
    return (
        f"device signatures: {found.batches} batches hold, {found.covered} records as signed, "
        f"{found.unsigned} of devices with a key came without"
    )


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "obj": (_device_signatures,)},
)
def main() -> None:
    """medtrace: a drug and consumables traceability ledger that a hospital runs itself."""


def _open() -> Hospital:
    return open_hospital(Settings.from_environment())


@main.command()
def init() -> None:
    """Make the tables, the keys and the ledger, where they are not there yet."""
    settings = Settings.from_environment()
    prepare_database(settings)
    head = open_hospital(settings).ledger.head()
    click.echo(f"{head.origin}: {head.size} entries, {head.suite}")


@main.command()
@click.option("--demo", is_flag=True, help="Fill an empty ledger with the demo hospital.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="MEDTRACE_PORT", default=8000, show_default=True)
@click.option("--workers", envvar="MEDTRACE_WORKERS", default=2, show_default=True)
@click.option("--threads", envvar="MEDTRACE_THREADS", default=8, show_default=True)
def serve(demo: bool, host: str, port: int, workers: int, threads: int) -> None:  # noqa: FBT001 -- click's flag
    """Serve pages and the handheld API, bringing the database up to date first."""
    settings = Settings.from_environment()
    prepare_database(settings)
    if demo:
        _seed(settings)
    hospital = open_hospital(settings)
    hospital.notary.auditor.check_tail()  # a disk that lied is found before anything is added
    hospital.access.settings.note(settings.said())
    hospital.close()
    if not HAS_SECOND_READER:
        told = text_of("scan-word-second-reader")
        click.echo(f"{told.zh}\n{told.en}", err=True)
    click.echo(f"medtrace: http://{host}:{port}")
    sys.stdout.flush()
    os.environ.update(_for_workers(settings))
    os.chdir(ROOT)
    command = server_command(
        "app:serving", host=host, port=port, workers=workers, threads=threads, factory=True
    )
    os.execv(command[0], command)  # noqa: S606 -- our own interpreter


def _for_workers(settings: Settings) -> dict[str, str]:
    """The environment of the workers: they run in another folder than the one we were called in."""
    paths = {
        "MEDTRACE_DATA": settings.data_dir,
        "MEDTRACE_DATABASE_URL": settings.database_url,
        "MEDTRACE_KEYS": settings.key_dir,
        "MEDTRACE_RECORDER": settings.recorder_socket,
        "MEDTRACE_OIDC_CLIENT_SECRET_FILE": settings.single_sign_on
        and settings.single_sign_on.secret_file,
    }
    return {name: str(path) for name, path in paths.items() if path}


def _seed(settings: Settings) -> None:
    from demo import HistoryClock, seed  # noqa: PLC0415 -- a production server doesn't load it

    clock = HistoryClock(datetime.now(UTC))
    hospital = open_hospital(settings, clock)
    click.echo("演示医院 / demo hospital")
    for known in seed(hospital, clock):
        person, roles = known.person, ", ".join(known.person.roles)
        badge = f"   badge {known.badge}  PIN {known.pin}" if known.badge else ""
        click.echo(f"  {person.number}  {known.password}   {person.name} ({roles}){badge}")
    hospital.close()


@main.command()
def recorder() -> None:
    """Record for web workers, in a process of its own, on the socket MEDTRACE_RECORDER."""
    settings = Settings.from_environment()
    if settings.recorder_socket is None:
        raise Invalid("required", field="MEDTRACE_RECORDER")
    hospital = open_hospital(replace(settings, recorder_socket=None))
    assert isinstance(hospital.recorder, Recorder)  # noqa: S101 -- no socket, no remote one
    click.echo(f"medtrace recorder: {settings.recorder_socket}")
    collect_seldom()
    RecorderProcess(settings.recorder_socket, hospital.recorder, DECODERS).serve()


@main.command()
@click.option("--events", default=100_000, show_default=True, help="How many events to make.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same events.")
def demo(events: int, seed: int) -> None:
    """Make any number of events for load, beside what is there.

    What a smaller load of the same seed has left there is gone on from.
    """
    from demo import Progress, fill  # noqa: PLC0415 -- a production server doesn't load it

    prepare_database(Settings.from_environment())
    hospital = _open()

    collect_seldom()

    def rate(progress: Progress | None) -> str:
        return f"{progress.rate:,.0f}/s" if progress else ""

    with click.progressbar(
        length=events, label="events", show_pos=True, item_show_func=rate
    ) as bar:
        fill(
            hospital.ledger,
            hospital.recorder,
            events,
            seed,
            lambda progress: bar.update(progress.done - bar.pos, progress),
        )


@main.command()
def rebuild() -> None:
    """Empty every projection and replay the ledger into them.

    What is on record stays on record: events that today's rules would refuse are folded all the
    same, and counted by rule.
    """
    hospital = _open()
    collect_seldom()
    begin = time.monotonic()

    def rate(done: int | None) -> str:
        return f"{done / (time.monotonic() - begin):,.0f}/s" if done else ""

    size = hospital.ledger.head().size
    with (
        Jobs(hospital.database, hospital.ledger_id).run("rebuild") as run,
        click.progressbar(length=size, label="entries", show_pos=True, item_show_func=rate) as bar,
    ):
        differences = rebuild_projections(
            hospital, lambda done, _: bar.update(done - bar.pos, done)
        )
        run.did = f"{size:,}"
    for reason, number in Counter(each.reason.value for each in differences).most_common():
        click.echo(f"{number} recorded before there was the rule {reason}")


@main.command()
@click.option("--station", required=True, help="The code of the location it stands at.")
@click.option("--profile", required=True, help="What it is for: receiving, pharmacy, ward …")
def enrol(station: str, profile: str) -> None:
    """Make a one-time code that lets one handheld in, good for ten minutes."""
    devices = _open().access.devices
    click.echo(devices.enrolment_code(OPERATOR, station=station, profile=profile))


@main.command()
@click.option("--number", required=True, help="The staff number of the account.")
@click.option("--subject", required=True, help="`sub` at the identity provider.")
def link(number: str, subject: str) -> None:
    """Let a subject of the identity provider open an account, by single sign-on."""
    hospital = _open()
    provider, access = hospital.settings.single_sign_on, hospital.access
    if provider is None:
        raise Invalid("required", field="MEDTRACE_OIDC_ISSUER")
    accounts = access.staff.list(by=OPERATOR)
    found = next((each for each in accounts if each.number == number.strip().upper()), None)
    if found is None:
        raise NotFound("not-found", what=number)
    access.single_sign_on.link(found.staff_id, provider.issuer, subject, by=OPERATOR)


@main.command()
@click.argument("product")
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 500))
@click.option("--size", default="50x30", show_default=True, type=click.Choice(sorted(LABEL_SIZES)))
@click.option("--line", "lines", multiple=True, help="A further line: lot, expiry, ward …")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def labels(product: str, count: int, size: str, lines: tuple[str, ...], output: Path) -> None:
    """Issue in-house labels for PRODUCT, goods without a code of their own, as A4 sheets (PDF)."""
    hospital = _open()
    now = hospital.clock()
    with hospital.database.read() as connection:
        known = products_by_code(connection, hospital.ledger_id, [product]).get(product)
    if known is None:
        raise NotFound("not-found", what=product)
    numbers = [new_label_number(now, secrets.token_bytes(4)) for _ in range(count)]
    text = (known.specification, *lines)
    sheet = draw_sheet(
        [Label(number, "datamatrix", known.name, (*text, number)) for number in numbers], size=size
    )
    keys = tuple(str(read(number).key) for number in numbers)
    (outcome,) = hospital.recorder.record(
        [LabelIssue(id=uuid7(), time=now, product=product, keys=keys)]
    )
    if isinstance(outcome, Refused):
        raise Conflict(outcome.reason.value, **{name: str(v) for name, v in outcome.values.items()})
    output.write_bytes(sheet)
    click.echo(f"{output}: {count} × {known.name}, # {outcome.receipt.seq}")


@main.command("sweep")
@click.option("--days", default=366, show_default=True, help="How far back lots are looked at.")
@click.pass_context
def sweep_expired(ctx: click.Context, days: int) -> None:
    """Put expired goods that are still available into quarantine, in every place.

    Loaner sets whose day is over go on the work-list.
    """
    hospital = _open()
    with Jobs(hospital.database, hospital.ledger_id).run("sweep", every=timedelta(days=1)) as run:
        overdue = tell_overdue(hospital, uuid7)
        if overdue:
            click.echo(f"loaner sets overdue: {', '.join(sorted(overdue))}")
        swept = sweep(hospital, hospital.today() - timedelta(days=days), uuid7)
        refused = 0
        for code, outcomes in sorted(swept.items()):
            for outcome in outcomes:
                if isinstance(outcome, Refused):
                    refused += 1
                    run.problem = f"{code}: {outcome.text.zh}"
                    click.echo(f"{code}: {outcome.text.zh} / {outcome.text.en}", err=True)
        run.did = str(sum(map(len, swept.values())) - refused)
    click.echo(f"{run.did} events in {len(swept)} places")
    ctx.exit(1 if refused else 0)


@main.group("orders")
def order_commands() -> None:
    """Purchase orders, delivery notes, transfer requests, and orders of care."""


@order_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what is wrong; record nothing.")
@click.pass_context
def import_orders(ctx: click.Context, file: Path, dry_run: bool) -> None:  # noqa: FBT001 -- click's flag
    """Take orders from FILE: CSV, XLSX or JSON. Every bad row is told; its order is left out.

    Patients are named by their record numbers; each look for one is put on record.
    """
    told, faults = papers_of(sheet_of_file(file))
    hospital = _open()
    papers, strangers = with_patients(hospital, told, by=OPERATOR)
    examined = examine(hospital, papers, person=None)
    if not dry_run:
        with click.progressbar(length=len(examined), label="orders", file=sys.stderr) as bar:
            file_papers(hospital, examined, progress=bar.update)
    faults += [fault for filed in (*strangers, *examined) for fault in filed.faults]
    for fault in faults:
        click.echo(f"{fault.at}: {fault.text.zh} / {fault.text.en} ({fault.code})", err=True)
    good = sum(filed.placed if not dry_run else not filed.faults for filed in examined)
    click.echo(f"{good} orders {'would be ' if dry_run else ''}placed, {len(faults)} faults")
    ctx.exit(1 if faults else 0)


main.add_command(account_commands)
main.add_command(catalogue_commands)
main.add_command(place_commands)
main.add_command(supplier_commands)
main.add_command(par_level_commands)
main.add_command(cold_commands)
main.add_command(backup_command)
main.add_command(restore_command)
main.add_command(ledger_commands)
main.add_command(report_commands)
main.add_command(read_command)
main.add_command(scanner_test_command)

if __name__ == "__main__":
    main()
