"""The issue of a report: the ledger says which one, byte for byte, and on which entries it rests.

So a report that was changed, or a bundle that lacks an entry, is found out by anyone who has the
bundle alone (docs/verify.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from ledger import encode
from recall.about_case import AboutCase, head_of

REPORT_TYPE: Final = "medtrace:RecallReport"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIssue(AboutCase):
    """A report on a case goes out.

    Args:
        report: the SHA-256 of the file, in hexadecimal.
        entries: how many entries it rests on.
        entries_digest: what `digest_of` says of their numbers.
        person: the staff number of who issues it.
    """

    type: ClassVar[str] = REPORT_TYPE

    report: str
    entries: int
    entries_digest: str
    person: str

    def encode(self) -> bytes:
        """The issue as canonical JSON."""
        return encode(
            {
                **self.head(),
                "report": self.report,
                "entries": self.entries,
                "entriesDigest": self.entries_digest,
                "medtrace:person": self.person,
            }
        )

    @classmethod
    def parse(cls, members: dict[str, Any]) -> ReportIssue:
        """The issue that `encode` wrote, from its parsed JSON."""
        return cls(
            **head_of(members),
            report=members["report"],
            entries=members["entries"],
            entries_digest=members["entriesDigest"],
            person=members["medtrace:person"],
        )


def digest_of(seqs: Iterable[int]) -> str:
    """The SHA-256 of entry numbers, one a line in ascending order."""
    return hashlib.sha256("".join(f"{seq}\n" for seq in sorted(seqs)).encode()).hexdigest()
