"""The hospital of the stories, founded once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.handheld_api.conftest import (
    either_house,
    furnished,
    furnished_postgres,
    house,
    postgres_house,
)
from tests.stories.people import found_hospital

__all__ = ["either_house", "furnished", "furnished_postgres", "house", "postgres_house"]

Found = Callable[[Path, str], tuple[str | None, str]]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of the hospital on SQLite, and its patient's pseudonym."""
    data = tmp_path_factory.mktemp("founded") / "data"
    return data, found_hospital(data, None)


@pytest.fixture
def found(request: pytest.FixtureRequest) -> Found:
    """Make the hospital in a folder, on either engine; gives the address and the pseudonym.

    The address is None for SQLite: its file is in the folder.
    """

    def make(data: Path, engine: str) -> tuple[str | None, str]:
        if engine == "postgresql":
            url: str = request.getfixturevalue("postgres_url")
            return url, found_hospital(data, url)
        template, patient = request.getfixturevalue("founded")
        shutil.copytree(template, data)
        return None, patient

    return make
