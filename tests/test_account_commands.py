"""What only the command line does: the first administrators, and administrators' lost secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from access import OPERATOR, Role, Unauthenticated
from hospital import Hospital, open_hospital, prepare_database
from medtrace import main
from settings import Settings


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hospital:
    """A hospital without anybody."""
    monkeypatch.setenv("MEDTRACE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("MEDTRACE_DATABASE_URL", raising=False)
    settings = Settings.from_environment()
    prepare_database(settings)
    return open_hospital(settings)


def run(*words: str) -> str:
    """What `medtrace account …` prints."""
    result = CliRunner().invoke(main, ["account", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output.strip()


def refused(*words: str) -> str:
    """What it says when it refuses."""
    result = CliRunner().invoke(main, ["account", *words], catch_exceptions=False)
    assert result.exit_code != 0
    return result.output


def test_the_first_administrator_is_made_at_the_command_line(house: Hospital) -> None:
    password = run("add", "--number", "sys1", "--name", "马骁", "--role", "system_admin")
    signed_in = house.access.sign_in.by_password("SYS1", password)
    assert signed_in.principal.roles == {Role.SYSTEM_ADMIN}
    assert signed_in.principal.must_change_password
    fresh = run("reset-password", "--number", "SYS1")
    with pytest.raises(Unauthenticated):
        house.access.sign_in.by_password("SYS1", password)
    assert house.access.sign_in.by_password("SYS1", fresh).token


def test_lost_factors_and_locks_of_an_administrator_are_removed(house: Hospital) -> None:
    password = run("add", "--number", "SYS1", "--name", "马骁", "--role", "system_admin")
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            house.access.sign_in.by_password("SYS1", "wrong")
    run("unlock", "--number", "SYS1")
    assert house.access.sign_in.by_password("SYS1", password).token
    run("remove-factors", "--number", "SYS1")
    size = house.ledger.head().size
    entry = house.ledger.entries(size - 1, size)[0].event
    assert (entry["action"], entry["by"]) == ("second-factor-removed", OPERATOR.uri)


@pytest.mark.parametrize("act", ["reset-password", "remove-factors", "unlock"])
def test_who_is_not_there_is_told(house: Hospital, act: str) -> None:
    run("add", "--number", "SYS11", "--name", "马骁")
    assert "not-found" in refused(act, "--number", "SYS1")
    assert house.access.roster.page(by=OPERATOR)


def test_nobody_is_two_administrators_here_either(house: Hospital) -> None:
    roles = ("--role", "system_admin", "--role", "audit_admin")
    assert "roles-exclusive" in refused("add", "--number", "X1", "--name", "x", *roles)
    assert house.access.roster.page(by=OPERATOR) == []
