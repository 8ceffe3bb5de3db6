"""A busy hospital, served, with a browser in front of it and somebody of each role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from access import Role
from tests.access.hospital import PASSWORD
from tests.web.busy import keep_busy, opened
from tests.web.house import House
from tests.web.look import SIZES, chromium, served
from tests.web.theatre_house import furnish_theatre

LISTS = ("receiving", "inspections", "transfers", "exceptions", "codes", "apart", "counts")
MORNINGS = {
    "warehouse": (
        Role.WAREHOUSE,
        ("/", "/work", "/work/receiving", "/work/inspections", "/stock", "/stock/places"),
    ),
    "pharmacist": (
        Role.PHARMACIST,
        (
            *(f"/work/{name}" for name in LISTS),
            "/work/excursions",
            "/stock/products/4",
            "/stock/expiring",
            "/catalogue/products/import",
            "/catalogue/par-levels",
            "/rooms/kits",
            "/rooms/kits/7",
            "/rooms/declare/kit?place=W07-TROLLEY",
            "/rooms/declare/loaner",
            "/rooms/loaners",
            "/rooms/loaners/GT-7",
            "/rooms/preferences/PCI?place=STORE",
            "/search/patient",
        ),
    ),
    "nurse": (
        Role.NURSE,
        (
            "/",
            "/work",
            "/work/transfers",
            "/documents",
            "/units/1",
            "/narcotics",
            "/rooms/declare/preference",
        ),
    ),
    "physician": (Role.PHYSICIAN, ("/orders/new", "/orders/new?type=procedure", "/documents")),
    "equipment": (
        Role.EQUIPMENT_OFFICE,
        ("/recalls", "/recalls/new", "/catalogue", "/catalogue/suppliers", "/lots/1"),
    ),
    "auditor": (Role.AUDITOR, ("/ledger", "/ledger/20", "/documents", "/lots/1/flow")),
    "director": (Role.QUALITY, ("/board", "/board/wall", "/recalls", "/stock/places/1")),
    "audit_admin": (Role.AUDIT_ADMIN, ("/audit", "/board")),
    "administrator": (
        Role.SYSTEM_ADMIN,
        ("/staff", "/devices", "/catalogue/places", "/system", "/system/jobs"),
    ),
}
"""What the people of each role open in the morning."""


class Desk:
    """The busy hospital, served, with a browser in front of it."""

    def __init__(self, house: House, browser: Browser, address: str) -> None:
        self.house = house
        self.browser = browser
        self.address = address
        for number, (name, (role, _)) in enumerate(MORNINGS.items()):
            places = ["W07", "W08"] if role in {Role.NURSE, Role.PHYSICIAN} else ()
            house.hire(f"M{number}", role, places=places)
            setattr(self, name, f"M{number}")

    @contextmanager
    def signed_in(
        self, name: str, size: str = "desk", language: str = "zh", theme: str = "light"
    ) -> Iterator[Page]:
        """Somebody of a role at a screen."""
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        cookies = {"lang": language, "theme": theme}
        context.add_cookies(
            [{"name": k, "value": v, "url": self.address} for k, v in cookies.items()]
        )
        page = context.new_page()
        page.goto(f"{self.address}/sign-in")
        page.fill("#number", getattr(self, name))
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_load_state()
        yield page
        context.close()


@contextmanager
def desk_opened(template: Path, folder: Path) -> Iterator[Desk]:
    """The hospital, the server and the browser, until the block ends."""
    with (
        opened(template, folder) as house,
        chromium() as browser,
        served(house.app) as address,
    ):
        keep_busy(house)
        furnish_theatre(house)
        house.seal()
        yield Desk(house, browser, address)
