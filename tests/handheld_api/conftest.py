"""The small hospital, fresh for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.handheld_api.handhelds import House, Tokens, furnish
from tests.support import Clock

_names = count(1)
_houses = count(1)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tokens]:
    """The hospital's folder, copied for each test; hashing passwords takes its time."""
    data = tmp_path_factory.mktemp("handhelds") / "data"
    return data, furnish(data, Clock())


@pytest.fixture(scope="session")
def furnished_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str
) -> tuple[Path, Tokens, str]:
    """The same on PostgreSQL: the folder of the keys, what people hold, the database's name."""
    data = tmp_path_factory.mktemp("handhelds-postgres") / "data"
    name = f"medtrace_handhelds_{os.getpid()}_{next(_houses)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return data, furnish(data, Clock(), _url(postgres_server, name)), name


@pytest.fixture
def house(furnished: tuple[Path, Tokens], tmp_path: Path, clock: Clock) -> Iterator[House]:
    """The hospital on SQLite."""
    template, tokens = furnished
    data = tmp_path / "data"
    shutil.copytree(template, data)
    opened = House(data, clock, tokens)
    yield opened
    opened.close()


@pytest.fixture
def postgres_house(
    furnished_postgres: tuple[Path, Tokens, str], postgres_server: str, clock: Clock
) -> Iterator[House]:
    """The hospital on PostgreSQL."""
    data, tokens, template = furnished_postgres
    name = f"{template}_{next(_names)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        opened = House(data, clock, tokens, _url(postgres_server, name))
        yield opened
        opened.close()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def either_house(request: pytest.FixtureRequest) -> House:
    """The hospital on each engine in turn."""
    found: House = request.getfixturevalue(
        "house" if request.param == "sqlite" else "postgres_house"
    )
    return found


def _url(server: str, name: str) -> str:
    address = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return address.render_as_string(hide_password=False)
