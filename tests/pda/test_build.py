"""The committed app is what its sources and the lock file make, and it is small."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.look import WEB, missing
from web.routes.pda import FILES

LIMIT = 300_000
"""Bytes of the first load, gzipped, the camera's reader left out."""


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.xdist_group("browser")
def test_the_committed_app_is_what_the_sources_make(tmp_path: Path) -> None:
    vite = WEB / "node_modules" / ".bin" / "vite"
    if shutil.which("node") is None or not vite.exists():
        missing("vite (npm ci --prefix web)")
    words = [
        str(vite),
        "build",
        "pda",
        "--outDir",
        str(tmp_path),
        "--emptyOutDir",
        "--logLevel",
        "error",
    ]
    subprocess.run(words, cwd=WEB, check=True, capture_output=True, timeout=120)
    made, committed = contents(tmp_path), contents(FILES)
    differ = sorted(name for name in made | committed if made.get(name) != committed.get(name))
    assert differ == [], "npm run pda --prefix web"


def test_the_first_load_is_small() -> None:
    files = contents(FILES)
    worker = files["sw.js"].decode()
    listed = json.loads(re.search(r"\[[^\]]*\]", worker)[0])  # type: ignore[index]
    first = {"index.html", "sw.js", *listed}
    assert not [name for name in first if "zxing" in name]
    assert sum(len(gzip.compress(files[name])) for name in first) <= LIMIT


def test_nothing_comes_from_elsewhere() -> None:
    text = b"".join(content for name, content in contents(FILES).items() if name.endswith(".html"))
    assert not re.findall(rb"(?:src|href)=\"(?:https?:)?//", text)


def test_every_library_may_be_used() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text())
    assert not [name for name, each in lock["packages"].items() if "resolved" in each]
    licences = {
        each.get("license") for name, each in lock["packages"].items() if name and "license" in each
    }
    free = {"MIT", "ISC", "Apache-2.0", "MPL-2.0", "BSD-3-Clause", "0BSD", "(MIT OR CC0-1.0)"}
    assert licences <= free
