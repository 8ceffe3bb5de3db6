"""What the pages work with: the hospital, and what only pages ask of its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from flask import current_app

from hospital import Hospital
from ledger import Audits, Checkpoints, PublishedLog
from web.today import Today
from web.verifying import Verifying

EXTENSION = "medtrace.web"
"""Where the application keeps it."""


@dataclass(frozen=True)
class Desk:
    """One a process; safe to share between threads.

    Args:
        hospital: whose pages these are.
    """

    hospital: Hospital

    @cached_property
    def zone(self) -> ZoneInfo:
        """The hospital's time zone."""
        return ZoneInfo(self.hospital.settings.timezone)

    @cached_property
    def checkpoints(self) -> Checkpoints:
        """The ledger's checkpoints."""
        return Checkpoints(self.hospital.ledger, self.hospital.clock)

    @cached_property
    def log(self) -> PublishedLog:
        """The ledger as it is published."""
        return PublishedLog(self.hospital.ledger, self.checkpoints)

    @cached_property
    def audits(self) -> Audits:
        """What verifications found."""
        house = self.hospital
        return Audits(house.database, house.ledger_id, house.clock)

    @cached_property
    def verifying(self) -> Verifying:
        """Verifies the ledger when somebody asks for it."""
        return Verifying(self.hospital.ledger, self.hospital.clock)

    @cached_property
    def today(self) -> Today:
        """Counts today's entries."""
        return Today(self.hospital.ledger_id, self.zone)


def desk() -> Desk:
    """The desk of the application that answers this request."""
    found: Desk = current_app.extensions[EXTENSION]
    return found
