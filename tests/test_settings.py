"""Settings: read from the environment, listed in the documentation, all of them."""

from __future__ import annotations

import inspect
import re
from ipaddress import ip_network
from pathlib import Path

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
