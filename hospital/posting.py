"""Carrying a notice out of the house: by mail (SMTP), or by a signed call (Standard Webhooks)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import requests

from errors import Invalid
from ledger import encode, timestamp
from recall import Case, RecallNotice
from settings import NoticeSettings
from texts import text_of

_SECONDS: Final = 10
_PREFIX: Final = "whsec_"
_GONE: Final = 410
_WELL: Final = range(200, 300)
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class NotDelivered(Exception):  # noqa: N818 -- it says what happened
    """A notice did not arrive.

    Args:
        why: what the receiver said.
        final: whether it wants no more.
    """

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.final = final


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as its receivers get it.

    Args:
        notice: the notice.
        case: the case.
        products: what it is about.
        hospital: whose it is.
    """

    notice: RecallNotice
    case: Case
    products: tuple[str, ...]
    hospital: str

    def subject(self) -> str:
        """The line above a mail, in both languages; a drill says so first."""
        text, drill = text_of(f"notice-{self.notice.topic}"), "【演练 DRILL】" * self.case.drill
        return f"{drill}{text.zh} / {text.en} {self.case.case_id}"

    def body(self) -> str:
        """The text of a mail."""
        case = self.case
        lines = [
            f"{self.subject()}",
            "",
            f"产品 / product: {'、'.join(self.products)}",
            f"级别 / class: {case.recall_class}",
            f"原因 / reason: {case.reason}",
            f"时限 / due: {timestamp(case.deadline)}",
            f"未完任务 / open tasks: {self.notice.open_tasks}",
            "",
            self.hospital,
        ]
        return "\n".join(lines)

    def json(self) -> bytes:
        """What a call carries."""
        case = self.case
        return encode(
            {
                "type": f"recall.{self.notice.topic}",
                "timestamp": timestamp(self.notice.time),
                "data": {
                    "case": case.case_id,
                    "class": case.recall_class.value,
                    "drill": case.drill,
                    "number": case.number,
                    "reason": case.reason,
                    "products": list(self.products),
                    "due": timestamp(case.deadline),
                    "openTasks": self.notice.open_tasks,
                },
            }
        )


def send_mail(settings: NoticeSettings, address: str, told: Told) -> None:
    """Hand a notice to the mail server.

    Raises:
        NotDelivered: the server did not take it.
    """
    message = EmailMessage()
    message["Subject"] = told.subject()
    message["From"], message["To"] = settings.mail_from, address
    message["Date"] = format_datetime(told.notice.time)
    # Sent twice, it is one mail to whoever keeps to RFC 5322 §3.6.4.
    message["Message-ID"] = f"<{told.notice.id}@{settings.mail_from.rpartition('@')[2]}>"
    message.set_content(told.body())
    url = urlsplit(settings.smtp)
    port = url.port or _PORTS[url.scheme]
    try:
        with _connected(url.scheme, url.hostname or "", port) as server:
            if url.username:
                file = settings.smtp_password_file
                server.login(url.username, file.read_text("utf-8").strip() if file else "")
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error


def _connected(scheme: str, host: str, port: int) -> smtplib.SMTP:
    if scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=_SECONDS)
    if scheme == "smtp+starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def call_webhook(settings: NoticeSettings, address: str, told: Told, now: datetime) -> None:
    """Call a receiver, signed (Standard Webhooks 1.0, "Signature scheme").

    Raises:
        NotDelivered: it did not answer, or not with 2xx; 410 means that it wants no more.
    """
    body = told.json()
    headers = {
        "Content-Type": "application/json",
        **signature(secret_of(settings), told.notice.id, now, body),
    }
    try:
        response = requests.post(
            address, data=body, headers=headers, timeout=_SECONDS, allow_redirects=False
        )
    except requests.RequestException as error:
        raise NotDelivered(type(error).__name__) from error
    if response.status_code not in _WELL:
        gone = response.status_code == _GONE
        raise NotDelivered(f"HTTP {response.status_code}", final=gone)


def signature(secret: bytes, notice: UUID, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a signed call.

    >>> from datetime import UTC
    >>> secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> signature(secret, UUID(int=1), datetime(2026, 1, 1, tzinfo=UTC), b"{}")["webhook-id"]
    'msg_00000000000000000000000000000001'
    """
    name, moment = f"msg_{notice.hex}", str(int(now.timestamp()))
    signed = f"{name}.{moment}.".encode() + body
    told = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{told}",
    }


def secret_of(settings: NoticeSettings) -> bytes:
    """The secret that signs calls; read when needed, so that it can be changed while we run.

    Raises:
        Invalid: the file holds none.
    """
    file = settings.webhook_secret_file
    text = file.read_text("utf-8").strip() if file else ""
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        secret = b""
    if not text.startswith(_PREFIX) or not secret:
        raise Invalid("setting-address", field="MEDTRACE_RECALL_WEBHOOK_SECRET_FILE")
    return secret
