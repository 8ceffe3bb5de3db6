"""The house stands on its floors: imports go down only, and nobody reaches past a face."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = (
    {"texts"},
    {"errors"},
    {"settings", "bulk", "database", "sheets"},
    {"compiled", "jobs"},
    {"ledger", "scanning"},
    {"trace", "access"},
    {"inventory", "orders"},
    {"recall"},
    {"hospital"},
    {"web", "handheld_api"},
    {"demo", "rates", "web_server"},
    {"app", "account_commands", "backup_commands", "catalogue_commands", "report_commands"},
    {"medtrace"},
)
"""From the ground up; what stands on one floor doesn't know its neighbours."""


LEVEL = {name: level for level, names in enumerate(FLOORS) for name in names}
FOLDERS = sorted(name for name in LEVEL if (ROOT / name).is_dir())
DOORS = {"web", "handheld_api", "rates", "app", "medtrace"}
MODULES = sorted(name for name in LEVEL if (ROOT / f"{name}.py").is_file())
FLASK = re.compile(r"(flask|flask_\w+|marshmallow|werkzeug|jinja2)(\.|$)")


def files_of(name: str) -> list[Path]:
    """A top-level name's source files."""
    folder = ROOT / name
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [ROOT / f"{name}.py"]


@cache
def imports_of(path: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The modules that a file imports, wherever in it, with the names that it takes from them."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: names are imported from the root"
            found.append((node.module or "", tuple(alias.name for alias in node.names)))
    return tuple(found)


def our_imports(name: str) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    for path in files_of(name):
        for module, names in imports_of(path):
            if module.partition(".")[0] in LEVEL:
                yield path, module, names


def test_every_folder_and_module_has_its_floor() -> None:
    outside = {"tests", "benchmarks", "migrations", "docs", "deploy", "build"}
    there = {path.parent.name for path in ROOT.glob("*/__init__.py")} - outside
    assert set(FOLDERS) == there
    assert set(MODULES) == {path.stem for path in ROOT.glob("*.py")}


@pytest.mark.parametrize("name", sorted(LEVEL))
def test_imports_go_down_only(name: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path, module, _ in our_imports(name)
        if (other := module.partition(".")[0]) != name and LEVEL[other] >= LEVEL[name]
    ]
    assert not wrong


@pytest.mark.parametrize("name", sorted(LEVEL))
def test_nobody_reaches_past_a_face(name: str) -> None:
    wrong = []
    for path, module, names in our_imports(name):
        other, _, inner = module.partition(".")
        if other == name or other not in FOLDERS:
            continue
        if (name, inner) == ("medtrace", "commands"):
            continue  # a folder's own commands, which no face shows: they need click
        hidden = set(names) - set(importlib.import_module(other).__all__) if names else set()
        if inner or hidden:
            wrong.append(f"{path.relative_to(ROOT)}: {module} {sorted(hidden)}")
    assert not wrong


@pytest.mark.parametrize("name", sorted(set(LEVEL) - DOORS))
def test_only_the_doors_know_flask(name: str) -> None:
    imported = chain.from_iterable(imports_of(path) for path in files_of(name))
    assert not [module for module, _ in imported if FLASK.match(module)]


def test_scanning_knows_no_database() -> None:
    known = {
        module.partition(".")[0] for path in files_of("scanning") for module, _ in imports_of(path)
    }
    assert not known & {"database", "bulk", "sqlalchemy", "psycopg", "sqlite3", "settings"}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_face_shows_what_it_says(name: str) -> None:
    face = importlib.import_module(name)
    assert face.__doc__
    assert all(hasattr(face, shown) for shown in face.__all__)
    assert len(set(face.__all__)) == len(face.__all__)
    assert face.__all__ == sorted(face.__all__, key=_order)
    assert not [shown for shown in face.__all__ if shown.startswith("_")]


def _order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, each by the alphabet (as ruff's RUF022)."""
    if name.isupper():
        return 0, name
    return (1, name) if name[0].isupper() else (2, name)


@pytest.mark.parametrize("name", sorted(set(FOLDERS) - DOORS))
def test_a_face_stays_small(name: str) -> None:
    """Nothing is done in a face: it imports, and says what may be used. Doors register there."""
    body = ast.parse((ROOT / name / "__init__.py").read_text("utf-8")).body
    kinds = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign)
    assert all(isinstance(node, kinds) for node in body)


def test_the_package_lists_name_every_folder() -> None:
    """What is not listed is not installed, and not watched by import-linter."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert set(project["importlinter"]["root_packages"]) == set(FOLDERS)
    assert {each.partition(".")[0] for each in project["setuptools"]["packages"]} == set(FOLDERS)
    assert sorted(project["setuptools"]["py-modules"]) == MODULES


def test_importing_the_program_opens_nothing() -> None:
    """No clock, engine or file at import time; and our `trace` is the one that is loaded."""
    trace = importlib.import_module("trace")
    assert Path(str(trace.__file__)).is_relative_to(ROOT)
    assert sys.modules["trace"] is trace
    calls = []
    for path in chain.from_iterable(files_of(name) for name in sorted(LEVEL)):
        for statement in ast.parse(path.read_text("utf-8")).body:
            if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
                calls += [
                    f"{path.relative_to(ROOT)}: {ast.unparse(call.func)}"
                    for call in ast.walk(statement)
                    if isinstance(call, ast.Call) and _OPENS.search(ast.unparse(call.func))
                ]
    assert not calls


_OPENS = re.compile(
    r"(^|\.)(now|today|utcnow|uuid[1-8]|create_engine|connect|open|Database|Ledger)$"
)
