"""The command line of reports: `medtrace report closed-loop`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from hospital import HOPS, Hop, Hospital, Loop, WardTotal, closed_loops, open_hospital, totals
from inventory import locations
from orders import moment_of
from settings import Settings
from sheets import harmless
from texts import text_of

_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group("report")
def report_commands() -> None:
    """Reports over what is on record."""


@report_commands.command("closed-loop")
@click.option("--month", required=True, help="`2026-11`.")
@click.option("--ward", help="The code of a ward or theatre; none: all of them.")
@click.option("-o", "--output", type=_NEW_FILE, help="Write every loop as CSV.")
def closed_loop(month: str, ward: str | None, output: Path | None) -> None:
    """Say how complete the loops of a month are: doses and implants, ward by ward."""
    hospital = open_hospital(Settings.from_environment())
    with hospital.database.read() as connection:
        places = {each.code for each in locations(connection, hospital.ledger_id).values()}
    report = closed_loops(hospital, month, {ward} if ward else places)
    for kind, loops in (("medication", report.medication), ("implants", report.implants)):
        click.echo(kind)
        for total in totals(loops):
            click.echo(f"  {_line(total)}")
    if output is not None:
        with output.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            _write(writer.writerow, hospital, report.medication, HOPS["medication"])
            _write(writer.writerow, hospital, report.implants, HOPS["implants"])


def _line(total: WardTotal) -> str:
    rate = "–" if total.rate is None else f"{100 * total.rate:.1f} %"
    return (
        f"{total.ward}: {rate}  {total.complete} of {total.loops} complete, "
        f"{total.missing} with a hop missing, {total.disordered} out of order"
    )


def _write(row: object, hospital: Hospital, loops: Iterable[Loop], hops: Sequence[Hop]) -> None:
    """The loops as rows, a column for each hop."""
    assert callable(row)  # noqa: S101 -- a writer's method, which has no type of its own
    names = [text_of(f"column-hop-{hop}").zh for hop in hops]
    row([*(text_of(f"column-{name}").zh for name in _HEADS), *names])
    for loop in loops:
        cells = [loop.number, loop.ward, _moment(hospital, loop.due)]
        cells.append(text_of("loop-complete" if loop.is_complete else "loop-open").zh)
        for each in loop.hops:
            time = "" if each.time is None else _moment(hospital, each.time)
            cells.append(f"{time} {text_of(f'found-{each.found}').zh}".strip())
        row([harmless(cell) for cell in cells])


_HEADS = ("loop", "ward", "dose-due", "loop-state")


def _moment(hospital: Hospital, slot: int) -> str:
    return f"{moment_of(slot, hospital.settings.timezone):%Y-%m-%d %H:%M:%S}"
