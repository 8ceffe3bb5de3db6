"""Signatures: people show who they are at the moment of the act, one or two of them."""

from __future__ import annotations

import hashlib
import json

import pytest

from access import (
    NARCOTIC_SIGNATURES,
    OPERATOR,
    SIGNATURES,
    Action,
    Deed,
    Principal,
    Role,
    Shown,
    Signature,
    Unauthenticated,
    signatures_needed,
)
from access.permissions import EVENTS
from errors import Forbidden, Invalid, MedtraceError, Refused
from tests.access.hospital import PASSWORD, Hospital
from tests.access.test_second_factor import bind

PIN = "271828"
OWN, SECOND = Shown(pin=PIN), Shown(badge="BADGE-N2", pin=PIN)
ONE = hashlib.sha256(b"one dose").hexdigest()
TWO = hashlib.sha256(b"two doses").hexdigest()


def nurse(hospital: Hospital, number: str, ward: str = "W07") -> Principal:
    principal = hospital.person(number, Role.NURSE, places=[ward])
    hospital.access.badges.assign(principal.id, f"BADGE-{number}", by=OPERATOR)
    hospital.access.badges.set_pin(principal, PIN, PASSWORD)
    return principal


@pytest.fixture
def people(hospital: Hospital) -> tuple[Principal, Principal]:
    """Two nurses with badges and PINs, on each engine in turn."""
    return nurse(hospital, "N1"), nurse(hospital, "N2")


@pytest.fixture
def pair(clinic: Hospital) -> tuple[Principal, Principal]:
    """The same where the engine makes no difference."""
    return nurse(clinic, "N1"), nurse(clinic, "N2")


def dose(*shown: Shown, needed: int = 2, about: str = "urn:uuid:e1", **more: object) -> Deed:
    return Deed(
        action=Action.ADMINISTER,
        about=about,
        needed=needed,
        shown=shown,
        place="W07",
        **more,  # type: ignore[arg-type]  # tests name fields of the dataclass
    )


def sign(hospital: Hospital, by: Principal, *deeds: Deed) -> list[tuple[Signature, ...]]:
    return hospital.access.signing.sign(by, deeds, address="10.1.2.3")


def refusal(hospital: Hospital, by: Principal, *deeds: Deed) -> tuple[str, str | None]:
    """Why it is not signed, and which field is at fault."""
    with pytest.raises(MedtraceError) as caught:
        sign(hospital, by, *deeds)
    return caught.value.code, caught.value.field


def test_one_signs_for_one_act_and_another_countersigns(
    hospital: Hospital, people: tuple[Principal, Principal]
) -> None:
    ((first, second),) = sign(hospital, people[0], dose(OWN, SECOND, digest=ONE))
    assert (first.by, first.number, first.method) == (people[0].uri, "N1", "pin")
    assert (second.by, second.number, second.method) == (people[1].uri, "N2", "badge")
    assert {first.about, second.about} == {"urn:uuid:e1"}
    own, other = hospital.trail()[-2:]
    assert (own["action"], own["by"], own["result"]) == ("sign", people[0].uri, "ok")
    assert own["details"] == {"action": "administer", "method": "pin", "digest": ONE}
    assert (other["action"], other["by"]) == ("countersign", people[1].uri)
    assert (other["object"], other["address"]) == ("urn:uuid:e1", "10.1.2.3")


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ((), "signature-required"),
        ((SECOND,), "signature-required"),
        ((OWN,), "second-signature-required"),
        ((OWN, Shown(number="N1", pin=PIN)), "same-person"),
        ((OWN, Shown(badge="BADGE-N1", pin=PIN)), "same-person"),
        ((OWN, Shown(number="N1", password=PASSWORD)), "same-person"),
    ],
)
def test_two_different_persons_sign_and_who_acts_is_one_of_them(
    clinic: Hospital, pair: tuple[Principal, Principal], shown: tuple[Shown, ...], code: str
) -> None:
    assert refusal(clinic, pair[0], dose(*shown)) == (code, "signatures")
    assert not [entry for entry in clinic.trail() if entry["action"] == "sign"]


def test_one_person_twice_is_on_record(clinic: Hospital, pair: tuple[Principal, Principal]) -> None:
    refusal(clinic, pair[0], dose(OWN, Shown(badge="BADGE-N1", pin=PIN)))
    assert (clinic.last()["by"], clinic.last()["result"]) == (pair[0].uri, "same-person")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (Shown(badge="BADGE-N2", pin="000000"), "sign-in-failed"),
        (Shown(badge="BADGE-N9", pin=PIN), "sign-in-failed"),
        (Shown(number="N2", password="Qing-he-2027"), "sign-in-failed"),  # noqa: S106 -- a wrong one
        (Shown(number="N9", pin=PIN), "sign-in-failed"),
        (Shown(number="\x00", pin=PIN), "sign-in-failed"),
        (Shown(number="N2", code="123456"), "sign-in-failed"),
        (Shown(number="N5", pin=PIN), "signer-forbidden"),
    ],
)
def test_a_second_person_who_is_not_who_they_say_or_may_not_is_told_apart_by_the_field(
    clinic: Hospital, pair: tuple[Principal, Principal], other: Shown, code: str
) -> None:
    nurse(clinic, "N5", "W08")
    assert refusal(clinic, pair[0], dose(OWN, other)) == (code, "signatures.1")
    assert clinic.last()["result"] in {"wrong-secret", "forbidden"}


def test_who_may_not_act_may_not_sign(clinic: Hospital, pair: tuple[Principal, Principal]) -> None:
    elsewhere = Deed(action=Action.ADMINISTER, about="e1", needed=1, shown=(OWN,), place="W08")
    destruction = Deed(action=Action.DESTROY, about="e1", needed=1, shown=(OWN,), place="W07")
    assert refusal(clinic, pair[0], elsewhere)[0] == "forbidden"
    assert refusal(clinic, pair[0], destruction)[0] == "forbidden"
    with pytest.raises(Forbidden):
        sign(clinic, OPERATOR, dose(OWN))
    with pytest.raises(Invalid):
        sign(clinic, pair[0], dose(OWN, needed=1, about=" "))


def test_the_second_one_may_need_another_permission(
    clinic: Hospital, pair: tuple[Principal, Principal]
) -> None:
    """As at the closing of a recall: one does it, quality looks at it."""
    approved = dose(OWN, SECOND, second=Action.APPROVE_CLOSING)
    assert refusal(clinic, pair[0], approved) == ("signer-forbidden", "signatures.1")
    quality = clinic.person("Q1", Role.QUALITY)
    clinic.access.badges.set_pin(quality, PIN, PASSWORD)
    with_quality = dose(OWN, Shown(number="Q1", pin=PIN), second=Action.APPROVE_CLOSING)
    ((_, second),) = sign(clinic, pair[0], with_quality)
    assert (second.by, second.action) == (quality.uri, Action.APPROVE_CLOSING)


def test_a_closed_account_signs_nothing(
    clinic: Hospital, pair: tuple[Principal, Principal]
) -> None:
    clinic.access.staff.disable(pair[1].id, by=OPERATOR)
    assert refusal(clinic, pair[0], dose(OWN, SECOND))[0] == "sign-in-failed"


def test_wrong_secrets_at_signing_lock_the_badge_too(
    clinic: Hospital, pair: tuple[Principal, Principal]
) -> None:
    wrong = dose(OWN, Shown(number="N2", pin="000000"))
    assert [refusal(clinic, pair[0], wrong)[0] for _ in range(5)] == ["sign-in-failed"] * 5
    assert refusal(clinic, pair[0], dose(OWN, SECOND))[0] == "sign-in-locked"
    device, _ = clinic.device("W07", "ward")
    with pytest.raises(Unauthenticated, match="sign-in-locked"):
        clinic.access.sign_in.by_badge("BADGE-N2", PIN, device=device)


def test_one_may_sign_with_password_or_second_factor(clinic: Hospital) -> None:
    one = clinic.person("N7", Role.NURSE, places=["W07"])
    ((signed,),) = sign(clinic, one, dose(Shown(password=PASSWORD), needed=1))
    assert signed.method == "password"
    code = Shown(code=bind(clinic, one).code(clinic))
    ((signed,),) = sign(clinic, one, dose(code, needed=1, about="e2"))
    assert signed.method == "totp"
    assert refusal(clinic, one, dose(code, needed=1, about="e3"))[0] == "sign-in-failed"


def test_one_code_signs_what_is_sent_together(clinic: Hospital) -> None:
    one = clinic.person("N7", Role.NURSE, places=["W07"])
    code = Shown(code=bind(clinic, one).code(clinic))
    deeds = [dose(code, needed=1, about=about) for about in ("e1", "e2")]
    assert [each[0].about for each in sign(clinic, one, *deeds)] == ["e1", "e2"]
    assert [entry["object"] for entry in clinic.trail()[-2:]] == ["e1", "e2"]


def test_what_was_signed_is_not_asked_for_again_and_nothing_else_passes_for_it(
    hospital: Hospital, people: tuple[Principal, Principal]
) -> None:
    """An answer that was lost: the same act comes once more, with a code that was used up."""
    phone = bind(hospital, people[0])
    code = Shown(code=phone.code(hospital))
    signed = sign(hospital, people[0], dose(code, SECOND, digest=ONE))
    hospital.clock.advance(hours=3)
    assert sign(hospital, people[0], dose(code, SECOND, digest=ONE)) == signed
    guessed = Shown(pin="000000")
    assert sign(hospital, people[0], dose(guessed, SECOND, digest=ONE)) == signed
    for other in (
        dose(guessed, SECOND, digest=TWO),
        dose(guessed, SECOND, digest=ONE, about="urn:uuid:e2"),
        dose(guessed, SECOND),
    ):
        assert refusal(hospital, people[0], other) == ("sign-in-failed", "signatures.0")
    both = [dose(guessed, SECOND, digest=TWO), dose(guessed, SECOND, digest=ONE)]
    assert refusal(hospital, people[0], *both)[0] == "sign-in-failed"


def test_no_secret_is_on_record_or_shown(
    clinic: Hospital, pair: tuple[Principal, Principal]
) -> None:
    sign(clinic, pair[0], dose(OWN, SECOND, digest=ONE))
    refusal(clinic, pair[0], dose(OWN, Shown(badge="BADGE-N2", pin="314159"), about="e2"))
    written = json.dumps(clinic.trail()) + repr(dose(OWN, SECOND)) + repr(SECOND)
    assert PIN not in written
    assert "314159" not in written
    assert "BADGE-N2" not in written


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "signature-one-secret"),
        ({"number": "N1"}, "signature-one-secret"),
        ({"pin": PIN, "code": "123456"}, "signature-one-secret"),
        ({"pin": ""}, "signature-one-secret"),
        ({"number": "N1", "badge": "B", "pin": PIN}, "signature-one-name"),
    ],
)
def test_one_name_and_one_secret_are_shown(fields: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        Shown(**fields)


@pytest.mark.parametrize("action", list(Action))
def test_how_many_sign_is_what_the_tables_say(action: Action) -> None:
    """No narcotic product ever takes fewer than any other, and only goods are narcotic."""
    plain, narcotic = (signatures_needed(action, narcotic=each) for each in (False, True))
    assert plain == SIGNATURES.get(action, 0)
    assert narcotic == max(plain, NARCOTIC_SIGNATURES.get(action, 0))
    assert action in EVENTS or narcotic == plain


def test_what_takes_two_at_narcotics() -> None:
    """Into the house, out of it, from hand to hand, to the patient and at the count."""
    free = EVENTS - {action for action in EVENTS if signatures_needed(action, narcotic=True) == 2}
    assert free == {
        Action.MEASURE,
        Action.PACK,
        Action.QUARANTINE,
        Action.RELEASE,
        Action.WITHHOLD,
    }


def test_a_refusal_says_how_many_sign() -> None:
    two = Refused("second-signature-required", field="signatures", count=2)
    assert "2" in two.text.zh
    assert "2" in two.text.en
