"""Who may do what, where: the one table, role × action × scope. What is not in it is forbidden.

docs/permissions.md is this table printed; a test compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from texts import text_of


class Role(StrEnum):
    """What a person works as. A person may have several."""

    WAREHOUSE = "warehouse"
    PHARMACIST = "pharmacist"
    PHYSICIAN = "physician"
    NURSE = "nurse"
    THEATRE = "theatre"
    EQUIPMENT_OFFICE = "equipment_office"
    WARD_STORE = "ward_store"
    QUALITY = "quality"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


ADMINISTRATORS: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""系统管理员, 安全管理员, 审计管理员: nobody is two of them (GB/T 22239-2019 §8.1.5)."""

HOSPITAL_WIDE: Final = frozenset(
    {Role.WAREHOUSE, Role.PHARMACIST, Role.EQUIPMENT_OFFICE, Role.QUALITY}
)
"""Roles that may work anywhere when their account names no place; the others then work nowhere."""


class Action(StrEnum):
    """What can be done. Events are named by what happens to the goods."""

    SEARCH = "search"
    SEE_STOCK = "see_stock"
    SEE_DASHBOARD = "see_dashboard"
    SEE_PLACES = "see_places"

    RECEIVE = "receive"
    INSPECT = "inspect"
    MOVE = "move"
    PACK = "pack"
    SPLIT = "split"
    COMPOUND = "compound"
    DISPENSE = "dispense"
    ADMINISTER = "administer"
    WITHHOLD = "withhold"
    IMPLANT = "implant"
    USE = "use"
    KEEP_OWN = "keep_own"
    CLOSE_NARCOTICS = "close_narcotics"
    RETURN = "return"
    COUNT = "count"
    QUARANTINE = "quarantine"
    RELEASE = "release"
    WASTE = "waste"
    DESTROY = "destroy"
    CORRECT = "correct"
    RESOLVE_EXCEPTION = "resolve_exception"
    MEASURE = "measure"

    SEE_NARCOTICS = "see_narcotics"
    SEE_ORDERS = "see_orders"
    MANAGE_ORDERS = "manage_orders"
    ORDER_CARE = "order_care"
    SEE_REPORTS = "see_reports"
    MANAGE_CATALOGUE = "manage_catalogue"
    MANAGE_PLACES = "manage_places"

    SEE_RECALL = "see_recall"
    OPEN_RECALL = "open_recall"
    WORK_RECALL = "work_recall"
    CLOSE_RECALL = "close_recall"
    APPROVE_CLOSING = "approve_closing"

    REGISTER_PATIENTS = "register_patients"
    FIND_PATIENTS = "find_patients"
    SEE_PATIENTS = "see_patients"
    ERASE_PATIENTS = "erase_patients"
    HOLD_PATIENTS = "hold_patients"

    VIEW_LEDGER = "view_ledger"
    READ_AUDIT = "read_audit"
    SEE_STAFF = "see_staff"
    MANAGE_STAFF = "manage_staff"
    ASSIGN_ROLES = "assign_roles"
    SEE_DEVICES = "see_devices"
    ENROL_DEVICES = "enrol_devices"
    MANAGE_SETTINGS = "manage_settings"


class Scope(StrEnum):
    """Where a permission holds."""

    HOSPITAL = "hospital"
    """Everywhere."""
    PLACES = "places"
    """At the places of the account, and inside them."""


_H, _P = Scope.HOSPITAL, Scope.PLACES
_R = Role


def _everyone(scope: Scope, *but: Role) -> dict[Role, Scope]:
    return {role: scope for role in Role if role not in but}


_CLINICAL = {_R.PHYSICIAN: _P, _R.NURSE: _P, _R.PHARMACIST: _H, _R.THEATRE: _H, _R.QUALITY: _H}
_STORES = {_R.WAREHOUSE: _P, _R.PHARMACIST: _P, _R.EQUIPMENT_OFFICE: _P, _R.WARD_STORE: _P}
_FLOOR = {**_STORES, _R.NURSE: _P, _R.THEATRE: _P}

PERMISSIONS: Final[Mapping[Action, Mapping[Role, Scope]]] = MappingProxyType(
    {
        # Looking: goods are no secret inside the hospital, people are. Administrators of the
        # system look at neither (GB/T 22239-2019 §8.1.4.2: least privilege).
        Action.SEARCH: _everyone(_H, *ADMINISTRATORS),
        Action.SEE_STOCK: _everyone(_H, *ADMINISTRATORS),
        Action.SEE_DASHBOARD: _everyone(_H),
        Action.SEE_PLACES: _everyone(_H, _R.AUDIT_ADMIN),
        # Events
        Action.RECEIVE: {**_STORES, _R.THEATRE: _P},
        Action.INSPECT: _STORES,
        Action.MOVE: _FLOOR,
        Action.PACK: _STORES,
        Action.SPLIT: {_R.PHARMACIST: _P, _R.NURSE: _P},
        Action.COMPOUND: {_R.PHARMACIST: _P},
        Action.DISPENSE: {_R.PHARMACIST: _P},
        Action.ADMINISTER: {_R.NURSE: _P, _R.THEATRE: _P},
        Action.WITHHOLD: {_R.NURSE: _P, _R.THEATRE: _P},
        Action.IMPLANT: {_R.THEATRE: _P},
        Action.USE: {_R.NURSE: _P, _R.THEATRE: _P},
        # What a patient brought along is taken in, kept and given back by who cares for them.
        Action.KEEP_OWN: {_R.NURSE: _P, _R.PHARMACIST: _P},
        Action.CLOSE_NARCOTICS: {
            _R.WAREHOUSE: _P,
            _R.PHARMACIST: _P,
            _R.NURSE: _P,
            _R.THEATRE: _P,
        },
        Action.RETURN: _FLOOR,
        Action.COUNT: _FLOOR,
        # Anybody who sees something wrong may stop it; letting go again is for those who judge.
        Action.QUARANTINE: {**_FLOOR, _R.QUALITY: _H},
        Action.RELEASE: {_R.PHARMACIST: _P, _R.EQUIPMENT_OFFICE: _P, _R.QUALITY: _H},
        Action.WASTE: _FLOOR,
        Action.DESTROY: {_R.WAREHOUSE: _P, _R.PHARMACIST: _P, _R.EQUIPMENT_OFFICE: _P},
        Action.CORRECT: _FLOOR,
        Action.RESOLVE_EXCEPTION: {
            _R.PHARMACIST: _P,
            _R.EQUIPMENT_OFFICE: _P,
            _R.QUALITY: _H,
        },
        Action.MEASURE: {**_FLOOR, _R.QUALITY: _H},
        # Orders and master data
        Action.SEE_NARCOTICS: {
            _R.WAREHOUSE: _P,
            _R.PHARMACIST: _P,
            _R.NURSE: _P,
            _R.THEATRE: _P,
            _R.QUALITY: _H,
            _R.AUDITOR: _H,
        },
        Action.SEE_ORDERS: {**_FLOOR, _R.PHYSICIAN: _P, _R.QUALITY: _H, _R.AUDITOR: _H},
        Action.MANAGE_ORDERS: _STORES,
        # Who orders care neither hands it out nor gives it.
        Action.ORDER_CARE: {_R.PHYSICIAN: _P},
        # How complete the loops are: the wards see their own.
        Action.SEE_REPORTS: {
            _R.PHYSICIAN: _P,
            _R.NURSE: _P,
            _R.THEATRE: _P,
            _R.PHARMACIST: _H,
            _R.EQUIPMENT_OFFICE: _H,
            _R.QUALITY: _H,
            _R.AUDITOR: _H,
        },
        Action.MANAGE_CATALOGUE: {_R.PHARMACIST: _H, _R.EQUIPMENT_OFFICE: _H},
        Action.MANAGE_PLACES: {_R.SYSTEM_ADMIN: _H},
        # Recall
        Action.SEE_RECALL: _everyone(_H, *ADMINISTRATORS),
        Action.OPEN_RECALL: {_R.PHARMACIST: _H, _R.EQUIPMENT_OFFICE: _H, _R.QUALITY: _H},
        Action.WORK_RECALL: {**_FLOOR, _R.QUALITY: _H},
        Action.CLOSE_RECALL: {_R.PHARMACIST: _H, _R.EQUIPMENT_OFFICE: _H, _R.QUALITY: _H},
        # Whoever worked on a case closes it, quality looks at it once more and signs too.
        Action.APPROVE_CLOSING: {_R.QUALITY: _H},
        # People
        Action.REGISTER_PATIENTS: {_R.NURSE: _P, _R.THEATRE: _H},
        # The place is where the patient lies: pharmacy and theatre work for every ward.
        Action.FIND_PATIENTS: _CLINICAL,
        Action.SEE_PATIENTS: _CLINICAL,
        # One office erases, another holds, so that no single hand makes evidence go away.
        Action.ERASE_PATIENTS: {_R.SECURITY_ADMIN: _H},
        Action.HOLD_PATIENTS: {_R.QUALITY: _H, _R.AUDITOR: _H},
        # The program itself, in three hands
        Action.VIEW_LEDGER: {_R.QUALITY: _H, _R.AUDITOR: _H, _R.AUDIT_ADMIN: _H},
        Action.READ_AUDIT: {_R.AUDIT_ADMIN: _H},
        Action.SEE_STAFF: {_R.SYSTEM_ADMIN: _H, _R.SECURITY_ADMIN: _H, _R.AUDIT_ADMIN: _H},
        Action.MANAGE_STAFF: {_R.SYSTEM_ADMIN: _H},
        Action.ASSIGN_ROLES: {_R.SECURITY_ADMIN: _H},
        Action.SEE_DEVICES: {_R.SYSTEM_ADMIN: _H, _R.SECURITY_ADMIN: _H},
        Action.ENROL_DEVICES: {_R.SYSTEM_ADMIN: _H},
        Action.MANAGE_SETTINGS: {_R.SYSTEM_ADMIN: _H},
    }
)
"""The table. An action without a row, or a role without a cell, is forbidden."""

SIGNATURES: Final[Mapping[Action, int]] = MappingProxyType(
    {
        Action.DESTROY: 2,
        Action.COMPOUND: 2,
        Action.CORRECT: 1,
        Action.CLOSE_NARCOTICS: 2,
        Action.CLOSE_RECALL: 2,
        Action.ERASE_PATIENTS: 2,
    }
)
"""How many persons sign, at the moment of the act; the others need none for themselves.

The second one of a closing needs `APPROVE_CLOSING`, every other one what the first needs.
"""

NARCOTIC_SIGNATURES: Final[Mapping[Action, int]] = MappingProxyType(
    dict.fromkeys(
        (
            Action.RECEIVE,
            Action.INSPECT,
            Action.MOVE,
            Action.SPLIT,
            Action.COMPOUND,
            Action.DISPENSE,
            Action.ADMINISTER,
            Action.IMPLANT,
            Action.USE,
            Action.KEEP_OWN,
            Action.RETURN,
            Action.COUNT,
            Action.WASTE,
            Action.DESTROY,
            Action.CORRECT,
        ),
        2,
    )
)
"""The same for narcotic and psychotropic products: what takes them in, out, counts or gives them.

双人验收, 双人复核 (麻醉药品和精神药品管理条例 §46–48). Whoever stops goods signs nothing: one who
sees something wrong must not have to look for a second person first.
"""


def signatures_needed(action: Action, *, narcotic: bool = False) -> int:
    """How many persons sign this act; `narcotic`: a narcotic product is among the goods."""
    needed = SIGNATURES.get(action, 0)
    return max(needed, NARCOTIC_SIGNATURES.get(action, 0)) if narcotic else needed


OPERATOR_MAY: Final = frozenset(
    {
        Action.MANAGE_STAFF,
        Action.ASSIGN_ROLES,
        Action.SEE_STAFF,
        Action.SEE_DEVICES,
        Action.ENROL_DEVICES,
        Action.MANAGE_PLACES,
        Action.MANAGE_CATALOGUE,
        Action.REGISTER_PATIENTS,
        Action.FIND_PATIENTS,
        Action.ORDER_CARE,
    }
)
"""What the command line on the server may do: begin a hospital, mend it, and take orders from a
file whose patients are found by number. It reads no patient: who a pseudonym is it never learns."""

EVENTS: Final = frozenset(
    {
        Action.RECEIVE,
        Action.INSPECT,
        Action.MOVE,
        Action.PACK,
        Action.SPLIT,
        Action.COMPOUND,
        Action.DISPENSE,
        Action.ADMINISTER,
        Action.WITHHOLD,
        Action.IMPLANT,
        Action.USE,
        Action.KEEP_OWN,
        Action.CLOSE_NARCOTICS,
        Action.RETURN,
        Action.COUNT,
        Action.QUARANTINE,
        Action.RELEASE,
        Action.WASTE,
        Action.DESTROY,
        Action.CORRECT,
        Action.MEASURE,
    }
)
"""Actions that happen to goods at a place: at a device, they happen at its own station only."""


def scope_of(role: Role, action: Action) -> Scope | None:
    """Where the role may do the action; None: nowhere."""
    return PERMISSIONS.get(action, {}).get(role)


_MARKS = {Scope.HOSPITAL: "●", Scope.PLACES: "○", None: ""}

_HEAD = """\
# Permissions

● everywhere in the hospital, ○ at the places of the account and inside them, empty: forbidden.
An account without places works everywhere where its role is {wide}, else nowhere.
A person is at most one of {administrators}. At a handheld, the
person's permissions and those of the device's profile both have to say yes. The last two columns
say how many persons sign at the moment of the act, and how many where a narcotic or psychotropic
product (麻精药品) is among the goods; who acts is the first of them. This page is printed
from `access/permissions.py`:

```
python -c "from access import permissions as p; print(p.markdown(), end='')" > docs/permissions.md
```
"""


_LAST_COLUMNS = ("operator", "signatures", "narcotics")
_LAST_COLUMNS_ZH = ("命令行", "签名人数", "麻精药品签名人数")


def markdown() -> str:
    """The table as docs/permissions.md shows it: a row for each action, a column for each role."""
    lines = [
        _HEAD.format(wide=_listed(HOSPITAL_WIDE), administrators=_listed(ADMINISTRATORS)),
        _line("action", [*(role.replace("_", " ") for role in Role), *_LAST_COLUMNS]),
        "|---|" + ":-:|" * (len(Role) + len(_LAST_COLUMNS)),
        _line("操作", [*(text_of(f"role-{role}").zh for role in Role), *_LAST_COLUMNS_ZH]),
    ]
    for action in Action:
        cells = [_MARKS[scope_of(role, action)] for role in Role]
        cells.append("●" if action in OPERATOR_MAY else "")
        cells += [str(signatures_needed(action, narcotic=each) or "") for each in (False, True)]
        lines.append(_line(action, cells))
    return "\n".join(lines) + "\n"


def _line(first: str, cells: list[str]) -> str:
    return f"| {first} | " + " | ".join(cells) + " |"


def _listed(roles: frozenset[Role]) -> str:
    return ", ".join(role.replace("_", " ") for role in Role if role in roles)
