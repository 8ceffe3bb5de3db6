"""Invented content of the pages of accounts and devices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from texts import Text, text_of
from web.kit.lives import NOW
from web.view import (
    AccountView,
    Choice,
    DeviceCodeView,
    DeviceRow,
    DevicesView,
    Field,
    GivenPasswordView,
    KeepView,
    KeyRow,
    NewStaffView,
    OneDeviceView,
    OneOfStaffView,
    PasskeyRow,
    PasskeysView,
    SecondFactorView,
    SessionRow,
    StaffRow,
    StaffView,
    StationForm,
)

_DAY = timedelta(days=1)
_PLACES = (
    ("PHARM", "住院药房"),
    ("STORE", "中心药库"),
    ("W07", "肿瘤科一病区"),
    ("OR1", "手术室一"),
)
_ROLES = (
    "warehouse",
    "pharmacist",
    "nurse",
    "theatre",
    "equipment_office",
    "ward_store",
    "quality",
)


def _passkeys() -> PasskeysView:
    rows = (
        PasskeyRow("p1", "药房的电脑", NOW - 40 * _DAY, NOW - _DAY, None, "/kit/account"),
        PasskeyRow("p2", "钥匙串上的", NOW - 9 * _DAY, None, NOW - _DAY, "/kit/account"),
    )
    return PasskeysView("/kit/account", "/kit/account", rows)


def account() -> AccountView:
    """A pharmacist's own account."""
    return AccountView(
        number="P0533",
        name="林知远",
        roles=(text_of("role-pharmacist"), text_of("role-quality")),
        places=("住院药房",),
        anywhere=False,
        password="/kit/password",  # noqa: S106 -- an address
        password_since=NOW - 30 * _DAY,
        factor="/kit/factor",
        badge=True,
        pin=False,
        linked=True,
        passkeys=_passkeys(),
        sessions=(
            SessionRow(False, "10.1.2.3", NOW - timedelta(hours=2), NOW, True, ""),  # noqa: FBT003 -- see SessionRow
            SessionRow(True, "10.1.7.44", NOW - timedelta(minutes=9), NOW, False, "/kit/account"),  # noqa: FBT003 -- the same
        ),
        everywhere="/kit/sign-in",
        set_pin="/kit/account",
    )


def account_wrong() -> AccountView:
    """A passkey was not registered, another not removed."""
    wrong = text_of("passkey-refused")
    password = Text("工号或密码不对。还能试 4 次", "Wrong number or password. 4 tries left")
    first, second = _passkeys().rows
    view = replace(
        _passkeys(), rows=(replace(first, error=password), second), label=Field("手机", wrong)
    )
    return replace(account(), passkeys=view, new_pin=Field(error=text_of("pin-simple")))


def factor_due() -> SecondFactorView:
    """An administrator's first day: a code or a passkey."""
    passkeys = replace(_passkeys(), rows=())
    return SecondFactorView("/kit/factor-code", "/kit/home", due=True, passkeys=passkeys)


def _staff_rows() -> tuple[StaffRow, ...]:
    known = (
        ("N2307", "周雨桐", ("nurse",), ("肿瘤科一病区",), False, False),
        ("P0533", "林知远", ("pharmacist", "quality"), ("住院药房",), False, False),
        ("SYS1", "马骁", ("system_admin",), (), False, False),
        ("T1108", "欧阳明轩", ("theatre",), ("手术室一", "手术室二", "介入导管室"), True, False),
        ("W0417", "何立", (), (), False, True),
    )
    return tuple(
        StaffRow(
            "/kit/staff-account",
            number,
            name,
            tuple(text_of(f"role-{role}") for role in roles),
            places,
            closed,
            new,
        )
        for number, name, roles, places, closed, new in known
    )


def _choices(ticked: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(role, text_of(f"role-{role}"), role == ticked) for role in _ROLES)


def _places(ticked: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(code, f"{name} · {code}", code == ticked) for code, name in _PLACES)


def staff() -> StaffView:
    """Everybody."""
    return StaffView(
        "/kit/staff", "", _choices(), _staff_rows(), more="/kit/staff", new="/kit/staff-new"
    )


def staff_none() -> StaffView:
    """Nobody like that."""
    return StaffView("/kit/staff", "X9", _choices(), (), first="/kit/staff")


def staff_new() -> NewStaffView:
    """The system administrator's form: no rights to give."""
    taken = Text("工号 P0533 已有账号", "P0533 has an account already")
    return NewStaffView("/kit/staff-password", number=Field("P0533", taken), name=Field("林知远"))


def staff_new_with_rights() -> NewStaffView:
    """The form of who may give rights too."""
    return NewStaffView("/kit/staff-password", roles=_choices("nurse"), places=_places("W07"))


def staff_password() -> GivenPasswordView:
    """The first password."""
    return GivenPasswordView(
        "W0417",
        "何立",
        "uq4m-9xte+7rpk",
        "/kit/staff-account",
        fresh=True,
        without_roles=True,
    )


def staff_account() -> OneOfStaffView:
    """As the system administrator sees it."""
    return OneOfStaffView(
        back="/kit/staff",
        row=_staff_rows()[0],
        created=NOW - 400 * _DAY,
        closed=None,
        locked=None,
        password_since=NOW - 30 * _DAY,
        codes=True,
        passkeys=1,
        badge=True,
        pin=True,
        linked=False,
        sessions=2,
        may=KeepView(
            password="/kit/staff-password",  # noqa: S106 -- an address
            close="/kit/staff",
            badge="/kit/staff-account",
            withdraw="/kit/staff-account",
        ),
        badge_field=Field("", text_of("badge-taken")),
    )


def staff_account_locked() -> OneOfStaffView:
    """As the security administrator sees it, while it is locked."""
    may = KeepView(roles="/kit/staff", unlock="/kit/staff", factors="/kit/staff")
    return replace(
        staff_account(),
        locked=NOW + timedelta(minutes=20),
        may=may,
        roles=_choices("nurse"),
        places=_places("W07"),
        badge_field=Field(),
        rights_error=text_of("roles-exclusive"),
    )


def staff_account_admin() -> OneOfStaffView:
    """An administrator's."""
    return replace(staff_account(), row=_staff_rows()[2], may=KeepView(), guarded=True, own=True)


def _device(name: str, station: str, profile: str, **more: object) -> DeviceRow:
    row = DeviceRow(
        href="/kit/device",
        name=name,
        station=station,
        profile=text_of(f"profile-{profile}"),
        hardware="Zebra MC3300",
        software="0.1.0",
        enrolled=NOW - 200 * _DAY,
        seen=NOW - timedelta(minutes=4),
        skew=timedelta(milliseconds=-400),
        keys=1,
        revoked=None,
        waiting=False,
        now=NOW,
    )
    return replace(row, **more)  # type: ignore[arg-type]


def devices() -> DevicesView:
    """One in each state."""
    rows = (
        _device("PDA-07-2", "肿瘤科一病区", "ward"),
        _device("PDA-药房-1", "住院药房", "pharmacy", skew=timedelta(seconds=95)),
        _device("PDA-库-3", "中心药库", "receiving", seen=NOW - 3 * _DAY, keys=0),
        _device("门-1", "中心药库", "gate", waiting=True, hardware="", software="", skew=None),
        _device("PDA-旧", "手术室一", "theatre", seen=None, revoked=NOW - _DAY),
    )
    return DevicesView("/kit/devices", "", rows, older="/kit/devices", new="/kit/device-new")


def devices_none() -> DevicesView:
    """The first day."""
    return DevicesView("/kit/devices", "", (), new="/kit/device-new")


def _station(station: str, profile: str) -> StationForm:
    profiles = ("receiving", "pharmacy", "ward", "theatre", "gate")
    return StationForm(
        "/kit/device-code",
        _places(station),
        tuple(Choice(each, text_of(f"profile-{each}"), each == profile) for each in profiles),
    )


def device() -> OneDeviceView:
    """One that works."""
    return OneDeviceView(
        back="/kit/devices",
        row=devices().rows[1],
        device_id="019aa7c2-1f60-7d21-9a40-55d1c0e8b7f3",
        keys=(KeyRow("9f" * 32, NOW - 100 * _DAY),),
        move=_station("PHARM", "pharmacy"),
        renew="/kit/device-code",
        revoke="/kit/devices",
    )


def device_new() -> StationForm:
    """The form, after no place was chosen."""
    return replace(
        _station("", "ward"), station=Field(error=text_of("place-unknown").filled({"found": "W99"}))
    )


def device_code() -> DeviceCodeView:
    """The code of a device that gets a new token."""
    # The look of a QR code is all that is wanted here: a finder pattern and some modules.
    svg = (
        "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9"
        "IjAgMCA5IDkiPjxwYXRoIGQ9Ik0xIDFoN3Y3SDF6bTEgMXY1aDVWMnoiIGZpbGwtcnVsZT0iZXZlbm9kZCIvPjxwYXRo"
        "IGQ9Ik0zIDNoM3YzSDN6Ii8+PC9zdmc+"
    )
    return DeviceCodeView(
        svg,
        "JBSWY3DPEHPK3PXPJBSWY3DP",
        "住院药房",
        text_of("profile-pharmacy"),
        NOW + timedelta(minutes=10),
        "/kit/device",
        "PDA-药房-1",
    )
