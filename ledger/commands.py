"""The command line of the ledger: `medtrace ledger …`. Errors become exit codes above."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from database import Database
from ledger.audit import Auditor, audit_export
from ledger.export import export
from ledger.identity import keys_of
from ledger.log import Ledger, read_bodies
from ledger.notary import WITNESSES, Notary, read_policy
from ledger.proof import check_proof, prove
from ledger.rehash import Shelf
from ledger.shelves import DatabaseShelf, ExportShelf
from ledger.stored import Check, stored_entries
from ledger.suite import suite_named
from ledger.walk import Progress
from ledger.witness import read_evidence
from settings import Settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("ledger")
def ledger_commands() -> None:
    """Check the ledger, prove what stands in it, publish it, have it witnessed."""


@contextmanager
def _notary() -> Iterator[Notary]:
    settings = Settings.from_environment()
    database = Database(settings.database_url)
    try:
        yield Notary(
            Ledger(database, settings.ledger_id, _now),
            origin=settings.origin,
            suite=suite_named(settings.suite),
            key_dir=settings.key_dir,
            clock=_now,
        )
    finally:
        database.close()


@contextmanager
def _auditor() -> Iterator[Auditor]:
    """Needs no key of ours, and trusts no entry before it was checked."""
    settings = Settings.from_environment()
    database = Database(settings.database_url)
    try:
        witnesses = read_policy(settings.key_dir / WITNESSES).witness_keys
        yield Auditor(Ledger(database, settings.ledger_id, _now), _now, witnesses)
    finally:
        database.close()


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _progress(label: str) -> Iterator[Progress]:
    """A bar on a terminal; elsewhere nothing."""
    bar: Any
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show


@ledger_commands.command()
@click.option("--full", is_flag=True, help="From the first entry, whatever was checked before.")
@click.option("--export", "directory", type=_FOLDER, help="An exported log, not the database.")
@click.option("--vkey", "vkeys", multiple=True, help="The log's key; needed for an export.")
@click.option("--policy", type=_FILE, help="Ask for witnesses too (C2SP tlog-policy).")
@click.option("--processes", type=click.IntRange(min=1), help="How many; default: every core.")
@click.pass_obj
def verify(  # noqa: PLR0913, PLR0917 -- click's options
    checks: Sequence[Check] | None,
    full: bool,  # noqa: FBT001 -- click's flag
    directory: Path | None,
    vkeys: tuple[str, ...],
    policy: Path | None,
    processes: int | None,
) -> None:
    """Re-hash entries, chain and tree; check head, checkpoints, cosignatures, device signatures."""
    if directory:
        asked = read_policy(policy) if policy else None
        keys = [*vkeys, *(str(key) for key in (asked.logs if asked else ()))]
        with _progress("entries") as show:
            checkpoint = audit_export(directory, keys, asked, processes=processes, progress=show)
        click.echo(f"{checkpoint.origin}: {checkpoint.size} entries, all as signed for")
        _check_further(checks, ExportShelf(directory), checkpoint.size)
        return
    with _auditor() as auditor:
        with _progress("entries") as show:
            audit = auditor.audit(full=full, processes=processes, progress=show)
        click.echo(f"{auditor.ledger.head().origin}: {audit.size} entries whole ({audit.scope})")
        click.echo(f"root {audit.root.hex()}")
        url = auditor.ledger.database.engine.url.render_as_string(hide_password=False)
        _check_further(checks, DatabaseShelf(url, auditor.ledger.ledger_id), audit.size)


def _check_further(checks: Sequence[Check] | None, shelf: Shelf, size: int) -> None:
    """Check what the entries say, as whoever put the command line together asked for."""
    for check in checks or ():
        with _progress("entries") as show:
            told = check(stored_entries(shelf, size, show))
        click.echo(told)


@ledger_commands.command()
@click.argument("seq", type=click.IntRange(min=0))
@click.option("-o", "--output", type=_NEW_FILE, help="Where to; default: SEQ.tlog-proof.")
@click.option("--entry", "entry_file", type=_NEW_FILE, help="Write the entry's bytes there.")
def proof(seq: int, output: Path | None, entry_file: Path | None) -> None:
    """Prove that entry SEQ stands in the ledger, in a file that anyone can check offline."""
    with _notary() as notary:
        notary.checkpoint()
        made = prove(notary.checkpoints, seq)
        with notary.ledger.database.read() as connection:
            (body,) = read_bodies(connection, notary.ledger.ledger_id, seq, seq + 1)
    path = output or Path(f"{seq}.tlog-proof")
    path.write_bytes(made.encode())
    if entry_file:
        entry_file.write_bytes(body)
    click.echo(path)


@ledger_commands.command("check-proof")
@click.argument("file", type=_FILE)
@click.option("--entry", "entry_file", type=_FILE, required=True, help="The entry's bytes.")
@click.option("--vkey", "vkeys", multiple=True, help="The log's key.")
@click.option("--policy", type=_FILE, help="Logs and witnesses to believe (C2SP tlog-policy).")
def check(file: Path, entry_file: Path, vkeys: tuple[str, ...], policy: Path | None) -> None:
    """Check a proof offline: no database, no network, no trust in us."""
    asked = read_policy(policy) if policy else None
    keys = [*vkeys, *(str(key) for key in (asked.logs if asked else ()))]
    checkpoint = check_proof(file.read_bytes(), entry_file.read_bytes(), keys, asked)
    click.echo(f"proved: {checkpoint.origin}, among the first {checkpoint.size} entries")


@ledger_commands.command("export")
@click.argument("directory", type=_FOLDER)
def export_log(directory: Path) -> None:
    """Write the published log to DIRECTORY (C2SP tlog-tiles), or bring it up to date."""
    with _notary() as notary, _progress("files") as show:
        notary.checkpoint()
        checkpoint = export(notary.checkpoints, directory, show)
    click.echo(f"{directory}: {checkpoint.size} entries")


@ledger_commands.command("checkpoint")
def make_checkpoint() -> None:
    """Sign where the ledger stands, have it cosigned, and print the checkpoint."""
    with _notary() as notary:
        signed, outcomes = notary.checkpoint()
    click.echo(signed.note.decode(), nl=False)
    for outcome in outcomes:
        click.echo(f"{outcome.witness}: {outcome.problem or 'cosigned'}", err=True)


@ledger_commands.command()
def keys() -> None:
    """Print the log's keys, the one in force last, and the key it witnesses others with."""
    with _notary() as notary:
        for key in keys_of(notary.ledger):
            click.echo(f"log {key}")
        click.echo(f"witness {notary.cosigner.key}")


@ledger_commands.command("rotate-key")
@click.confirmation_option(prompt="A new key will sign from now on. Go on?")
def rotate_key() -> None:
    """Make a new key, put it on record and take it into force."""
    with _notary() as notary:
        notary.rotate()
        click.echo(f"log {notary.signer.key}")


@ledger_commands.command()
def status() -> None:
    """Show the last checkpoint, its cosignatures, the last audit, and what others did wrong."""
    with _notary() as notary:
        assurance = notary.assurance()
    click.echo(f"entries     {assurance.size}")
    click.echo(f"checkpoint  {assurance.checkpoint_size}, {assurance.checkpoint_made or 'never'}")
    click.echo(f"quorum      {'yes' if assurance.quorum else 'no'}")
    audit = assurance.audit
    said = f"{audit.finished} {audit.scope}: {audit.problem or 'whole'}" if audit else "never"
    click.echo(f"audit       {said}")
    click.echo(f"evidence    {assurance.evidence}")


@ledger_commands.command()
def evidence() -> None:
    """Print the checkpoints by which other logs contradicted themselves, to be shown to anyone."""
    with _notary() as notary:
        found = read_evidence(notary.ledger.database, notary.ledger.ledger_id)
    for each in found:
        click.echo(f"{each.origin}: {each.problem}, {each.seen}\n")
        click.echo(f"{each.known.decode()}\n{each.claimed.decode()}")
