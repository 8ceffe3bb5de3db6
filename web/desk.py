"""What the pages work with: the hospital, and what only pages ask of its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flask import current_app

from errors import NotFound
from hospital import Hospital
from jobs import Jobs
from ledger import Notary
from web.closed import ClosedLoops
from web.expiring import Expiring
from web.provider import Provider
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

    @property
    def notary(self) -> Notary:
        """Signs, publishes and audits the ledger."""
        return self.hospital.notary

    @cached_property
    def jobs(self) -> Jobs:
        """Where this process writes down how those answered whom it asks."""
        return Jobs(self.hospital.database, self.hospital.ledger_id)

    @cached_property
    def provider(self) -> Provider:
        """The identity provider; asked for only where one is configured."""
        settings = self.hospital.settings.single_sign_on
        if settings is None:
            raise NotFound("not-found", what="single sign-on")
        return Provider(settings, self.hospital.clock)

    @cached_property
    def verifying(self) -> Verifying:
        """Verifies the ledger when somebody asks for it."""
        return Verifying(self.notary.auditor)

    @cached_property
    def expiring(self) -> Expiring:
        """Adds up what expires soon."""
        return Expiring(self.hospital.ledger_id)

    @cached_property
    def closed(self) -> ClosedLoops:
        """Works out how complete the loops of this month are."""
        return ClosedLoops(self.hospital)

    @cached_property
    def today(self) -> Today:
        """Counts today's entries."""
        return Today(self.hospital.ledger_id, self.hospital.zone)


def desk() -> Desk:
    """The desk of the application that answers this request."""
    found: Desk = current_app.extensions[EXTENSION]
    return found
