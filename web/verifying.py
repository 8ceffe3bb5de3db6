"""Verifying the ledger when somebody asks for it, beside the requests."""

from __future__ import annotations

import threading
from contextlib import suppress

from ledger import Auditor, VerificationError


class Verifying:
    """Walks the whole ledger in a thread, one walk at a time; what it finds is an audit's record.

    Long walks are hashed in processes of their own (`ledger.Auditor`), so pages stay quick.

    Args:
        auditor: the ledger's.
    """

    def __init__(self, auditor: Auditor) -> None:
        self._auditor = auditor
        self._one = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self, *, wait: float) -> bool:
        """Begin a walk unless one is under way, and wait for its end so many seconds at most.

        Returns:
            Whether it has ended.
        """
        with self._one:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._walk, name="verify", daemon=True)
                self._thread.start()
            thread = self._thread
        thread.join(wait)
        return not thread.is_alive()

    def _walk(self) -> None:
        with suppress(VerificationError):  # what is wrong stands in the audit's record
            self._auditor.audit(full=True)
