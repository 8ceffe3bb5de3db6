"""What goes back to the supplier from a case's file."""

from __future__ import annotations

import re

from access import Role
from inventory import Status
from recall import Scope, answer, find_case
from tests.recall.test_desk import opened
from tests.support import SYRINGE, event, syringes
from tests.web.house import House
from trace import EventKind, Recorded, Thing

CRATE = Thing("https://id.gs1.org/00/106141412345678908")


def test_amounts_that_lie_in_a_container_go_back_too(stocked: House) -> None:
    """Of nine, four lie in a crate that was put into quarantine as a whole."""
    office = stocked.enter("E1", Role.EQUIPMENT_OFFICE)
    outcomes = stocked.recorder.record(
        [
            event(EventKind.RECEIVED, syringes(9, lot="L7")),
            event(EventKind.PACKED, syringes(4, lot="L7"), parent=CRATE.key),
            opened("RC-7", Scope(SYRINGE.code, ("L7",))),
            event(EventKind.QUARANTINED, CRATE),
            event(EventKind.QUARANTINED, syringes(5, lot="L7")),
        ]
    )
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    page = office.get("/recalls/RC-7/file").get_data(as_text=True)
    ((token, place, lot),) = re.findall(
        r'name="event_id" value="([^"]+)"><input type="hidden" name="place" value="([^"]+)">'
        r'<input type="hidden" name="lot" value="(\d+)">',
        page,
    )
    sent = {"event_id": token, "place": place, "lot": lot, "party": "供应商", "document": "TH-7"}
    assert office.post("/recalls/RC-7/file/returns", sent).status_code == 303
    with stocked.hospital.database.read() as connection:
        case = find_case(connection, 1, "RC-7")
        assert case is not None
        found = answer(connection, 1, case.scope)
    assert {row.status: row.quantity for row in found.balances} == {Status.SENT_BACK: 9}
    assert found.agrees
    assert found.unsettled == 0
