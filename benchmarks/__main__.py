"""Every benchmark, one after the other: `python -m benchmarks`, or `make bench`."""

from __future__ import annotations

import subprocess
import sys

NAMES = ("record", "ledger", "read", "decode", "pages")


def main() -> None:
    """Run each in a process of its own, so that none warms another's caches."""
    for name in NAMES:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)


if __name__ == "__main__":
    main()
