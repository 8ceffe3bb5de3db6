"""Filling the pages of accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from flask import url_for

from access import ADMINISTRATORS, Account, Action, Principal, Role, Standing, permits
from errors import Invalid
from inventory import Location, locations
from texts import Text, text_of
from web.desk import desk
from web.filling.account import role_texts
from web.view import (
    Choice,
    Field,
    KeepView,
    NewStaffView,
    OneOfStaffView,
    Said,
    StaffRow,
    StaffView,
)
from web.view.field import EMPTY

PAGE: Final = 50
"""Accounts on a page."""

_LISTED: Final = 100

Names = Mapping[str, str]
"""What people call places, by code."""


def known_places() -> Names:
    """What people call the places there are, by code and in the order of the codes."""
    house = desk().hospital
    with house.database.read() as connection:
        found: Iterable[Location] = locations(connection, house.ledger_id).values()
        return {place.code: place.name for place in sorted(found, key=lambda each: each.code)}


def staff_view(
    found: list[Account], query: str, role: Role | None, after: str, by: Principal
) -> StaffView:
    """A page of accounts; `found` holds one more than are shown where there is a next page."""
    names, shown = known_places(), found[:PAGE]
    narrowed: dict[str, Any] = {"q": query or None, "role": str(role) if role else None}
    more = len(found) > PAGE
    return StaffView(
        action=url_for("staff.page"),
        query=query,
        roles=_choices(Role, {role} if role else set()),
        rows=tuple(row_of(each, names) for each in shown),
        more=url_for("staff.page", **narrowed, after=shown[-1].number) if more else None,
        first=url_for("staff.page", **narrowed) if after else None,
        new=url_for("staff.new") if permits(by, Action.MANAGE_STAFF) else None,
    )


def row_of(account: Account, names: Names) -> StaffRow:
    """An account as the list shows it."""
    return StaffRow(
        href=url_for("staff.one", staff_id=account.staff_id),
        number=account.number,
        name=account.name,
        roles=role_texts(account.roles),
        places=tuple(names.get(code, code) for code in sorted(account.places)),
        closed=account.disabled is not None,
        new=account.must_change,
    )


def new_view(  # noqa: PLR0913 -- the fields of the form, all named
    by: Principal,
    *,
    number: Field = EMPTY,
    name: Field = EMPTY,
    roles: Collection[str] = (),
    places: Collection[str] = (),
    error: Said | None = None,
) -> NewStaffView:
    """The form of a new account, as it was filled; rights are offered to who may give them."""
    gives = permits(by, Action.ASSIGN_ROLES)
    return NewStaffView(
        action=url_for("staff.add"),
        number=number,
        name=name,
        roles=_choices(Role, roles) if gives else (),
        places=_places(known_places(), places) if gives else (),
        error=error,
    )


def one_view(
    standing: Standing, by: Principal, *, badge: Field = EMPTY, rights_error: Said | None = None
) -> OneOfStaffView:
    """One account, and what its reader may do to it."""
    account, names = standing.account, known_places()
    guarded = bool(account.roles & ADMINISTRATORS)
    may = _may(standing, by, guarded=guarded)
    return OneOfStaffView(
        back=url_for("staff.page"),
        row=row_of(account, names),
        created=account.created,
        closed=account.disabled,
        locked=standing.locked_until,
        password_since=account.password_since,
        codes=account.second_factor,
        passkeys=account.passkeys,
        badge=standing.badge,
        pin=standing.pin,
        linked=standing.linked,
        sessions=standing.sessions,
        may=may,
        roles=_choices(Role, account.roles) if may.roles else (),
        places=_places(names, account.places) if may.roles else (),
        badge_field=badge,
        rights_error=rights_error,
        guarded=guarded,
        own=account.staff_id == by.id,
    )


def read_rights(roles: Iterable[str], places: Iterable[str]) -> tuple[set[Role], set[str]]:
    """The roles and places that were ticked.

    Raises:
        Invalid: `role-unknown` or `place-unknown`.
    """
    known = {str(role): role for role in Role}
    wanted, ticked = set(roles), set(places)
    if strange := wanted - known.keys():
        raise Invalid("role-unknown", field="roles", found=_listed(strange))
    if strange := ticked - known_places().keys():
        raise Invalid("place-unknown", field="roles", found=_listed(strange))
    return {known[each] for each in wanted}, ticked


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))[:_LISTED]


def _may(standing: Standing, by: Principal, *, guarded: bool) -> KeepView:
    account = standing.account
    closed, own = account.disabled is not None, account.staff_id == by.id
    keeps = permits(by, Action.MANAGE_STAFF)
    resets, gives = keeps and not guarded, permits(by, Action.ASSIGN_ROLES)
    lost = account.second_factor or account.passkeys

    def to(endpoint: str, offered: object) -> str | None:
        return url_for(f"staff.{endpoint}", staff_id=account.staff_id) if offered else None

    return KeepView(
        roles=to("set_roles", gives and not own and not closed),
        unlock=to("unlock", gives and standing.locked_until),
        factors=to("remove_factors", gives and lost and not guarded and not own),
        password=to("reset_password", resets and not closed),
        close=to("close", resets and not closed),
        open=to("open_again", resets and closed),
        badge=to("assign_badge", keeps and not closed),
        withdraw=to("withdraw_badge", keeps and standing.badge),
    )


def _choices(roles: Iterable[Role], ticked: Collection[str]) -> tuple[Choice, ...]:
    return tuple(Choice(str(role), text_of(f"role-{role}"), role in ticked) for role in roles)


def _places(names: Names, ticked: Collection[str]) -> tuple[Choice, ...]:
    # A place that is no more can only be taken away: it is offered while it is ticked.
    shown = {**{code: code for code in ticked}, **names}
    return tuple(Choice(code, _place(code, shown), code in ticked) for code in sorted(shown))


def _place(code: str, names: Names) -> Text | str:
    return code if names[code] == code else f"{names[code]} · {code}"
