"""Settings: read from the environment, listed in the documentation, all of them."""

from __future__ import annotations

import inspect
import re
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path
from threading import Barrier

import pytest

import medtrace
import settings
from errors import Invalid
from settings import ROOT, Settings

OIDC = {
    "MEDTRACE_OIDC_ISSUER": "https://id.hospital.example",
    "MEDTRACE_OIDC_CLIENT_ID": "medtrace",
    "MEDTRACE_OIDC_CLIENT_SECRET_FILE": "/run/secrets/oidc",
}


def test_the_page_lists_every_variable_and_no_other() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(MEDTRACE_\w+)`", page, re.MULTILINE))
    source = inspect.getsource(settings) + inspect.getsource(medtrace)
    read = set(re.findall(r"[\"'](MEDTRACE_\w+)[\"']", source)) - {"MEDTRACE_OIDC_CLIENT_"}
    assert listed == read | {f"MEDTRACE_OIDC_CLIENT_{name}" for name in ("ID", "SECRET_FILE")}


def test_without_a_word_there_is_no_single_sign_on() -> None:
    assert Settings.from_environment({}).single_sign_on is None


def test_an_identity_provider_is_named_whole() -> None:
    found = Settings.from_environment(OIDC).single_sign_on
    assert found is not None
    assert (found.issuer, found.client_id) == ("https://id.hospital.example", "medtrace")
    assert found.secret_file == Path("/run/secrets/oidc")


@pytest.mark.parametrize("name", ["MEDTRACE_OIDC_CLIENT_ID", "MEDTRACE_OIDC_CLIENT_SECRET_FILE"])
def test_half_an_identity_provider_is_none(name: str) -> None:
    with pytest.raises(Invalid) as raised:
        Settings.from_environment({**OIDC, name: ""})
    assert (raised.value.code, raised.value.field) == ("required", name)


@pytest.mark.parametrize(
    "issuer", ["http://id.hospital.example", "id.hospital.example", "file:///"]
)
def test_an_identity_provider_is_reached_by_tls(issuer: str) -> None:
    with pytest.raises(Invalid) as raised:
        Settings.from_environment({**OIDC, "MEDTRACE_OIDC_ISSUER": issuer})
    assert raised.value.code == "setting-issuer"


def test_administrators_networks_are_networks() -> None:
    found = Settings.from_environment({"MEDTRACE_ADMIN_NETWORKS": "10.1.0.0/16, fd00::/8"})
    assert found.admin_networks == (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    with pytest.raises(Invalid) as raised:
        Settings.from_environment({"MEDTRACE_ADMIN_NETWORKS": "10.1.2.3/16"})
    assert (raised.value.code, raised.value.field) == (
        "setting-network",
        "MEDTRACE_ADMIN_NETWORKS",
    )


def test_without_a_word_a_hospital_runs_on_its_own() -> None:
    found = Settings.from_environment({})
    assert found.data_dir == ROOT / "var"
    assert found.database_url == f"sqlite:///{ROOT / 'var' / 'medtrace.sqlite3'}"
    assert found.key_dir == ROOT / "var" / "keys"
    assert (found.ledger_id, found.max_upload, found.proxies) == (1, 10 * 1024 * 1024, 0)
    assert (found.recorder_socket, found.secure_cookies) == (None, False)


def test_an_empty_variable_is_one_that_was_not_set() -> None:
    names = re.findall(r"MEDTRACE_\w+", inspect.getsource(settings))
    assert Settings.from_environment(dict.fromkeys(names, "")) == Settings.from_environment({})


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("postgresql://u@h/db", "postgresql+psycopg://u@h/db"),
        ("postgres://u@h/db", "postgresql+psycopg://u@h/db"),
        ("postgresql+psycopg://u@h/db", "postgresql+psycopg://u@h/db"),
        ("sqlite:////srv/m.sqlite3", "sqlite:////srv/m.sqlite3"),
    ],
)
def test_a_database_is_one_of_two_engines(given: str, understood: str) -> None:
    found = Settings.from_environment({"MEDTRACE_DATABASE_URL": given})
    assert found.database_url == understood


@pytest.mark.parametrize("given", ["mysql://h/db", "sqlite://", "sqlite:m.db", "oracle", "/srv/m"])
def test_any_other_database_is_told(given: str) -> None:
    with pytest.raises(Invalid) as raised:
        Settings.from_environment({"MEDTRACE_DATABASE_URL": given})
    assert raised.value.code == "setting-database-url"
    assert raised.value.field == "MEDTRACE_DATABASE_URL"
    assert raised.value.values == {}, "an address may hold a password"


@pytest.mark.parametrize("given", ["-1", "1.5", "²", "٣", "ten", "1 ", "9" * 5000])
def test_a_number_is_whole(given: str) -> None:
    with pytest.raises(Invalid) as raised:
        Settings.from_environment({"MEDTRACE_MAX_UPLOAD": given})
    assert (raised.value.code, raised.value.field) == ("setting-number", "MEDTRACE_MAX_UPLOAD")
    assert len(str(raised.value)) < 200


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    found = Settings.from_environment({"MEDTRACE_DATA": str(tmp_path / "data")})
    first = found.secret("session")
    assert len(first) == 32
    assert found.secret("session") == first
    assert found.secret("other") != first
    assert found.key_dir.stat().st_mode & 0o077 == 0
    assert (found.key_dir / "session").stat().st_mode & 0o177 == 0
    assert {path.name for path in found.key_dir.iterdir()} == {"session", "other"}


def test_processes_that_start_together_agree_on_a_secret(tmp_path: Path) -> None:
    found = Settings.from_environment({"MEDTRACE_DATA": str(tmp_path)})
    start = Barrier(8)

    def ask(_worker: int) -> list[bytes]:
        start.wait(10)
        return [found.secret(f"s{number}") for number in range(20)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert all(len(path.read_bytes()) == 32 for path in found.key_dir.iterdir())


def test_a_log_level_is_one_of_those_there_are() -> None:
    assert Settings.from_environment({"MEDTRACE_LOG_LEVEL": "ERROR"}).log_level == "ERROR"
    with pytest.raises(Invalid) as told:
        Settings.from_environment({"MEDTRACE_LOG_LEVEL": "loud"})
    assert told.value.field == "MEDTRACE_LOG_LEVEL"


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("https://medtrace.example", "https://medtrace.example"),
        ("https://medtrace.example/", "https://medtrace.example"),
        ("https://medtrace.example:8443", "https://medtrace.example:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_passkeys_are_bound_to_an_origin(given: str, understood: str) -> None:
    read = Settings.from_environment({"MEDTRACE_PASSKEY_ORIGIN": given})
    assert read.passkey_origin == understood


@pytest.mark.parametrize(
    "given",
    [
        "medtrace.example",
        "http://medtrace.example",
        "https://medtrace.example/pages",
        "https://10.1.2.3",
        "https://[::1]",
        "https://",
        "https://somebody@medtrace.example",
        "https://medtrace.example:port",
        "https://[bad",
    ],
)
def test_passkeys_are_bound_to_no_address_path_or_open_line(given: str) -> None:
    with pytest.raises(Invalid) as told:
        Settings.from_environment({"MEDTRACE_PASSKEY_ORIGIN": given})
    assert told.value.code == "setting-origin"
