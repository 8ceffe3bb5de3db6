"""What goes into a case's zip beside its entries: the report, the keys, and what checks it all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ledger import Notary

_SCRIPTS: Final = ("verify.py", "verify_sm2.py", "exposure.py", "exposure_scope.py")
_ROOT: Final = Path(__file__).parents[2]
_DOCS: Final = _ROOT / "docs"
_README: Final = _ROOT / "web" / "print" / "bundle.txt"


def bundle_files(notary: Notary, case_id: str, report: bytes) -> Mapping[str, bytes]:
    """The files by name, in the order in which somebody reads them."""
    keys = [str(notary.signer.key), *map(str, notary.policy.witness_keys)]
    words = _README.read_text("utf-8").format(case=case_id, key=keys[0])
    scripts = {name: (_DOCS / name).read_bytes() for name in _SCRIPTS}
    return {
        "README.txt": words.encode(),
        "report.pdf": report,
        "keys.txt": "".join(f"{key}\n" for key in keys).encode(),
        **scripts,
    }
