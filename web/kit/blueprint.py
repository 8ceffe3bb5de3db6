"""The kit's routes: one address for each page in each of its states."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, render_template, url_for

from web.kit import cases, lives, people, small, ways
from web.presentation import theme
from web.view import NavItem, Person, Seal, Shell, Toast

_Page = tuple[str, str, Callable[[], object]]

PAGES: dict[str, _Page] = {
    "sign-in": ("sign_in.html", "sign_in", small.sign_in),
    "sign-in-wrong": ("sign_in.html", "sign_in", small.sign_in_wrong),
    "sign-in-code": ("sign_in.html", "sign_in", small.sign_in_code),
    "password": ("password.html", "password", small.password),
    "factor": ("second_factor.html", "factor", small.factor),
    "factor-code": ("second_factor.html", "factor", small.factor_code),
    "factor-due": ("second_factor.html", "factor", people.factor_due),
    "account": ("account.html", "mine", people.account),
    "account-wrong": ("account.html", "mine", people.account_wrong),
    "staff": ("staff.html", "staff", people.staff),
    "staff-none": ("staff.html", "staff", people.staff_none),
    "staff-new": ("staff_new.html", "form", people.staff_new),
    "staff-new-rights": ("staff_new.html", "form", people.staff_new_with_rights),
    "staff-password": ("staff_password.html", "given", people.staff_password),
    "staff-account": ("staff_account.html", "one", people.staff_account),
    "staff-account-locked": ("staff_account.html", "one", people.staff_account_locked),
    "staff-account-admin": ("staff_account.html", "one", people.staff_account_admin),
    "devices": ("devices.html", "devices", people.devices),
    "devices-none": ("devices.html", "devices", people.devices_none),
    "device": ("device.html", "device", people.device),
    "device-new": ("device_new.html", "form", people.device_new),
    "device-code": ("device_code.html", "given", people.device_code),
    "home": ("search.html", "search", small.home),
    "home-empty": ("search.html", "search", small.home_empty),
    "search": ("search.html", "search", small.found),
    "search-none": ("search.html", "search", small.found_nothing),
    "search-recalled": ("search.html", "search", small.found_recalled),
    "thing": ("thing.html", "thing", lives.thing),
    "thing-recalled": ("thing.html", "thing", lives.thing_recalled),
    "thing-broken": ("thing.html", "thing", lives.thing_broken),
    "thing-corrected": ("thing.html", "thing", ways.thing_corrected),
    "container": ("thing.html", "thing", ways.container),
    "lot": ("lot.html", "lot", lives.lot),
    "lot-consigned": ("lot.html", "lot", ways.lot_consigned),
    "recalls": ("recalls.html", "recalls", cases.listed),
    "recalls-empty": ("recalls.html", "recalls", cases.none),
    "recall-open": ("recall_open.html", "form", cases.form),
    "recall-chosen": ("recall_open.html", "form", cases.form_chosen),
    "recall-wrong": ("recall_open.html", "form", cases.form_wrong),
    "recall": ("recall.html", "recall", cases.recall),
    "recall-forbidden": ("recall.html", "recall", cases.recall_forbidden),
    "recall-closing": ("recall.html", "recall", cases.recall_closing_refused),
    "recall-names": ("recall.html", "recall", cases.recall_names),
    "recall-large": ("recall.html", "recall", cases.recall_large),
    "recall-differs": ("recall.html", "recall", cases.recall_differs),
    "ledger": ("ledger.html", "ledger", small.ledger),
    "ledger-empty": ("ledger.html", "ledger", small.ledger_empty),
    "ledger-damaged": ("ledger.html", "ledger", small.ledger_damaged),
    "proof": ("proof.html", "proof", small.proof),
    "problem-403": ("problem.html", "problem", small.forbidden),
    "problem-404": ("problem.html", "problem", small.missing),
    "problem-500": ("problem.html", "problem", small.failed),
    "parts": ("kit.html", "kit", small.parts),
}
"""By name in the address: template, the name of its variable, and what makes the view model."""

_PLACES = {"search": ("home", 0), "recall": ("recalls", 3), "ledger": ("ledger", 0)}
_KEEPING = {"staff": ("staff", 0), "devices": ("devices", 0)}
"""The rail of who keeps goods, and of who keeps accounts and devices."""


def kit() -> Blueprint:
    """A new blueprint of the kit."""
    blueprint = Blueprint("kit", __name__, url_prefix="/kit")
    blueprint.add_url_rule("/", endpoint="index", view_func=_index)
    blueprint.add_url_rule("/<name>", endpoint="page", view_func=_page)
    return blueprint


def _index() -> str:
    return _page("parts")


def _page(name: str) -> str:
    if name not in PAGES:
        abort(404)
    template, variable, make = PAGES[name]
    return render_template(template, shell=_shell(name), **{variable: make()})


def _shell(name: str) -> Shell:
    inside = not name.startswith("sign-in")
    place = {"recall": "recall", "recalls": "recall", "ledger": "ledger", "proof": "ledger"}
    place |= {"staff": "staff", "device": "devices", "devices": "devices"}
    current = place.get(name.partition("-")[0], "search")
    places = _KEEPING if current in _KEEPING else _PLACES
    return Shell(
        hospital="江州市第一人民医院",
        here=url_for("kit.page", name=name),
        preferences=url_for("presentation.preferences"),
        theme=theme(),
        person=Person("药师", "0533") if inside else None,
        sign_out=url_for("kit.page", name="sign-in"),
        search=url_for("kit.page", name="search"),
        query="83271160045839207715" if name.startswith("thing") else "",
        nav=tuple(
            NavItem(key, url_for("kit.page", name=page), current=key == current, badge=badge)
            for key, (page, badge) in places.items()
        ),
        ledger=url_for("kit.page", name="ledger"),
        ledger_size=4_218_281,
        ledger_seal=Seal.BROKEN if name == "ledger-damaged" else Seal.PROVEN,
        account=url_for("kit.page", name="account"),
        toasts=(Toast("已隔离 42 支"),) if name == "recalls" else (),
    )
