"""The guard: every page says who may see it, and nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from access import OPERATOR, PERMISSIONS, Action, Role, Scope
from tests.web.house import House
from web.guard import OPEN, Gate, gate_of, open_to_all
from web.headers import CONTENT_SECURITY_POLICY

OTHER_DOORS = ("/api/", "/healthz")
SAMPLES: dict[str, Any] = {"case_id": "RC-2026-0001", "path": "checkpoint", "filename": "base.css"}


def pages(app: Flask) -> list[tuple[str, str, str, Gate | None]]:
    """Endpoint, method, address and gate of every page of the application."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(OTHER_DOORS):
            continue
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        values = {name: SAMPLES.get(name, 1) for name in rule.arguments}
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **values)
        found.append((rule.endpoint, method, address, gate_of(app, rule.endpoint)))
    return found


def test_every_page_declares_what_its_reader_must_be_allowed(house: House) -> None:
    assert [endpoint for endpoint, _, _, gate in pages(house.app) if gate is None] == []


def test_only_these_pages_are_open_to_all(house: House) -> None:
    opened = {endpoint for endpoint, _, _, gate in pages(house.app) if gate == OPEN}
    assert opened == {
        "guide.page",
        "guide.part",
        "log.resource",
        "passkeys.ask",
        "passkeys.sign_in",
        "pda.file",
        "pda.page",
        "pda.without_slash",
        "presentation.preferences",
        "presentation.static",
        "sign_in.page",
        "sign_in.sign_in",
    }


def test_a_page_that_declares_nothing_is_refused(house: House) -> None:
    house.app.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "stock")
    browser = house.enter("Q1", Role.QUALITY)
    for visitor in (browser, house.browser()):
        answer = visitor.get("/forgotten")
        assert answer.status_code == 403
        assert "stock" not in answer.get_data(as_text=True)


def may(role: Role, gate: Gate) -> bool:
    """What the table of permissions says of a role without places, or in ward W07."""
    for action in gate.actions:
        scope = PERMISSIONS[action].get(role)
        if scope is None or (scope is Scope.PLACES and not gate.somewhere):
            return False
    return True


_HERE = (Role.NURSE, Role.SYSTEM_ADMIN)
"""Every role at every door is asked in tests/attacks/test_matrix.py, too."""


@pytest.mark.parametrize(
    "role",
    [*_HERE, *(pytest.param(each, marks=pytest.mark.long) for each in Role if each not in _HERE)],
)
def test_every_page_answers_every_role_as_the_table_says(stocked: House, role: Role) -> None:
    browser = stocked.enter("X1", role, places=["W07"])
    for endpoint, method, address, gate in pages(stocked.app):
        if endpoint in {"sign_in.sign_out", "everywhere.sign_out"}:
            continue
        assert gate is not None
        call = browser.get if method == "GET" else browser.post
        refused = call(address).status_code == 403
        assert refused is not may(role, gate), (endpoint, role)


def test_a_refusal_is_on_record(stocked: House) -> None:
    browser = stocked.enter("N1", Role.NURSE, places=["W07"])
    answer = browser.get("/ledger")
    assert answer.status_code == 403
    last = stocked.hospital.ledger.entries(stocked.size() - 1, stocked.size())[0]
    assert (last.kind, last.event["action"], last.event["result"]) == (
        "access",
        Action.VIEW_LEDGER,
        "forbidden",
    )


def test_who_has_not_signed_in_is_sent_to_do_so_and_back(house: House) -> None:
    browser = house.browser()
    for _, method, address, gate in pages(house.app):
        if gate is not None and gate.inside and method == "GET":
            answer = browser.get(address)
            assert answer.status_code == 303, address
            assert answer.location.startswith("/sign-in"), address
    assert browser.get("/search?q=A1").location == "/sign-in?next=/search?q%3DA1"


def test_a_form_without_its_token_is_refused(stocked: House) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    before = stocked.size()
    for _, method, address, gate in pages(stocked.app):
        if method != "GET" and gate is not None and gate.form:
            answer = browser.client.post(address, data={"reason": "PATSFTY"})
            assert answer.status_code == 400, address
            assert "csrf" in answer.get_data(as_text=True)
            forged = browser.client.post(address, data={"csrf_token": "forged"})
            assert forged.status_code == 400, address
    assert stocked.size() == before


def test_a_token_of_before_signing_in_is_worth_nothing_afterwards(house: House) -> None:
    house.hire("P1", Role.PHARMACIST)
    browser = house.browser()
    before = browser.token()
    data = {"csrf_token": before, "number": "P1", "password": "Qing-he-2026"}
    assert browser.client.post("/sign-in", data=data).status_code == 303
    answer = browser.client.post("/sign-out", data={"csrf_token": before})
    assert answer.status_code == 400


def test_an_upload_that_is_too_large_is_refused(house: House) -> None:
    browser = house.enter("P1", Role.PHARMACIST)
    answer = browser.client.post(
        "/search/photo",
        data=b"\xff" * 50_000_000,
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": browser.token()},
    )
    assert answer.status_code == 413
    assert "10 MB" in answer.get_data(as_text=True)


def test_every_answer_carries_the_headers(house: House) -> None:
    browser = house.enter("P1", Role.PHARMACIST)
    for path in ("/", "/sign-in", "/nowhere", "/ledger", "/log/checkpoint"):
        headers = browser.get(path).headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "no-store" not in browser.get("/assets/base.css").headers["Cache-Control"]


def test_pages_hold_to_the_policy_that_they_announce(stocked: House) -> None:
    browser = stocked.enter("Q1", Role.QUALITY)
    for path in ("/", "/units/1", "/lots/1", "/recalls", "/ledger", "/ledger/1", "/password"):
        text = browser.get(path).get_data(as_text=True)
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert "<script>" not in text


def test_the_other_doors_are_not_the_pages_business(house: House) -> None:
    assert house.browser().get("/healthz").status_code == 200
    assert house.browser().get("/api/openapi.json").status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/units/x", "/units/99", "/lots/99", "/ledger/9999"])
def test_what_is_not_there_says_so(house: House, path: str) -> None:
    browser = house.enter("Q1", Role.QUALITY)
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "not-found" in answer.get_data(as_text=True)


def test_a_mistake_of_ours_shows_a_number_and_nothing_else(house: House) -> None:
    @open_to_all
    def fails() -> str:
        raise RuntimeError("patient 王秀兰")

    house.app.add_url_rule("/fails", endpoint="fails", view_func=fails)
    answer = house.browser().get("/fails")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in text
    assert "王秀兰" not in text


def test_the_frame_is_everybody_s_own_whoever_was_shown_a_page_before(house: House) -> None:
    nurse, pharmacist = house.enter("0417", Role.NURSE), house.enter("0533", Role.PHARMACIST)
    for _ in range(2):
        page = nurse.get("/account").get_data(as_text=True)
        assert "0417" in page
        assert "0533" not in page
        assert 'class="rail-item" href="/narcotics"' not in page
        assert "我的账号" in page
        pharmacist.client.set_cookie("lang", "en")
        page = pharmacist.get("/account").get_data(as_text=True)
        assert "0533" in page
        assert "0417" not in page
        assert 'class="rail-item" href="/narcotics"' in page
        assert "My account" in page


def test_a_right_that_is_taken_away_leaves_the_rail_with_the_next_page(house: House) -> None:
    staff_id = house.hire("0533", Role.PHARMACIST, Role.NURSE)
    browser = house.sign_in("0533")
    assert 'class="rail-item" href="/narcotics"' in browser.get("/account").get_data(as_text=True)
    house.hospital.access.staff.set_roles(staff_id, [Role.NURSE], by=OPERATOR)
    page = browser.get("/account").get_data(as_text=True)
    assert "0533" in page
    assert 'class="rail-item" href="/narcotics"' not in page
