"""A case as one zip that proves itself: report, entries, proofs and the checkpoint they lead to.

It is written as it is sent, file by file, and the same case gives the same bytes. `docs/verify.py`
checks it offline (`verify.py case`), `docs/exposure.py` works the exposure out of its entries.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from ledger import Checkpoints, SignedCheckpoint, prove_all

_MODE: Final = 0o644 << 16


class _Sent:
    """Where the zip is written to: what was written since the last time it was taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep what is written."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        """What was written, once."""
        taken, self._parts = b"".join(self._parts), []
        return taken


def stream_bundle(
    checkpoints: Checkpoints,
    signed: SignedCheckpoint,
    seqs: Sequence[int],
    files: Mapping[str, bytes],
    moment: datetime,
) -> Iterator[bytes]:
    """The zip, part by part.

    Args:
        checkpoints: the ledger's.
        signed: the checkpoint that covers all entries.
        seqs: the entries, in order.
        files: what else goes in, by name.
        moment: what the files are dated.

    Raises:
        errors.NotFound: `not-checkpointed`.
    """
    sent = _Sent()
    date = moment.timetuple()[:6]
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as bundle:  # type: ignore[call-overload]

        def put(name: str, content: bytes) -> bytes:
            info = zipfile.ZipInfo(name, date)
            info.external_attr, info.compress_type = _MODE, zipfile.ZIP_DEFLATED
            bundle.writestr(info, content)
            return sent.take()

        for name, content in files.items():
            yield put(name, content)
        yield put("checkpoint", signed.note)
        for body, proof in prove_all(checkpoints, seqs, within=signed):
            yield put(f"entries/{proof.index}.json", body)
            yield put(f"proofs/{proof.index}.tlog-proof", proof.encode())
    yield sent.take()
