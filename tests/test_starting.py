"""Every way of starting: ours is the `trace` that is loaded, from whatever folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

import trace
from settings import ROOT
from tests.stories.serving import COMMAND, Server, WebServer, environment, medtrace

OURS = str(ROOT / "trace" / "__init__.py")
BIN = Path(sys.executable).parent


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with traps: modules with names of ours and of the server's own parts."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("trace", "app", "settings", "access", "click", "flask"):
        (folder / f"{name}.py").write_text(f"raise SystemExit('the wrong {name}')\n")
    return folder


@pytest.fixture
def spy(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Lets every Python process that is started say which `trace` it has in the end.

    Args of the pair: the file with one line for each process, and the environment for it.
    """
    folder, told = tmp_path / "spy", tmp_path / "told.jsonl"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        textwrap.dedent(
            f"""
            import atexit, json, os, sys
            from multiprocessing import util

            def tell():
                loaded = sys.modules.get("trace")
                line = {{"argv": sys.argv, "trace": getattr(loaded, "__file__", None)}}
                with open({str(told)!r}, "a") as file:
                    file.write(json.dumps(line) + "\\n")

            atexit.register(tell)
            os.register_at_fork(after_in_child=lambda: atexit.register(tell))
            # A worker of the server is a process of multiprocessing's, which ends past atexit.
            util.register_after_fork(tell, lambda _: util.Finalize(None, tell, exitpriority=1))
            """
        )
    )
    return told, {"PYTHONPATH": str(folder)}


def loaded(told: Path) -> set[str | None]:
    """Which `trace` the processes had."""
    return {json.loads(line)["trace"] for line in told.read_text().splitlines()}


def test_pytest_loads_ours() -> None:
    assert trace.__file__ == OURS


def test_the_console_script_loads_ours_from_any_folder(
    elsewhere: Path, tmp_path: Path, spy: tuple[Path, dict[str, str]]
) -> None:
    told, more = spy
    env = environment(tmp_path / "data", **more)
    assert "0 entries" not in medtrace("init", env=env, cwd=elsewhere).stdout
    medtrace("ledger", "verify", env=env, cwd=elsewhere)
    assert OURS in loaded(told)
    assert loaded(told) <= {OURS, None}


def test_the_command_tells_its_help_in_any_folder(elsewhere: Path) -> None:
    done = subprocess.run(
        [COMMAND, "--help"], cwd=elsewhere, capture_output=True, text=True, check=True
    )
    for name in ("serve", "init", "ledger", "rebuild", "enrol", "recorder", "demo", "read"):
        assert f"\n  {name}" in done.stdout


def test_flask_loads_ours(tmp_path: Path, spy: tuple[Path, dict[str, str]]) -> None:
    told, more = spy
    env = environment(tmp_path / "data", **more)
    medtrace("init", env=env, cwd=tmp_path)
    told.unlink()
    subprocess.run(
        [BIN / "flask", "--app", "app", "routes"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded(told) == {OURS}


def test_alembic_loads_ours_from_any_folder(
    elsewhere: Path, tmp_path: Path, spy: tuple[Path, dict[str, str]]
) -> None:
    told, more = spy
    env = environment(tmp_path / "data", **more)
    (tmp_path / "data").mkdir()
    done = subprocess.run(
        [BIN / "alembic", "-c", ROOT / "alembic.ini", "upgrade", "head"],
        cwd=elsewhere,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert loaded(told) == {OURS}


def test_workers_of_the_server_load_ours(
    elsewhere: Path, tmp_path: Path, spy: tuple[Path, dict[str, str]]
) -> None:
    told, more = spy
    with WebServer(env=environment(tmp_path / "data", **more), cwd=elsewhere) as server:
        assert server.health()["status"] == "ok"
        assert server.stop() == 0
    workers = [json.loads(line) for line in told.read_text().splitlines()]
    granian = [each["trace"] for each in workers if "granian" in each["argv"][0]]
    assert len(granian) >= 2
    assert OURS in granian
    assert set(granian) <= {OURS, None}


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def test_the_server_says_how_it_is_and_starts_again_on_the_same_data(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if engine == "postgresql" else None
    env = environment(tmp_path / "data", url)
    with WebServer(env=env, cwd=tmp_path / "first") as server:
        first = server.health()
        assert server.stop() == 0
        assert "Traceback" not in server.output
    assert first["status"] == "ok"
    assert first["engine"] == engine
    assert first["ledger"]["origin"] == "medtrace.example/story"
    assert first["ledger"]["size"] >= 1
    assert len(bytes.fromhex(first["ledger"]["head"])) == 32
    with WebServer(env=env, cwd=tmp_path / "second") as server:
        again = server.health()
        assert again["ledger"]["size"] >= first["ledger"]["size"]
        assert server.stop() == 0
    medtrace("ledger", "verify", "--full", env=env, cwd=tmp_path)


def test_two_servers_started_together_found_one_ledger(tmp_path: Path) -> None:
    env = environment(tmp_path / "data")
    both = [WebServer(env=env, cwd=tmp_path / name, workers=1) for name in ("one", "two")]
    with ExitStack() as stack:
        for server in both:
            stack.callback(server.kill)
        one, two = (stack.enter_context(server) for server in both)
        assert one.health()["ledger"]["origin"] == two.health()["ledger"]["origin"]
    medtrace("ledger", "verify", "--full", env=env, cwd=tmp_path)


def test_relative_paths_mean_the_folder_one_is_in(tmp_path: Path) -> None:
    env = environment(Path("data"))
    with WebServer(env=env, cwd=tmp_path, workers=1) as server:
        assert server.health()["ledger"]["size"] >= 1
    assert (tmp_path / "data" / "medtrace.sqlite3").exists()
    assert not (ROOT / "data").exists()


def test_a_wrong_setting_is_told_in_both_languages(tmp_path: Path) -> None:
    env = environment(tmp_path, "mysql://elsewhere")
    done = medtrace("init", env=env, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "数据库地址要以" in done.stderr
    assert "[MEDTRACE_DATABASE_URL] (setting-database-url)" in done.stderr


def test_without_libzbar_the_server_goes_on_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "no-zbar"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        textwrap.dedent(
            """
            import ctypes.util

            find = ctypes.util.find_library
            ctypes.util.find_library = lambda name: None if name == "zbar" else find(name)
            """
        )
    )
    env = environment(tmp_path / "data", PYTHONPATH=str(folder))
    done = subprocess.run(
        [sys.executable, "-c", "import scanning; print(scanning.HAS_SECOND_READER)"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
    with WebServer(env=env, cwd=tmp_path, workers=1) as server:
        assert server.health()["status"] == "ok"
        assert "zbar" in server.output


def test_the_recorder_needs_a_socket(tmp_path: Path) -> None:
    env = environment(tmp_path / "data")
    medtrace("init", env=env, cwd=tmp_path)
    done = medtrace("recorder", env=env, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "[MEDTRACE_RECORDER] (required)" in done.stderr


def test_the_recorder_process_stops_when_asked(tmp_path: Path) -> None:
    socket = tmp_path / "recorder.sock"
    env = environment(tmp_path / "data", MEDTRACE_RECORDER=str(socket))
    medtrace("init", env={**env, "MEDTRACE_RECORDER": ""}, cwd=tmp_path)
    with Server("recorder", env=env, cwd=tmp_path) as recorder:
        until = time.monotonic() + 30
        while not socket.exists() and time.monotonic() < until:
            time.sleep(0.02)
        assert socket.exists(), recorder.output
        assert recorder.stop() in {0, -15}
    assert os.path.lexists(tmp_path / "data")
