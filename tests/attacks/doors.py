"""Every door of the application, as an attacker lists them, and ways to knock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask.testing import FlaskClient
from uuid6 import uuid7
from werkzeug.test import TestResponse

from access import OPERATOR, Action, Description
from tests.access.hospital import PASSWORD
from tests.support import GTIN, NOON
from tests.web.house import House
from trace import AGGREGATIONS, EventKind

API = "/api/handheld/v1"
ANYBODY = "anybody"
INSIDE = "anybody inside"

PAGES: dict[str, tuple[Action, ...] | str] = {
    "account.end_session": INSIDE,
    "account.page": INSIDE,
    "account.set_pin": INSIDE,
    "audit.export": (Action.READ_AUDIT,),
    "audit.page": (Action.READ_AUDIT,),
    "devices.enrol": (Action.ENROL_DEVICES,),
    "devices.move": (Action.ENROL_DEVICES,),
    "devices.new": (Action.ENROL_DEVICES,),
    "devices.one": (Action.SEE_DEVICES,),
    "devices.page": (Action.SEE_DEVICES,),
    "devices.renew": (Action.ENROL_DEVICES,),
    "devices.revoke": (Action.ENROL_DEVICES,),
    "everywhere.sign_out": INSIDE,
    "ledger.page": (Action.VIEW_LEDGER,),
    "ledger.proof": (Action.VIEW_LEDGER,),
    "ledger.proof_file": (Action.VIEW_LEDGER,),
    "ledger.verify": (Action.VIEW_LEDGER,),
    "log.resource": ANYBODY,
    "lots.page": (Action.SEARCH, Action.SEE_STOCK),
    "oidc.begin": ANYBODY,
    "oidc.callback": ANYBODY,
    "passkeys.ask": ANYBODY,
    "passkeys.begin": INSIDE,
    "passkeys.register": INSIDE,
    "passkeys.remove": INSIDE,
    "passkeys.sign_in": ANYBODY,
    "password.change": INSIDE,
    "password.page": INSIDE,
    "presentation.preferences": ANYBODY,
    "presentation.static": ANYBODY,
    "recalls.case": (Action.SEE_RECALL,),
    "recalls.close": (Action.CLOSE_RECALL,),
    "recalls.new": (Action.OPEN_RECALL,),
    "recalls.open_case": (Action.OPEN_RECALL,),
    "recalls.page": (Action.SEE_RECALL,),
    "recalls.reopen": (Action.CLOSE_RECALL,),
    "recalls.patients": (Action.SEE_RECALL, Action.SEE_PATIENTS),
    "search.home": (Action.SEARCH,),
    "search.photo": (Action.SEARCH,),
    "search.product": (Action.SEARCH,),
    "search.results": (Action.SEARCH,),
    "second_factor.begin": INSIDE,
    "second_factor.confirm": INSIDE,
    "second_factor.page": INSIDE,
    "sign_in.page": ANYBODY,
    "sign_in.sign_in": ANYBODY,
    "sign_in.sign_out": INSIDE,
    "staff.add": (Action.MANAGE_STAFF,),
    "staff.assign_badge": (Action.MANAGE_STAFF,),
    "staff.close": (Action.MANAGE_STAFF,),
    "staff.new": (Action.MANAGE_STAFF,),
    "staff.one": (Action.SEE_STAFF,),
    "staff.open_again": (Action.MANAGE_STAFF,),
    "staff.page": (Action.SEE_STAFF,),
    "staff.remove_factors": (Action.ASSIGN_ROLES,),
    "staff.reset_password": (Action.MANAGE_STAFF,),
    "staff.set_roles": (Action.ASSIGN_ROLES,),
    "staff.unlock": (Action.ASSIGN_ROLES,),
    "staff.withdraw_badge": (Action.MANAGE_STAFF,),
    "things.page": (Action.SEARCH,),
    "witness.add_checkpoint": ANYBODY,
}
"""Every page by its endpoint, and what it takes to see it, all of it."""

API_OPEN = {"health", "api-docs.openapi_json", "handheld.Enrolment"}
"""What programs may ask without showing who they are."""

HANDHELD: dict[tuple[str, str], str] = {
    ("GET", "/device"): "device",
    ("POST", "/device/token"): "roll",
    ("POST", "/device/key"): "key",
    ("POST", "/session"): "sign_in",
    ("GET", "/session"): "me",
    ("DELETE", "/session"): "sign_out",
    ("POST", "/patient"): "patient",
    ("POST", "/scan"): "scan",
    ("POST", "/photo"): "scan",
    ("POST", "/events"): "events",
    ("POST", "/corrections"): "events",
    ("GET", "/orders"): "orders",
    ("POST", "/orders"): "orders",
    ("GET", "/order"): "orders",
    ("POST", "/order/revisions"): "orders",
    ("GET", "/counts"): "counts",
    ("POST", "/counts"): "counts",
    ("GET", "/count"): "counts",
    ("POST", "/count/lines"): "counts",
    ("POST", "/count/approval"): "counts",
    ("GET", "/stock"): "stock",
    ("GET", "/stock/expiring"): "stock",
    ("POST", "/stock/sweep"): "stock",
    ("GET", "/advice"): "advice",
    ("POST", "/par-levels"): "stock",
    ("GET", "/replenishment"): "stock",
    ("POST", "/readings"): "readings",
    ("GET", "/excursions"): "excursions",
    ("POST", "/excursion/decision"): "excursions",
    ("GET", "/exceptions"): "exceptions",
    ("POST", "/exceptions/resolution"): "exceptions",
}
"""Every call of a handheld, and the name under which profiles list it."""

LOOKS: dict[tuple[str, str], Action] = {
    ("GET", "/orders"): Action.SEE_ORDERS,
    ("GET", "/counts"): Action.COUNT,
    ("GET", "/stock"): Action.SEE_STOCK,
    ("GET", "/stock/expiring"): Action.SEE_STOCK,
    ("POST", "/stock/sweep"): Action.QUARANTINE,
    ("GET", "/replenishment"): Action.SEE_ORDERS,
    ("GET", "/excursions"): Action.SEE_STOCK,
    ("GET", "/exceptions"): Action.RESOLVE_EXCEPTION,
}
"""What it takes to be answered by calls that need nothing but to be asked."""

EVENTS: dict[EventKind, Action] = {
    EventKind.ARRIVED: Action.RECEIVE,
    EventKind.RECEIVED: Action.RECEIVE,
    EventKind.INSPECTED: Action.INSPECT,
    EventKind.REJECTED: Action.INSPECT,
    EventKind.MOVED: Action.MOVE,
    EventKind.SENT: Action.MOVE,
    EventKind.ACCEPTED: Action.MOVE,
    EventKind.RESERVED: Action.MOVE,
    EventKind.FREED: Action.MOVE,
    EventKind.PACKED: Action.PACK,
    EventKind.UNPACKED: Action.MOVE,
    EventKind.DISPENSED: Action.DISPENSE,
    EventKind.ADMINISTERED: Action.ADMINISTER,
    EventKind.IMPLANTED: Action.IMPLANT,
    EventKind.RETURNED: Action.RETURN,
    EventKind.QUARANTINED: Action.QUARANTINE,
    EventKind.RELEASED: Action.RELEASE,
    EventKind.LOST: Action.COUNT,
    EventKind.FOUND: Action.COUNT,
    EventKind.WASTED: Action.WASTE,
    EventKind.DESTROYED: Action.DESTROY,
}
"""Every event that a handheld may send, and what it takes."""


def address_of(house: House, endpoint: str, values: Mapping[str, object]) -> str:
    """Where a page stands."""
    return house.app.url_map.bind("localhost").build(endpoint, values)


@dataclass
class Handheld:
    """A device's token, and the session of who is at it."""

    client: FlaskClient
    token: str
    session: str = ""

    def call(self, method: str, path: str, body: object = None) -> TestResponse:
        """Ask; POST without a body sends an empty one."""
        headers = {"Authorization": f"Bearer {self.token}", "Medtrace-Session": self.session}
        json = {"json": {} if body is None else body} if method == "POST" else {}
        return self.client.open(API + path, method=method, headers=headers, **json)  # type: ignore[arg-type]

    def sign_in(self, number: str) -> Handheld:
        """Somebody shows number and password at the device."""
        answer = self.call("POST", "/session", {"number": number, "password": PASSWORD})
        assert answer.json is not None
        self.session = answer.json.get("session", "")
        return self


def enrolled(house: House, station: str, profile: str) -> Handheld:
    """A new device."""
    devices = house.hospital.access.devices
    code = devices.enrolment_code(OPERATOR, station=station, profile=profile)
    token = devices.enrol(code, Description(f"PDA {station}")).token
    return Handheld(house.app.test_client(), token)


def told(kind: EventKind, at: str, patient: str, *, to: str = "STORE") -> dict[str, object]:
    """A batch with one event that has every part its kind may need."""
    event: dict[str, object] = {
        "id": str(uuid7()),
        "kind": kind.value,
        "time": NOON.isoformat(),
        "things": [{"scan": f"]d201{GTIN}17271231" + f"10A1\x1d21{UUID(int=7).hex[:8]}"}],
        "location": at,
    }
    if kind in {EventKind.MOVED, EventKind.DISPENSED}:
        event["destination"] = to
    if kind in {EventKind.DISPENSED, EventKind.ADMINISTERED, EventKind.IMPLANTED}:
        event["patient"] = patient
    if kind in AGGREGATIONS:
        event["parent"] = {"scan": "]C100106901234567890128"}
    if kind is EventKind.RECEIVED:
        event["party"] = "国控江州"
    return {"events": [event]}
