"""The frame around every page, filled for its reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import islice
from typing import Final

from flask import (
    Response,
    flash,
    get_flashed_messages,
    make_response,
    render_template,
    request,
    url_for,
)

from access import Action, Principal, Role, permits, permits_somewhere
from bulk import Reader
from ledger import Audit
from recall import tasks_owned_by
from texts import Text, text_of
from web.desk import Desk, desk
from web.paths import here
from web.presentation import theme
from web.view import NavItem, Person, RecallAlert, Seal, Shell, Toast
from web.visitor import known_visitor

_PLACES: Final = (
    ("search", Action.SEARCH, "search.home"),
    ("work", Action.SEARCH, "work.page"),
    ("stock", Action.SEE_STOCK, "stock.page"),
    ("documents", Action.SEE_ORDERS, "documents.page"),
    ("recall", Action.SEE_RECALL, "recalls.page"),
    ("implants", Action.SEE_STOCK, "implants.page"),
    ("rooms", Action.SEE_STOCK, "rooms.kits"),
    ("narcotics", Action.SEE_NARCOTICS, "narcotics.page"),
    ("reports", Action.SEE_REPORTS, "reports.medication"),
    ("catalogue", Action.SEARCH, "catalogue.products"),
    ("board", Action.SEE_DASHBOARD, "board.page"),
    ("ledger", Action.VIEW_LEDGER, "ledger.page"),
    ("audit", Action.READ_AUDIT, "audit.page"),
    ("staff", Action.SEE_STAFF, "staff.page"),
    ("devices", Action.SEE_DEVICES, "devices.page"),
    ("places", Action.MANAGE_PLACES, "catalogue.places"),
    ("system", Action.MANAGE_SETTINGS, "system.page"),
)
"""The rail from top to bottom: the place, what it takes to go there, its endpoint."""

_ALERTS: Final = 3
_KEPT: Final = 1024


def show(
    template: str,
    *,
    place: str = "",
    query: str = "",
    status: int = 200,
    back_to: str | None = None,
    **views: object,
) -> Response:
    """A page.

    Args:
        template: its file.
        place: which part of the rail it belongs to.
        query: what stands in the scan box.
        status: the HTTP status.
        back_to: where a change of language leads; None: this page, which must answer GET then.
        views: its view models, by the names the template knows them by.
    """
    principal = known_visitor()
    frame = plain_shell(back_to) if principal is None else _shell(principal, place, query, back_to)
    return make_response(render_template(template, shell=frame, **views), status)


def tell(code: str, **values: object) -> None:
    """Say something shortly on the next page that is shown; `code` is one of `texts`."""
    flash(json.dumps({"code": code, "values": values}))


def plain_shell(back_to: str | None = None) -> Shell:
    """The frame for somebody who has not signed in, or when the database is not to be asked."""
    return Shell(
        hospital=desk().hospital.settings.hospital,
        here=back_to or here(),
        preferences=url_for("presentation.preferences"),
        theme=theme(),
        toasts=_toasts(),
    )


def role_text(roles: frozenset[Role]) -> Text:
    """What somebody works as, by the first of their roles."""
    first = next((role for role in Role if role in roles), None)
    return text_of(f"role-{first}") if first else text_of("act-other")


def seal_of(audit: Audit | None) -> Seal:
    """The ledger's seal: as the last verification found it."""
    if audit is None:
        return Seal.PENDING
    return Seal.BROKEN if audit.problem else Seal.PROVEN


def _shell(principal: Principal, place: str, query: str, back_to: str | None) -> Shell:
    own = desk()
    house = own.hospital
    with house.database.glance() as reader:
        size = house.ledger.head_in(reader).size
        opened = len(house.recalls.open(reader).case_ids)
        alerts = tuple(islice(_alerts(own, reader, principal), _ALERTS)) if opened else ()
        audit = own.notary.audits.last_in(reader)
    nav = _nav(principal, place, opened, request.script_root)
    searches = permits_somewhere(principal, Action.SEARCH)
    return Shell(
        hospital=house.settings.hospital,
        here=back_to or here(),
        preferences=url_for("presentation.preferences"),
        theme=theme(),
        person=Person(role_text(principal.roles), principal.number),
        sign_out=url_for("sign_in.sign_out"),
        search=url_for("search.results") if searches else "",
        query=query,
        nav=nav,
        ledger=next((item.href for item in nav if item.key == "ledger"), None),
        ledger_size=size,
        ledger_seal=seal_of(audit),
        toasts=_toasts(),
        account=url_for("account.page"),
        alerts=alerts,
    )


@lru_cache(_KEPT)
def _nav(principal: Principal, place: str, open_recalls: int, _root: str) -> tuple[NavItem, ...]:
    """The rail of somebody with just these rights: every change of them makes another principal."""
    return tuple(
        NavItem(key, url_for(endpoint), key == place, open_recalls if key == "recall" else 0)
        for key, action, endpoint in _PLACES
        if permits_somewhere(principal, action)
    )


def _alerts(own: Desk, reader: Reader, principal: Principal) -> Iterator[RecallAlert]:
    """The open recalls that wait for somebody: what the reader is to do, then where they work."""
    if not permits_somewhere(principal, Action.SEE_RECALL):
        return
    yield from _reminders(own, reader, principal)
    works = _works_at(own, principal)
    for each in own.hospital.recalls.searches(reader):
        if count := sum(map(works, each.places)):
            href = url_for("recall_tasks.page", case_id=each.case_id)
            yield RecallAlert(href, each.case_id, count, each.drill)


def _reminders(own: Desk, reader: Reader, principal: Principal) -> Iterator[RecallAlert]:
    """The open recalls of which a task was given to the reader."""
    house = own.hospital
    owned = tasks_owned_by(reader, house.ledger_id, principal.number)
    if not owned:
        return
    cases, now = {case.case_id: case for case in house.recalls.cases(reader)}, house.clock()
    for each in owned:
        case = cases.get(each.case_id)
        if case is not None:
            href = url_for("recall_tasks.page", case_id=case.case_id)
            late = now >= case.deadline
            yield RecallAlert(
                href, case.case_id, 0, case.drill, each.count, due=case.deadline, late=late
            )


def _works_at(own: Desk, principal: Principal) -> Callable[[str], bool]:
    """Whether somebody works on recalls at a place; each is asked for once."""
    if permits(principal, Action.WORK_RECALL):
        return bool
    access = own.hospital.access
    return cache(lambda place: access.permits(principal, Action.WORK_RECALL, place))


def _toasts() -> tuple[Toast, ...]:
    said = [json.loads(str(message)) for message in get_flashed_messages()]
    return tuple(Toast(text_of(each["code"]).filled(each["values"])) for each in said)
