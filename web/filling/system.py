"""The system as its administrator sees it: settings, and how the parts are."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import url_for

from errors import Invalid
from inventory import sensors
from ledger import cosignatures_of
from settings import NoticeSettings, Settings, SingleSignOnSettings
from texts import Text, text_of
from web.filling.page import Page
from web.small_tables import with_files
from web.view.table import Cell, Column, Row, TableView

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=2)
_LEAST: Final = 0.1
_GIB: Final = 2**30
_SECRET: Final = re.compile(r"(://[^:/@]*:)[^@]*(@)")
_NAMES: Final = {
    "data_dir": "DATA",
    "database_url": "DATABASE_URL",
    "key_dir": "KEYS",
    "ledger_id": "LEDGER",
    "origin": "ORIGIN",
    "suite": "SUITE",
    "hospital": "HOSPITAL",
    "timezone": "TIMEZONE",
    "recorder_socket": "RECORDER",
    "max_upload": "MAX_UPLOAD",
    "secure_cookies": "SECURE_COOKIES",
    "log_level": "LOG_LEVEL",
    "admin_networks": "ADMIN_NETWORKS",
    "proxies": "PROXIES",
    "sign_in_rate": "SIGN_IN_RATE",
    "recall_hours": "RECALL_HOURS",
    "passkey_origin": "PASSKEY_ORIGIN",
    "dose_times": "DOSE_TIMES",
    "dose_early": "DOSE_EARLY",
    "dose_late": "DOSE_LATE",
    "issuer": "OIDC_ISSUER",
    "client_id": "OIDC_CLIENT_ID",
    "secret_file": "OIDC_CLIENT_SECRET_FILE",
    "mail_to": "RECALL_MAIL",
    "mail_staff": "RECALL_STAFF_MAIL",
    "mail_from": "MAIL_FROM",
    "smtp": "SMTP",
    "smtp_password_file": "SMTP_PASSWORD_FILE",
    "webhooks": "RECALL_WEBHOOKS",
    "webhook_secret_file": "RECALL_WEBHOOK_SECRET_FILE",
}
"""The settings and their environment variables, without what all of these begin with."""
GROUPS: Final[Mapping[str, type]] = {
    "single_sign_on": SingleSignOnSettings,
    "notices": NoticeSettings,
}
"""The settings that stand for several variables."""
_SETTING_COLUMNS: Final = (Column("setting", "mono"), Column("meaning"), Column("set-to", "mono"))
_HEALTH_COLUMNS: Final = (Column("part", "strong"), Column("state", "chip"), Column("detail"))


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return f"MEDTRACE_{_NAMES.get(name, name.upper())}"


def settings_table(page: Page) -> TableView:
    """Every setting with what it is for; what is secret in it is left out."""
    rows = tuple(
        Row((Cell(variable_of(name)), Cell(text_of(f"about-{name}")), Cell(as_set(value))))
        for name, value in _every(page.desk.hospital.settings)
    )
    return with_files(TableView(url_for("system.page"), _SETTING_COLUMNS, rows), "settings")


def names_of_settings() -> Iterator[str]:
    """Every single setting, those of a group one by one."""
    for each in fields(Settings):
        group = GROUPS.get(each.name)
        yield from (inner.name for inner in fields(group)) if group else (each.name,)


def _every(settings: Settings) -> Iterator[tuple[str, object]]:
    for each in fields(Settings):
        value, group = getattr(settings, each.name), GROUPS.get(each.name)
        if group is None:
            yield each.name, value
        else:
            yield from ((inner.name, getattr(value, inner.name, None)) for inner in fields(group))


def as_set(value: object) -> str | None:
    """A value as it would stand in the environment, without what is secret; None: it is not set.

    >>> as_set((24, 48, 72)), as_set(True), as_set(0), as_set(())
    ('24,48,72', '1', '0', None)
    """
    if value is None or value in ("", ()):
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return _without_secret(str(value))


def health_table(page: Page) -> TableView:
    """How the parts are: what is wrong has a sign."""
    table = TableView(url_for("system.page"), _HEALTH_COLUMNS, tuple(_health(page)))
    return with_files(table, "health")


def try_setting(name: str, value: str) -> Text:
    """Whether a setting may be set to a value; nothing is changed.

    Args:
        name: the environment variable.
        value: as it would stand in the environment.

    Returns:
        That it may.

    Raises:
        Invalid: it may not, or there is no such setting.
    """
    known = set(map(variable_of, names_of_settings()))
    if name not in known:
        raise Invalid("setting-unknown", field="name")
    tried = Settings.from_environment({**os.environ, name: value})
    try:
        ZoneInfo(tried.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("setting-zone", field=name, found=value[:40]) from None
    return text_of("setting-holds").filled({"name": name})


def _without_secret(value: str) -> str:
    return _SECRET.sub(r"\1…\2", value)


def _health(page: Page) -> Iterator[Row]:
    house, newest = page.desk.hospital, page.standings.newest
    yield _row("database", "go", page.connection.dialect.name)
    disk = shutil.disk_usage(house.settings.data_dir)
    free = f"{disk.free / _GIB:,.1f} / {disk.total / _GIB:,.1f} GiB"
    yield _row("disk", "go" if disk.free > _LEAST * disk.total else "stop", free)
    yield _recorder(page)
    yield _since(page, "checkpoint", newest.made if newest else None, _HOUR)
    audit = page.desk.notary.audits.last(whole=True)
    verified = datetime.fromisoformat(audit.finished) if audit else None
    if audit is not None and audit.problem:
        yield _row("verification", "stop", audit.problem)
    else:
        yield _since(page, "verification", verified, 7 * _DAY)
    found = cosignatures_of(newest, page.desk.notary.policy)
    there = sum(each.time is not None for each in found)
    look = "go" if there == len(found) else "look"
    yield _row("witnesses", look if found else "", f"{there} / {len(found)}")
    _, _, lost = house.access.fleet.contact(page.now, _DAY, _DAY)
    yield _row("devices", "look" if lost else "go", str(lost))
    known = sensors(page.connection, page.ledger_id)
    silent = sum(page.now - each.time > _DAY for each in known)
    yield _row("sensors", "look" if silent else "go", f"{silent} / {len(known)}")
    provider = house.settings.single_sign_on
    yield _row("sign-on", "", provider.issuer if provider else text_of("not-used"))


def _recorder(page: Page) -> Row:
    socket = page.desk.hospital.settings.recorder_socket
    if socket is None:
        return _row("recorder", "go", text_of("recorder-inside"))
    if socket.is_socket():
        return _row("recorder", "go", text_of("recorder-answers"))
    return _row("recorder", "stop", text_of("recorder-silent"))


def _since(page: Page, part: str, at: datetime | None, most: timedelta) -> Row:
    if at is None:
        return _row(part, "look", text_of("never"))
    return _row(part, "go" if page.now - at < most else "look", page.moment(at))


def _row(part: str, look: str, detail: str | Text) -> Row:
    word = text_of(f"state-{look or 'plain'}")
    return Row((Cell(text_of(f"health-{part}")), Cell(word, look=look), Cell(detail)))
