"""The demo's people: staff of every role, and patients who never lived.

The password is one for all of them and another for each installation: it is derived from a secret
in the key folder, so that no password stands in the source and a later start can print it again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from random import Random

from access import OPERATOR, Access, Identity, Kind, Principal, Role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works in the demo hospital.

    Args:
        number: the staff number.
        name: invented.
        roles: what they work as.
        places: codes of the places the account is bound to; none: everywhere the role allows.
        handheld: whether they work with a handheld, and so have a badge with a PIN.
    """

    number: str
    name: str
    roles: frozenset[Role]
    places: tuple[str, ...] = ()
    handheld: bool = False


@dataclass(frozen=True, slots=True)
class Credential:
    """What somebody signs in with; for the screen of whoever started the demo, nowhere else.

    Args:
        person: whose.
        password: at a desk.
        badge: what a scan of the badge says; None: no badge.
        pin: goes with the badge.
    """

    person: Person
    password: str = field(repr=False)
    badge: str | None = None
    pin: str | None = field(default=None, repr=False)


def _person(
    number: str, name: str, role: Role, *places: str, handheld: bool = False
) -> tuple[str, Person]:
    return number, Person(number, name, frozenset({role}), places, handheld)


STAFF: dict[str, Person] = dict(
    (
        _person("0417", "石敬安", Role.WAREHOUSE, "STORE", handheld=True),
        _person("0422", "尤曼青", Role.WAREHOUSE, "STORE", "CONS"),
        _person("0533", "岑书瑶", Role.PHARMACIST, handheld=True),
        _person("0541", "温知远", Role.PHARMACIST, "PIVAS"),
        _person("0557", "应采薇", Role.PHARMACIST, "OP", "EP"),
        _person("1102", "顾怀远", Role.PHYSICIAN, "ZL2"),
        _person("2107", "葛清越", Role.NURSE, "ED"),
        _person("2203", "卓若兰", Role.NURSE, "HX3"),
        _person("2231", "房云舒", Role.NURSE, "PW5", "EK8"),
        _person("2246", "阮听雪", Role.NURSE, "ICU"),
        _person("2307", "花映秋", Role.NURSE, "ZL2", handheld=True),
        _person("2312", "戚明珂", Role.NURSE, "ZL2"),
        _person("2319", "柏语嫣", Role.NURSE, "ZL2"),
        _person("2402", "凌素问", Role.NURSE, "XN2", "GK1", "YK1"),
        _person("3105", "简怀瑾", Role.THEATRE, "OR", handheld=True),
        _person("3301", "路平川", Role.WARD_STORE, "OR", "GK1"),
        _person("4201", "蓝景行", Role.EQUIPMENT_OFFICE),
        _person("5101", "程见微", Role.QUALITY),
        _person("5202", "严自持", Role.AUDITOR),
        _person("9001", "纪维安", Role.SYSTEM_ADMIN),
        _person("9002", "穆守拙", Role.SECURITY_ADMIN),
        _person("9003", "祁观澜", Role.AUDIT_ADMIN),
    )
)
"""Everybody, by staff number."""

NURSES = {
    "HX3": "2203",
    "PW5": "2231",
    "ZL2": "2307",
    "XN2": "2402",
    "GK1": "2402",
    "YK1": "2402",
    "EK8": "2231",
    "ICU": "2246",
    "ED": "2107",
}
"""Who works in which ward."""

PHARMACISTS = {"IP": "0533", "PIVAS": "0541", "OP": "0557", "EP": "0557"}
"""Who works in which pharmacy."""


def credentials(secret: bytes) -> tuple[Credential, ...]:
    """What everybody signs in with, by staff number.

    Args:
        secret: of this installation; the same secret gives the same answer.
    """
    password = _password(secret)
    return tuple(
        Credential(
            person,
            password,
            f"JZ1-STAFF-{person.number}" if person.handheld else None,
            _pin(secret, person.number) if person.handheld else None,
        )
        for person in STAFF.values()
    )


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, f"medtrace demo {purpose}".encode(), hashlib.sha256)


def _password(secret: bytes) -> str:
    """Capital, digit and sign in front satisfy the policy; the letters behind are the secret."""
    letters = base64.b32encode(_derived(secret, "password")).decode().lower()
    letters = letters.translate(str.maketrans("234567", "mnpqrs"))  # no staff number inside
    return f"Jz1-{letters[:4]}-{letters[4:8]}-{letters[8:12]}"


def _pin(secret: bytes, number: str) -> str:
    """Six digits, none like the one before it plus nought or one: never a simple PIN."""
    digits: list[int] = []
    for byte in _derived(secret, f"pin {number}")[:6]:
        step = 3 + byte % 5
        digits.append((digits[-1] + step) % 10 if digits else byte % 10)
    return "".join(map(str, digits))


def hire(access: Access, made: tuple[Credential, ...]) -> None:
    """Give everybody who has none an account, and handheld users a badge and a PIN.

    Nobody has to change a password first: whoever sees the demo's screen is who it was made for.
    Administrators set their second factor up when they first sign in, as they always must.

    Args:
        access: the demo hospital's.
        made: from `credentials`.
    """
    known = access.staff.names(STAFF)
    for credential in made:
        if credential.person.number not in known:
            _hire(access, credential)


def _hire(access: Access, credential: Credential) -> None:
    person = credential.person
    account = access.staff.add(
        OPERATOR,
        number=person.number,
        name=person.name,
        roles=person.roles,
        places=person.places,
        password=credential.password,
        must_change=False,
    )
    if credential.badge and credential.pin:
        access.badges.assign(account.staff_id, credential.badge, by=OPERATOR)
        owner = Principal(
            Kind.STAFF,
            account.staff_id,
            person.name,
            person.roles,
            frozenset(person.places),
            number=person.number,
        )
        access.badges.set_pin(owner, credential.pin, credential.password)


_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章苏潘范彭"
_GIVEN = "秀兰建国桂英志强玉梅海燕文博雨桐嘉怡子涵浩然明珠春生德福淑芬丽华永康晓东思远若溪启航"


class Register:
    """Invents patients, no two alike.

    Args:
        rng: where chance comes from.
        year: the year of the record numbers.
    """

    def __init__(self, rng: Random, year: int) -> None:
        self._rng = rng
        self._year = year
        self._numbers: set[str] = set()

    def person(self, ward: str, age: tuple[int, int]) -> Identity:
        """Somebody in a ward.

        Args:
            ward: the code of the place where they lie; empty: an outpatient.
            age: from and to, in years.
        """
        rng = self._rng
        number = self._number()
        born = self._year - rng.randint(*age)
        return Identity(
            record_number=number,
            name=rng.choice(_FAMILY) + "".join(rng.sample(_GIVEN, 2)),
            wristband=f"WB{number[2:]}" if ward else "",
            ward=ward,
            bed=f"{rng.randint(1, 48):02}" if ward else "",
            birth_date=f"{born}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
            sex=rng.choice(("female", "male")),
            phone=f"199{rng.randrange(10**8):08}",
        )

    def _number(self) -> str:
        while True:
            number = f"BA{self._year}{self._rng.randrange(10**7):07}"
            if number not in self._numbers:
                self._numbers.add(number)
                return number
