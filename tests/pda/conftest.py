"""One hospital, one server and one browser for each module."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.handheld_api.conftest import furnished
from tests.handheld_api.handhelds import House, Tokens
from tests.support import Clock
from tests.web.look import chromium, served

__all__ = ["furnished"]


@pytest.fixture(scope="module")
def hospital_clock() -> Clock:
    """The server's clock; the app goes by it."""
    return Clock()


@pytest.fixture(scope="module")
def ward_house(
    furnished: tuple[Path, Tokens],
    tmp_path_factory: pytest.TempPathFactory,
    hospital_clock: Clock,
) -> Iterator[House]:
    """The hospital of the module's tests."""
    template, tokens = furnished
    data = tmp_path_factory.mktemp("pda") / "data"
    shutil.copytree(template, data)
    opened = House(data, hospital_clock, tokens)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(ward_house: House) -> Iterator[str]:
    """Where its server listens; by name, so that the browser takes it for safe."""
    with served(ward_house.app) as found:
        yield found.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as found:
        yield found
