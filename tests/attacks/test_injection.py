"""Hostile texts in every field, query, header and path: refused or shown as text, never run."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from access import Role
from settings import ROOT
from tests.attacks.doors import API, HANDHELD, address_of, enrolled
from tests.web.house import Browser, House

PAYLOADS = [
    "' OR '1'='1' --",
    "1; DROP TABLE ledger_entry; --",
    "' UNION SELECT token FROM session --",
    '"><script>x9()</script>',
    "javascript:x9()",
    "{{ 7 * 191 }}",
    "${7*191}",
    "{% raw %}<%= 7*191 %>",
    "%(x)s %s %n {0} {x.__class__}",
    "a\r\nX-Evil: 1\r\n\r\nx9",
    "a\x00b",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "\u202e\u2066abc",
    "../../../../etc/passwd",
    "|id; `id` $(id)",
    "9" * 400,
    "A" * 20_000,
    "[" * 2_000,
]


@cache
def fields() -> frozenset[str]:
    """Every name that a form of the pages has or that a view reads."""
    found: set[str] = {"next", "csrf_token"}
    for path in Path(ROOT / "web").rglob("*.html"):
        found |= set(re.findall(r'\bname="([a-z_]+)"', path.read_text(encoding="utf-8")))
    read = re.compile(r"(?:form|args|values|files)\.(?:get|getlist)\(\s*\"([a-z_]+)\"")
    for path in Path(ROOT / "web").rglob("*.py"):
        found |= set(read.findall(path.read_text(encoding="utf-8")))
    return frozenset(found)


def harmless(text: str) -> bool:
    # 7 * 191; hashes on the pages hold these figures by chance, between others of their own.
    worked_out = re.search(r"(?<![0-9a-f])1337(?![0-9a-f])", text)
    return "<script>x9" not in text and not worked_out and "root:x:0" not in text


def check(browser: Browser, method: str, address: str, payload: str) -> None:
    names = sorted(fields() - {"csrf_token"})
    values = dict.fromkeys(names, payload)
    if method == "GET":
        answer = browser.client.get(address, query_string=values)
    else:
        form = {**values, "csrf_token": browser.token()}
        answer = browser.client.post(address, data=form)
    text = answer.get_data().decode(errors="replace")  # some doors give out files
    answer.close()  # of a file, so that nobody has to find it open
    assert answer.status_code < 500, (address, payload, answer.status_code)
    assert harmless(text), (address, payload)
    assert "X-Evil" not in answer.headers, (address, payload)
    where = answer.headers.get("Location", "/")
    assert where.startswith("/"), (address, where)
    assert not where.startswith(("//", "/\\")), (address, where)


def test_the_fields_are_found() -> None:
    assert {"number", "password", "code", "next", "q", "before", "reason", "lang"} <= fields()


@pytest.mark.parametrize(
    "role", [Role.QUALITY, pytest.param(Role.AUDIT_ADMIN, marks=pytest.mark.long)]
)
@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(each, marks=pytest.mark.long) if number % 6 else each
        for number, each in enumerate(PAYLOADS)
    ],
)
def test_no_field_of_any_page_runs_what_is_typed(stocked: House, payload: str, role: Role) -> None:
    browser = stocked.enter("X1", role)
    before = stocked.hospital.ledger.head()
    for rule in stocked.app.url_map.iter_rules():
        if rule.rule.startswith(("/api/", "/assets", "/healthz")):
            continue
        if rule.endpoint in {"sign_in.sign_out", "everywhere.sign_out", "password.change"}:
            continue  # the one ends the session, the other locks the account after five
        values = dict.fromkeys(rule.arguments, 1)
        address = address_of(stocked, rule.endpoint, values)
        method = "GET" if "GET" in (rule.methods or set()) else "POST"
        check(browser, method, address, payload)
    assert stocked.hospital.ledger.entries(0, before.size)  # no table is gone
    assert browser.get("/password").status_code == 200  # and nobody was signed out by it


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_header_and_no_cookie_runs_what_it_says(stocked: House, payload: str) -> None:
    browser = stocked.enter("Q1", Role.QUALITY)
    said = payload.replace("\r", "").replace("\n", "").replace("\x00", "")
    names = ("Referer", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Original-URL")
    answer = browser.client.get(
        "/nowhere", headers=dict.fromkeys((*names, "Accept-Language"), said)
    )
    assert answer.status_code == 404
    assert harmless(answer.get_data(as_text=True))
    for cookie in ("lang", "theme", "medtrace_forms"):
        answer = stocked.app.test_client().get("/sign-in", headers={"Cookie": f"{cookie}={said}"})
        assert answer.status_code == 200
        assert harmless(answer.get_data(as_text=True))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1@evil.example"])
def test_a_forged_host_leads_nobody_away(stocked: House, host: str) -> None:
    answer = stocked.app.test_client().get("/", headers={"Host": host})
    assert "evil" not in answer.headers.get("Location", "")
    assert "evil" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    [
        "../settings.py",
        "..%2fsettings.py",
        "%2e%2e/%2e%2e/etc/passwd",
        "..%252f..%252fetc%252fpasswd",
        "....//....//etc/passwd",
        "..\\..\\etc\\passwd",
        "/etc/passwd",
        "%00/etc/passwd",
        "tile/0/../../../keys/session.key",
        "tile/entries/../../checkpoint",
        "checkpoint/..",
        "checkpoint%00",
        "checkpoint%0d%0aX-Evil:%201",
        "tile/0/x001/../000",
        "file:///etc/passwd",
    ],
)
def test_no_path_leads_out_of_what_is_published(stocked: House, path: str) -> None:
    stocked.seal()
    client = stocked.app.test_client()
    for prefix in ("/log/", "/assets/"):
        answer = client.get(prefix + path)
        text = answer.get_data(as_text=True)
        assert answer.status_code in {303, 308, 400, 404}, (prefix, answer.status_code)
        assert "root:" not in text
        assert "MEDTRACE_DATA" not in text
        assert "X-Evil" not in answer.headers


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_field_of_a_handheld_runs_what_it_says(stocked: House, payload: str) -> None:
    stocked.hire("N7", Role.NURSE, places=["W07"])
    ward = enrolled(stocked, "W07", "ward").sign_in("N7")
    bodies: dict[str, object] = {
        "/session": {"number": payload, "password": payload, "code": payload},
        "/patient": {"wristband": payload},
        "/scan": {"raw": payload},
        "/events": {
            "events": [
                {
                    "id": payload,
                    "kind": payload,
                    "time": payload,
                    "location": payload,
                    "things": [{"scan": payload, "lot": payload, "quantity": payload}],
                    "note": payload,
                    "patient": payload,
                }
            ]
        },
    }
    size = stocked.size()
    for path, body in bodies.items():
        assert ("POST", path) in HANDHELD
        answer = ward.call("POST", path, body)
        assert answer.status_code < 500, (path, answer.get_data(as_text=True))
        assert "1337" not in answer.get_data(as_text=True)
        assert "X-Evil" not in answer.headers
    enrolment = {"code": payload, "name": payload, "hardware": payload, "software": payload}
    assert stocked.app.test_client().post(f"{API}/enrolment", json=enrolment).status_code < 500
    assert stocked.hospital.ledger.entries(0, size)


def test_a_body_that_is_too_large_is_refused_at_the_handheld(stocked: House) -> None:
    ward = enrolled(stocked, "W07", "ward")
    headers = {"Authorization": f"Bearer {ward.token}"}
    for path, kind in (
        ("/photo", "multipart/form-data; boundary=x"),
        ("/scan", "application/json"),
    ):
        answer = ward.client.post(
            API + path, data=b"\xff" * 11_000_000, content_type=kind, headers=headers
        )
        assert answer.status_code == 413, path
