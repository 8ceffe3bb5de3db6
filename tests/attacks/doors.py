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
from trace import AGGREGATIONS, CAUSE_REQUIRED, TRANSFORMATIONS, EventKind

API = "/api/handheld/v1"
ANYBODY = "anybody"
INSIDE = "anybody inside"

PAGES: dict[str, tuple[Action, ...] | str] = {
    "account.end_session": INSIDE,
    "account.page": INSIDE,
    "account.set_pin": INSIDE,
    "audit.bundle": (Action.READ_AUDIT,),
    "audit.export": (Action.READ_AUDIT,),
    "audit.page": (Action.READ_AUDIT,),
    "board.page": (Action.SEE_DASHBOARD,),
    "board.wall": (Action.SEE_DASHBOARD,),
    "catalogue.par_levels": (Action.SEE_ORDERS,),
    "catalogue.places": (Action.SEE_PLACES,),
    "catalogue.products": (Action.SEARCH,),
    "catalogue.set_par_level": (Action.MANAGE_ORDERS,),
    "catalogue.suppliers": (Action.SEE_STOCK,),
    "catalogue_files.import_par_levels_file": (Action.MANAGE_ORDERS,),
    "catalogue_files.import_par_levels_page": (Action.MANAGE_ORDERS,),
    "catalogue_files.import_places_file": (Action.MANAGE_PLACES,),
    "catalogue_files.import_places_page": (Action.MANAGE_PLACES,),
    "catalogue_files.import_products_file": (Action.MANAGE_CATALOGUE,),
    "catalogue_files.import_products_page": (Action.MANAGE_CATALOGUE,),
    "catalogue_files.import_suppliers_file": (Action.MANAGE_CATALOGUE,),
    "catalogue_files.import_suppliers_page": (Action.MANAGE_CATALOGUE,),
    "catalogue_files.par_levels_file": (Action.SEE_ORDERS,),
    "catalogue_files.places_file": (Action.SEE_PLACES,),
    "catalogue_files.products_file": (Action.SEARCH,),
    "catalogue_files.suppliers_file": (Action.SEE_STOCK,),
    "devices.enrol": (Action.ENROL_DEVICES,),
    "devices.move": (Action.ENROL_DEVICES,),
    "devices.new": (Action.ENROL_DEVICES,),
    "devices.one": (Action.SEE_DEVICES,),
    "devices.page": (Action.SEE_DEVICES,),
    "devices.renew": (Action.ENROL_DEVICES,),
    "devices.revoke": (Action.ENROL_DEVICES,),
    "documents.one": (Action.SEE_ORDERS,),
    "documents.page": (Action.SEE_ORDERS,),
    "everywhere.sign_out": INSIDE,
    "guide.page": ANYBODY,
    "guide.part": ANYBODY,
    "ledger.page": (Action.VIEW_LEDGER,),
    "ledger.proof": (Action.VIEW_LEDGER,),
    "ledger.proof_file": (Action.VIEW_LEDGER,),
    "ledger.verify": (Action.VIEW_LEDGER,),
    "log.resource": ANYBODY,
    "lots.flow": (Action.SEARCH, Action.SEE_STOCK),
    "lots.page": (Action.SEARCH, Action.SEE_STOCK),
    "narcotics.account": (Action.SEE_NARCOTICS,),
    "narcotics.book": (Action.SEE_NARCOTICS,),
    "narcotics.close": (Action.CLOSE_NARCOTICS,),
    "narcotics.closing": (Action.SEE_NARCOTICS,),
    "narcotics.named_book": (Action.SEE_NARCOTICS, Action.SEE_PATIENTS),
    "narcotics.page": (Action.SEE_NARCOTICS,),
    "oidc.begin": ANYBODY,
    "oidc.callback": ANYBODY,
    "ordering.new": (Action.ORDER_CARE,),
    "ordering.stop": (Action.ORDER_CARE,),
    "ordering.write": (Action.ORDER_CARE,),
    "passkeys.ask": ANYBODY,
    "passkeys.begin": INSIDE,
    "passkeys.register": INSIDE,
    "passkeys.remove": INSIDE,
    "passkeys.sign_in": ANYBODY,
    "password.change": INSIDE,
    "password.page": INSIDE,
    "pda.file": ANYBODY,
    "pda.page": ANYBODY,
    "pda.without_slash": ANYBODY,
    "presentation.preferences": ANYBODY,
    "presentation.static": ANYBODY,
    "case_file.page": (Action.SEE_RECALL,),
    "case_file.check": (Action.SEE_RECALL, Action.WORK_RECALL),
    "case_file.level": (Action.CLOSE_RECALL,),
    "case_file.report": (Action.SEE_RECALL,),
    "case_file.note": (Action.SEE_RECALL,),
    "case_file.send_back": (Action.SEE_RECALL, Action.RETURN),
    "case_file.names": (Action.SEE_RECALL, Action.SEE_PATIENTS),
    "case_file.bundle": (Action.SEE_RECALL,),
    "declaring.declare_kit": (Action.COUNT,),
    "declaring.declare_loaner": (Action.RECEIVE,),
    "declaring.declare_preference": (Action.USE,),
    "declaring.kit": (Action.COUNT,),
    "declaring.loaner": (Action.RECEIVE,),
    "declaring.preference": (Action.USE,),
    "recall_notices.open_case": (Action.OPEN_RECALL,),
    "recall_notices.page": (Action.OPEN_RECALL,),
    "recall_notices.read": (Action.OPEN_RECALL,),
    "recall_scope.narrow": (Action.CLOSE_RECALL,),
    "recall_scope.page": (Action.OPEN_RECALL,),
    "recall_scope.widen": (Action.OPEN_RECALL,),
    "recall_tasks.page": (Action.SEE_RECALL,),
    "recall_tasks.report": (Action.WORK_RECALL,),
    "implants.page": (Action.SEE_STOCK,),
    "implants.one": (Action.SEE_STOCK,),
    "implants.card": (Action.SEE_STOCK,),
    "implants.named_card": (Action.SEE_STOCK, Action.SEE_PATIENTS),
    "recalls.drills": (Action.SEE_RECALL,),
    "recalls.case": (Action.SEE_RECALL,),
    "recalls.live": (Action.SEE_RECALL,),
    "recalls.close": (Action.CLOSE_RECALL,),
    "recalls.new": (Action.OPEN_RECALL,),
    "recalls.open_case": (Action.OPEN_RECALL,),
    "recalls.page": (Action.SEE_RECALL,),
    "recalls.reopen": (Action.CLOSE_RECALL,),
    "recalls.patients": (Action.SEE_RECALL, Action.SEE_PATIENTS),
    "reports.implants": (Action.SEE_REPORTS,),
    "reports.medication": (Action.SEE_REPORTS,),
    "rooms.act_on_kit": (Action.COUNT,),
    "rooms.close_loaner": (Action.RETURN,),
    "rooms.kit": (Action.SEE_STOCK,),
    "rooms.kits": (Action.SEE_STOCK,),
    "rooms.loaner": (Action.SEE_ORDERS,),
    "rooms.loaners": (Action.SEE_ORDERS,),
    "rooms.preference": (Action.SEE_ORDERS,),
    "rooms.preferences": (Action.SEE_ORDERS,),
    "search.home": (Action.SEARCH,),
    "search.patient": (Action.FIND_PATIENTS,),
    "search.patient_form": (Action.FIND_PATIENTS,),
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
    "stock.expiring": (Action.SEE_STOCK,),
    "stock.page": (Action.SEE_STOCK,),
    "stock.place": (Action.SEE_STOCK,),
    "stock.places": (Action.SEE_STOCK,),
    "stock.product": (Action.SEE_STOCK,),
    "system.jobs": (Action.MANAGE_SETTINGS,),
    "system.page": (Action.MANAGE_SETTINGS,),
    "system.try_value": (Action.MANAGE_SETTINGS,),
    "things.page": (Action.SEARCH,),
    "witness.add_checkpoint": ANYBODY,
    "work.apart": (Action.QUARANTINE,),
    "work.approve": (Action.COUNT,),
    "work.codes": (Action.MANAGE_CATALOGUE,),
    "work.count": (Action.COUNT,),
    "work.counts": (Action.COUNT,),
    "work.decide": (Action.RESOLVE_EXCEPTION,),
    "work.exceptions": (Action.RESOLVE_EXCEPTION,),
    "work.excursions": (Action.MEASURE,),
    "work.inspections": (Action.INSPECT,),
    "work.map_code": (Action.MANAGE_CATALOGUE,),
    "work.page": (Action.SEARCH,),
    "work.recall_tasks": (Action.WORK_RECALL,),
    "work.receiving": (Action.RECEIVE,),
    "work.resolve": (Action.RESOLVE_EXCEPTION,),
    "work.transfers": (Action.MOVE,),
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
    ("POST", "/bedside/due"): "patient",
    ("GET", "/reports/closed-loop"): "orders",
    ("POST", "/bedside/round"): "round",
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
    ("GET", "/recalls/blocks"): "recalls",
    ("GET", "/recalls/tasks"): "recalls",
    ("POST", "/recalls/tasks"): "recalls",
    ("GET", "/sync"): "sync",
    ("GET", "/reasons"): "sync",
    ("POST", "/session/offline"): "offline",
    ("POST", "/uploads"): "upload",
    ("GET", "/narcotics"): "narcotics",
    ("GET", "/narcotics/account"): "narcotics",
    ("POST", "/narcotics/closing"): "narcotics",
    ("POST", "/narcotics/ampoules"): "narcotics",
    ("GET", "/loaners"): "loaners",
    ("POST", "/loaners"): "loaners",
    ("POST", "/loaner/closing"): "loaners",
    ("GET", "/kits"): "kits",
    ("POST", "/kits"): "kits",
    ("POST", "/kit/acts"): "kits",
    ("GET", "/preference-lists"): "preference_lists",
    ("POST", "/preference-lists"): "preference_lists",
    ("GET", "/bought"): "bought",
}
"""Every call of a handheld, and the name under which profiles list it."""

LOOKS: dict[tuple[str, str], Action] = {
    ("GET", "/orders"): Action.SEE_ORDERS,
    ("POST", "/bedside/due"): Action.ADMINISTER,
    ("GET", "/reports/closed-loop"): Action.SEE_REPORTS,
    ("POST", "/bedside/round"): Action.ADMINISTER,
    ("GET", "/counts"): Action.COUNT,
    ("GET", "/stock"): Action.SEE_STOCK,
    ("GET", "/stock/expiring"): Action.SEE_STOCK,
    ("POST", "/stock/sweep"): Action.QUARANTINE,
    ("GET", "/replenishment"): Action.SEE_ORDERS,
    ("GET", "/excursions"): Action.SEE_STOCK,
    ("GET", "/exceptions"): Action.RESOLVE_EXCEPTION,
    ("GET", "/narcotics"): Action.SEE_NARCOTICS,
    ("GET", "/recalls/tasks"): Action.SEE_RECALL,
    ("GET", "/loaners"): Action.SEE_ORDERS,
    ("GET", "/kits"): Action.SEE_STOCK,
    ("GET", "/preference-lists"): Action.SEE_ORDERS,
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
    EventKind.SPLIT: Action.SPLIT,
    EventKind.COMPOUNDED: Action.COMPOUND,
    EventKind.WITHHELD: Action.WITHHOLD,
    EventKind.DECLINED: Action.WITHHOLD,
    EventKind.OPENED: Action.USE,
    EventKind.USED: Action.USE,
    EventKind.IMPLANTED: Action.IMPLANT,
    EventKind.EXPLANTED: Action.IMPLANT,
    EventKind.RETURNED: Action.RETURN,
    EventKind.BROUGHT: Action.KEEP_OWN,
    EventKind.HANDED_BACK: Action.KEEP_OWN,
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
    if kind in {EventKind.DISPENSED, EventKind.ADMINISTERED, EventKind.IMPLANTED, *CAUSE_REQUIRED}:
        event["patient"] = patient
    if kind in TRANSFORMATIONS:
        event["outputs"] = [{"scan": "]C100106901234567890128"}]
    if kind in CAUSE_REQUIRED:
        event |= {"cause": "other", "note": "手术推迟"}
    if kind in {EventKind.EXPLANTED, EventKind.BROUGHT, EventKind.HANDED_BACK}:
        event["patient"] = patient
    if kind in {EventKind.IMPLANTED, EventKind.EXPLANTED}:
        event |= {"site": "左髋", "surgeon": "0417"}
    if kind in AGGREGATIONS:
        event["parent"] = {"scan": "]C100106901234567890128"}
    if kind is EventKind.RECEIVED:
        event["party"] = "国控江州"
    return {"events": [event]}
