"""The command line of backups: `medtrace backup FILE`, `medtrace restore FILE`."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from database import Database
from hospital import back_up, restore
from jobs import Jobs
from settings import Settings
from texts import text_of


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Write the whole database to FILE, with its checksum; the keys are left out."""
    settings = Settings.from_environment()
    with (
        closing(Database(settings.database_url)) as database,
        Jobs(database, settings.ledger_id).run("backup", every=timedelta(days=1)) as run,
    ):
        made = back_up(settings, file, _now)
        run.did = f"{made.size:,}"
    click.echo(f"{file}: {made.origin}, {made.size} entries, sha256 {made.sha256}")
    _remind_of_keys(settings)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_command(file: Path) -> None:
    """Fill an empty database from FILE, and verify its ledger from the first entry on."""
    settings = Settings.from_environment()
    made = restore(settings, file, _now)
    click.echo(f"{made.origin}: of {made.made}, {made.size} entries or more, all whole")
    _remind_of_keys(settings)


def _remind_of_keys(settings: Settings) -> None:
    told = text_of("backup-without-keys").filled({"folder": settings.key_dir})
    click.echo(f"{told.zh}\n{told.en}", err=True)


def _now() -> datetime:
    return datetime.now(UTC)
