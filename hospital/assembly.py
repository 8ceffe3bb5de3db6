"""Opening a hospital: the one place where its parts are made and put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from access import Access, Policy, keys_from
from database import Database, migrate
from hospital.ancestors import Ancestors
from hospital.parts import new_participants
from ledger import Clock, Ledger, Notary, suite_named
from orders import USUAL_TIMES, Usual, times_from
from recall import KnownRecalls
from settings import Settings
from trace import Recorder, RemoteRecorder


@dataclass(frozen=True, slots=True)
class Hospital:
    """One house's parts; safe to share between threads, made once a process.

    Args:
        settings: what was set from outside.
        database: the tables.
        ledger: the entries.
        recorder: the one door in.
        access: who may do what, and who patients are.
        notary: signs checkpoints, publishes, witnesses and audits.
        clock: the time.
        recalls: the open recalls, and where their goods are.
    """

    settings: Settings
    database: Database
    ledger: Ledger
    recorder: Recorder | RemoteRecorder
    access: Access
    notary: Notary
    clock: Clock
    recalls: KnownRecalls

    @property
    def ledger_id(self) -> int:
        """The ledger that all rows belong to."""
        return self.ledger.ledger_id

    @property
    def zone(self) -> ZoneInfo:
        """The hospital's time zone."""
        return ZoneInfo(self.settings.timezone)

    @property
    def usual(self) -> Usual:
        """What orders of care mean here where they don't say it themselves."""
        said = self.settings
        times = times_from(said.dose_times) if said.dose_times else USUAL_TIMES
        return Usual(said.timezone, times, said.dose_early, said.dose_late)

    def today(self) -> date:
        """The day it is in the hospital."""
        return self.clock().astimezone(self.zone).date()

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()


def utc_now() -> datetime:
    """The clock of a real hospital."""
    return datetime.now(UTC)


def prepare_database(settings: Settings) -> None:
    """Make the data folder and bring the tables to the form this program needs."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate(settings.database_url)


def open_hospital(
    settings: Settings, clock: Clock = utc_now, *, policy: Policy | None = None
) -> Hospital:
    """Open the hospital that the settings name, founding its ledger the first time.

    Args:
        settings: of the hospital.
        clock: tells the time.
        policy: how strict access is; from which networks administrators come, the settings say.

    Raises:
        MedtraceError: the database or a key is missing or is another ledger's.
    """
    if settings.dose_times:
        times_from(settings.dose_times)  # what is wrong with it is told at the start
    database = Database(settings.database_url)
    ledger = Ledger(database, settings.ledger_id, clock)
    notary = Notary(
        ledger,
        origin=settings.origin,
        suite=suite_named(settings.suite),
        key_dir=settings.key_dir,
        clock=clock,
    )
    access = Access(
        database,
        ledger,
        keys_from(settings.secret),
        clock,
        suite=ledger.head().suite,
        policy=replace(policy or Policy(), administrator_networks=settings.admin_networks),
        around=Ancestors(database, settings.ledger_id),
    )
    recorder = (
        RemoteRecorder(settings.recorder_socket)
        if settings.recorder_socket
        else Recorder(ledger, new_participants())
    )
    recalls = KnownRecalls(settings.ledger_id)
    return Hospital(settings, database, ledger, recorder, access, notary, clock, recalls)
