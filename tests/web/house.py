"""A small hospital with its pages open, and browsers in front of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from access import OPERATOR, Access, Identity, Policy, Role, keys_from
from app import create_app
from hospital import Hospital, open_hospital
from hospital.ancestors import Ancestors
from settings import Settings
from tests.access.hospital import PASSWORD, POLICY
from tests.support import Clock, box, event, furnish, stent, syringes
from tests.trace.rows import hurry
from trace import EventKind, Recorder

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
WANG = Identity("ZY20260915873", "王秀兰", "V-7701", "W07", "15", phone="13800001234")
LI = Identity("ZY20260911002", "李建国", "V-7702", "W08", "3")
SECRETS = ("王秀兰", "李建国", "ZY20260915873", "ZY20260911002", "13800001234")
"""What identifies a patient, and stands on no page without permission, no address, no log."""
EXPIRY = date(2028, 3, 31)


class Browser:
    """Somebody's browser: keeps cookies, sends forms with their token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        answer = self.client.get(path)
        answer.get_data()  # a file is read to its end and closed
        answer.close()
        return answer

    def post(self, path: str, data: Mapping[str, object] | None = None) -> TestResponse:
        """Send a form with the token that a page gave."""
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})})

    def token(self) -> str:
        """The token of this browser's forms."""
        for path in ("/password", "/second-factor", "/sign-in"):
            found = _TOKEN.search(self.get(path).get_data(as_text=True))
            if found:
                return found.group(1)
        raise AssertionError("no page had a form")


class House:
    """The hospital, its clock and its pages."""

    def __init__(self, database_url: str, folder: Path, clock: Clock) -> None:
        environ = {"MEDTRACE_DATA": str(folder), "MEDTRACE_DATABASE_URL": database_url}
        settings = Settings.from_environment(environ)
        self.clock = clock
        self.hospital: Hospital = open_hospital(settings, clock)
        hurry(self.hospital.database)
        self.ledger_id = self.hospital.ledger_id
        self.pseudonyms: dict[str, UUID] = {}
        self.use(POLICY)

    def use(self, policy: Policy) -> None:
        """Open the pages anew, under another policy of access."""
        house = self.hospital
        keys = keys_from(house.settings.secret)
        around = Ancestors(house.database, house.ledger_id)
        access = Access(
            house.database, house.ledger, keys, self.clock, policy=policy, around=around
        )
        self.hospital = replace(house, access=access)
        self.app = create_app(self.hospital)

    @property
    def recorder(self) -> Recorder:
        """The one door in."""
        assert isinstance(self.hospital.recorder, Recorder)
        return self.hospital.recorder

    def hire(self, number: str, *roles: Role, places: Collection[str] = ()) -> str:
        """Make an account that may be used at once."""
        made = self.hospital.access.staff.add(
            OPERATOR,
            number=number,
            name=f"员工{number}",
            roles=roles,
            places=places,
            password=PASSWORD,
            must_change=False,
        )
        return made.staff_id

    def browser(self) -> Browser:
        """A browser nobody has signed in on."""
        return Browser(self.app.test_client())

    def enter(self, number: str, *roles: Role, places: Collection[str] = ()) -> Browser:
        """Somebody new at a desk, signed in."""
        self.hire(number, *roles, places=places)
        return self.sign_in(number)

    def sign_in(self, number: str, password: str = PASSWORD) -> Browser:
        """Somebody known at a desk, signed in."""
        browser = self.browser()
        answer = browser.post("/sign-in", {"number": number, "password": password})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return browser

    def seal(self) -> None:
        """Sign a checkpoint."""
        self.hospital.notary.checkpoints.make(self.hospital.notary.signer)

    def size(self) -> int:
        """Entries in the ledger."""
        return self.hospital.ledger.head().size

    def furnish(self) -> None:
        """Goods, and two patients who had some; keeps the patients' pseudonyms by name.

        Lot B1 of the antibody: A1 given to 王秀兰 in W07, A2 to 李建国 in W08, A3 in the store.
        Lot S1 of the stent: one in the theatre. Lot L1: 10 syringes in the store.
        """
        furnish(self.recorder)
        patients = self.hospital.access.patients
        names = {each.name: patients.register(each, by=OPERATOR) for each in (WANG, LI)}
        self.pseudonyms = {
            name: UUID(text.removeprefix("urn:uuid:")) for name, text in names.items()
        }
        boxes = [box(serial, lot="B1", expiry=EXPIRY) for serial in ("A1", "A2", "A3")]
        came = {"at": "STORE", "party": "国控江州"}
        self.recorder.record(
            [
                event(EventKind.RECEIVED, *boxes, **came),  # type: ignore[arg-type]
                event(EventKind.RECEIVED, stent("S7", lot="S1", expiry=EXPIRY), at="OR1"),
                event(EventKind.RECEIVED, syringes(10, expiry=EXPIRY)),
            ]
        )
        for thing, name, ward in ((boxes[0], "王秀兰", "W07"), (boxes[1], "李建国", "W08")):
            pseudonym = self.pseudonyms[name]
            outcomes = self.recorder.record(
                [
                    event(EventKind.MOVED, thing, to="PHARM"),
                    event(EventKind.DISPENSED, thing, at="PHARM", to=ward, patient=pseudonym),
                    event(EventKind.ADMINISTERED, thing, at=ward, patient=pseudonym),
                ]
            )
            assert all(type(each).__name__ == "Recorded" for each in outcomes), outcomes
