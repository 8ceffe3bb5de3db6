"""What can be set from outside, read once at start and passed in from there.

Every setting is an environment variable; docs/settings.md lists them and a test compares the two.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from errors import Invalid

ROOT = Path(__file__).resolve().parent
"""The folder the program stands in."""

_LOOPBACK: Final = {("http", "127.0.0.1"), ("http", "localhost"), ("http", "::1")}


@dataclass(frozen=True, slots=True)
class SingleSignOnSettings:
    """The hospital's identity provider (OpenID Connect), and who we are there."""

    issuer: str
    """MEDTRACE_OIDC_ISSUER: the provider as it names itself, `https://…`; none: no such door."""
    client_id: str
    """MEDTRACE_OIDC_CLIENT_ID: our name at the provider."""
    secret_file: Path
    """MEDTRACE_OIDC_CLIENT_SECRET_FILE: the file with our secret there."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> SingleSignOnSettings | None:
        """The provider that the environment names, or None.

        Raises:
            Invalid: the issuer is neither https nor on this machine, or the rest is missing.
        """
        issuer = environ.get("MEDTRACE_OIDC_ISSUER")
        if not issuer:
            return None
        url = urlsplit(issuer)
        if url.scheme != "https" and (url.scheme, url.hostname) not in _LOOPBACK:
            raise Invalid("setting-issuer", field="MEDTRACE_OIDC_ISSUER")
        client, file = (
            _required(environ, f"MEDTRACE_OIDC_CLIENT_{name}") for name in ("ID", "SECRET_FILE")
        )
        return cls(issuer, client, Path(file).resolve())

    def client_secret(self) -> str:
        """Our secret at the provider; read when needed, so that it can be changed while we run."""
        return self.secret_file.read_text(encoding="utf-8").strip()


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """Whom notices of recalls go to, and how."""

    mail_to: tuple[str, ...] = ()
    """MEDTRACE_RECALL_MAIL: addresses, `office@hospital.example,…`; none: no mail."""
    mail_staff: str = ""
    """MEDTRACE_RECALL_STAFF_MAIL: where people get mail, `{number}@hospital.example` with their
    staff number; whoever was given a task is reminded there. None: they see it on their pages."""
    mail_from: str = ""
    """MEDTRACE_MAIL_FROM: the sender's address."""
    smtp: str = ""
    """MEDTRACE_SMTP: `smtp://host:25`, `smtp+starttls://user@host:587`, `smtps://user@host:465`."""
    smtp_password_file: Path | None = None
    """MEDTRACE_SMTP_PASSWORD_FILE: the file with the user's password there."""
    webhooks: tuple[str, ...] = ()
    """MEDTRACE_RECALL_WEBHOOKS: `https://…,…`, called as Standard Webhooks says; none: none."""
    webhook_secret_file: Path | None = None
    """MEDTRACE_RECALL_WEBHOOK_SECRET_FILE: the file with the secret `whsec_…` that signs them."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> NoticeSettings:
        """The receivers that the environment names.

        Raises:
            Invalid: an address is malformed, or what it takes to reach one is missing.
        """
        mail_to = _several(environ, "MEDTRACE_RECALL_MAIL")
        webhooks = _several(environ, "MEDTRACE_RECALL_WEBHOOKS")
        mail_staff = environ.get("MEDTRACE_RECALL_STAFF_MAIL", "").strip()
        mails = bool(mail_to or mail_staff)
        smtp = _smtp(_required(environ, "MEDTRACE_SMTP")) if mails else ""
        password = environ.get("MEDTRACE_SMTP_PASSWORD_FILE")
        if any("@" not in each or not each.isprintable() for each in mail_to):
            raise Invalid("setting-address", field="MEDTRACE_RECALL_MAIL")
        if mail_staff and not _STAFF_MAIL.fullmatch(mail_staff):
            raise Invalid("setting-address", field="MEDTRACE_RECALL_STAFF_MAIL")
        for each in webhooks:
            url = urlsplit(each)
            if url.scheme != "https" and (url.scheme, url.hostname) not in _LOOPBACK:
                raise Invalid("setting-address", field="MEDTRACE_RECALL_WEBHOOKS")
        secret = _required(environ, "MEDTRACE_RECALL_WEBHOOK_SECRET_FILE") if webhooks else None
        return cls(
            mail_to=mail_to,
            mail_staff=mail_staff,
            mail_from=_required(environ, "MEDTRACE_MAIL_FROM") if mails else "",
            smtp=smtp,
            smtp_password_file=Path(password).resolve() if password else None,
            webhooks=webhooks,
            webhook_secret_file=Path(secret).resolve() if secret else None,
        )


_STAFF_MAIL: Final = re.compile(r"[\w.+-]*\{number\}[\w.+-]*@[\w.-]+", re.ASCII)


def _several(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    parts = (part.strip() for part in environ.get(name, "").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _smtp(given: str) -> str:
    try:
        url = urlsplit(given)
        fits = url.scheme in {"smtp", "smtp+starttls", "smtps"} and bool(url.hostname)
        fits = fits and url.port != 0 and url.password is None
    except ValueError:
        fits = False
    if not fits:
        raise Invalid("setting-address", field="MEDTRACE_SMTP")
    return given


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one hospital's medtrace."""

    data_dir: Path
    """MEDTRACE_DATA: the folder of the embedded database and the keys (default: `var` here)."""
    database_url: str
    """MEDTRACE_DATABASE_URL: `sqlite:///…` (default, in the data folder) or `postgresql://…`."""
    key_dir: Path
    """MEDTRACE_KEYS: private keys, files only the owner can read (default: `keys` in the data)."""
    ledger_id: int
    """MEDTRACE_LEDGER: which ledger of the database this hospital writes (default: 1)."""
    origin: str
    """MEDTRACE_ORIGIN: the ledger's name in its checkpoints, as C2SP tlog-checkpoint wants it."""
    suite: str
    """MEDTRACE_SUITE: the algorithms of a ledger founded now: `sha256` (default) or `sm3`."""
    hospital: str
    """MEDTRACE_HOSPITAL: the hospital's name on pages and prints."""
    timezone: str
    """MEDTRACE_TIMEZONE: the hospital's time zone (default: Asia/Shanghai)."""
    recorder_socket: Path | None
    """MEDTRACE_RECORDER: the Unix socket of a recorder process; none: workers record."""
    max_upload: int
    """MEDTRACE_MAX_UPLOAD: the largest request body in bytes (default: 10 MiB)."""
    secure_cookies: bool
    """MEDTRACE_SECURE_COOKIES: 1 where the service stands behind TLS (default: 0)."""
    log_level: str
    """MEDTRACE_LOG_LEVEL: DEBUG, INFO, WARNING or ERROR (default: INFO)."""
    admin_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """MEDTRACE_ADMIN_NETWORKS: networks administrators sign in from, `10.1.0.0/16,…`; none: any."""
    proxies: int = 0
    """MEDTRACE_PROXIES: how many reverse proxies of ours stand in front (default: 0)."""
    sign_in_rate: int = 60
    """MEDTRACE_SIGN_IN_RATE: knocks a minute at a door, per address; 0: no limit (default: 60)."""
    recall_hours: tuple[int, ...] = (24, 48, 72)
    """MEDTRACE_RECALL_HOURS: by when all must know, hours by class I,II,III (default 24,48,72)."""
    single_sign_on: SingleSignOnSettings | None = None
    """MEDTRACE_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET_FILE: see `SingleSignOnSettings`."""
    notices: NoticeSettings = NoticeSettings()
    """MEDTRACE_RECALL_MAIL, _WEBHOOKS and others: see `NoticeSettings`."""
    passkey_origin: str | None = None
    """MEDTRACE_PASSKEY_ORIGIN: where browsers see us, `https://…`; none: passkeys on localhost."""
    dose_times: str = ""
    """MEDTRACE_DOSE_TIMES: when doses are due, `bid=08:00,16:00 qod=08:00/2`; none: the usual."""
    dose_early: int = 60
    """MEDTRACE_DOSE_EARLY: minutes that a dose may be given before its time (default: 60)."""
    dose_late: int = 60
    """MEDTRACE_DOSE_LATE: minutes that it may be given afterwards (default: 60)."""

    def said(self) -> dict[str, str]:
        """Every setting as text by its name: what is compared from one start to the next."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """The settings as the environment says them.

        Raises:
            Invalid: a value is not of its form; the field names the variable.
        """
        data = Path(environ.get("MEDTRACE_DATA") or ROOT / "var").resolve()
        socket = environ.get("MEDTRACE_RECORDER")
        return cls(
            data_dir=data,
            database_url=_url(environ.get("MEDTRACE_DATABASE_URL"), data),
            key_dir=Path(environ.get("MEDTRACE_KEYS") or data / "keys").resolve(),
            ledger_id=_integer(environ, "MEDTRACE_LEDGER", 1),
            origin=environ.get("MEDTRACE_ORIGIN") or "medtrace.example/demo",
            suite=environ.get("MEDTRACE_SUITE") or "sha256",
            hospital=environ.get("MEDTRACE_HOSPITAL") or "江州市第一人民医院",
            timezone=environ.get("MEDTRACE_TIMEZONE") or "Asia/Shanghai",
            recorder_socket=Path(socket).resolve() if socket else None,
            max_upload=_integer(environ, "MEDTRACE_MAX_UPLOAD", 10 * 1024 * 1024),
            secure_cookies=environ.get("MEDTRACE_SECURE_COOKIES") == "1",
            log_level=_level(environ),
            admin_networks=_networks(environ, "MEDTRACE_ADMIN_NETWORKS"),
            proxies=_integer(environ, "MEDTRACE_PROXIES", 0),
            sign_in_rate=_integer(environ, "MEDTRACE_SIGN_IN_RATE", 60),
            recall_hours=_hours(environ),
            notices=NoticeSettings.from_environment(environ),
            single_sign_on=SingleSignOnSettings.from_environment(environ),
            passkey_origin=_origin(environ, "MEDTRACE_PASSKEY_ORIGIN"),
            dose_times=environ.get("MEDTRACE_DOSE_TIMES") or "",
            dose_early=_integer(environ, "MEDTRACE_DOSE_EARLY", 60),
            dose_late=_integer(environ, "MEDTRACE_DOSE_LATE", 60),
        )

    def secret(self, name: str) -> bytes:
        """The 32 random bytes kept in `key_dir/name`, made at first need.

        The file is created complete and unreadable to others in one step, so that two processes
        that start together agree on the first one's bytes.
        """
        path = self.key_dir / name
        if not path.exists():
            self.key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            _create(path, secrets.token_bytes(32))
        return path.read_bytes()


VARIABLES = {field.name: field for field in fields(Settings)}
"""The settings by name, for the documentation's test."""


def _create(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _url(given: str | None, data: Path) -> str:
    if not given:
        return f"sqlite:///{data / 'medtrace.sqlite3'}"
    for short in ("postgresql://", "postgres://"):
        if given.startswith(short):
            return "postgresql+psycopg://" + given.removeprefix(short)
    if given.startswith("sqlite:///"):
        return f"sqlite:///{Path(given.removeprefix('sqlite:///')).resolve()}"
    if given.startswith("postgresql+psycopg://"):
        return given
    raise Invalid("setting-database-url", field="MEDTRACE_DATABASE_URL")


def _origin(environ: Mapping[str, str], name: str) -> str | None:
    """An origin (RFC 6454) that passkeys can be bound to: a name, over TLS or on localhost."""
    given = environ.get(name)
    if not given:
        return None
    try:
        url = urlsplit(given)
        host, port = url.hostname or "", url.port
    except ValueError:
        raise Invalid("setting-origin", field=name, found=given) from None
    safe = url.scheme == "https" or (url.scheme, host) == ("http", "localhost")
    bare = f"{url.scheme}://{host}" + (f":{port}" if port else "")
    if not safe or _is_address(host) or given.rstrip("/") != bare:
        raise Invalid("setting-origin", field=name, found=given)
    return bare


def _is_address(host: str) -> bool:
    """Whether it is no name: passkeys are bound to names (W3C WebAuthn §5.1.3)."""
    try:
        ip_address(host)
    except ValueError:
        return not host
    return True


def _hours(environ: Mapping[str, str]) -> tuple[int, ...]:
    """Hours for each class of recall."""
    given = environ.get("MEDTRACE_RECALL_HOURS") or "24,48,72"
    hours = [part.strip() for part in given.split(",")]
    fits = all(part.isascii() and part.isdigit() and 0 < int(part) <= _YEAR for part in hours)
    if len(hours) != _CLASSES or not fits:
        raise Invalid("setting-hours", field="MEDTRACE_RECALL_HOURS", found=given[:_DIGITS])
    return tuple(map(int, hours))


_CLASSES: Final = 3
_YEAR: Final = 8760
_DIGITS = 18


_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def _level(environ: Mapping[str, str]) -> str:
    given = environ.get("MEDTRACE_LOG_LEVEL") or "INFO"
    if given not in _LEVELS:
        known = ", ".join(_LEVELS)
        raise Invalid("setting-level", field="MEDTRACE_LOG_LEVEL", found=given, known=known)
    return given


def _integer(environ: Mapping[str, str], name: str, default: int) -> int:
    given = environ.get(name)
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > _DIGITS:
        raise Invalid("setting-number", field=name, found=given[:_DIGITS])
    return int(given)


def _networks(environ: Mapping[str, str], name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    given = environ.get(name, "").replace(" ", "")
    try:
        return tuple(ip_network(part) for part in given.split(",") if part)
    except ValueError:
        raise Invalid("setting-network", field=name, found=given) from None


def _required(environ: Mapping[str, str], name: str) -> str:
    given = environ.get(name)
    if not given:
        raise Invalid("required", field=name)
    return given
