"""The one error that checking a ledger may raise."""

from __future__ import annotations

from errors import MedtraceError


class VerificationError(MedtraceError):
    """What was shown does not prove what it claims to prove.

    Every verifier of this folder returns None or raises this, whatever it is fed: a caller can
    neither forget to look at a boolean nor be surprised by a stray `ValueError`.

    Args:
        code: which check failed.
        detail: what was expected and what was found, with the place where it is wrong.
        field: the argument at fault.
    """

    status = 422

    def __init__(self, code: str, detail: str, *, field: str | None = None) -> None:
        super().__init__(code, field=field, detail=detail)
        self.detail = detail

    def __reduce__(self) -> tuple[object, tuple[str, str, str | None]]:
        """How it travels from a process that audits a part of the ledger to the one that asked."""
        return _rebuilt, (self.code, self.detail, self.field)


def _rebuilt(code: str, detail: str, field: str | None) -> VerificationError:
    return VerificationError(code, detail, field=field)
