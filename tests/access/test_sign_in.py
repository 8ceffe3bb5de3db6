"""Signing in: right, wrong, locked, expired, twice, everywhere."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from ipaddress import ip_network
from itertools import pairwise
from multiprocessing import get_context

import pytest

from access import OPERATOR, Action, Policy, Role, Unauthenticated
from access.passwords import Passwords
from errors import Forbidden, Invalid
from tests.access.hospital import CHEAP, PASSWORD, Hospital, process_at


def refusal(act: Callable[[], object]) -> Unauthenticated:
    with pytest.raises(Unauthenticated) as caught:
        act()
    return caught.value


def test_the_right_password_opens_a_session_and_is_on_record(hospital: Hospital) -> None:
    staff_id = hospital.hire("n2307", [Role.NURSE], ["W07"])
    signed_in = hospital.sign_in("N2307 ")
    principal = hospital.access.sessions.principal(signed_in.token)
    assert principal.id == staff_id
    assert principal.roles == {Role.NURSE}
    assert principal.places == {"W07"}
    assert principal == signed_in.principal
    event = hospital.last()
    assert event["action"] == "sign-in"
    assert event["by"] == event["object"] == f"urn:medtrace:staff:{staff_id}"
    assert (event["result"], event["address"]) == ("ok", "10.1.2.3")


@pytest.mark.parametrize("number", ["N2307", "N9999", "", "' OR 1=1 --", "\x00", "\ud800", "工号"])
def test_an_unknown_account_answers_like_a_wrong_password_and_locks_like_one(
    clinic: Hospital, number: str
) -> None:
    clinic.hire("N2307", [Role.NURSE], ["W07"])
    answers = [refusal(lambda: clinic.sign_in(number, "wrong")) for _ in range(6)]
    assert [answer.code for answer in answers] == ["sign-in-failed"] * 5 + ["sign-in-locked"]
    assert [answer.values["left"] for answer in answers[:5]] == [4, 3, 2, 1, 0]
    assert answers[5].values["minutes"] == 30


def test_the_trail_knows_what_the_answer_hides(clinic: Hospital) -> None:
    staff_id = clinic.hire("N2307", [Role.NURSE], ["W07"])
    refusal(lambda: clinic.sign_in("N2307", "wrong"))
    refusal(lambda: clinic.sign_in("N9999", "wrong"))
    known, unknown = clinic.trail()[-2:]
    assert (known["result"], known["object"]) == (
        "wrong-password",
        f"urn:medtrace:staff:{staff_id}",
    )
    assert (unknown["result"], unknown["object"]) == (
        "unknown-account",
        "urn:medtrace:staff:unknown",
    )
    assert known["by"] == unknown["by"] == "urn:medtrace:anybody"


def test_what_was_typed_is_never_on_record(clinic: Hospital) -> None:
    refusal(lambda: clinic.sign_in("my-Secret-Passw0rd", "another-Secret"))
    assert "ecret" not in str(clinic.trail())


def test_five_failures_lock_for_thirty_minutes_even_for_the_right_password(
    hospital: Hospital,
) -> None:
    hospital.hire("N2307", [Role.NURSE], ["W07"])
    for _ in range(5):
        refusal(lambda: hospital.sign_in("N2307", "wrong"))
    assert [event["action"] for event in hospital.trail()[-2:]] == ["sign-in", "lock"]
    hospital.clock.advance(minutes=29, seconds=59)
    assert refusal(lambda: hospital.sign_in("N2307")).values["minutes"] == 1
    hospital.clock.advance(seconds=1)
    assert hospital.sign_in("N2307").token


def test_a_success_forgets_the_failures(clinic: Hospital) -> None:
    clinic.hire("N2307", [Role.NURSE], ["W07"])
    for _ in range(3):
        for _ in range(4):
            refusal(lambda: clinic.sign_in("N2307", "wrong"))
        clinic.sign_in("N2307")


def test_guesses_of_several_processes_at_once_are_counted_one_by_one(
    hospital: Hospital, database_url: str
) -> None:
    hospital.hire("N2307", [Role.NURSE], ["W07"])
    with ProcessPoolExecutor(3, get_context("spawn")) as pool:
        answers = list(pool.map(_guess, [database_url] * 15, range(15)))
    assert answers.count("sign-in-failed") == 5
    assert answers.count("sign-in-locked") == 10
    assert refusal(lambda: hospital.sign_in("N2307")).code == "sign-in-locked"


def _guess(url: str, number: int) -> str:
    with process_at(url) as hospital:
        return refusal(lambda: hospital.sign_in("N2307", f"guess-{number}")).code


def test_the_security_administrator_unlocks(clinic: Hospital) -> None:
    staff_id = clinic.hire("N2307", [Role.NURSE], ["W07"])
    security = clinic.person("SEC1", Role.SECURITY_ADMIN)
    for _ in range(5):
        refusal(lambda: clinic.sign_in("N2307", "wrong"))
    clinic.access.staff.unlock(staff_id, by=security)
    assert clinic.sign_in("N2307").token


def test_an_unknown_account_costs_as_much_work_as_a_known_one(
    clinic: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    real = Passwords.verify

    def counting(self: Passwords, stored: str | None, secret: str) -> bool:
        compared.append(stored or self._nobody)
        return real(self, stored, secret)

    monkeypatch.setattr(Passwords, "verify", counting)
    clinic.hire("N2307", [Role.NURSE], ["W07"])
    for number in ("N2307", "N9999"):
        refusal(lambda number=number: clinic.sign_in(number, "wrong"))  # type: ignore[misc]
    known, unknown = compared
    assert known.split("$")[:4] == unknown.split("$")[:4]
    assert len(known) == len(unknown)


def test_a_hash_of_an_older_cost_is_made_anew(clinic: Hospital) -> None:
    clinic.hire("N2307", [Role.NURSE], ["W07"])
    dearer = type(CHEAP)(time_cost=2, memory_cost=16, parallelism=1)
    later = Hospital(clinic.ledger, clinic.clock, policy=Policy(hasher=dearer))
    later.sign_in("N2307")
    with clinic.ledger.database.read() as connection:
        account = later.access.staff._accounts.by_number(connection, "N2307")
        assert account is not None
        stored = later.access.staff._passwords.current(connection, account.staff_id)
    assert stored is not None
    assert "m=16,t=2" in stored.hash
    assert clinic.sign_in("N2307").token


def test_administrators_come_from_their_network_only(clinic: Hospital) -> None:
    policy = Policy(
        hasher=CHEAP,
        second_factor_for=frozenset(),
        administrator_networks=(ip_network("10.1.0.0/16"),),
    )
    guarded = Hospital(clinic.ledger, clinic.clock, policy=policy)
    guarded.hire("ADM1", [Role.SYSTEM_ADMIN])
    guarded.hire("N2307", [Role.NURSE], ["W07"])
    assert guarded.sign_in("ADM1").token
    by_password = guarded.access.sign_in.by_password
    for address in ("192.168.7.7", "", "nonsense"):
        error = refusal(lambda address=address: by_password("ADM1", PASSWORD, address=address))  # type: ignore[misc]
        assert error.code == "sign-in-failed"
        assert guarded.last()["result"] == "wrong-network"
    assert by_password("N2307", PASSWORD, address="192.168.7.7").token


def test_a_password_changed_while_it_is_compared_opens_nothing(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff_id = hospital.hire("N2307", [Role.NURSE], ["W07"])
    real = Passwords.verify

    def slow(self: Passwords, stored: str | None, secret: str) -> bool:
        right = real(self, stored, secret)
        hospital.access.staff.reset_password(staff_id, by=OPERATOR)
        return right

    monkeypatch.setattr(Passwords, "verify", slow)
    assert refusal(lambda: hospital.sign_in("N2307")).code == "sign-in-failed"


class TestSessions:
    """How long one stays signed in."""

    def test_an_idle_session_ends_after_fifteen_minutes(self, hospital: Hospital) -> None:
        hospital.hire("N2307", [Role.NURSE], ["W07"])
        token = hospital.sign_in("N2307").token
        for _ in range(4):
            hospital.clock.advance(minutes=14)
            hospital.access.sessions.principal(token)
        hospital.clock.advance(minutes=15)
        assert refusal(lambda: hospital.access.sessions.principal(token)).status == 401

    def test_a_busy_session_ends_after_twelve_hours(self, clinic: Hospital) -> None:
        clinic.hire("N2307", [Role.NURSE], ["W07"])
        token = clinic.sign_in("N2307").token
        for _ in range(71):
            clinic.clock.advance(minutes=10)
            clinic.access.sessions.principal(token)
        clinic.clock.advance(minutes=10)
        refusal(lambda: clinic.access.sessions.principal(token))

    @pytest.mark.parametrize("token", ["", "mts_", "x" * 5000, "\ud800", "mts_\x00", "机"])
    def test_nonsense_is_no_session(self, clinic: Hospital, token: str) -> None:
        assert refusal(lambda: clinic.access.sessions.principal(token)).code == "not-signed-in"

    def test_signing_out_ends_this_session_and_everywhere_ends_all(
        self, hospital: Hospital
    ) -> None:
        hospital.hire("N2307", [Role.NURSE], ["W07"])
        one, two, three = (hospital.sign_in("N2307") for _ in range(3))
        sessions = hospital.access.sessions
        sessions.end(one.token, one.principal, "10.1.2.3")
        refusal(lambda: sessions.principal(one.token))
        assert sessions.principal(two.token)
        sessions.end_everywhere(two.principal, "10.1.2.3")
        for token in (two.token, three.token):
            refusal(lambda token=token: sessions.principal(token))  # type: ignore[misc]
        assert hospital.last()["details"] == {"sessions": 2}

    def test_nobody_ends_the_session_of_another(self, clinic: Hospital) -> None:
        clinic.hire("N2307", [Role.NURSE], ["W07"])
        token = clinic.sign_in("N2307").token
        other = clinic.person("N2308", Role.NURSE, places=["W07"])
        clinic.access.sessions.end(token, other, "")
        assert clinic.access.sessions.principal(token)

    def test_each_sign_in_gives_another_token(self, clinic: Hospital) -> None:
        clinic.hire("N2307", [Role.NURSE], ["W07"])
        assert clinic.sign_in("N2307").token != clinic.sign_in("N2307").token

    def test_only_the_digest_is_stored(self, clinic: Hospital) -> None:
        clinic.hire("N2307", [Role.NURSE], ["W07"])
        token = clinic.sign_in("N2307").token
        with clinic.ledger.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM session").fetchall()
        assert token not in str(rows)
        assert token[4:].encode() not in b"".join(v for v in rows[0] if isinstance(v, bytes))

    def test_a_closed_account_is_out_at_once(self, hospital: Hospital) -> None:
        staff_id = hospital.hire("N2307", [Role.NURSE], ["W07"])
        token = hospital.sign_in("N2307").token
        hospital.access.staff.disable(staff_id, by=OPERATOR)
        refusal(lambda: hospital.access.sessions.principal(token))
        refusal(lambda: hospital.sign_in("N2307"))

    def test_a_session_that_outlived_its_account_is_none(self, clinic: Hospital) -> None:
        staff_id = clinic.hire("N2307", [Role.NURSE], ["W07"])
        clinic.access.staff.disable(staff_id, by=OPERATOR)
        with clinic.access._context.act() as act:
            token = clinic.access.sessions.start(act, staff_id, None, "")
        refusal(lambda: clinic.access.sessions.principal(token))

    def test_new_roles_count_from_the_next_request(self, clinic: Hospital) -> None:
        staff_id = clinic.hire("N2307", [Role.NURSE], ["W07"])
        token = clinic.sign_in("N2307").token
        clinic.access.staff.set_roles(staff_id, [Role.PHARMACIST], [], by=OPERATOR)
        assert clinic.access.sessions.principal(token).roles == {Role.PHARMACIST}


class TestChangingThePassword:
    """One's own password."""

    def test_a_first_password_opens_nothing_but_its_change(self, hospital: Hospital) -> None:
        made = hospital.access.staff.add(
            OPERATOR, number="N2307", name="周敏", roles=[Role.QUALITY]
        )
        assert made.password is not None
        signed_in = hospital.sign_in("N2307", made.password)
        assert signed_in.principal.must_change_password
        with pytest.raises(Forbidden, match="password-change-due"):
            hospital.access.require(signed_in.principal, Action.SEARCH)
        changed = hospital.access.sign_in.change_password(
            signed_in.principal, made.password, PASSWORD
        )
        assert not changed.principal.must_change_password
        hospital.access.require(changed.principal, Action.SEARCH)
        assert hospital.access.sessions.principal(changed.token) == changed.principal

    def test_all_other_sessions_end(self, clinic: Hospital) -> None:
        clinic.hire("N2307", [Role.NURSE], ["W07"])
        one, two = clinic.sign_in("N2307"), clinic.sign_in("N2307")
        new = clinic.access.sign_in.change_password(one.principal, PASSWORD, "Xin-mi-ma-1")
        for token in (one.token, two.token):
            refusal(lambda token=token: clinic.access.sessions.principal(token))  # type: ignore[misc]
        assert clinic.access.sessions.principal(new.token)

    def test_after_ninety_days_it_is_due(self, clinic: Hospital) -> None:
        clinic.hire("N2307", [Role.NURSE], ["W07"])
        clinic.clock.advance(days=90)
        assert not clinic.sign_in("N2307").principal.must_change_password
        clinic.clock.advance(seconds=1)
        assert clinic.sign_in("N2307").principal.must_change_password

    def test_the_last_five_do_not_come_again_but_the_sixth_does(self, clinic: Hospital) -> None:
        clinic.hire("N2307", [Role.NURSE], ["W07"])
        used = [PASSWORD, *(f"Turn-number-{turn}" for turn in range(5))]
        principal = clinic.sign_in("N2307").principal
        change = clinic.access.sign_in.change_password
        for before, after in pairwise(used[:5]):
            principal = change(principal, before, after).principal
        for old in used[:5]:
            with pytest.raises(Invalid, match="password-used"):
                change(principal, used[4], old)
        principal = change(principal, used[4], used[5]).principal
        assert change(principal, used[5], PASSWORD).token

    def test_wrong_current_passwords_lock(self, clinic: Hospital) -> None:
        principal = clinic.person("N2307", Role.NURSE, places=["W07"])
        change = clinic.access.sign_in.change_password
        for _ in range(5):
            refusal(lambda: change(principal, "wrong", "Xin-mi-ma-1"))
        assert refusal(lambda: clinic.sign_in("N2307")).code == "sign-in-locked"

    @pytest.mark.parametrize("new", ["weak", PASSWORD, "Xin-mi-ma-1"])
    def test_while_locked_no_answer_tells_a_right_guess_from_a_wrong_one(
        self, clinic: Hospital, new: str
    ) -> None:
        principal = clinic.person("N2307", Role.NURSE, places=["W07"])
        change = clinic.access.sign_in.change_password
        for _ in range(5):
            refusal(lambda: change(principal, "wrong", "Xin-mi-ma-1"))
        answers = set()
        for guess in (PASSWORD, "wrong"):
            with pytest.raises((Unauthenticated, Invalid)) as caught:
                change(principal, guess, new)
            answers.add(str(caught.value))
        assert len(answers) == 1
