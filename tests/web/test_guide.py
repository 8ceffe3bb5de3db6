"""The user guide: built from its pages, served at /help, with pictures made here."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.web.desks import desk_opened
from tests.web.house import House

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "guide" / "pages"
HELP = ROOT / "web" / "help"
PICTURES = {
    "work": ("pharmacist", "/work"),
    "exceptions": ("pharmacist", "/work/exceptions"),
    "codes": ("pharmacist", "/work/codes"),
    "import": ("pharmacist", "/catalogue/products/import"),
    "receiving": ("warehouse", "/work/receiving"),
    "stock": ("warehouse", "/stock"),
    "nurse": ("nurse", "/work/transfers"),
    "recall": ("equipment", "/recalls/new?product=D001"),
    "catalogue": ("equipment", "/catalogue"),
    "flow": ("auditor", "/lots/1/flow"),
    "ledger": ("auditor", "/ledger"),
    "board": ("director", "/board"),
    "devices": ("administrator", "/devices"),
    "places": ("administrator", "/catalogue/places"),
}
"""The pictures of the guide: who sees what."""


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_guide", PAGES.parent / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_is_served_was_built_from_the_pages(tmp_path: Path) -> None:
    builder().build_guide(tmp_path / "help")
    built, kept = files(tmp_path / "help"), files(HELP)
    assert built.keys() == kept.keys(), "run: python docs/guide/build.py"
    assert [name for name in built if built[name] != kept[name]] == []


def test_every_picture_that_is_named_is_made_here() -> None:
    named = {
        name
        for page in PAGES.glob("*.md")
        for name in re.findall(r"img/(\w+)\.png", page.read_text())
    }
    assert named == PICTURES.keys()
    assert {path.stem for path in (PAGES / "img").glob("*.png")} == named


def test_the_guide_is_read_before_signing_in_and_holds_to_the_policy(house: House) -> None:
    browser = house.browser()
    assert browser.get("/help").location.endswith("/help/")
    for path in HELP.rglob("*.html"):
        answer = browser.get(f"/help/{path.name}")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200, path.name
        assert "<h1" in page
        assert " style=" not in page
        assert "<script" not in page
    assert browser.get("/help/").status_code == 200
    for name in ("nothing.html", "../desk.py", "%2e%2e/desk.py", "img/"):
        assert browser.get(f"/help/{name}").status_code == 404, name


@pytest.mark.long
def test_pictures_are_taken(
    sqlite_template: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With `MEDTRACE_GUIDE` they go where it says, to be looked at and committed."""
    folder = Path(os.environ.get("MEDTRACE_GUIDE") or tmp_path)
    with desk_opened(sqlite_template, tmp_path_factory.mktemp("guide")) as desk:
        for name, (who, where) in PICTURES.items():
            with desk.signed_in(who) as page:
                page.set_viewport_size({"width": 1280, "height": 720})
                answer = page.goto(f"{desk.address}{where}")
                assert answer is not None
                assert answer.status == 200, where
                for chart in page.locator("[data-chart]").all():
                    expect(chart).to_have_attribute("data-drawn", "")
                file = folder / f"{name}.png"
                page.screenshot(path=file)
            with Image.open(file) as picture:
                small = picture.convert("RGB").quantize(96)
            small.save(file, optimize=True)
